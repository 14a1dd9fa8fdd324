"""A full disk, or one that fails, told as what it is: each library has its own errors for it."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError

from goldenthread.jobs.refused import Refused

_SIGNS = ("no space left on device", "database or disk is full", "disk quota exceeded", "errno 28")
# SQLite says no more than this when it cannot make room for what it shares between processes.
_MAYBE, _NEXT_TO_NOTHING = "disk i/o error", 1_000_000
_FAILING = (
    *(_MAYBE, "input/output error", "errno 5]", "os error 5)"),
    *("read-only file system", "readonly database", "unable to open database file"),
    "no usable temporary directory",
)


def is_full(error: BaseException) -> bool:
    """Whether an error, or one it came from, says that the disk has no room left."""
    said = _said(error)
    if _MAYBE in said and shutil.disk_usage(settings.WORKSPACE.home).free < _NEXT_TO_NOTHING:
        return True
    return any(sign in said for sign in _SIGNS)


def full_sentence() -> str:
    return (
        f"There is no room left on the disk of {settings.WORKSPACE.home}. Make room, then try again; "
        "goldenthread doctor shows how much is free."
    )


def sentence_of(error: BaseException) -> str | None:
    """What to say of an error of the disk, full or failing; None when it is none."""
    if is_full(error):
        return full_sentence()
    if any(sign in _said(error) for sign in _FAILING):
        return (
            f"The disk of {settings.WORKSPACE.home}, or of the files named, fails or cannot be written. "
            "Look at the disk and at the rights of its folders, then try again."
        )
    return None


def _said(error: BaseException) -> str:
    return f"{error} {error.__cause__ or ''} {error.__context__ or ''}".lower()


@contextmanager
def told_when_full(*places: Path) -> Iterator[None]:
    """Refused with these places, one of whose disks it is, when the block runs out of room."""
    try:
        yield
    except (OSError, sqlite3.Error, DatabaseError) as error:
        if not is_full(error):
            raise
        disks = ", or on that of ".join(map(str, dict.fromkeys(places)))
        raise Refused(f"There is no room left on the disk of {disks}. Make room, then try again.") from error


def keep_copy(file: Path, place: Path) -> tuple[str, int]:
    """Copy a file, flushed to disk; its SHA-256 and size."""
    try:
        with file.open("rb") as given, place.open("xb") as kept:
            os.fchmod(kept.fileno(), 0o600)
            while chunk := given.read(1 << 20):
                kept.write(chunk)
            kept.flush()
            os.fsync(kept.fileno())
        with place.open("rb") as kept:
            return hashlib.file_digest(kept, "sha256").hexdigest(), place.stat().st_size
    except OSError as error:
        why = full_sentence() if is_full(error) else f"{error.strerror}."
        raise Refused(f"{file.name} could not be copied into the workspace: {why}") from error
