"""One at a time, across processes."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from goldenthread.jobs.refused import Refused

_STEP_SECONDS = 0.2


@contextmanager
def one_at_a_time(name: str, *, wait_seconds: float = 60) -> Iterator[None]:
    """Hold the lock ``name`` of this workspace, waiting for whoever has it.

    The kernel drops the lock when its holder dies, so nothing is left to clean after a crash. Raises
    Refused when the other one takes longer than ``wait_seconds``.
    """
    folder = Path(settings.WORKSPACE.home) / "locks"
    folder.mkdir(exist_ok=True, mode=0o700)
    with (folder / name).open("w") as file:
        deadline = time.monotonic() + wait_seconds
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise Refused(
                        f"Another load or computation of “{name}” is still under way after "
                        f"{wait_seconds:.0f} seconds. Nothing was changed; try again when it is done."
                    ) from None
                time.sleep(_STEP_SECONDS)
        yield
