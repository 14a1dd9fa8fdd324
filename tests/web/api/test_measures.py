"""Measures as JSON: what the pages show, for scripts."""

from __future__ import annotations

import pytest

from goldenthread.record.measures.models import Observation
from tests.web.bearers import Script
from tests.web.desk.worlds import as_user, build_world, last_month

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def county(db):
    build_world()


def test_a_measure_comes_period_by_period_as_it_is_stored():
    answer = Script("ana", "results").get("/api/measures/calls_answered/?unit=north")
    found = answer.json()
    assert (found["measure"], found["unit"], found["grain"]) == ("calls_answered", "north", "month")
    stored = Observation.objects.filter(measure__key="calls_answered", unit__key="north")
    assert {(one["period"], one["numerator"], one["denominator"]) for one in found["observations"]} == {
        (one.period_start.isoformat(), one.numerator, one.denominator) for one in stored
    }
    assert found["observations"][-1]["period"] == last_month().start.isoformat()
    assert answer.content == as_user("ana").get("/api/measures/calls_answered/?unit=north").content


def test_the_list_holds_what_the_page_lists_and_has_a_value():
    with_values = ("calls_answered", "calls_received", "potholes")
    for owner in ("ana", "eli", "exa"):
        found = {one["measure"] for one in Script(owner, "results").get("/api/measures/").json()["measures"]}
        page = as_user(owner).get("/measures/").content.decode()
        assert found
        assert found == {key for key in with_values if f"/measures/{key}/" in page}


def test_without_a_unit_it_is_the_one_that_its_owner_sees_first():
    assert Script("exa", "results").get("/api/measures/potholes/").json()["unit"] == "roads"
    assert Script("ana", "results").get("/api/measures/potholes/").json()["unit"] == "county"


@pytest.mark.parametrize(
    "asked",
    ["calls_answered/?unit=south", "no_such_measure/", "calls_answered/?by=never", "potholes/?unit=x"],
)
def test_what_is_not_open_is_not_there(asked):
    script = Script("ana", "results")
    answer, missing = script.get(f"/api/measures/{asked}"), script.get("/api/nothing/")
    assert (answer.status_code, answer.content) == (404, missing.content)
