"""Reports: every number of every unit over any days, compared with loops over the same calls."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from goldenthread.calc.periods import Grain
from goldenthread.definitions import read_yaml
from goldenthread.facts.scope import Scope
from goldenthread.record.access.scopes import system_scope
from goldenthread.record.reports.actions import save_reports
from goldenthread.record.reports.checks import read_report
from goldenthread.record.reports.definition import ReportDefinition, Window
from goldenthread.results.reports import Days, Line, days_of, open_reports, unit_report
from goldenthread.results.surroundings import Surroundings
from tests.results.counties import (
    BY,
    CALENDAR,
    NOW,
    TODAY,
    Call,
    calls,
    import_calls,
    load_definitions,
    units_of,
    value_of,
)

ACTIVITY = """
report: activity
title: Phone activity
source: calls
columns:
  - {id: received, title: Received, numerator: {count: calls}}
  - id: in_time
    title: In time
    numerator: {count: calls, where: {wait: {at_most: 60}, outcome: answered}}
    denominator: {count: calls}
    show_as: {unit: percent, per: 100, better: higher}
  - {id: mean_wait, title: Mean wait, numerator: {mean: wait}, show_as: {unit: seconds, better: lower}}
  - {id: median_wait, title: Median wait, numerator: {median: wait}, show_as: {unit: seconds}}
  - {id: longest_wait, title: Longest wait, numerator: {max: wait}, show_as: {unit: seconds}}
