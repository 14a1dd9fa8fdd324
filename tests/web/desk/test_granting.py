"""Giving a role and taking it back in pages, and what takes two administrators."""

from __future__ import annotations

import datetime

import pytest

from goldenthread.accounts.models import User
from goldenthread.record.access.models import Grant, Proposal
from goldenthread.record.framework.models import Element
from tests.web.desk.worlds import as_user, build_world, say_why, text_of, today

pytestmark = pytest.mark.django_db
FORM = "/access/people/ana/grant/"


@pytest.fixture(autouse=True)
def county(db):
    build_world()
    say_why("adam", "/access/people/ana/")


def second(unit="county", username="berta"):
    user = User.objects.create_user(username, name=username.title())
    place = Grant.objects.get(user__username="adam").unit if unit == "county" else unit
    Grant.objects.create(user=user, role="administrator", unit=place, starts_on=datetime.date(2020, 1, 1))
    return user


def send(username="adam", address=FORM, **cells):
    sent = {"role": "reader", "unit": "works", "starts_on": today(), "reason": "Helps out.", **cells}
    return as_user(username).post(address, sent, follow=True)


def test_a_role_is_given_over_a_unit():
    page = send(ends_on=today() + datetime.timedelta(days=9)).content.decode()
    assert "Ana Ruiz has the role Reader." in page
    assert "Reader over Public works, by a grant of Adam (“Helps out”)." in page
    assert as_user("ana").get("/units/roads/").status_code == 200


def test_a_role_is_given_over_a_service():
    send(unit="", service="phone")
    held = Grant.objects.get(user__username="ana")
    assert (held.unit, held.service) == (None, "phone")


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"role": ""}, "Choose the role."),
        ({"unit": ""}, "Choose the unit or the service over which it is held."),
        ({"reason": ""}, "Say why, for whoever checks it later."),
        ({"unit": "", "service": "phone", "role": "analyst"}, "wanted Reader, or a unit"),
        ({"service": "phone"}, "both or neither of a unit and a service"),
        ({"starts_on": "2020-01-01"}, "or later, for what somebody could see"),
        ({"ends_on": "2020-01-01"}, "wanted a day after its start"),
    ],
)
def test_what_cannot_be_given_is_said_and_kept_as_typed(cells, words):
    page = send(**cells).content.decode()
    assert words in page
    assert not Grant.objects.filter(user__username="ana").exists()
    if cells.get("reason") is None:
        assert "Helps out." in page


def test_nobody_gives_to_themselves():
    page = send(address="/access/people/~adam/grant/").content.decode()
    assert "Nobody gives rights to themselves." in page
    assert "Give a role" not in text_of("adam", "/access/people/~adam/")


def test_what_opens_personal_records_waits_for_the_second_administrator():
    second()
    page = send(role="hr").content.decode()
    assert "HR for Ana Ruiz is proposed." in page
    proposal = Proposal.objects.get()
    assert "Confirm or refuse the role HR over Public works for" in text_of("berta", "/")
    assert "1 waits to be confirmed" in text_of("berta", "/access/")
    assert "You proposed it, so somebody else decides." in text_of("adam", "/access/waiting/")
    waits = text_of("berta", "/access/waiting/")
    assert "HR for Ana Ruiz" in waits
    assert "Helps out." in waits
    decide = f"/access/waiting/{proposal.pk}/"
    assert "Nobody decides on what they proposed" in (
        as_user("adam").post(decide, {"do": "confirm"}).content.decode()
    )
    as_user("berta").post(decide, {"do": "confirm"})
    assert Grant.objects.filter(user__username="ana", role="hr").exists()
    assert as_user("berta").post(decide, {"do": "confirm"}).status_code == 404


def test_a_refusal_needs_a_reason_and_tells_it():
    second()
    send(role="hr")
    decide = f"/access/waiting/{Proposal.objects.get().pk}/"
    refused = as_user("berta").post(decide, {"do": "refuse", "why": ""}).content.decode()
    assert "Say why, for whoever proposed it." in refused
    by_enter = as_user("berta").post(decide, {"do": "confirm", "why": "She is not in HR."}).content.decode()
    assert "Choose “Refuse” for this reason" in by_enter
    as_user("berta").post(decide, {"do": "refuse", "why": "She is not in HR."})
    assert "Refused: “She is not in HR.”" in text_of("adam", "/")
    assert not Grant.objects.filter(user__username="ana").exists()


def test_where_there_is_nobody_to_confirm_the_page_says_who_is_told():
    page = send(role="hr").content.decode()
    assert "There is nobody to confirm it, so HR, the auditors and Ana Ruiz are told." in page
    assert "The role HR was given by one administrator alone to" in text_of("ana", "/")


def test_a_role_is_taken_back_by_one_and_at_once():
    send()
    held = Grant.objects.get(user__username="ana")
    browser = as_user("ana")
    assert browser.get("/units/roads/").status_code == 200
    address = f"/access/grants/{held.pk}/revoke/"
    assert "Reader over Public works." in text_of("adam", address)
    assert "Say why" in as_user("adam").post(address, {"on": today(), "reason": ""}).content.decode()
    as_user("adam").post(address, {"on": today(), "reason": "No longer helps."})
    assert browser.get("/units/roads/").status_code == 404


def test_it_can_be_taken_back_as_of_a_day_to_come():
    send()
    held = Grant.objects.get(user__username="ana")
    later = today() + datetime.timedelta(days=5)
    address = f"/access/grants/{held.pk}/revoke/"
    past = {"on": today() - datetime.timedelta(days=1), "reason": "x"}
    assert "or later." in as_user("adam").post(address, past).content.decode()
    as_user("adam").post(address, {"on": later, "reason": "Ends then."})
    held.refresh_from_db()
    assert held.ends_on == later


def test_an_administrator_of_a_part_gives_there_alone():
    works = Grant.objects.get(user__username="adam").unit.children.get(unit__key="works").unit
    second(works, "walt")
    assert send("walt", "/access/people/eli/grant/", unit="roads").status_code == 200
    assert Grant.objects.get(user__username="eli").unit.key == "roads"
    page = send("walt", "/access/people/eli/grant/", unit="north").content.decode()
    assert "Select a valid choice" in page
    assert "Or over this service" not in page
    adams = Grant.objects.get(user__username="adam")
    assert as_user("walt").get(f"/access/grants/{adams.pk}/revoke/").status_code == 404


def test_every_service_can_be_chosen_and_no_outcome():
    page = text_of("adam", FORM)
    for element in Element.objects.all():
        assert (f'value="{element.key}"' in page) is (element.level != "outcome")
