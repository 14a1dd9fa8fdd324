"""What serves this machine alone over plain HTTP says so, and nothing else leaves HTTPS out."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection, HTTPMessage
from http.cookies import SimpleCookie
from pathlib import Path

import pytest

from tests.commands.shell import Shell, outside
from tests.commands.test_serving import told, wait_until
from tests.functional.conftest import free_port


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    home = tmp_path_factory.mktemp("served") / "home"
    Shell(home)("init")
    return home


@contextmanager
def served(home: Path, said: Path, **environment: str) -> Iterator[int]:
    """The port of a server whose words go to the file ``said``."""
    port = free_port()
    command = [sys.executable, "-m", "goldenthread", "serve", "--port", str(port), "--workers", "1"]
    with (
        said.open("w") as file,
        subprocess.Popen(
            command, env={**outside(), "GOLDENTHREAD_HOME": str(home), **environment}, stdout=file
        ) as process,
    ):
        try:
            wait_until(lambda: answers(port))
            yield port
        finally:
            process.terminate()


def answers(port: int) -> bool:
    try:
        ask(port)
    except ConnectionError:
        return False
    return True


def ask(port: int, **headers: str) -> tuple[int, HTTPMessage]:
    """Status and headers of the start page, asked for with ``headers``."""
    sent = {name.replace("_", "-"): text for name, text in headers.items()}
    with closing(HTTPConnection("127.0.0.1", port, timeout=20)) as connection:
        connection.request("GET", "/", headers={"Host": "localhost"} | sent)
        answer = connection.getresponse()
        return answer.status, answer.headers


def cookies_of(headers: HTTPMessage) -> SimpleCookie:
    return SimpleCookie("; ".join(headers.get_all("Set-Cookie", [])))


def test_this_machine_alone_over_plain_http_and_it_says_so(home: Path, tmp_path: Path) -> None:
    said = tmp_path / "said"
    with served(home, said) as port:
        status, headers = ask(port)
    cookies = cookies_of(headers)
    assert (status, headers["Strict-Transport-Security"]) == (200, None)
    assert not cookies["goldenthread-csrf"]["secure"]
    assert "Plain HTTP for this machine only: cookies are not marked Secure" in said.read_text()


def test_behind_a_proxy_nothing_is_left_out_whatever_the_environment_says(home: Path, tmp_path: Path) -> None:
    said = tmp_path / "said"
    meant = {
        "GOLDENTHREAD_HOSTS": "localhost",
        "GOLDENTHREAD_BEHIND_PROXY": "1",
        "GOLDENTHREAD_PLAIN_HTTP": "1",
    }
    with served(home, said, **meant) as port:
        plain, where = ask(port)
        safe, headers = ask(port, X_Forwarded_Proto="https")
    assert (plain, where["Location"]) == (301, "https://localhost/")
    assert (safe, headers["Strict-Transport-Security"]) == (200, "max-age=31536000; includeSubDomains")
    (cookie,) = cookies_of(headers).values()
    assert (cookie.key, cookie["secure"], cookie["httponly"]) == ("__Host-goldenthread-csrf", True, True)
    assert (cookie["samesite"], cookie["path"], cookie["domain"]) == ("Lax", "/", "")
    assert "Plain HTTP" not in said.read_text()


def test_a_name_beyond_this_machine_is_not_served_over_plain_http(home: Path) -> None:
    said = told(home, "serve", GOLDENTHREAD_HOSTS="localhost,performance.example.gov")
    assert "GOLDENTHREAD_HOSTS names performance.example.gov" in said
    assert "GOLDENTHREAD_BEHIND_PROXY=1" in said
