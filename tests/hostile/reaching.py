"""A file and an address of this machine that nobody may touch, and whether somebody did."""

from __future__ import annotations

import ctypes
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

SECRET = "canary-91be"
_ACCESSED, _OPENED = 0x1, 0x20


@dataclass
class Bait:
    """``file`` holds SECRET; at ``address`` somebody listens. Both are watched by the system, so that it
    does not matter which library, or which process, reaches for them."""

    file: Path
    address: str
    _watch: int
    _listener: socket.socket

    def touched(self) -> list[str]:
        """What was reached for since it was last asked."""
        found = []
        with suppress(BlockingIOError):
            if os.read(self._watch, 4096):
                found.append(str(self.file))
        with suppress(BlockingIOError):
            self._listener.accept()[0].close()
            found.append(self.address)
        return found


@contextmanager
def laid_out(folder: Path) -> Iterator[Bait]:
    file = folder / "bait.txt"
    file.write_text(SECRET)
    system = ctypes.CDLL(None, use_errno=True)
    watch = system.inotify_init1(os.O_NONBLOCK)
    assert system.inotify_add_watch(watch, os.fsencode(file), _ACCESSED | _OPENED) >= 0
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        yield Bait(file, f"http://127.0.0.1:{listener.getsockname()[1]}/bait", watch, listener)
    os.close(watch)
