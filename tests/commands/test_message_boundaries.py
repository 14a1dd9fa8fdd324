"""Where one HTTP message ends and the next begins is told in one way, or the connection ends: what a proxy in
front may have read otherwise brings nobody a second answer."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator

import pytest

from tests.commands.shell import Shell
from tests.functional.conftest import served

FIRST = "POST /accounts/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\n"
HIDDEN = "GET /static/none HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
LAST_CHUNK = "\r\n0\r\n\r\n"


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    home = tmp_path_factory.mktemp("boundaries") / "home"
    Shell(home)("init")
    with served(home) as address:
        yield int(address.rpartition(":")[2])


def answers(port: int, message: str) -> list[str]:
    """The status of each answer until the server ends the connection; TimeoutError when it leaves it open."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(message.encode("latin-1"))
        received = b"".join(iter(lambda: connection.recv(65536), b""))
    return re.findall(r"HTTP/1\.1 (\d+)", received.decode("latin-1"))


def test_two_messages_that_are_told_apart_are_answered_both(port: int) -> None:
    ends = HIDDEN.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n")
    assert len(answers(port, f"{FIRST}Transfer-Encoding: chunked\r\n{LAST_CHUNK}{ends}")) == 2


@pytest.mark.parametrize(
    "ambiguous",
    [
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        f"Content-Length: 5\r\nContent-Length: {5 + len(HIDDEN)}\r\n",
        f"Content-Length: 5, {5 + len(HIDDEN)}\r\n",
        "Content-Length: +5\r\n",
        "Content-Length: 0x5\r\n",
        "Content-Length : 5\r\n",
        "Transfer-Encoding: xchunked\r\n",
        "Transfer-Encoding: chunked, identity\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
        "Transfer-Encoding:\x0bchunked\r\n",
        "Transfer-Encoding:\r\n chunked\r\n",
    ],
)
def test_a_message_that_can_be_read_in_two_ways_is_the_last_of_its_connection(
    port: int, ambiguous: str
) -> None:
    (status,) = answers(port, f"{FIRST}{ambiguous}{LAST_CHUNK}{HIDDEN}")
    assert status in ("400", "403")
