"""What the Delta log of a fact table says about batches: who came, how, and who was taken back.

Each commit carries its own account as custom metadata, so that a table can be understood, healed and undone
without the records beside it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from deltalake import DeltaTable
from deltalake.transaction import Transaction

from goldenthread.facts.store.days import DayRanges

_KEY = "goldenthread"


class StoreError(Exception):
    """A change the store refuses, as a sentence."""


class Mode(StrEnum):
    """How the rows of a batch meet those already there."""

    APPEND = "append"
    UPSERT = "upsert"
    REPLACE_PERIOD = "replace_period"


@dataclass(frozen=True)
class Load:
    """A batch as it was given: its own Parquet files (names inside the table's folder) and how they enter."""

    batch: int
    mode: Mode
    key: tuple[str, ...]
    time: str | None
    files: tuple[str, ...]


@dataclass(frozen=True)
class Commit:
    """One version of the table and what it changed.

    `touched` maps each time column to the days of every row that came, went or was replaced.
    """

    version: int
    batch: int
    rows_added: int
    rows_replaced: int
    touched: Mapping[str, DayRanges]


@dataclass(frozen=True)
class Entry:
    """A commit with the load it brought, or, for an undo, without one.

    `replacing` names the live batches that replaced rows of earlier ones when they were last folded in.
    """

    commit: Commit
    load: Load | None
    replacing: frozenset[int]


@dataclass(frozen=True)
class Log:
    """Every load and undo of a table, oldest first."""

    entries: tuple[Entry, ...] = field(default=())

    @classmethod
    def read(cls, table: DeltaTable) -> Log:
        noted = [one for one in table.history() if _KEY in one]
        entries = (_entry(int(one["version"]), json.loads(one[_KEY])) for one in noted)
        return cls(tuple(sorted(entries, key=lambda entry: entry.commit.version)))

    def commit_of(self, batch: int, *, undo: bool = False) -> Commit | None:
        return next(
            (one.commit for one in self.entries if one.commit.batch == batch and (one.load is None) is undo),
            None,
        )

    def live(self, version: int | None = None) -> tuple[Load, ...]:
        """The batches that make up a version, in the order they came."""
        loads: dict[int, Load] = {}
        for entry in self.entries:
            if version is not None and entry.commit.version > version:
                break
            if entry.load is None:
                del loads[entry.commit.batch]
            else:
                loads[entry.load.batch] = entry.load
        return tuple(loads.values())

    def replacing(self) -> frozenset[int]:
        return self.entries[-1].replacing if self.entries else frozenset()

    def nearest_version(self, wanted: tuple[Load, ...]) -> tuple[int | None, int]:
        """The version made of the longest run of `wanted` from its start, and the length of that run."""
        best: tuple[int | None, int] = (None, 0)
        for entry in self.entries:
            live = self.live(entry.commit.version)
            if len(live) > best[1] and live == wanted[: len(live)]:
                best = (entry.commit.version, len(live))
        return best


def transaction(batch: int, *, undo: bool = False) -> Transaction:
    """The Delta transaction that lets a batch be committed, or undone, once."""
    return Transaction(f"{_KEY}-{'undo' if undo else 'batch'}-{batch}", 1)


def metadata(entry: Entry) -> dict[str, str]:
    """The account of a commit, as custom metadata of the Delta log."""
    commit = entry.commit
    account: dict[str, Any] = {
        "batch": commit.batch,
        "rows_added": commit.rows_added,
        "rows_replaced": commit.rows_replaced,
        "touched": {
            column: [[start.isoformat(), end.isoformat()] for start, end in days.ranges]
            for column, days in commit.touched.items()
        },
        "replacing": sorted(entry.replacing),
    }
    if entry.load is not None:
        load = entry.load
        account["load"] = {
            "mode": load.mode.value,
            "key": list(load.key),
            "time": load.time,
            "files": list(load.files),
        }
    return {_KEY: json.dumps(account)}


def _entry(version: int, account: dict[str, Any]) -> Entry:
    touched = {
        column: DayRanges(
            tuple((date.fromisoformat(start), date.fromisoformat(end)) for start, end in ranges)
        )
        for column, ranges in account["touched"].items()
    }
    commit = Commit(version, account["batch"], account["rows_added"], account["rows_replaced"], touched)
    load = None
    if "load" in account:
        given = account["load"]
        load = Load(
            commit.batch, Mode(given["mode"]), tuple(given["key"]), given["time"], tuple(given["files"])
        )
    return Entry(commit, load, frozenset(account["replacing"]))
