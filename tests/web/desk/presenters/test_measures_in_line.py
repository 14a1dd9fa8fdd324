"""A measure in one line says whether it met its target, whichever way is better."""

from __future__ import annotations

import datetime

import pytest

from goldenthread.calc.lenses import Better, Target, met_target
from goldenthread.calc.periods import FiscalCalendar, Grain
from goldenthread.calc.spc import Meaning
from goldenthread.results.values import MeasureLine, Point, Tile
from goldenthread.web.desk.presenters.parts import target_standing

DAY = datetime.date(2026, 9, 1)


def tile(value: float, target: Target | None, better: Better) -> Tile:
    line = MeasureLine("waits", "Waits", "percent", None, better, "how_well", Grain.MONTH, True)
    period = FiscalCalendar(7).period_of(DAY, Grain.MONTH)
    point = Point(
        period,
        "September 2026",
        None,
        None,
        value,
        1,
        None,
        "ok",
        False,
        Meaning.ORDINARY,
        None,
        target,
        "",
        1,
    )
    judged = met_target(value, target, better)
    return Tile(line, "north", "North office", "County", point, (point,), None, judged, "", DAY, False)


@pytest.mark.parametrize(
    ("value", "target", "better", "words"),
    [
        (81.4, Target(value=85), Better.HIGHER, "Missed: 3.6 points below 85%"),
        (14.1, Target(value=12), Better.LOWER, "Missed: 2.1 points above 12%"),
        (5.5, Target(value=7), Better.LOWER, "Met: 1.5 points below 7%"),
        (85, Target(value=85), Better.HIGHER, "Met: exactly 85%"),
        (20, Target(low=15, high=25), Better.IN_RANGE, "Met: inside 15% to 25%"),
        (30, Target(low=15, high=25), Better.IN_RANGE, "Missed: 5 points above 25%"),
        (20, None, Better.HIGHER, ""),
    ],
)
def test_whether_a_target_is_met_stands_in_words(value, target, better, words):
    assert target_standing(tile(value, target, better)) == words
