"""A county of any size: units, staff, definitions, and an extract of calls. The same seed, the same bytes."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import lcm
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow.csv import CSVWriter, WriteOptions

from goldenthread.definitions import dump_yaml
from goldenthread.facts.formulas.whereabouts import WhereaboutsTables
from goldenthread.facts.scope import NOT_ASSIGNED

REASONS = (
    "billing",
    "benefits",
    "permits",
    "records",
    "housing",
    "transit",
    "parks",
    "water",
    "streets",
    "taxes",
    "health",
    "other",
)
LANGUAGES = ("english", "spanish", "chinese", "tagalog", "vietnamese", "korean")
CHANNELS = ("phone", "chat", "walk_in", "callback")
PRIORITIES = ("low", "normal", "urgent")
OUTCOMES = ("answered", "abandoned", "transferred")

MOVED_SHARE = 0.15
UNKNOWN_SHARE = 0.002
UNREADABLE_EVERY, NEGATIVE_EVERY = 2_000, 2_500
_ROWS_AT_ONCE = 1_000_000
_MICROSECOND = np.timedelta64(1, "us")


@dataclass(frozen=True)
class County:
    """How many of each kind there are, below the county itself."""

    departments: int
    divisions: int
    teams: int
    staff: int

    @property
    def units(self) -> int:
        return 1 + self.departments + self.divisions + self.teams


FULL = County(departments=9, divisions=45, teams=245, staff=5_000)
SMALL = County(departments=2, divisions=5, teams=22, staff=500)


@dataclass(frozen=True)
class Extract:
    """Rows of a county, numbered from ``first``, evenly over the days ``[start, end)``, in order of time."""

    county: County
    rows: int
    start: date
    end: date
    first: int = 1

    @property
    def unreadable(self) -> int:
        """Rows whose wait is no number."""
        return _multiples(self, UNREADABLE_EVERY)

    @property
    def refused(self) -> int:
        """Rows that must be refused: a wait that is no number, or below 0."""
        both = _multiples(self, lcm(UNREADABLE_EVERY, NEGATIVE_EVERY))
        return self.unreadable + _multiples(self, NEGATIVE_EVERY) - both

    def next(self, share: float) -> Extract:
        """That share of new rows, in the days that follow, as dense as these."""
        rows = round(self.rows * share)
        days = max(round((self.end - self.start).days * share), 1)
        return Extract(self.county, rows, self.end, self.end + timedelta(days=days), self.first + self.rows)


def _multiples(extract: Extract, step: int) -> int:
    last = extract.first + extract.rows - 1
    return last // step - (extract.first - 1) // step


def write_definitions(
    folder: Path, measures: Sequence[Mapping[str, Any]], extract: Extract, *, seed: int
) -> None:
    """A folder for ``goldenthread load``: organization, people, framework, the source and these measures."""
    for place in ("sources", "measures"):
        (folder / place).mkdir(parents=True, exist_ok=True)
    _write(folder / "organization.yaml", _organization(extract.county))
    _write(folder / "framework.yaml", _framework(extract.county))
    _write(folder / "sources" / "calls.yaml", SOURCE)
    for measure in measures:
        _write(folder / "measures" / f"{measure['measure']}.yaml", measure)
    with (folder / "people.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("person", "name", "unit", "role", "from", "to"))
        writer.writerows(_posts(extract, np.random.default_rng([seed, 1])))


def whereabouts(extract: Extract, *, seed: int) -> WhereaboutsTables:
    """Who was where, and which unit lies under which, as the workspace of ``write_definitions`` has it."""
    units = _organization(extract.county)["units"]
    parents = {unit["id"]: unit.get("parent") for unit in units}
    closure = [(NOT_ASSIGNED, NOT_ASSIGNED), (NOT_ASSIGNED, units[0]["id"])]
    for unit in parents:
        above: str | None = unit
        while above is not None:
            closure.append((unit, above))
            above = parents[above]
    posts = [
        (person, unit, date.fromisoformat(since), date.fromisoformat(until) if until else None)
        for person, _, unit, role, since, until in _posts(extract, np.random.default_rng([seed, 1]))
        if role == "member"
    ]
    return WhereaboutsTables(
        memberships=_whereabouts(("worker", "unit"), posts),
        person_ids=_whereabouts(("system", "id", "person"), []),
        unit_ids=_whereabouts(("system", "id", "unit"), []),
        closure=_whereabouts(("unit", "ancestor"), [(*row, None, None) for row in closure]),
    )


def _whereabouts(names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> pa.Table:
    span = [("from", pa.date32()), ("to", pa.date32())]
    schema = pa.schema([*((name, pa.string()) for name in names), *span])
    return pa.Table.from_pylist([dict(zip(schema.names, row, strict=True)) for row in rows], schema=schema)


def write_extract(file: Path, extract: Extract, *, seed: int) -> None:
    """The extract as CSV, a million rows at a time."""
    luck = np.random.default_rng([seed, 2, extract.first, extract.rows])
    span = np.datetime64(extract.end, "us") - np.datetime64(extract.start, "us")
    with CSVWriter(file, _SCHEMA, write_options=WriteOptions(quoting_style="none")) as writer:
        for done in range(0, extract.rows, _ROWS_AT_ONCE):
            count = min(_ROWS_AT_ONCE, extract.rows - done)
            places = np.arange(done, done + count)
            seconds = (span // _MICROSECOND * (places / extract.rows) // 1_000_000).astype("timedelta64[s]")
            started = np.datetime64(extract.start, "s") + seconds
            writer.write_table(_calls(extract.first + places, started, extract.county.staff, luck))


SOURCE: Mapping[str, Any] = {
    "source": "calls",
    "title": "Calls",
    "key": ["call_id"],
    "time": "started_at",
    "worker": "agent",
    "load": "append",
    "columns": {
        "call_id": {"type": "whole_number", "required": True},
        "started_at": {"type": "datetime", "required": True, "format": "%Y-%m-%d %H:%M:%S"},
        "agent": {"type": "text"},
        "channel": {"type": "category", "values": list(CHANNELS)},
        "reason": {"type": "category", "values": list(REASONS)},
        "language": {"type": "category", "values": list(LANGUAGES)},
        "priority": {"type": "category", "values": list(PRIORITIES)},
        "outcome": {"type": "category", "values": list(OUTCOMES)},
        "wait_seconds": {"type": "number", "minimum": 0},
        "talk_seconds": {"type": "number", "minimum": 0},
        "solved": {"type": "yes_no"},
    },
}
"""Every rule that a careful analyst would write, so that the import has something to check."""

_SCHEMA = pa.schema([(name, pa.string()) for name in SOURCE["columns"]]).set(
    0, pa.field("call_id", pa.int64())
)


def _calls(
    numbers: NDArray[np.int64], started: NDArray[np.datetime64], staff: int, luck: np.random.Generator
) -> pa.Table:
    count = len(numbers)
    agent = _drawn(luck, [*(_person(place) for place in range(staff)), "stranger"], count, last=UNKNOWN_SHARE)
    wait = np.floor(luck.exponential(55, count)).astype(np.int64)
    wait[numbers % NEGATIVE_EVERY == 0] *= -1
    wait[numbers % NEGATIVE_EVERY == 0] -= 1
    waits = wait.astype("U8")
    waits[numbers % UNREADABLE_EVERY == 0] = "unknown"
    return pa.table(
        {
            "call_id": numbers,
            "started_at": _as_text(started),
            "agent": agent,
            "channel": _drawn(luck, CHANNELS, count),
            "reason": _drawn(luck, REASONS, count),
            "language": _drawn(luck, LANGUAGES, count),
            "priority": _drawn(luck, PRIORITIES, count),
            "outcome": _drawn(luck, OUTCOMES, count, last=0.05),
            "wait_seconds": pa.array(waits),
            "talk_seconds": pa.array(np.floor(luck.gamma(4, 75, count)).astype(np.int64)).cast(pa.string()),
            "solved": _drawn(luck, ("yes", "no"), count),
        },
        schema=_SCHEMA,
    )


def _drawn(
    luck: np.random.Generator, words: Sequence[str], count: int, *, last: float | None = None
) -> pa.StringArray:
    """Words drawn evenly, the last one with a share of its own if given."""
    drawn = luck.integers(0, len(words) - (last is not None), count)
    if last is not None:
        drawn[luck.random(count) < last] = len(words) - 1
    return pa.DictionaryArray.from_arrays(pa.array(drawn.astype(np.int32)), pa.array(words)).cast(pa.string())


def _as_text(moments: NDArray[np.datetime64]) -> pa.StringArray:
    return pa.array(moments).cast(pa.timestamp("s")).cast(pa.string())


def _person(place: int) -> str:
    return f"w{place:04}"


def _posts(extract: Extract, luck: np.random.Generator) -> Iterator[tuple[str, ...]]:
    """Everybody in one team, some in another from a day on; the first of each team supervises it."""
    teams, staff = extract.county.teams, extract.county.staff
    length = (extract.end - extract.start).days
    moved = luck.random(staff) < MOVED_SHARE
    for place in range(staff):
        person, name, team = _person(place), f"Worker {place:04}", place % teams
        if place < teams:
            yield person, name, f"team_{team:03}", "supervisor", "2015-01-01", ""
        if moved[place]:
            day = (extract.start + timedelta(days=int(luck.integers(1, length)))).isoformat()
            other = (team + int(luck.integers(1, teams))) % teams
            yield person, name, f"team_{team:03}", "member", "2015-01-01", day
            yield person, name, f"team_{other:03}", "member", day, ""
        else:
            yield person, name, f"team_{team:03}", "member", "2015-01-01", ""


def _organization(county: County) -> dict[str, Any]:
    units: list[dict[str, str]] = [{"id": "county", "name": "Riverbend County", "kind": "county"}]
    levels = (
        ("department", county.departments, lambda _: "county"),
        ("division", county.divisions, lambda place: f"department_{place % county.departments:03}"),
        ("team", county.teams, lambda place: f"division_{place % county.divisions:03}"),
    )
    for kind, count, parent in levels:
        units += [
            {
                "id": f"{kind}_{place:03}",
                "name": f"{kind.capitalize()} {place + 1}",
                "kind": kind,
                "parent": parent(place),
            }
            for place in range(count)
        ]
    return {
        "organization": "Riverbend County",
        "fiscal_year_starts": 7,
        "timezone": "America/Los_Angeles",
        "units": units,
    }


def _framework(county: County) -> dict[str, Any]:
    """One service of each department under one outcome."""
    areas = [
        {
            "id": f"area_{place}",
            "name": f"Service area {place + 1}",
            "core_services": [
                {
                    "id": f"core_{place}",
                    "name": f"Core service {place + 1}",
                    "operational_services": [
                        {
                            "id": f"service_{place}",
                            "name": f"Service {place + 1}",
                            "unit": f"department_{place:03}",
                        }
                    ],
                }
            ],
        }
        for place in range(county.departments)
    ]
    return {"outcomes": [{"id": "served", "name": "People are served", "service_areas": areas}]}


def _write(file: Path, data: Mapping[str, Any]) -> None:
    file.write_text(dump_yaml(data), encoding="utf-8")
