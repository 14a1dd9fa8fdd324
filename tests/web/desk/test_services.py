"""A service's page, and writing the framework on screen for whoever may."""

from __future__ import annotations

import pytest

from goldenthread.record.audit.models import AuditEvent
from goldenthread.record.framework.models import Element
from tests.web.desk.worlds import as_user, build_world, text_of

pytestmark = pytest.mark.django_db

FIELDS = {"name": "Phone service", "description": "", "owner": "", "unit": "benefits"}


@pytest.fixture(autouse=True)
def world():
    build_world()


def test_a_page_says_how_it_does_and_for_whom():
    as_user("dora").post(
        "/services/phone/edit/",
        {**FIELDS, "owner": "ana", "external_clients": "Residents\nBusinesses\n\nResidents"},
    )
    text = text_of("dora", "/services/phone/")
    assert "Calls answered within a minute: " in text
    assert "Ana Ruiz" in text
    assert "Residents, Businesses" in text
    assert 'href="/units/benefits/"' in text
    assert "Not written down yet" in text


def test_what_hangs_below_comes_with_its_tally():
    text = text_of("dora", "/services/benefits_core/")
    assert "Operational services" in text
    assert "0 of 1 on target" in text


def test_numbers_and_units_that_are_not_open_are_not_told():
    text = text_of("ana", "/services/road_care/")
    assert "Potholes" not in text
    assert 'href="/units/roads/"' not in text
    assert "No measure that you can see serves it by itself." in text


@pytest.mark.parametrize(
    ("name", "shown"), [("dora", True), ("ada", True), ("ana", False), ("eli", False), ("exa", False)]
)
def test_only_who_may_edit_is_shown_how(name, shown):
    assert ("/services/phone/edit/" in text_of(name, "/services/phone/")) is shown


def test_an_edit_is_kept_and_logged():
    response = as_user("dora").post("/services/phone/edit/", {**FIELDS, "name": "Telephone service"})
    assert response.url == "/services/phone/"
    assert Element.objects.get(key="phone").name == "Telephone service"
    event = AuditEvent.objects.filter(kind="element", object_id="phone").latest("id")
    assert (event.action, "name" in event.fields) == ("changed", True)


def test_an_owner_nobody_knows_is_refused_and_what_was_typed_stays():
    response = as_user("dora").post(
        "/services/phone/edit/", {**FIELDS, "name": "Telephones", "owner": "nobody_such"}
    )
    text = response.content.decode()
    assert "Found “nobody_such”, wanted the key of a person that exists." in text
    assert 'value="Telephones"' in text
    assert Element.objects.get(key="phone").name == "Phone service"


def test_a_missing_name_links_to_its_field():
    text = as_user("dora").post("/services/phone/edit/", {**FIELDS, "name": " "}).content.decode()
    assert 'href="#id_name"' in text


def test_an_element_is_added_below_another():
    client = as_user("dora")
    response = client.post("/services/benefits_core/add/", {"name": "Renewals", "key": "renewals"})
    assert response.url == "/services/renewals/"
    added = Element.objects.get(key="renewals")
    assert (added.parent.key, added.level) == ("benefits_core", "operational_service")
    text = client.post("/services/benefits_core/add/", {"name": "Again", "key": "renewals"}).content.decode()
    assert "The key “renewals” is taken." in text
    text = client.post("/services/benefits_core/add/", {"name": "Bad", "key": "a b"}).content.decode()
    assert "Use letters, digits and underscores" in text


def test_nothing_hangs_below_the_lowest_level():
    assert as_user("dora").get("/services/phone/add/").status_code == 404


def test_an_element_moves_within_its_list():
    as_user("dora").post("/services/letters/move/", {"place-parent": "benefits_core", "place-position": "1"})
    order = Element.objects.filter(parent__key="benefits_core").order_by("position")
    assert list(order.values_list("key", flat=True)) == ["letters", "phone"]


def test_nobody_moves_into_what_they_may_not_edit():
    Element.objects.filter(key="letters").update(level="core_service")
    response = as_user("dora").post("/services/letters/move/", {"place-parent": "road_care"})
    assert response.status_code == 404
    assert Element.objects.get(key="letters").parent.key == "benefits_core"


def test_an_element_is_retired_with_a_reason():
    client = as_user("dora")
    assert 'href="#id_retire-reason"' in client.post("/services/letters/retire/", {}).content.decode()
    response = client.post("/services/letters/retire/", {"retire-reason": "Nobody writes any more."})
    assert response.url == "/services/benefits_core/"
    assert client.get("/services/letters/").status_code == 404
    text = client.post("/services/services/retire/", {"retire-reason": "Why not."}).content.decode()
    assert "still hangs below" in text


def test_an_outcome_is_for_who_edits_the_whole():
    assert as_user("ada").post("/new/outcome/", {"name": "Health", "key": "health"}).status_code == 302
    assert as_user("dora").get("/new/outcome/").status_code == 404
    assert as_user("dora").post("/new/outcome/", {"name": "X", "key": "x"}).status_code == 404
    assert not Element.objects.filter(key="x").exists()


@pytest.mark.parametrize("name", ["ana", "sam", "eli", "exa", "adam", "new"])
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("what", ["edit", "add", "move", "retire"])
def test_who_may_not_edit_finds_nothing(name, method, what):
    element = "benefits_core"
    before = list(Element.objects.order_by("pk").values())
    send = getattr(as_user(name), method)
    response = send(
        f"/services/{element}/{what}/",
        {"name": "X", "key": "x", "retire-reason": "X", "place-parent": "services"},
    )
    assert response.status_code == 404
    assert list(Element.objects.order_by("pk").values()) == before


@pytest.mark.parametrize("address", ["/services/nothing/", "/services/phone/"])
def test_who_holds_nothing_finds_nothing(address):
    assert as_user("new").get(address).status_code == 404


def test_it_takes_few_queries(django_assert_max_num_queries):
    client = as_user("dora")
    with django_assert_max_num_queries(36):
        client.get("/services/phone/")
