"""Time spent between two instants, cut at midnight: by hand, and against a twin that counts quarter hours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldenthread.calc.periods import FiscalCalendar, Grain
from goldenthread.facts.formulas.compute import WantedSide
from goldenthread.facts.formulas.vocabulary import Side
from tests.facts.formulas.plain import Key, PlainSource, World, plain_answers
from tests.facts.formulas.running import run
from tests.facts.formulas.test_agreement import worlds

INSTANT = pa.timestamp("us", tz="UTC")
SCHEMA = pa.schema(
    [
        ("began", INSTANT),
        ("began__day", pa.date32()),
        ("ended", INSTANT),
        ("ended__day", pa.date32()),
        ("agent", pa.string()),
        ("state", pa.string()),
    ]
)
QUARTER = timedelta(minutes=15)
SPENT = {"spent": "states", "from": "began", "until": "ended"}
SIDES: dict[str, dict[str, Any]] = {
    "all": SPENT,
    "available": {**SPENT, "where": {"state": "available"}},
    "called": {"count": "states", "time": "began"},
}
NEW_YORK, SANTIAGO = "America/New_York", "America/Santiago"


def state(began: datetime | None, ended: datetime | None, agent: str = "w1", kind: str | None = "available"):
    return {"began": began, "ended": ended, "agent": agent, "state": kind}


def at(text: str, zone: str = NEW_YORK) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def with_days(rows: Iterable[dict[str, Any]], zone: str) -> list[dict[str, Any]]:
    """As the store keeps them: each instant with its local day."""
    found = []
    for row in rows:
        days = {
            f"{name}__day": row[name] and row[name].astimezone(ZoneInfo(zone)).date()
            for name in ("began", "ended")
        }
        found.append({**row, **days})
    return found


def answers(
    rows: Iterable[dict[str, Any]],
    world: World,
    wanted: Iterable[WantedSide],
    *,
    zone: str = NEW_YORK,
    window: tuple[date, date] | None = None,
) -> dict[Key, tuple[Any, ...]]:
    source = PlainSource(with_days(rows, zone), "began", worker="agent")
    return run({"states": (source, SCHEMA)}, wanted, world, FiscalCalendar(7), window=window, timezone=zone)


def sides(*grains: Grain, breakdown: str | None = None, to_date: bool = False) -> list[WantedSide]:
    return [
        WantedSide(name, Side.model_validate({"source": "states", **said}), grains, breakdown, to_date)
        for name, said in SIDES.items()
    ]


HERE = World(parents=[("north", None, None, None)], memberships=[("w1", "north", None, None)])


def hours_by_day(*rows: dict[str, Any], zone: str = NEW_YORK, **more: Any) -> dict[str, float]:
    found = answers(rows, HERE, sides(Grain.DAY), zone=zone, **more)
    return {
        str(start): answer[0] / 3600
        for (side, unit, _grain, start, _category), answer in found.items()
        if (side, unit) == ("all", "north")
    }


def test_a_shift_across_midnight_is_cut_there():
    assert hours_by_day(state(at("2026-04-30T22:00"), at("2026-05-01T06:30"))) == {
        "2026-04-30": 2,
        "2026-05-01": 6.5,
    }


def test_what_ends_at_midnight_does_not_touch_the_day_after():
    assert hours_by_day(state(at("2026-04-30T22:00"), at("2026-05-01T00:00"))) == {"2026-04-30": 2}


def test_days_on_which_the_clock_is_changed_have_23_and_25_hours():
    assert hours_by_day(state(at("2026-03-07T12:00"), at("2026-03-09T12:00"))) == {
        "2026-03-07": 12,
        "2026-03-08": 23,
        "2026-03-09": 12,
    }
    assert hours_by_day(state(at("2026-10-31T00:00"), at("2026-11-02T00:00")))["2026-11-01"] == 25


def test_a_midnight_that_the_clock_skips():
    night = state(at("2026-09-05T22:00", SANTIAGO), at("2026-09-06T02:00", SANTIAGO))
    assert hours_by_day(night, zone=SANTIAGO) == {"2026-09-05": 2, "2026-09-06": 1}


def test_what_has_not_ended_or_ended_before_it_began_has_spent_nothing():
    noon = at("2026-05-04T12:00")
    rows = [state(noon, None), state(noon, noon), state(noon, noon - QUARTER), state(None, noon)]
    assert hours_by_day(*rows) == {}


def test_where_nothing_of_it_was_no_time_was_spent():
    noon = at("2026-05-04T12:00")
    found = answers([state(noon, noon + QUARTER, kind="on_call")], HERE, sides(Grain.DAY))
    assert {side: answer[0] for (side, unit, *_rest), answer in found.items() if unit == "north"} == {
        "all": 900,
        "available": 0,
        "called": 1,
    }


def test_a_window_takes_whole_days_and_what_reaches_into_them():
    long = state(at("2026-05-01T12:00"), at("2026-05-05T12:00"))
    window = (date(2026, 5, 3), date(2026, 5, 4))
    assert hours_by_day(long, window=window) == {"2026-05-03": 24, "2026-05-04": 24}


def test_each_unit_has_its_share_of_a_night_in_which_its_worker_moved():
    world = World(
        parents=[("county", None, None, None), ("a", "county", None, None), ("b", "county", None, None)],
        memberships=[("w1", "a", None, date(2026, 5, 1)), ("w1", "b", date(2026, 5, 1), None)],
    )
    found = answers([state(at("2026-04-30T22:00"), at("2026-05-01T06:00"))], world, sides(Grain.YEAR))
    hours = {unit: answer[0] / 3600 for (side, unit, *_rest), answer in found.items() if side == "all"}
    assert hours == {"a": 2, "b": 6, "county": 8}


instants = st.integers(0, 4 * 24 * 220).map(lambda step: datetime(2026, 2, 25, tzinfo=UTC) + step * QUARTER)
lengths = st.integers(-4, 4 * 60).map(lambda step: step * QUARTER)
rows = st.lists(
    st.builds(
        lambda began, length, agent, kind: state(
            began, None if began is None or length is None else began + length, agent, kind
        ),
        st.none() | instants,
        st.none() | lengths,
        st.sampled_from(["w1", "w2", "w3", "x9"]),
        st.none() | st.sampled_from(["available", "on_call"]),
    ),
    max_size=15,
)


@settings(max_examples=settings.default.max_examples * 2 // 5)
@given(
    rows=rows,
    world=worlds(),
    zone=st.sampled_from([NEW_YORK, SANTIAGO, "Asia/Kathmandu", "UTC"]),
    grains=st.lists(st.sampled_from(Grain), min_size=1, max_size=3, unique=True),
    breakdown=st.none() | st.just("state"),
    to_date=st.booleans(),
    window=st.none() | st.tuples(instants, instants).map(lambda pair: (min(pair).date(), max(pair).date())),
)
def test_fast_and_plain_agree(
    rows: list[dict[str, Any]],
    world: World,
    zone: str,
    grains: list[Grain],
    breakdown: str | None,
    to_date: bool,
    window: tuple[date, date] | None,
) -> None:
    asked = sides(*grains, breakdown=breakdown, to_date=to_date and window is None)
    asked = [one for one in asked if one.id != "called"]
    found = answers(rows, world, asked, zone=zone, window=window)
    summed = [
        WantedSide(
            one.id,
            Side.model_validate(
                {"sum": "seconds", "source": "shares", "where": SIDES[one.id].get("where", {})}
            ),
            one.grains,
            one.breakdown,
            one.year_to_date,
        )
        for one in asked
    ]
    shares = PlainSource(list(quarter_hours(rows, zone)), "day", worker="agent")
    expected = plain_answers({"shares": shares}, summed, world, FiscalCalendar(7), window)
    assert found.keys() == expected.keys()
    for key, (seconds, *others) in expected.items():
        # A sum of nothing is nothing; where there are facts and none of these, no time was spent.
        assert found[key] == pytest.approx((seconds or 0, *others)), key


def quarter_hours(rows: Iterable[dict[str, Any]], zone: str) -> Iterable[dict[str, Any]]:
    """A row for each day that one touches, its quarter hours counted one by one."""
    for row in rows:
        if row["began"] is None or row["ended"] is None:
            continue
        moment, counted = row["began"], Counter[date]()
        while moment < row["ended"]:
            counted[moment.astimezone(ZoneInfo(zone)).date()] += 1
            moment += QUARTER
        for day, quarters in counted.items():
            yield {**row, "day": day, "seconds": quarters * QUARTER.total_seconds()}
