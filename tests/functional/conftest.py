"""A demo as a newcomer has it: built by the command, served by the command, seen in a browser."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page

GOLDENTHREAD = (sys.executable, "-m", "goldenthread")


def environment(home: Path) -> dict[str, str]:
    """This shell's, for a workspace of its own and no other database."""
    ours = ("GOLDENTHREAD_", "DATABASE_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {**kept, "GOLDENTHREAD_HOME": str(home)}


@contextmanager
def served(home: Path, port: int | None = None, **settings: str) -> Iterator[str]:
    """The address at which the workspace is served meanwhile, with these settings beside it."""
    port = port or free_port()
    serve = [*GOLDENTHREAD, "serve", "--port", str(port)]
    said = {**environment(home), **settings}
    with subprocess.Popen(serve, env=said, stdout=subprocess.DEVNULL) as process:
        try:
            wait_for(port, process)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.send_signal(signal.SIGINT)


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    """Until somebody listens there; AssertionError when the process ends before."""
    while True:
        assert process.poll() is None, "serve ended by itself"
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)


def free_port() -> int:
    """A port of this machine that nobody had a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def sign_in(page: Page, address: str, username: str, password: str) -> None:
    """Sign in as somebody does at a keyboard, and see Home."""
    page.goto(address)
    page.locator("input[name=login]").fill(username)
    page.locator("input[name=password]").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("link", name="Measures", exact=True).first.wait_for()


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workspace of a demo."""
    home = tmp_path_factory.mktemp("functional") / "workspace-demo"
    done = subprocess.run(
        [*GOLDENTHREAD, "demo", "--no-serve"],
        env=environment(home),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return home
