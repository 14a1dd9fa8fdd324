"""Processes that end with the server that started them: one that was killed could not end its own."""

from __future__ import annotations

import os
import signal
import threading
import time

_SERVER = "GOLDENTHREAD_SERVER"
_LOOK_SECONDS = 1


def lead() -> None:
    """What this process starts from now on may follow it."""
    os.environ[_SERVER] = str(os.getpid())


def follow() -> None:
    """End this process as SIGTERM would, soon after the server that started it; nothing without one."""
    server = int(os.environ.get(_SERVER, 0))
    if not server:
        return

    def watch() -> None:
        while os.getppid() == server:
            time.sleep(_LOOK_SECONDS)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()
