"""Moving files so that a crash leaves either the old name or the new one, and locking a folder."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Holds the folder for one writer, across processes and threads; the next one waits."""
    with (folder / "_lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def moved_in(
    staged: Sequence[Path], folder: Path, *, prefix: str, listed: Callable[[], bool]
) -> Iterator[list[Path]]:
    """The staged files under new names inside `folder`, flushed to disk; moved back if the block fails
    before they are `listed`."""
    arrived: list[tuple[Path, Path]] = []
    try:
        for file in staged:
            flush(file)
            target = folder / f"{prefix}-{uuid.uuid4().hex}.parquet"
            file.replace(target)
            arrived.append((file, target))
        flush(folder)
        yield [target for _, target in arrived]
    except BaseException:
        if not listed():
            for file, target in arrived:
                target.replace(file)
        raise


def put_over(old: Path, new: Path, *, keep_both: bool) -> None:
    """What `new` holds under the name of `old`. Whoever has `old` open reads on in what it was."""
    if keep_both:
        second = old.with_name(f"rewritten-{uuid.uuid4().hex}.parquet")
        shutil.copyfile(new, second)
        new = second
    flush(new)
    new.replace(old)


def flush(path: Path) -> None:
    """Asks the disk to keep a file's bytes, or a folder's names."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def milliseconds() -> int:
    """Now, as the Delta log counts time."""
    return time.time_ns() // 1_000_000
