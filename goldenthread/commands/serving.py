"""The processes of ``serve``: web workers, the job worker and the watcher, started and ended together."""

from __future__ import annotations

import ipaddress
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import click
from granian import Granian
from granian.constants import Interfaces

_STOP_SECONDS = 20
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
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def serve(host: str, port: int, *, workers: int) -> None:
    """Serve until interrupted. The workspace must be open and up to date; raises ClickException when it
    cannot."""
    if not is_free(host, port):
        raise click.ClickException(f"Port {port} of {host} is in use. Name another one: --port {port + 1}")
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
    """The job worker and the watcher, started again should one of them die, and ended with the server."""
    over = threading.Event()
    keepers = [threading.Thread(target=_keep_running, args=(name, over), daemon=True) for name in _ASIDE]
    for keeper in keepers:
        keeper.start()
    try:
        yield
    finally:
        over.set()
        for keeper in keepers:
            keeper.join(_STOP_SECONDS)


def _keep_running(name: str, over: threading.Event) -> None:
    while not over.is_set():
        # A session of its own: Ctrl-C reaches the server alone, which then ends this one in good order.
        process = subprocess.Popen(
            [sys.executable, "-m", "goldenthread", name], start_new_session=True, env=os.environ.copy()
        )
        while process.poll() is None and not over.wait(0.2):
            pass
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
        else:
            over.wait(1)
