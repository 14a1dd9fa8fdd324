"""The server as the operator meets it: what it refuses to start with, and that nothing outlives it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from tests.commands.shell import Shell, outside

PATIENCE_SECONDS = 90


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    home = tmp_path_factory.mktemp("served") / "home"
    Shell(home)("init")
    return home


def told(home: Path, *words: str, **environment: str) -> str:
    """What a command that cannot be done says."""
    done = subprocess.run(
        [sys.executable, "-m", "goldenthread", *words],
        env={**outside(), "GOLDENTHREAD_HOME": str(home), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"DATABASE_URL": "mongodb://somewhere"}, "DATABASE_URL names no database Goldenthread can use."),
        ({"DATABASE_URL": "postgresql://x:y@127.0.0.1:1/z"}, "The database does not answer: "),
        (
            {"GOLDENTHREAD_LARGEST_UPLOAD_MB": "2 GB"},
            "_UPLOAD_MB is “2 GB”; wanted a whole number",
        ),
        ({"GOLDENTHREAD_ENGINE": "trino://here:1"}, "wanted spark://host:port of a Spark master"),
        ({"GOLDENTHREAD_ENGINE": "spark://here:7077"}, "pip install 'goldenthread[spark]'"),
    ],
    ids=[
        "another kind of database",
        "a server that is down",
        "a word for a number",
        "another kind of engine",
        "an engine without its packages",
    ],
)
def test_a_setting_that_cannot_be_is_a_sentence(home: Path, environment: dict, sentence: str) -> None:
    assert sentence in told(home, "batches", **environment)


def test_an_empty_key_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "secret_key").touch()
    assert "secret_key is empty. Copy it from where you keep it" in told(tmp_path, "serve")


def test_beyond_this_machine_it_wants_its_names_and_https(home: Path) -> None:
    said = told(home, "serve", "--host", "0.0.0.0")
    assert "GOLDENTHREAD_HOSTS is not set" in said
    assert "GOLDENTHREAD_BEHIND_PROXY=1" in said


def test_a_busy_port_and_a_strange_address_are_told_apart(home: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        said = told(home, "serve", "--port", str(port))
    assert f"Port {port} of 127.0.0.1 is in use. Name another one: --port {port + 1}" in said
    ready = {"GOLDENTHREAD_HOSTS": "performance.example.gov", "GOLDENTHREAD_BEHIND_PROXY": "1"}
    said = told(home, "serve", "--host", "192.0.2.1", **ready)
    assert "192.0.2.1 is no address of this machine" in said


COUNT = """
from goldenthread.commands import open_workspace
open_workspace()
from django.test import RequestFactory
from goldenthread.accounts.limits import take
caller = RequestFactory().get("/", REMOTE_ADDR="192.0.2.7")
for _ in range(20):
    print(take(caller, "files", "50/m/ip"))
"""


def test_processes_count_together(home: Path) -> None:
    """Four at once ask for eighty where fifty find room, and the count is in a file that they share."""
    environment = {**outside(), "GOLDENTHREAD_HOME": str(home)}
    asking = [
        subprocess.Popen([sys.executable, "-c", COUNT], env=environment, stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    answers = [line for one in asking for line in one.communicate()[0].splitlines()]
    assert (len(answers), answers.count("0")) == (80, 50)


@pytest.fixture
def server(home: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """A server that answers, and its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = outside()
    process = subprocess.Popen(
        [sys.executable, "-m", "goldenthread", "serve", "--port", str(port), "--workers", "1"],
        env={**environment, "GOLDENTHREAD_HOME": str(home)},
        stdout=subprocess.DEVNULL,
    )
    try:
        wait_until(lambda: answers(port))
        yield process, port
    finally:
        process.kill()
        process.wait()


def answers(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/", timeout=5) as answer:
            return answer.status == 200
    except URLError:
        return False


def children(process: int) -> list[int]:
    found = subprocess.run(["ps", "--ppid", str(process), "-o", "pid="], capture_output=True, text=True)
    return [int(pid) for pid in found.stdout.split()]


def lives(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_until(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not happened():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.2)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_nothing_outlives_the_server(
    server: tuple[subprocess.Popen[bytes], int], how: signal.Signals
) -> None:
    process, port = server
    wait_until(lambda: len(children(process.pid)) >= 3)
    started = children(process.pid)
    process.send_signal(how)
    process.wait(PATIENCE_SECONDS)
    assert process.returncode == (0 if how is signal.SIGTERM else -signal.SIGKILL)
    wait_until(lambda: not any(lives(child) for child in started))
    assert not answers(port)


def test_a_worker_that_was_killed_is_started_again(server: tuple[subprocess.Popen[bytes], int]) -> None:
    process, _port = server
    wait_until(lambda: len(children(process.pid)) >= 3)
    before = set(children(process.pid))
    worker = next(child for child in before if b"worker" in Path(f"/proc/{child}/cmdline").read_bytes())
    os.kill(worker, signal.SIGKILL)
    wait_until(lambda: any(lives(child) for child in set(children(process.pid)) - before))
