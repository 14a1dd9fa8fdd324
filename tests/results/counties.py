"""A small county whose calls are counted twice: by the product, and by loops over the same rows."""

from __future__ import annotations

import csv
import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from goldenthread.calc.periods import FiscalCalendar, Grain
from goldenthread.jobs.extracts import importing
from goldenthread.jobs.loading import load_folder
from goldenthread.record.audit.actor import Actor
from goldenthread.record.sources.models import Batch

BY = Actor("operator:test")
NOW = datetime(2026, 4, 20, 12, tzinfo=UTC)
TODAY = date(2026, 4, 20)
CALENDAR = FiscalCalendar(7)

ORGANIZATION = """
organization: Riverbend County
fiscal_year_starts: 7
timezone: UTC
units:
  - {id: county, name: Riverbend County, kind: county}
  - {id: benefits, name: Benefits, kind: division, parent: county}
  - {id: health, name: Health, kind: division, parent: county}
  - {id: north, name: North office, kind: team, parent: benefits}
  - id: south
    name: South office
    kind: team
    parents:
      - {unit: benefits, to: 2026-01-15}
      - {unit: health, from: 2026-01-15}
"""
PEOPLE = """person,name,unit,role,from,to
w1,Ana Ruiz,north,member,2025-06-01,2026-02-10
w1,Ana Ruiz,south,member,2026-02-10,
w2,Bo Li,north,member,2025-06-01,
w3,Cy Doe,south,member,2025-06-01,
"""
CALLS = """
source: calls
key: [call]
time: day
worker: agent
load: upsert
columns:
  call: {type: text, required: true}
  agent: {type: text}
  day: {type: date}
  wait: {type: number, missing: [""]}
  outcome: {type: category, values: [answered, abandoned]}
"""
LETTERS = """\
source: letters
key: [letter]
time: day
unit: office
load: upsert
columns:
  letter: {type: text, required: true}
  office: {type: text}
  day: {type: date}
"""
SHOWN = {
    "received": "show_as: {unit: count}\nnumerator: {count: calls}",
    "in_time": (
        "show_as: {unit: percent, per: 100, better: higher}\n"
        "numerator: {count: calls, where: {wait: {at_most: 60}, outcome: answered}}\n"
        "denominator: {count: calls}"
    ),
    "mean_wait": "show_as: {unit: seconds, better: lower}\nnumerator: {mean: wait}",
    "median_wait": "show_as: {unit: seconds, better: lower}\nnumerator: {median: wait}",
    "longest_wait": "show_as: {unit: seconds, better: lower}\nnumerator: {max: wait}",
}


@dataclass(frozen=True)
class Call:
    call: str
    agent: str
    day: date
    wait: float | None
    outcome: str


def calls(count: int, *, seed: int, first: date = date(2025, 7, 1), days: int = 280) -> list[Call]:
    """Calls of three known agents and one that nobody knows, some without a wait."""
    rng = random.Random(seed)
    return [
        Call(
            call=f"{seed}-{number}",
            agent=rng.choice(["w1", "w2", "w3", "temp"]),
            day=first + timedelta(days=rng.randrange(days)),
            wait=None if rng.random() < 0.1 else rng.randrange(0, 120),
            outcome=rng.choice(["answered", "answered", "abandoned"]),
        )
        for number in range(count)
    ]


def write_definitions(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "organization.yaml").write_text(ORGANIZATION)
    (folder / "people.csv").write_text(PEOPLE)
    for kind in ("sources", "measures"):
        (folder / kind).mkdir(exist_ok=True)
    (folder / "sources" / "calls.yaml").write_text(CALLS)
    for key, shown in SHOWN.items():
        text = f"measure: {key}\ntitle: {key}\nsource: calls\nfrequency: month\n{shown}\n"
        (folder / "measures" / f"{key}.yaml").write_text(text)
    return folder


def load_definitions(folder: Path) -> None:
    load_folder(write_definitions(folder), by=BY, now=NOW)


def import_calls(folder: Path, rows: Sequence[Call], name: str) -> Batch:
    file = folder / name
    with file.open("w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["call", "agent", "day", "wait", "outcome"])
        writer.writerows([one.call, one.agent, one.day, one.wait, one.outcome] for one in rows)
    received = importing.bring_in("calls", file, by=BY, now=NOW)
    assert received.batch.state == "waiting", received.batch.message
    return importing.load(received.batch, by=BY, now=NOW)


def units_of(call: Call) -> list[str]:
    """The unit a call counts for and all above it, as things stood on its day; unknown agents under the
    top."""
    posts = {
        "w1": "north" if call.day < date(2026, 2, 10) else "south",
        "w2": "north",
        "w3": "south",
    }
    unit = posts.get(call.agent)
    if unit is None:
        return ["~not-assigned", "county"]
    division = "benefits" if unit == "north" or call.day < date(2026, 1, 15) else "health"
    return [unit, division, "county"]


def plain_values(rows: Iterable[Call], measure: str, grain: str) -> dict[tuple[str, date], float]:
    """The values of a measure for every unit and period with calls, by loops."""
    cells: dict[tuple[str, date], list[Call]] = defaultdict(list)
    for call in rows:
        for unit in units_of(call):
            for start in _periods(call.day, grain, rows):
                cells[(unit, start)].append(call)
    found = {cell: value_of(measure, inside) for cell, inside in cells.items()}
    return {cell: value for cell, value in found.items() if value is not None}


def _periods(day: date, grain: str, rows: Iterable[Call]) -> list[date]:
    if grain != "year_to_date":
        return [CALENDAR.period_of(day, Grain(grain)).start]
    year = CALENDAR.period_of(day, Grain.YEAR)
    last = max(one.day for one in rows)
    end = min(year.end, last + timedelta(days=1))
    return [period.start for period in CALENDAR.periods_between(day, end, Grain.MONTH)]


def value_of(measure: str, inside: list[Call]) -> float | None:
    waits = sorted(call.wait for call in inside if call.wait is not None)
    if measure == "received":
        return float(len(inside))
    if measure == "in_time":
        good = [c for c in inside if c.wait is not None and c.wait <= 60 and c.outcome == "answered"]
        return len(good) * 100 / len(inside)
    if not waits:
        return None
    if measure == "mean_wait":
        return sum(waits) / len(waits)
    if measure == "longest_wait":
        return float(waits[-1])
    middle = len(waits) // 2
    return float(waits[middle]) if len(waits) % 2 else (waits[middle - 1] + waits[middle]) / 2
