"""Standings say what tiles say, without the past: each against its slow twin."""

from __future__ import annotations

import pytest

from goldenthread.calc.lenses import Answer
from goldenthread.facts.scope import NOT_ASSIGNED, Scope
from goldenthread.record.measures.models import Measure, Observation
from goldenthread.record.measures.queries import current_definition
from goldenthread.results.series import Subject, subject, tiles, tiles_at
from goldenthread.results.standings import (
    keeper_places,
    measured_at,
    not_assigned,
    standings,
    standings_of,
    tally,
    visible_measures,
)
from goldenthread.results.surroundings import Surroundings
from tests.builders import system_scope
from tests.web.desk.worlds import CALENDAR, build_world, last_month, today

pytestmark = pytest.mark.django_db

UNITS = ("county", "benefits", "north", "south", "works", "roads")


@pytest.fixture
def measures() -> list[Measure]:
    build_world()
    return list(Measure.objects.select_related("current", "unit", "service"))


def everything(measures):
    return [(measure, unit) for unit in UNITS for measure in measures]


def test_a_standing_is_the_latest_point_of_a_tile(measures):
    found = standings(everything(measures), system_scope(), today=today())
    twins = tiles(measures, UNITS, system_scope(), today=today())
    assert [(one.measure, one.unit) for one in found] == [(one.measure, one.unit) for one in twins]
    for one, twin in zip(found, twins, strict=True):
        assert twin.latest is not None
        assert (one.value, one.period, one.target) == (twin.latest.value, twin.latest.period, twin.met_target)


def test_an_older_value_is_found_when_the_last_period_has_none(measures):
    rows = Observation.objects.filter(measure__key="calls_answered", unit__key="north")
    rows.filter(period_start=last_month().start).update(value=None)
    (found,) = standings(
        [(one, "north") for one in measures if one.key == "calls_answered"], system_scope(), today=today()
    )
    assert found.period == CALENDAR.previous(last_month())


def test_a_period_still_in_its_days_of_grace_does_not_stand_yet(measures):
    grace = (today() - last_month().end).days + 1
    measure = next(one for one in measures if one.key == "calls_received")
    patient = current_definition(measure).model_copy(update={"lag_days": grace})
    (found,) = standings_of(
        [Subject(measure.pk, patient, "north")], system_scope(), around=Surroundings(today())
    )
    assert found.period == CALENDAR.previous(last_month())


def test_too_few_are_not_judged(measures):
    Observation.objects.filter(unit__key="north").update(denominator=9)
    (found,) = standings(
        [(one, "north") for one in measures if one.key == "calls_answered"], system_scope(), today=today()
    )
    assert found.too_few
    assert found.target.answer is Answer.NOT_APPLICABLE
    assert tally([found]).judged == 0
    assert tally([found]).counted == 1


def test_what_the_scope_does_not_see_is_left_out(measures):
    scope = Scope(viewer="user:1", reason="own rights", units=frozenset({"north"}))
    found = standings(everything(measures), scope, today=today())
    assert {one.unit for one in found} == {"north"}
    assert set(visible_measures(scope).values_list("key", flat=True)) == {
        "calls_answered",
        "calls_received",
        "letters_done",
    }
    assert not measured_at("south", scope)
    assert not visible_measures(Scope(viewer="user:1", reason="none"))


def test_measures_kept_in_different_units_are_told_at_once(measures):
    places = keeper_places(measures, top="county")
    assert ("potholes", "roads") in {(measure.key, unit) for measure, unit in places}
    slow = [
        tile for measure, unit in places for tile in tiles([measure], [unit], system_scope(), today=today())
    ]
    assert list(tiles_at(places, system_scope(), today=today())) == slow


def test_what_could_not_be_placed_is_told_to_whoever_sees_the_top(measures):
    around = Surroundings(today())
    subjects = [subject(measure, "county") for measure in measures]
    (answered, _received) = not_assigned(subjects, system_scope(), around=around)
    assert (answered.unit, answered.facts, answered.period) == (NOT_ASSIGNED, 4, last_month())
    scope = Scope(viewer="user:1", reason="own rights", units=frozenset({"county"}))
    assert not_assigned(subjects, scope, around=around) == ()


def test_many_measures_take_as_many_queries_as_one(measures, django_assert_max_num_queries):
    with django_assert_max_num_queries(6):
        standings(everything(measures), system_scope(), today=today())
