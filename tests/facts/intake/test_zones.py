"""Clock times against zoneinfo, time by time."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldenthread.facts.intake.zones import SECOND, days, zone
from tests.facts.intake.reads import outcome_of, source

EPOCH = dt.datetime(1970, 1, 1)  # noqa: DTZ001
ZONES = [
    "America/Los_Angeles",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "UTC",
    "Pacific/Apia",
]


def slow_utc(local: dt.datetime, name: str) -> tuple[dt.datetime, bool, bool]:
    """The first reading of a local time, and whether the clock skipped or repeated it."""
    info = ZoneInfo(name)
    first = local.replace(tzinfo=info, fold=0).astimezone(dt.UTC)
    second = local.replace(tzinfo=info, fold=1).astimezone(dt.UTC)
    exists = first.astimezone(info).replace(tzinfo=None, fold=0) == local
    return first, not exists, exists and first != second


times = st.datetimes(min_value=dt.datetime(1975, 1, 1), max_value=dt.datetime(2037, 1, 1)).map(  # noqa: DTZ001
    lambda at: at.replace(microsecond=0, second=0)
)


@given(st.sampled_from(ZONES), st.lists(times, min_size=1, max_size=20))
def test_agrees_with_zoneinfo(name: str, locals_: list[dt.datetime]) -> None:
    micro = np.array([(at - EPOCH) // dt.timedelta(microseconds=1) for at in locals_], np.int64)
    utc, skipped, repeated = zone(name).to_utc(micro)
    slow = [slow_utc(at, name) for at in locals_]
    assert [EPOCH + dt.timedelta(microseconds=int(one)) for one in utc] == [
        one[0].replace(tzinfo=None) for one in slow
    ]
    assert (skipped, repeated) == (sum(one[1] for one in slow), sum(one[2] for one in slow))
    back = zone(name).to_local(utc)
    wanted = [one[0].astimezone(ZoneInfo(name)).replace(tzinfo=None) for one in slow]
    assert [EPOCH + dt.timedelta(microseconds=int(one)) for one in back] == wanted


def test_every_minute_around_the_turns_of_a_year() -> None:
    for month, day in ((3, 9), (11, 2)):
        start = dt.datetime(2025, month, day)  # noqa: DTZ001
        minutes = [start + dt.timedelta(minutes=n) for n in range(300)]
        micro = np.array([(at - EPOCH) // dt.timedelta(microseconds=1) for at in minutes], np.int64)
        utc, skipped, repeated = zone("America/Los_Angeles").to_utc(micro)
        slow = [slow_utc(at, "America/Los_Angeles") for at in minutes]
        assert [EPOCH + dt.timedelta(microseconds=int(one)) for one in utc] == [
            one[0].replace(tzinfo=None) for one in slow
        ]
        assert (skipped, repeated) == ((60, 0) if month == 3 else (0, 60))


def test_days_before_1970() -> None:
    assert days(np.array([-1, 0, 86_400 * SECOND], np.int64)).tolist() == [-1, 0, 1]


def test_skipped_and_repeated_times_are_accepted_and_counted(tmp_path: Path) -> None:
    definition = source("time: at\ncolumns:\n  at: {type: datetime}\n")
    content = "id,at\n1,2025-03-09 02:30:00\n2,2025-11-02 01:30:00\n3,2025-11-02 12:00:00\n"
    found = outcome_of(content, definition, tmp_path, timezone="America/Los_Angeles")
    assert [at.isoformat() for at in found.values("at")] == [
        "2025-03-09T10:30:00+00:00",
        "2025-11-02T08:30:00+00:00",
        "2025-11-02T20:00:00+00:00",
    ]
    assert (found.report.rejected, found.report.skipped_times, found.report.repeated_times) == (0, 1, 1)


@pytest.mark.parametrize(
    ("cell", "utc", "day"),
    [
        ("2026-01-01 23:30:00", "2026-01-02T04:30:00+00:00", dt.date(2026, 1, 1)),
        ("2026-01-02T04:30:00Z", "2026-01-02T04:30:00+00:00", dt.date(2026, 1, 1)),
        ("2026-01-02T05:30:00+01:00", "2026-01-02T04:30:00+00:00", dt.date(2026, 1, 1)),
        ("2026-01-01 23:30:00.5", "2026-01-02T04:30:00.500000+00:00", dt.date(2026, 1, 1)),
        ("2026-01-01", "2026-01-01T05:00:00+00:00", dt.date(2026, 1, 1)),
    ],
)
def test_utc_and_the_organizations_day(cell: str, utc: str, day: dt.date, tmp_path: Path) -> None:
    definition = source("time: at\ncolumns:\n  id: {type: text}\n  at: {type: datetime}\n")
    found = outcome_of(f"id,at\n1,{cell}\n", definition, tmp_path, timezone="America/New_York")
    assert [at.isoformat() for at in found.values("at")] == [utc]
    assert found.values("at__day") == [day]


def test_a_source_in_another_zone_than_the_organization(tmp_path: Path) -> None:
    definition = source(
        "time: at\ntimezone: America/New_York\ncolumns:\n  id: {type: text}\n  at: {type: datetime}\n"
        "  utc: {type: datetime, timezone: UTC}\n"
    )
    content = "id,at,utc\n1,2026-01-02 01:00:00,2026-01-02 01:00:00\n"
    found = outcome_of(content, definition, tmp_path, timezone="America/Los_Angeles")
    (row,) = found.accepted
    assert (row["at"].isoformat(), row["at__day"]) == ("2026-01-02T06:00:00+00:00", dt.date(2026, 1, 1))
    assert (row["utc"].isoformat(), row["utc__day"]) == ("2026-01-02T01:00:00+00:00", dt.date(2026, 1, 1))
