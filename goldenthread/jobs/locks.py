"""One at a time, across processes. The kernel drops a lock when its holder dies, so nothing is left to clean
after a crash."""

from __future__ import annotations

import fcntl
import math
import time
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

from django.conf import settings

from goldenthread.jobs.refused import Refused

_STEP_SECONDS = 0.2
FOREVER = math.inf


class Busy(Refused):
    """Another process is at it. Nothing was changed."""


@contextmanager
def one_at_a_time(name: str, *, wait_seconds: float = 60) -> Iterator[None]:
    """Hold the lock ``name`` of this workspace, waiting for whoever has it.

    Raises Busy when the other one takes longer than ``wait_seconds``.
    """
    with _file_of(name).open("w") as file:
        deadline = time.monotonic() + wait_seconds
        while not _taken(file):
            if time.monotonic() >= deadline:
                raise Busy(
                    f"Another load or computation of “{name}” is still under way after "
                    f"{wait_seconds:.0f} seconds. Nothing was changed; try again when it is done."
                )
            time.sleep(_STEP_SECONDS)
        yield


@contextmanager
def all_at_once(names: Collection[str], *, wait_seconds: float) -> Iterator[None]:
    """Hold all these locks, or none of them while one is taken: whoever waits for one is not kept waiting by
    another.

    Raises Busy when they are not free together within ``wait_seconds``.
    """
    deadline = time.monotonic() + wait_seconds
    while True:
        with ExitStack() as held:
            try:
                for name in names:
                    held.enter_context(one_at_a_time(name, wait_seconds=0))
            except Busy:
                if time.monotonic() >= deadline:
                    raise
            else:
                yield
                return
        time.sleep(_STEP_SECONDS)


@contextmanager
def alone_with(file: Path, *, busy: str) -> Iterator[None]:
    """Hold a file that is there already, or raise Busy with the sentence ``busy``."""
    with file.open("rb") as held:
        if not _taken(held):
            raise Busy(busy)
        yield


def is_taken(file: Path) -> bool:
    """Whether some process is ``alone_with`` a file right now."""
    with file.open("rb") as held:
        return not _taken(held)


def is_held(name: str) -> bool:
    """Whether some process holds the lock ``name`` right now."""
    with _file_of(name).open("w") as file:
        return not _taken(file)


def _file_of(name: str) -> Path:
    folder = Path(settings.WORKSPACE.home) / "locks"
    folder.mkdir(exist_ok=True, mode=0o700)
    return folder / name


def _taken(file: IO[str] | IO[bytes]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
