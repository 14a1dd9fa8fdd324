"""Letting somebody stand in, in pages."""

from __future__ import annotations

import datetime

import pytest

from goldenthread.record.access.models import Delegation
from goldenthread.record.orgs.models import Person
from tests.web.desk.worlds import as_user, build_units, text_of, today

pytestmark = pytest.mark.django_db
WEEK = datetime.timedelta(days=7)


@pytest.fixture(autouse=True)
def county(db):
    build_units()


def send(username, **cells):
    sent = {
        "giver": "sam",
        "receiver": "Eli Novak",
        "kind": "leave",
        "unit": "",
        "starts_on": today(),
        "ends_on": today() + WEEK,
        "reason": "On leave.",
        **cells,
    }
    return as_user(username).post("/stand-ins/", sent, follow=True).content.decode()


def test_one_lets_somebody_stand_in_and_they_see_it_at_once():
    browser = as_user("eli")
    assert browser.get("/units/north/").status_code == 404
    page = send("sam")
    assert "It is arranged, and both are told." in page
    assert "Eli Novak" in page
    assert browser.get("/units/north/").status_code == 200
    assert "For Sam Okafor stands in" in text_of("eli", "/")
    assert "Stands in for Sam Okafor, Supervisor of North office by a post (during leave)." in (
        text_of("eli", "/my-access/")
    )


@pytest.mark.parametrize(
    ("username", "cells", "words"),
    [
        ("ana", {}, "Sam Okafor can arrange this, or whoever leads them"),
        ("dora", {"receiver": "dora"}, "Nobody lets themselves stand in."),
        ("sam", {"receiver": "sam"}, "Sam Okafor cannot stand in for Sam Okafor"),
        ("sam", {"receiver": ""}, "Name the person who stands in."),
        ("sam", {"receiver": "nobody"}, "Found “nobody”"),
        ("sam", {"receiver": "Rui"}, "wanted a full name, such as Ana Ruiz."),
        ("sam", {"receiver": "Nova"}, "wanted the whole name or the key of somebody who works here."),
        ("sam", {"ends_on": ""}, "Say when it ends; it can be arranged again."),
        ("sam", {"reason": ""}, "Say why"),
    ],
)
def test_what_cannot_be_arranged_is_said(username, cells, words):
    assert words in send(username, **cells)
    assert not Delegation.objects.exists()


def test_who_is_nobody_here_and_leads_nobody_finds_nobody():
    named, unnamed = (send("new", giver=name) for name in ("Ana Ruiz", "Nobody Ever"))
    wanted = "wanted the whole name or the key of somebody who works here."
    assert f"Found “Ana Ruiz”, {wanted}" in named
    assert f"Found “Nobody Ever”, {wanted}" in unnamed


def test_two_people_of_one_name_are_told_apart_by_their_keys():
    Person.objects.create(key="eli2", name="Eli Novak")
    assert "Several people are called Eli Novak: type" in send("sam")
    assert "It is arranged" in send("sam", receiver="eli")


def test_one_who_leads_arranges_it_and_everybody_concerned_sees_it():
    send("dora", unit="north")
    assert Delegation.objects.get().unit.key == "north"
    for username in ("dora", "sam", "eli", "adam"):
        assert "only in North office" in text_of(username, "/stand-ins/")
    assert "only in North office" not in text_of("ana", "/stand-ins/")


def test_it_is_ended_by_those_it_concerns():
    send("sam")
    address = f"/stand-ins/{Delegation.objects.get().pk}/end/"
    for username in ("ana", "exa", "new"):
        assert as_user(username).get(address).status_code == 404
        assert as_user(username).post(address, {"on": today(), "reason": "x"}).status_code == 404
    for username in ("sam", "eli", "dora", "adam"):
        assert as_user(username).get(address).status_code == 200
    assert "Say why" in as_user("eli").post(address, {"on": today(), "reason": ""}).content.decode()
    as_user("eli").post(address, {"on": today(), "reason": "Sam is back."})
    assert not Delegation.objects.exists()
    assert as_user("eli").get(address).status_code == 404
    assert as_user("eli").get("/units/north/").status_code == 404


def test_one_who_is_nobody_of_the_organization_sees_an_empty_list():
    assert "Nobody stands in for you" in text_of("new", "/stand-ins/")
