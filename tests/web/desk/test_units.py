"""A unit's dashboard, the list of units, and what a unit says it is for."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from goldenthread.accounts.models import User
from goldenthread.record.access.models import Grant
from goldenthread.record.framework.actions import adopt_mission
from goldenthread.record.framework.models import Element, Mission, MissionComment, MissionSupport
from goldenthread.record.measures.models import Observation
from goldenthread.record.orgs.models import Unit
from tests.web.desk.worlds import (
    BY,
    add_offices,
    as_user,
    build_units,
    build_world,
    last_month,
    text_of,
    today,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    build_world()


def test_mine_is_the_unit_of_the_post(world):
    assert as_user("ana").get("/my-unit/").url == "/units/north/"
    assert as_user("ada").get("/my-unit/").url == "/units/county/"


@pytest.mark.parametrize("name", ["new", "adam"])
def test_who_belongs_nowhere_is_told(world, name):
    assert "You belong to no unit yet" in text_of(name, "/my-unit/")


def test_a_dashboard_answers_first(world):
    text = text_of("dora", "/units/benefits/")
    verdict = "The one measure of Benefits as a whole that has a target missed it in its last period."
    assert text.index(verdict) < text.index("2 measures")
    assert "None changed by more than normal variation." in text
    assert text.index("North office") < text.index("South office")
    assert "Phone service" in text
    assert "Numbers as of" in text


def test_a_mission_and_who_may_see_the_page_stand_on_it(world):
    text = text_of("ana", "/units/north/")
    assert "We answer." in text
    assert "Nobody of the staff supports it yet." in text
    assert "No single worker is shown on this page." in text


def test_the_top_says_what_could_not_be_placed(world):
    assert "Calls answered within a minute 4; Calls received 6" in text_of("ada", "/units/county/")
    assert "Not assigned" not in text_of("ada", "/units/benefits/")
    assert "Not assigned" not in text_of("ana", "/units/county/")


def test_units_beside_ones_own_are_not_there(world):
    missing = as_user("ana").get("/units/nowhere/").content
    for key in ("south", "works", "roads"):
        response = as_user("ana").get(f"/units/{key}/")
        assert (response.status_code, response.content) == (404, missing)
    assert "South office" not in text_of("ana", "/units/benefits/")


@pytest.mark.parametrize("address", ["/units/north/", "/units/north/mission/"])
@pytest.mark.parametrize("name", ["new", "adam", "eli"])
def test_who_may_not_see_a_unit_finds_nothing(world, name, address):
    assert as_user(name).get(address).status_code == 404


def test_a_page_that_is_not_there(world):
    assert as_user("dora").get("/units/benefits/?page=9").status_code == 404
    assert as_user("dora").get("/units/benefits/?page=0").status_code == 200
    assert as_user("dora").get("/units/benefits/?page=²").status_code == 200


def test_a_unit_without_values_says_what_is_expected():
    build_units()
    text = text_of("ana", "/units/north/")
    assert "No measure has a value for this unit yet." in text
    assert "Not written down yet." in text


def test_the_list_is_the_tree_of_what_one_sees(world):
    text = text_of("ana", "/units/")
    assert text.index("Riverbend County</a>") < text.index("Benefits</a>") < text.index("North office</a>")
    assert "Roads" not in text
    assert "No unit is open to you." in text_of("new", "/units/")


def test_staff_support_a_mission_and_comment_on_it(world):
    client = as_user("ana")
    client.post("/units/north/mission/support/", {"support": "yes"})
    client.post("/units/north/mission/support/", {"support": "yes"})
    client.post("/units/north/mission/comment/", {"text": "Say whom we answer."})
    assert MissionSupport.objects.count() == 1
    text = text_of("ana", "/units/north/mission/")
    assert "1 of the staff supports it." in text
    assert "Say whom we answer." in text
    assert "No longer support it" in text
    client.post("/units/north/mission/support/", {"support": "no"})
    assert not MissionSupport.objects.exists()


def test_an_empty_comment_is_refused_beside_its_field(world):
    response = as_user("ana").post("/units/north/mission/comment/", {"text": "  "})
    assert response.status_code == 200
    assert 'href="#id_text"' in response.content.decode()
    assert not MissionComment.objects.exists()


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("dora", "/units/north/mission/comment/"),
        ("dora", "/units/north/mission/support/"),
        ("eli", "/units/north/mission/comment/"),
        ("ana", "/units/south/mission/comment/"),
        ("ana", "/units/benefits/mission/support/"),
        ("ana", "/units/north/mission/"),
        ("sam", "/units/north/mission/"),
    ],
)
def test_only_staff_speak_and_only_editors_write(world, name, address):
    response = as_user(name).post(address, {"text": "No.", "mission": "No.", "support": "yes"})
    assert response.status_code == 404
    assert Mission.objects.count() == 1
    assert not MissionComment.objects.exists()
    assert not MissionSupport.objects.exists()


def test_whoever_edits_the_framework_writes_the_next_version(world):
    response = as_user("dora").post(
        "/units/north/mission/", {"mission": "We answer everyone.", "adopted_on": "2026-07-01"}
    )
    assert response.url == "/units/north/mission/"
    text = text_of("dora", "/units/north/mission/")
    assert text.index("Version 2, adopted July 1, 2026") < text.index("Version 1, adopted July 1, 2025")


@pytest.mark.parametrize("method", ["get", "put", "delete"])
def test_only_a_post_speaks(world, method):
    for what in ("comment", "support"):
        assert getattr(as_user("ana"), method)(f"/units/north/mission/{what}/").status_code == 404


@pytest.mark.parametrize(("name", "key"), [("ana", "north"), ("dora", "benefits"), ("ada", "county")])
def test_it_takes_few_queries(world, django_assert_max_num_queries, name, key):
    client = as_user(name)
    with django_assert_max_num_queries(18):
        client.get(f"/units/{key}/")


def test_a_few_units_are_all_there_at_once(world):
    assert '<details class="gt-fold' not in text_of("ada", "/units/")


def test_many_units_are_folded_below_the_second_level(world):
    add_offices([(1, 2)] * 45)
    text = text_of("ada", "/units/")
    assert [text.count(f"{count} below") for count in ("47 units", "1 unit")] == [1, 1]
    assert (text.count('<details class="gt-fold">'), text.count("open>")) == (2, 0)
    assert "Office 45" in text


def test_the_way_to_ones_own_unit_is_open(world):
    add_offices([(1, 2)] * 45)
    assert text_of("dora", "/units/").count('<details class="gt-fold" open>') == 1
    ana, county = User.objects.get(username="ana"), Unit.objects.get(key="county")
    Grant.objects.create(user=ana, role="executive", unit=county, starts_on=datetime.date(2020, 1, 1))
    text = text_of("ana", "/units/")
    assert (text.count('<details class="gt-fold" open>'), text.count('<details class="gt-fold">')) == (1, 1)
    assert text.index("open>") < text.index("North office") < text.index("1 unit below")


def test_what_is_kept_never_outlives_what_it_is_made_of(world):
    address = "/units/north/"
    assert "12.5%" not in text_of("dora", address)
    Observation.objects.filter(
        measure__key="calls_answered", unit__key="north", period_start=last_month().start, grain="month"
    ).update(value=12.5)
    Unit.objects.filter(key="north").update(name="Harbor office")
    Element.objects.filter(key="letters").update(name="Post")
    adopt_mission(
        unit=Unit.objects.get(key="north"),
        mission="We write.",
        adopted_on=None,
        by=BY,
        now=timezone.now(),
        today=today(),
    )
    text = text_of("dora", address)
    for said in ("12.5%", "Harbor office", "Post", "We write."):
        assert said in text
    assert "North office" not in text
