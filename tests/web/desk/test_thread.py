"""The thread is walked up and down, from an element, a unit or a measure."""

from __future__ import annotations

import re

import pytest
from django.http import HttpResponse

from goldenthread.record.measures.models import Observation
from tests.web.desk.worlds import as_user, build_units, build_world, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    build_world()


def told_by(response: HttpResponse) -> str:
    """The page without the token of its forms, which is another one each time."""
    return re.sub(r'"csrfmiddlewaretoken" value="\w+"', "", response.content.decode())


def test_it_begins_at_the_service_nearest_to_the_reader(world):
    assert as_user("ana").get("/thread/").url == "/thread/letters/"
    assert as_user("dora").get("/thread/").url == "/thread/phone/"
    assert as_user("ada").get("/thread/").url == "/thread/needs/"


def test_it_is_reached_from_a_measure_and_from_a_unit(world):
    assert as_user("ana").get("/thread/?measure=calls_answered").url == "/thread/phone/"
    assert as_user("ana").get("/thread/?unit=north").url == "/thread/letters/?unit=north"


@pytest.mark.parametrize("measure", ["potholes", "nothing"])
def test_a_hidden_measure_leads_nowhere(world, measure):
    Observation.objects.filter(measure__key="potholes", unit__key="county").delete()
    assert as_user("ana").get(f"/thread/?measure={measure}").status_code == 404


def test_a_map_holds_every_level_with_the_line_in_order(world):
    text = text_of("dora", "/thread/phone/")
    path = [
        "People can meet their needs",
        "Human services",
        "Help people get benefits",
        "Phone service",
        "North",
    ]
    start = text.index('<ol class="gt-map">')
    places = [text.index(name, start) for name in path]
    assert places == sorted(places)
    assert "Calls answered within a minute: " in text
    assert text.count("gt-map__box--focus") == 4
    assert text.count("gt-connectors__thread") == 3


def test_a_unit_of_the_service_can_be_looked_at(world):
    text = text_of("dora", "/thread/phone/?unit=south")
    assert text.count("gt-map__box--focus") == 5
    assert "/measures/calls_answered/?unit=south" in text


def test_numbers_that_are_not_open_are_not_counted(world):
    for name in ("ana", "dora"):
        text = text_of(name, "/thread/road_care/")
        assert "Potholes" not in text
        assert "No number open to you" in text
    assert "Potholes" in text_of("eli", "/thread/road_care/")
    assert "Calls answered" not in text_of("adam", "/thread/phone/")


def test_a_unit_that_is_not_open_is_not_shown(world):
    text = text_of("eli", "/thread/phone/?unit=south")
    assert "South office" not in text
    # Beyond the page itself, whoever must sign in again is led back to the same address.
    assert "unit=south" not in text.partition("<main")[2].partition("</main>")[0]


def test_the_list_holds_everything_in_order(world):
    text = text_of("ada", "/thread/?view=list")
    assert text.index("Streets that work") < text.index("Care of roads")
    assert "0 of 1 on target" in text
    assert "/new/outcome/" in text
    assert "/new/outcome/" not in text_of("ana", "/thread/?view=list")
    assert 'aria-current="true"' in text_of("ada", "/thread/phone/?view=list")


@pytest.mark.parametrize("address", ["/thread/", "/thread/phone/", "/thread/?view=list"])
def test_who_holds_nothing_finds_nothing(world, address):
    assert as_user("new").get(address).status_code == 404


def test_without_a_framework_it_says_so():
    build_units()
    assert "No outcome is written down yet." in text_of("ada", "/thread/")


@pytest.mark.parametrize("address", ["/thread/phone/?unit=north", "/thread/?view=list"])
def test_it_takes_few_queries(world, django_assert_max_num_queries, address):
    client = as_user("dora")
    with django_assert_max_num_queries(27):
        client.get(address)


@pytest.mark.parametrize("address", ["/thread/", "/thread/phone/", "/thread/letters/"])
def test_a_unit_one_may_not_see_is_like_one_that_is_missing(world, address):
    hidden, missing = (as_user("ana").get(f"{address}?unit={unit}") for unit in ("south", "nothing"))
    assert told_by(hidden).replace("south", "nothing") == told_by(missing)
    assert hidden.get("Location") == missing.get("Location")


def test_a_box_says_whether_its_measure_met_the_target(world):
    assert "Missed: " in text_of("dora", "/thread/phone/")


@pytest.mark.parametrize(
    ("name", "verdict"),
    [
        ("dora", "The one measure that has a target missed it in its last period."),
        ("adam", "No measure with a target is open to you."),
    ],
)
def test_the_list_begins_with_how_all_of_it_does(world, name, verdict):
    assert verdict in text_of(name, "/thread/?view=list")
