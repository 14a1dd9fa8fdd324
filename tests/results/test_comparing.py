"""Units side by side: beyond chance or not, in the period they share."""

from __future__ import annotations

import math

import pytest

from goldenthread.calc.funnel import Position
from goldenthread.record.measures.models import Measure, Observation
from goldenthread.record.measures.queries import current_definition
from goldenthread.results.comparing import FEWEST, UnitComparison, compare_units
from goldenthread.results.series import tiles
from goldenthread.results.surroundings import Surroundings
from tests.builders import system_scope
from tests.web.desk.worlds import add_offices, build_world, today

pytestmark = pytest.mark.django_db


def compared(units: list[str], measure: str = "calls_answered") -> UnitComparison | None:
    record = Measure.objects.select_related("current", "unit", "service").get(key=measure)
    found = tiles([record], units, system_scope(), today=today())
    return compare_units(current_definition(record), found, Surroundings(today()))


@pytest.fixture
def offices() -> list[str]:
    build_world()
    return add_offices([(800, 1000), (810, 1000), (790, 1000), (805, 1000), (795, 1000), (600, 1000)])


def test_only_what_chance_does_not_explain_stands_out(offices):
    found = compared(offices)
    assert found is not None
    assert [one.position for one in found.units] == [Position.INSIDE] * 5 + [Position.VERY_LOW]
    assert found.center == pytest.approx(100 * 4600 / 6000)
    alike = compared(offices[:-1])
    assert alike is not None
    # Arcsine limits by hand: five offices that differ less than chance, so nothing is added to them.
    angle, spread = math.asin(math.sqrt(0.8)), 1 / (2 * math.sqrt(500))
    assert alike.limits_at(500).upper_998 == pytest.approx(100 * math.sin(angle + 3.090232 * spread) ** 2)
    assert alike.limits_at(500).lower_95 == pytest.approx(100 * math.sin(angle - 1.959964 * spread) ** 2)


def test_fewer_units_or_an_older_value_are_not_compared(offices):
    assert compared(offices[: FEWEST - 1]) is None
    Observation.objects.filter(unit__key__in=offices[:2]).update(denominator=0, value=None)
    assert compared(offices) is None


def test_more_counted_than_there_is_to_count_from_is_a_rate(offices):
    Observation.objects.filter(unit__key__in=offices).update(numerator=1500, value=150)
    found = compared(offices)
    assert found is not None
    # Exact Poisson limits are wider above than below.
    limits = found.limits_at(4)
    assert limits.upper_95 - found.center > found.center - limits.lower_95


def test_counts_alone_are_not_compared(offices):
    rows = Observation.objects.filter(unit__key__in=offices)
    received = Measure.objects.select_related("current").get(key="calls_received")
    rows.update(measure=received, version=received.current, denominator=None)
    assert compared(offices, "calls_received") is None
