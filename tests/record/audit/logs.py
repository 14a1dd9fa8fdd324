"""A log for tests: rows over some months, placed and sealed as time goes by."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from goldenthread.record.audit.actions import Happening, place_rows, record_events
from goldenthread.record.audit.actor import Actor
from goldenthread.record.audit.enums import Action
from goldenthread.record.audit.sealing import seal
from goldenthread.record.audit.signing import name_of
from goldenthread.record.audit.verifying import Verdict, verify

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
BY = Actor.user(7, roles=("auditor",))
COLUMNS = (
    "at",
    "actor",
    "roles",
    "standing_in_for",
    "request",
    "action",
    "kind",
    "object_id",
    "unit",
    "fields",
    "reason",
)
"""What a row says, without its place in the chain."""


def at(month: int, day: int = 1, hour: int = 12) -> datetime:
    """A moment of 2026; months after December are of the next years."""
    return datetime(2026 + (month - 1) // 12, (month - 1) % 12 + 1, day, hour, tzinfo=UTC)


def write(count: int, *, now: datetime, begin: int = 0) -> None:
    """As many rows, each about another thing, in their places."""
    looks = [
        Happening(Action.VIEWED, "person", f"w{begin + one}", unit="north", fields=["name"])
        for one in range(count)
    ]
    record_events(looks, by=BY, now=now)
    place_rows()


def write_and_seal(folder: Path, *, months: int, rows: int) -> None:
    """Rows in each month from January on, a signed head in its middle and at its end, and a few rows that no
    head knows yet."""
    for month in range(1, months + 1):
        write(rows, now=at(month, 5), begin=month * 1000)
        seal(key=KEY, folder=folder, now=at(month, 15))
        write(rows, now=at(month, 20), begin=month * 1000 + 500)
    seal(key=KEY, folder=folder, now=at(months + 1, 1))
    write(3, now=at(months + 1, 2), begin=90_000)


def verified(folder: Path, *, now: datetime) -> Verdict:
    return verify(folder=folder, keys={name_of(KEY)}, now=now)
