"""Signed heads as they stand outside the database: JSON lines in a folder, a file for each month.

A head says that on a day the chain had come to a row with this hash. Whoever can change the database cannot
change these files by that, and whoever keeps a copy of a line elsewhere can hold the whole log to it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from goldenthread.record.audit.chain import Place, canonical
from goldenthread.record.audit.signing import is_signed, name_of


@dataclass(frozen=True)
class Head:
    """``month`` is the month that ends with this row (2026-03), or empty; ``key`` the public key, in hex."""

    sealed_at: str
    month: str
    seq: int
    hash: str
    key: str
    signature: str = ""

    @property
    def statement(self) -> bytes:
        """What is signed: the line without its signature, in the canonical form."""
        return canonical({**asdict(self), "signature": ""})

    @property
    def is_signed(self) -> bool:
        return is_signed(self.statement, self.signature, key=self.key)

    @property
    def words(self) -> str:
        """How a sentence names it."""
        return f"head of {self.month}" if self.month else f"head sealed {self.sealed_at}"


class Unreadable(Exception):
    """A line that is no head. The text names the file and the line."""


def signed(place: Place, *, month: str, key: Ed25519PrivateKey, now: datetime) -> Head:
    """A head over a place of the chain."""
    sealed_at = now.astimezone(UTC).isoformat(timespec="seconds")
    head = Head(sealed_at, month, place.seq, place.hash, name_of(key))
    return replace(head, signature=key.sign(head.statement).hex())


def write(folder: Path, head: Head) -> None:
    """Add a line, and return once it is on the disk."""
    folder.mkdir(exist_ok=True, mode=0o700, parents=True)
    line = json.dumps(asdict(head), sort_keys=True) + "\n"
    file = folder / f"{head.sealed_at[:7]}.jsonl"
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        # In one call, so that a process that dies leaves the whole line or none of it.
        os.write(descriptor, line.encode("ascii"))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read(folder: Path) -> Iterator[Head]:
    """Every head, in the order of writing; Unreadable at the first line that is none."""
    for file in sorted(folder.glob("*.jsonl")):
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
            try:
                yield Head(**json.loads(line))
            except (ValueError, TypeError):
                raise Unreadable(
                    f"Line {number} of {file} is no head: it was changed, or only a part of it is there."
                ) from None