"""
COLUMNS = ("received", "in_time", "mean_wait", "median_wait", "longest_wait")
EVERYTHING = system_scope(by=BY, reason="a test")

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows(tmp_path: Path) -> list[Call]:
    load_definitions(tmp_path)
    made = calls(1500, seed=5, first=date(2025, 7, 1), days=293)
    import_calls(tmp_path, made, "calls.csv")
    return made


def definition(text: str = ACTIVITY) -> ReportDefinition:
    return read_report(read_yaml(text)).definition


def asked_for(unit: str, asked: Window | Days, scope: Scope = EVERYTHING, text: str = ACTIVITY):
    return unit_report(definition(text), unit, asked, scope, around=Surroundings(TODAY))


def spans(seed: int) -> Iterator[Window | Days]:
    yield from Window
    chance = random.Random(seed)
    for _ in range(8):
        first = date(2025, 7, 1) + timedelta(days=chance.randrange(290))
        yield Days(first, first + timedelta(days=chance.choice([0, 1, 6, 30, 200])))


def plainly(rows: Iterable[Call], unit: str, column: str, first: date, last: date) -> float | None:
    inside = [call for call in rows if first <= call.day <= last and unit in units_of(call)]
    return value_of(column, inside) if inside else None


@pytest.mark.parametrize("unit", ["county", "benefits", "health", "north"])
def test_every_number_is_that_of_loops_over_the_same_calls(rows: list[Call], unit: str) -> None:
    compared = 0
    for asked in spans(seed=3):
        report = asked_for(unit, asked)
        first, last = report.period.start, report.period.last_day
        if isinstance(asked, Days):
            assert (first, last) == asked
        for line in (report.whole, *report.parts):
            for column, tile in zip(COLUMNS, line.tiles, strict=True):
                found = tile.latest.value if tile.latest else None
                wanted = plainly(rows, line.unit, column, first, last)
                if column == "received" and wanted is None and found is not None:
                    # It counts calls, and had none; of none nothing else is said.
                    wanted = 0
                assert found == pytest.approx(wanted)
                compared += found is not None
    assert compared > 50


def test_the_past_of_a_day_is_six_weeks_of_days(rows: list[Call]) -> None:
    received = asked_for("county", Window.YESTERDAY).whole.tiles[0]
    assert received.segment.limits is not None
    yesterday = TODAY - timedelta(days=1)
    for point in received.recent:
        assert point.value == len([call for call in rows if call.day == point.period.start])
    assert received.recent[-1].period.start == yesterday
    days = [yesterday - timedelta(days=back) for back in range(42)]
    counted = [len([call for call in rows if call.day == day]) for day in days]
    with_any = [count for count in counted if count]
    assert received.segment.limits.mean == pytest.approx(sum(with_any) / len(with_any))


def test_any_days_are_compared_with_as_many_before_them(rows: list[Call]) -> None:
    received = asked_for("county", Days(date(2026, 3, 3), date(2026, 3, 12))).whole.tiles[0]
    starts = [point.period.start for point in received.recent]
    assert starts == [date(2026, 3, 3) - timedelta(days=10 * back) for back in reversed(range(12))]
    for point in received.recent:
        assert point.value == len([call for call in rows if call.day in point.period])


@pytest.mark.parametrize(
    ("window", "grain", "start"),
    [
        (Window.TODAY, Grain.DAY, date(2026, 4, 20)),
        (Window.YESTERDAY, Grain.DAY, date(2026, 4, 19)),
        (Window.LAST_WEEK, Grain.WEEK, date(2026, 4, 13)),
        (Window.LAST_MONTH, Grain.MONTH, date(2026, 3, 1)),
        (Window.LAST_QUARTER, Grain.QUARTER, date(2026, 1, 1)),
    ],
)
def test_what_a_window_means(window: Window, grain: Grain, start: date) -> None:
    assert days_of(window, CALENDAR, today=TODAY) == CALENDAR.period_of(start, grain)


def test_today_is_shown_and_not_judged(rows: list[Call]) -> None:
    for tile in asked_for("county", Window.TODAY).whole.tiles:
        if tile.latest is not None:
            assert tile.latest.provisional
            assert tile.latest.signal is None


def test_parts_stand_in_the_order_of_their_names_whatever_their_numbers(rows: list[Call]) -> None:
    assert names(asked_for("county", Window.LAST_QUARTER).parts) == ["Benefits", "Health"]
    assert names(asked_for("benefits", Window.LAST_QUARTER).parts) == ["North office"]


def names(lines: Iterable[Line]) -> list[str]:
    return [line.name for line in lines]


def test_a_report_is_open_to_who_sees_every_worker_of_the_unit(rows: list[Call]) -> None:
    seen = frozenset({"county", "benefits", "north"})
    leads = Scope(viewer="user:1", reason="test", units=seen, workers_of=frozenset({"north"}))
    reads = Scope(viewer="user:2", reason="test", units=seen)
    report = asked_for("north", Window.LAST_MONTH, leads)
    whole = asked_for("north", Window.LAST_MONTH)
    assert [tile.latest for tile in report.whole.tiles] == [tile.latest for tile in whole.whole.tiles]
    for unit, scope in (("benefits", leads), ("south", leads), ("north", reads), ("county", reads)):
        assert asked_for(unit, Window.LAST_MONTH, scope) is None


def test_a_report_is_for_the_units_below_its_keeper(rows: list[Call]) -> None:
    kept = ACTIVITY + "unit: benefits\n"
    assert asked_for("north", Window.YESTERDAY, text=kept) is not None
    for unit in ("county", "health", "south", "nowhere"):
        assert asked_for(unit, Window.YESTERDAY, text=kept) is None


def test_the_list_names_the_highest_units_that_are_open(rows: list[Call]) -> None:
    for text in (ACTIVITY, ACTIVITY.replace("activity", "of_benefits") + "unit: benefits\n"):
        save_reports([read_report(read_yaml(text))], by=BY, now=NOW, today=TODAY)
    around = Surroundings(TODAY)
    of = {one.key: one.units for one in open_reports(EVERYTHING, around=around)}
    assert of == {"activity": (("county", "Riverbend County"),), "of_benefits": (("benefits", "Benefits"),)}
    leads = Scope(viewer="user:1", reason="test", workers_of=frozenset({"north", "south"}))
    of = {one.key: one.units for one in open_reports(leads, around=around)}
    both = (("north", "North office"), ("south", "South office"))
    assert of == {"activity": both, "of_benefits": both[:1]}
    assert open_reports(Scope(viewer="user:2", reason="test", every_unit=True), around=around) == ()


def test_it_says_how_far_the_facts_reach(rows: list[Call]) -> None:
    (calls_came,) = asked_for("county", Window.YESTERDAY).freshness
    assert (calls_came.title, calls_came.until) == ("Calls", max(call.day for call in rows))
    assert calls_came.loaded_at == NOW


def test_before_anything_was_loaded_there_is_nothing(tmp_path: Path) -> None:
    load_definitions(tmp_path)
    report = asked_for("county", Window.LAST_WEEK)
    assert [tile.latest for tile in report.whole.tiles] == [None] * 5
    assert [(one.until, one.loaded_at) for one in report.freshness] == [(None, None)]
