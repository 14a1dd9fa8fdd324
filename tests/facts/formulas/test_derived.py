"""Derived columns against arithmetic done with dates, one row at a time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from goldenthread.calc.clocks import Clock, Counting, WorkingCalendar
from goldenthread.facts.engines.embedded import EmbeddedEngine
from goldenthread.facts.formulas.derived import Derived
from goldenthread.facts.formulas.deriving import with_derived

CALENDAR = WorkingCalendar(holidays=frozenset({date(2026, 1, 1), date(2026, 1, 19)}))
SCHEMA = pa.schema(
    [
        ("opened", pa.timestamp("us", "UTC")),
        ("opened__day", pa.date32()),
        ("closed", pa.timestamp("us", "UTC")),
        ("closed__day", pa.date32()),
        ("due", pa.date32()),
        ("held", pa.float64()),
        ("hold_reason", pa.string()),
    ]
)


def at(day: int | None, hour: int = 12) -> datetime | None:
    return None if day is None else datetime(2025, 12, 20, hour, 30, 15, tzinfo=UTC) + timedelta(days=day)


def row(opened: int | None, closed: int | None, **more: Any) -> dict[str, Any]:
    begun, ended = at(opened), at(closed, 15)
    return {
        "opened": begun,
        "opened__day": begun and begun.date(),
        "closed": ended,
        "closed__day": ended and ended.date(),
        "due": None,
        "held": None,
        "hold_reason": None,
        **more,
    }


ROWS = [
    *(row(start, start + length) for start in range(0, 30, 3) for length in (0, 1, 4, 9, 20)),
    row(3, 1),
    row(None, 4),
    row(4, None),
]


def column(
    definition: dict[str, Any], rows: list[dict[str, Any]], folder: Path, **others: dict[str, Any]
) -> list[Any]:
    path = folder / "facts.parquet"
    pq.write_table(
        pa.Table.from_pylist(
            [{**one, "n": n} for n, one in enumerate(rows)], SCHEMA.append(pa.field("n", pa.int64()))
        ),
        path,
    )
    derived = {name: Derived.model_validate(one) for name, one in {**others, "answer": definition}.items()}
    with EmbeddedEngine([folder]) as engine, engine.session() as session:
        facts = session.table([path], SCHEMA.append(pa.field("n", pa.int64())))
        facts = with_derived(session, facts, derived, ["answer", "answer", "held"], SCHEMA, CALENDAR)
        return session.execute(facts.order_by("n").select("answer"))["answer"].to_pylist()


def expected(rows: list[dict[str, Any]], compute: Any) -> list[Any]:
    """`compute(row)`, and missing where a time is missing or the end lies before the start."""
    return [
        compute(one) if one["opened"] and one["closed"] and one["opened"] <= one["closed"] else None
        for one in rows
    ]


@pytest.mark.parametrize(
    ("unit", "compute"),
    [
        ("days", lambda one: (one["closed__day"] - one["opened__day"]).days),
        ("working_days", lambda one: CALENDAR.days_between(one["opened__day"], one["closed__day"])),
        ("hours", lambda one: (one["closed"] - one["opened"]).total_seconds() / 3600),
        ("minutes", lambda one: (one["closed"] - one["opened"]).total_seconds() / 60),
        ("seconds", lambda one: (one["closed"] - one["opened"]).total_seconds()),
    ],
)
def test_elapsed(unit: str, compute: Any, tmp_path: Path) -> None:
    found = column({"elapsed": unit, "from": "opened", "until": "closed"}, ROWS, tmp_path)
    assert found == [None if one is None else pytest.approx(one) for one in expected(ROWS, compute)]


@pytest.mark.parametrize("counting", list(Counting))
@pytest.mark.parametrize("tolerance", [0, 2])
def test_on_time_is_what_the_clock_says(counting: Counting, tolerance: int, tmp_path: Path) -> None:
    clock = Clock(5, counting, CALENDAR, tolerance)
    definition = {
        "on_time": {
            "start": "opened",
            "done": "closed",
            "days": 5,
            "counting": counting,
            "tolerance": tolerance,
        }
    }
    allowed = clock.days + clock.tolerance
    assert column(definition, ROWS, tmp_path) == expected(
        ROWS, lambda one: clock.elapsed(one["opened__day"], one["closed__day"]) <= allowed
    )


def test_on_time_against_a_due_column(tmp_path: Path) -> None:
    due = date(2025, 12, 24)
    rows = [row(0, 4, due=due), row(0, 5, due=due), row(0, 6, due=due), row(0, 9), row(0, None, due=due)]
    assert column({"on_time": {"done": "closed", "due": "due"}}, rows, tmp_path) == [
        True,
        False,
        False,
        None,
        None,
    ]
    tolerant = {"on_time": {"done": "closed", "due": "due", "tolerance": 1}}
    assert column(tolerant, rows, tmp_path) == [True, True, False, None, None]


def test_days_on_hold_count_only_for_the_given_reasons(tmp_path: Path) -> None:
    rows = [
        row(0, 8),
        row(0, 8, held=3.0),
        row(0, 8, held=3.0, hold_reason="court"),
        row(0, 8, hold_reason="court"),
    ]
    clock = {"start": "opened", "done": "closed", "days": 5, "paused": "held"}
    assert column({"on_time": clock}, rows, tmp_path) == [False, True, True, False]
    reasons = {"pause_reasons": {"hold_reason": ["court", "client"]}}
    assert column({"on_time": clock | reasons}, rows, tmp_path) == [False, False, True, False]


@pytest.mark.parametrize("counting", list(Counting))
def test_due_is_the_day_that_the_clock_says(counting: Counting, tmp_path: Path) -> None:
    clock = {"start": "opened", "done": "closed", "days": 5, "counting": counting, "tolerance": 2}
    days = column({"due": "clock"}, ROWS, tmp_path, clock={"on_time": clock})
    twin = Clock(5, counting, CALENDAR)
    assert days == [one["opened"] and twin.due(one["opened__day"]) for one in ROWS]


@pytest.mark.parametrize("counting", list(Counting))
@pytest.mark.parametrize("begins", [{"start": "opened", "days": 3}, {"due": "due"}])
def test_whatever_is_done_by_the_due_day_is_on_time_and_nothing_else(
    begins: dict[str, Any], counting: Counting, tmp_path: Path
) -> None:
    rows = [
        row(start, start + length, held=held, due=date(2025, 12, 20) + timedelta(days=start + 4))
        for start in range(14)
        for length in range(16)
        for held in (None, 0.0, 2.0, 2.7)
    ]
    clock = {"on_time": {"done": "closed", "paused": "held", "counting": counting, **begins}}
    in_time = column(clock, rows, tmp_path)
    due = column({"due": "clock"}, rows, tmp_path, clock=clock)
    assert in_time == [one["closed__day"] <= day for one, day in zip(rows, due, strict=True)]
    assert set(in_time) == {True, False}


def test_an_impossible_pause_leads_to_a_day_far_away_and_not_to_an_error(tmp_path: Path) -> None:
    rows = [row(0, None, held=9e15), row(0, None, held=-9e15)]
    for counting in Counting:
        clock = {"start": "opened", "done": "closed", "days": 5, "counting": counting, "paused": "held"}
        far, early = column({"due": "clock"}, rows, tmp_path, clock={"on_time": clock})
        assert early < date(1950, 1, 1) < date(2100, 1, 1) < far
