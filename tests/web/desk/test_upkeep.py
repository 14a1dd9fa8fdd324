"""Measures that need somebody: seen, handed over and retired by who looks after them."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from goldenthread.record.measures.models import Measure
from goldenthread.record.orgs.models import Person, Post, Unit
from tests.web.desk.typing_world import INSPECTIONS, build_world, signed_in

pytestmark = pytest.mark.django_db

OWNERLESS = INSPECTIONS.replace("inspections", "visits").replace("Inspections done", "Visits made")
OWNERLESS = OWNERLESS.replace("people: {owner: ana, deputy: ben}\n", "")
ROADS = OWNERLESS.replace("visits", "miles").replace("Visits made", "Miles paved").replace("north", "roads")


@pytest.fixture(autouse=True)
def world(db: None) -> None:
    build_world(INSPECTIONS, OWNERLESS, ROADS)


def test_a_director_sees_their_own_department(django_assert_max_num_queries) -> None:
    dora = signed_in("dora")
    with django_assert_max_num_queries(25):
        page = dora.get("/upkeep/").content.decode()
    assert "Benefits: two measures need somebody." in page
    assert "One has no owner who is still here, two never had a value." in page
    assert "Visits made" in page
    assert "Miles paved" not in page


def test_one_kind_of_trouble_at_a_time() -> None:
    page = signed_in("dora").get("/upkeep/?department=benefits&show=owner").content.decode()
    assert "Visits made" in page
    assert "Inspections done" not in page


@pytest.mark.parametrize("named", ["Ben Okafor", "ben okafor", "ben"])
def test_measures_are_handed_over_together(named: str) -> None:
    data = {"measure": ["visits", "inspections"], "owner": named, "do": "assign"}
    answer = signed_in("dora").post("/upkeep/", data, follow=True).content.decode()
    assert "Two measures handed over." in answer
    people = dict(Measure.objects.values_list("key", "owner__key"))
    assert people == {"visits": "ben", "inspections": "ben", "miles": None}


def test_a_deputy_alone_leaves_the_owner() -> None:
    data = {"measure": "inspections", "deputy": "Dora Lindqvist", "do": "assign"}
    signed_in("dora").post("/upkeep/", data)
    measure = Measure.objects.get(key="inspections")
    assert (measure.owner.key, measure.deputy.key) == ("ana", "dora")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"owner": "Ben Okafor"}, "Choose at least one measure."),
        ({"measure": "visits"}, "Name the owner, the deputy, or both."),
        ({"measure": "visits", "owner": "Ruiz"}, "wanted a full name, such as Ana Ruiz"),
        ({"measure": "visits", "owner": "Eli Novak"}, "wanted the name of somebody in your part"),
        ({"measure": "visits", "owner": "ben", "deputy": "Ben Okafor"}, "are the same person"),
        ({"measure": "visits", "do": "retire"}, "Say why"),
        ({"measure": "miles", "owner": "Ben Okafor"}, "Choose at least one measure."),
    ],
)
def test_what_is_missing_is_told(data: dict[str, str], sentence: str) -> None:
    response = signed_in("dora").post("/upkeep/", {"do": "assign", **data})
    assert response.status_code == 200
    assert sentence in response.content.decode()
    assert not Measure.objects.filter(key__in=["visits", "miles"], owner__isnull=False).exists()
    assert not Measure.objects.filter(retired_on__isnull=False).exists()


def test_a_measure_is_retired_with_its_reason() -> None:
    data = {"measure": "visits", "why": "Nobody asks for it any more.", "do": "retire"}
    answer = signed_in("dora").post("/upkeep/", data, follow=True).content.decode()
    assert "One measure retired." in answer
    assert "Visits made" not in answer
    assert Measure.objects.get(key="visits").retired_why == "Nobody asks for it any more."


@pytest.mark.parametrize("method", ["get", "post"])
def test_others_find_nothing(method: str) -> None:
    for who, address in (("ana", "/upkeep/"), ("dora", "/upkeep/?department=roads")):
        client = signed_in(who)
        missing = getattr(client, method)("/no/such/thing/").content
        response = getattr(client, method)(address, {"measure": "miles"} if method == "post" else None)
        assert (response.status_code, response.content) == (404, missing)


def test_what_an_ended_unit_kept_is_for_who_looks_after_the_whole() -> None:
    ended = timezone.localdate() - datetime.timedelta(days=1)
    Unit.objects.filter(key="roads").update(ends_on=ended)
    eli = Person.objects.get(key="eli")
    Post.objects.create(person=eli, unit=Unit.objects.get(key="county"), role="director")
    assert "Miles paved" in signed_in("eli").get("/upkeep/?department=roads").content.decode()
