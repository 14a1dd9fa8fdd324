"""A role over a service opens the measures that serve it, and what hangs below it, at every unit."""

from __future__ import annotations

import datetime

import pytest

from goldenthread.accounts.models import User
from goldenthread.record.access.models import Grant
from goldenthread.record.access.rights import rights_of
from goldenthread.record.measures.models import Measure
from goldenthread.results.places import open_places
from goldenthread.results.series import series, units_with_values
from goldenthread.results.standings import keeper_places, measured_at, standings, visible_measures
from goldenthread.results.threads import find_thread
from tests.builders import scope_for
from tests.web.desk.worlds import as_user, build_world, text_of, today

pytestmark = pytest.mark.django_db
EVERYWHERE = {"county", "benefits", "north", "south"}


@pytest.fixture(autouse=True)
def world(db):
    build_world()


def reader(service, **days):
    user = User.objects.get(username="new")
    Grant.objects.create(
        user=user, role="reader", service=service, **{"starts_on": datetime.date(2020, 1, 1), **days}
    )
    return scope_for(user, today=today())


def test_what_hangs_below_comes_along_and_nothing_beside():
    assert reader("benefits_core").services == {"benefits_core", "phone", "letters"}
    assert reader("letters").services == {"benefits_core", "phone", "letters"}


def test_only_its_measures_are_there():
    scope = reader("phone")
    assert {one.key for one in visible_measures(scope)} == {"calls_answered", "calls_received"}
    assert scope.units == frozenset()


def test_its_measures_are_open_at_every_unit_and_no_other_is():
    scope = reader("phone")
    for unit in EVERYWHERE:
        assert series("calls_answered", unit, scope, today=today()).points
        assert {one.key for one in measured_at(unit, scope)} == {"calls_answered", "calls_received"}
    assert series("potholes", "roads", scope, today=today()) is None
    assert series("letters_done", "north", scope, today=today()) is None
    assert {key for key, _ in units_with_values("calls_answered", scope)} == EVERYWHERE
    assert units_with_values("potholes", scope) == ()
    assert not measured_at("roads", scope)


def test_places_and_standings_are_those_of_its_measures():
    scope = reader("phone")
    tree = rights_of(User.objects.get(username="new"), today=today()).tree
    every = list(Measure.objects.select_related("current", "unit", "service"))
    assert {measure.key for measure, _ in open_places(every, scope, tree)} == {
        "calls_answered",
        "calls_received",
    }
    found = standings(keeper_places(every, top="county"), scope, today=today())
    assert {one.measure.key for one in found} == {"calls_answered", "calls_received"}


def test_the_thread_leads_to_its_measures_and_units():
    scope = reader("phone")
    rights = rights_of(User.objects.get(username="new"), today=today())
    thread = find_thread("phone", rights, scope, today=today())
    assert {measure.key for measure, _ in thread.served_by} == {"calls_answered", "calls_received"}
    assert {one.key for one in thread.units} == {"north", "south"}
    beside = find_thread("road_care", rights, scope, today=today())
    assert (beside.served_by, beside.units) == ((), ())


def test_the_page_of_a_measure_opens_and_that_of_a_unit_does_not():
    reader("phone")
    assert "Calls answered within a minute" in text_of("new", "/measures/")
    assert "Calls answered within a minute" in text_of("new", "/measures/calls_answered/?unit=south")
    client = as_user("new")
    assert client.get("/services/phone/").status_code == 200
    for hidden in ("/units/north/", "/units/benefits/", "/measures/potholes/", "/measures/letters_done/"):
        assert client.get(hidden).status_code == 404


@pytest.mark.parametrize(("edge", "days_from_now"), [("ends_on", 0), ("starts_on", 1)])
def test_it_holds_from_its_first_day_to_before_its_last(edge, days_from_now):
    scope = reader("phone", **{edge: today() + datetime.timedelta(days_from_now)})
    assert not visible_measures(scope).exists()
    assert series("calls_answered", "north", scope, today=today()) is None
