"""Numbers of single workers: each compared with loops over the same calls, and cut where posts change."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from goldenthread.record.reports.definition import Window
from goldenthread.results.reports import Days
from goldenthread.results.surroundings import Surroundings
from goldenthread.results.workers import WorkersReport, workers_report
from tests.results.counties import TODAY, Call, calls, import_calls, load_definitions, units_of, value_of
from tests.results.test_reports import ACTIVITY, COLUMNS, EVERYTHING, definition, spans

pytestmark = pytest.mark.django_db
PEOPLE = {"w1": "Ana Ruiz", "w2": "Bo Li", "w3": "Cy Doe"}


@pytest.fixture
def rows(tmp_path: Path) -> list[Call]:
    load_definitions(tmp_path)
    made = calls(1500, seed=8, first=date(2025, 7, 1), days=293)
    import_calls(tmp_path, made, "calls.csv")
    return made


def asked_for(unit: str | None, asked: Window | Days, people: dict[str, str] = PEOPLE) -> WorkersReport:
    report = workers_report(
        definition(ACTIVITY), COLUMNS, people, unit, asked, EVERYTHING, around=Surroundings(TODAY)
    )
    assert report is not None
    return report


@pytest.mark.parametrize("unit", [None, "north", "south", "benefits", "health", "county"])
def test_every_number_is_that_of_loops_over_the_same_calls(rows: list[Call], unit: str | None) -> None:
    compared = 0
    for asked in spans(seed=4):
        report = asked_for(unit, asked)
        first, last = report.period.start, report.period.last_day
        for line in report.lines:
            inside = [
                one
                for one in rows
                if one.agent == line.person
                and first <= one.day <= last
                and (unit is None or unit in units_of(one))
            ]
            for column, tile in zip(COLUMNS, line.tiles, strict=True):
                wanted = value_of(column, inside) if inside else None
                found = tile.latest.value if tile.latest else None
                if column == "received" and wanted is None and found is not None:
                    wanted = 0
                assert found == pytest.approx(wanted)
                compared += found is not None
    assert compared > 40


def test_workers_of_a_unit_make_up_the_unit(rows: list[Call]) -> None:
    report = asked_for("north", Days(date(2026, 1, 1), date(2026, 3, 31)))
    received = [line.tiles[0].latest for line in report.lines]
    known = [one for one in rows if one.agent in PEOPLE and date(2026, 1, 1) <= one.day <= date(2026, 3, 31)]
    assert sum(one.value for one in received if one) == sum("north" in units_of(one) for one in known)


def test_who_left_has_nothing_of_later_and_who_came_nothing_of_before(rows: list[Call]) -> None:
    moved = date(2026, 2, 10)
    before, after = Days(moved - timedelta(30), moved - timedelta(1)), Days(moved, moved + timedelta(29))
    for unit, there, gone in (("north", before, after), ("south", after, before)):
        (ana,) = asked_for(unit, there, {"w1": "Ana Ruiz"}).lines
        assert ana.tiles[0].latest.value > 0
        (ana,) = asked_for(unit, gone, {"w1": "Ana Ruiz"}).lines
        assert ana.tiles[0].latest is None


def test_they_stand_in_the_order_of_their_names(rows: list[Call]) -> None:
    names = {"w1": "worker-c", "w2": "worker-a", "w3": "worker-b"}
    assert [line.name for line in asked_for("county", Window.LAST_MONTH, names).lines] == sorted(
        names.values()
    )


def test_the_past_of_each_is_their_own(rows: list[Call]) -> None:
    for line in asked_for(None, Window.LAST_MONTH).lines:
        past = [point for point in line.tiles[0].recent if point.has_value]
        assert len(past) == 9
        for point in past:
            month = [one for one in rows if point.period.start <= one.day < point.period.end]
            assert point.value == sum(one.agent == line.person for one in month)


def test_nobody_asked_for_is_nobody(rows: list[Call]) -> None:
    assert asked_for("north", Window.LAST_MONTH, {}).lines == ()
    kept = definition(ACTIVITY + "unit: benefits\n")
    around = Surroundings(TODAY)
    assert (
        workers_report(kept, COLUMNS, PEOPLE, "health", Window.YESTERDAY, EVERYTHING, around=around) is None
    )
