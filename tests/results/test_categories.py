"""A report told apart by a column: each number of each category, compared with loops over the same calls."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from goldenthread.definitions import read_yaml
from goldenthread.facts.formulas.vocabulary import NO_CATEGORY
from goldenthread.facts.scope import Scope
from goldenthread.record.access.scopes import system_scope
from goldenthread.record.reports.checks import read_report
from goldenthread.record.reports.definition import Window
from goldenthread.results.categories import CategoryReport, category_report
from goldenthread.results.reports import Days
from goldenthread.results.surroundings import Surroundings
from tests.results.counties import BY, TODAY, Call, calls, import_calls, load_definitions, units_of, value_of
from tests.results.test_reports import ACTIVITY, COLUMNS

EVERYTHING = system_scope(by=BY, reason="a test")
BY_OUTCOME = ACTIVITY.replace("source: calls\n", "source: calls\nby: outcome\n", 1)

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows(tmp_path: Path) -> list[Call]:
    load_definitions(tmp_path)
    made = calls(1500, seed=8, first=date(2025, 7, 1), days=293)
    import_calls(tmp_path, made, "calls.csv")
    return made


def asked_for(
    unit: str, asked: Window | Days, scope: Scope = EVERYTHING, text: str = BY_OUTCOME
) -> CategoryReport | None:
    definition = read_report(read_yaml(text)).definition
    return category_report(definition, unit, asked, scope, around=Surroundings(TODAY))


@pytest.mark.parametrize("unit", ["county", "benefits", "north"])
def test_every_number_is_that_of_loops_over_the_calls_of_the_category(rows: list[Call], unit: str) -> None:
    compared = 0
    long_ago = Days(TODAY - timedelta(days=100), TODAY - timedelta(days=60))
    for asked in (Window.LAST_WEEK, Window.LAST_MONTH, Window.LAST_QUARTER, long_ago):
        found = asked_for(unit, asked)
        here = [call for call in rows if unit in units_of(call)]
        assert {line.category for line in found.lines} <= {call.outcome or NO_CATEGORY for call in here}
        for line in found.lines:
            of = [call for call in here if (call.outcome or NO_CATEGORY) == line.category]
            for column, tile in zip(COLUMNS, line.tiles, strict=True):
                for point in tile.recent:
                    inside = [call for call in of if point.period.start <= call.day <= point.period.last_day]
                    wanted = value_of(column, inside) if inside else None
                    if column == "received" and not inside:
                        # Others of the unit came on these days, and none of this category.
                        wanted = 0
                    assert point.value == pytest.approx(wanted), (line.category, column, point.period)
                    compared += 1
    assert compared > 200


def test_what_adds_up_adds_up_to_the_unit_and_the_order_is_that_of_names(rows: list[Call]) -> None:
    found = asked_for("county", Window.LAST_QUARTER)
    received = [line.tiles[0].latest.value for line in found.lines if line.tiles[0].latest]
    assert sum(received) == found.whole[0].latest.value > 50
    names = [line.category for line in found.lines]
    assert names == sorted(names, key=lambda name: (name == NO_CATEGORY, name))


def test_who_sees_no_workers_of_the_unit_is_told_nothing(rows: list[Call]) -> None:
    stranger = Scope(viewer="x", reason="a test", units=frozenset({"county", "north"}))
    assert asked_for("north", Window.LAST_MONTH, stranger) is None
    leads = Scope(viewer="x", reason="a test", units=frozenset({"north"}), workers_of=frozenset({"north"}))
    assert asked_for("north", Window.LAST_MONTH, leads) is not None
    assert asked_for("county", Window.LAST_MONTH, leads) is None


def test_a_report_that_tells_nothing_apart_has_none(rows: list[Call]) -> None:
    assert asked_for("county", Window.LAST_MONTH, text=ACTIVITY) is None
