"""Rows dated after the day on which their file came are mistyped, and say so."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from goldenthread.definitions import DefinitionError
from tests.facts.intake.reads import columns, outcome_of, source

# Evening in New York, when it is already the next day in UTC.
CAME = dt.datetime(2026, 3, 1, 1, 30, tzinfo=dt.UTC)
CALLS = "time: at\ncolumns:\n  id: {type: text}\n"


@pytest.mark.parametrize(
    ("shape", "accepted", "refused"),
    [
        ("{type: date}", "2026-03-01", "2026-03-02"),
        ("{type: datetime}", "2026-03-01 20:30:00", "2026-03-01 20:30:01"),
        ("{type: datetime, timezone: UTC}", "2026-03-02 01:30:00", "2026-03-02 01:30:01"),
        ("{type: datetime}", "2026-03-02T01:30:00Z", "2026-03-02T01:30:01Z"),
    ],
)
def test_a_row_more_than_a_day_ahead_is_refused(
    shape: str, accepted: str, refused: str, tmp_path: Path
) -> None:
    definition = source(f"{CALLS}  at: {shape}\n")
    found = outcome_of(f"id,at\na,{accepted}\nb,{refused}\n", definition, tmp_path, received=CAME)
    assert found.values("id") == ["a"]
    (reject,) = found.rejects
    assert (reject["row"], reject["column"], reject["value"]) == (2, "at", refused)
    day = "2026-03-02" if "UTC" in shape else "2026-03-01"
    assert reject["reason"] == f"wanted a day no later than {day}, one day after the file came"


def test_a_source_may_allow_the_future(tmp_path: Path) -> None:
    definition = source(f"{CALLS}  at: {{type: date, future: allow}}\n")
    assert outcome_of("id,at\na,2062-01-01\n", definition, tmp_path, received=CAME).values("id") == ["a"]


def test_columns_beside_the_time_refuse_the_future_only_when_asked(tmp_path: Path) -> None:
    definition = source(
        f"{CALLS}  at: {{type: date}}\n  due: {{type: date}}\n  done: {{type: date, future: refuse}}\n"
    )
    content = "id,at,due,done\na,2026-02-01,2062-01-01,\nb,2026-02-01,,2062-01-01\n"
    found = outcome_of(content, definition, tmp_path, received=CAME)
    assert found.values("id") == ["a"]
    assert [(one["row"], one["column"]) for one in found.rejects] == [(2, "done")]


def test_future_belongs_to_dates() -> None:
    with pytest.raises(DefinitionError, match="future only for a date or datetime, this is number"):
        columns(n="{type: number, future: refuse}")
