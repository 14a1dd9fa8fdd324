"""The processes of ``serve``: web workers, the job worker and the watcher, started and ended together."""

from __future__ import annotations

import errno
import ipaddress
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import click
from granian import Granian
from granian.constants import Interfaces

from goldenthread.commands.following import lead

_STOP_SECONDS = 20
_FIRST_PAUSE, _LONGEST_PAUSE = 1, 30
_ASIDE = ("worker", "watch")


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a server bound to ``host``."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_free(host: str, port: int) -> bool:
    """Whether a server could be bound there right now."""
    return _refusal(host, port) is None


def check_free(host: str, port: int) -> None:
    """Raises ClickException with the reason why no server can be bound there."""
    refusal = _refusal(host, port)
    if refusal is None:
        return
    if refusal.errno == errno.EADDRINUSE:
        said = f"Port {port} of {host} is in use. Name another one: --port {port + 1}"
    elif refusal.errno == errno.EACCES:
        said = f"Ports under 1024, such as {port}, are for the system's own. Name another one: --port 8000"
    else:
        said = f"{host} is no address of this machine. Name one of its own, such as --host 127.0.0.1"
    raise click.ClickException(said)


def _refusal(host: str, port: int) -> OSError | None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as refusal:
            return refusal
    return None


def serve(host: str, port: int, *, workers: int) -> None:
    """Serve until interrupted. The workspace must be open and up to date, the port free."""
    lead()
    with _processes_aside():
        Granian(
            "goldenthread.config.wsgi:application",
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            workers=workers,
            blocking_threads=4,
            websockets=False,
            log_enabled=False,
            respawn_failed_workers=True,
            workers_kill_timeout=_STOP_SECONDS,
        ).serve()


@contextmanager
def _processes_aside() -> Iterator[None]:
    """The job worker and the watcher, started again should one of them die, and ended with the server.

    They start before the server does: what a thread starts while the server forks its workers is waited for
    until those have ended.
    """
    over = threading.Event()
    keepers = [
        threading.Thread(target=_keep_running, args=(name, _started(name), over), daemon=True)
        for name in _ASIDE
    ]
    for keeper in keepers:
        keeper.start()
    try:
        yield
    finally:
        over.set()
        for keeper in keepers:
            keeper.join(_STOP_SECONDS)


def _started(name: str) -> subprocess.Popen[bytes]:
    # A session of its own: Ctrl-C reaches the server alone, which then ends this one in good order.
    return subprocess.Popen([sys.executable, "-m", "goldenthread", name], start_new_session=True)


def _keep_running(name: str, process: subprocess.Popen[bytes], over: threading.Event) -> None:
    pause = _FIRST_PAUSE
    while not over.is_set():
        started = time.monotonic()
        while process.poll() is None and not over.wait(0.2):
            pass
        if process.poll() is None:
            break
        # One that cannot run, as without its database, is not to keep the machine busy with trying.
        lived = time.monotonic() - started
        pause = _FIRST_PAUSE if lived > _LONGEST_PAUSE else min(2 * pause, _LONGEST_PAUSE)
        ending = _ending(process.returncode)
        click.echo(f"goldenthread {name} ended ({ending}); it starts again in {pause} s.", err=True)
        if not over.wait(pause):
            process = _started(name)
    process.terminate()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()


def _ending(code: int) -> str:
    return f"by signal {-code}" if code < 0 else f"exit {code}"
