"""Where a restore begins: in an empty folder, alone."""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from goldenthread.jobs.refused import Refused
from goldenthread.workspace import Workspace

LOCK = "lock"


@contextmanager
def beginning(workspace: Workspace) -> Iterator[Workspace]:
    """The workspace that a restore into ``workspace`` fills. It goes when the block fails. Refused unless the
    folder is empty, or holds no more than what a killed restore had begun with."""
    home = workspace.home
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    begun = workspace.restoring
    if other := sorted(file.name for file in home.iterdir() if file != begun.home):
        raise Refused(
            f"{home} is not empty: it holds {other[0]}. A backup is restored into an empty folder; name "
            "another one with --home, or move what is there away."
        )
    begun.home.mkdir(exist_ok=True, mode=0o700)
    with (begun.home / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused(f"Another restore into {home} is under way. Wait until it is done.") from None
        for left in begun.home.iterdir():
            if left.name != LOCK:
                shutil.rmtree(left) if left.is_dir() else left.unlink()
        try:
            begun.create()
            yield begun
        except BaseException:
            shutil.rmtree(begun.home, ignore_errors=True)
            raise
