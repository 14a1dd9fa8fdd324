"""Who is told when somebody is given a right, and how long they are."""

from __future__ import annotations

from datetime import timedelta

import pytest

from goldenthread.accounts.models import User
from goldenthread.jobs import granting
from goldenthread.jobs.noticing import ANNOUNCED_DAYS, refresh_notices
from goldenthread.jobs.scoping import scope_of
from goldenthread.jobs.waiting import waiting_for
from goldenthread.record.access.models import Proposal
from goldenthread.record.access.rights import rights_of
from goldenthread.record.audit.actor import Actor
from goldenthread.record.notices.models import Notice
from goldenthread.record.orgs.models import Person, Unit
from tests.record.access.county import NOW, TODAY, build_grant, build_person, build_units, build_user

pytestmark = pytest.mark.django_db
WHEN = {"now": NOW, "today": TODAY}
OPERATOR = Actor("operator:test")


@pytest.fixture(autouse=True)
def county():
    """Adam administers; Hanna is HR, Otto audits, Hugo is HR of Works alone; Ana supervises North, Ben is in
    Roads."""
    build_units()
    for name, role, unit in (
        ("adam", "administrator", "county"),
        ("hanna", "hr", "county"),
        ("otto", "auditor", "county"),
        ("hugo", "hr", "works"),
    ):
        build_grant(build_user(name), role, unit)
    build_person("ana", ("supervisor", "north"), user=build_user("ana"))
    build_person("ben", ("member", "roads"), user=build_user("ben"))


def user(name):
    return User.objects.get(username=name)


def by(name):
    return Actor.user(user(name).pk)


def give(giver, receiver="ana", role="hr", unit="benefits"):
    return granting.give(
        user=user(receiver),
        role=role,
        unit=Unit.objects.get(key=unit),
        service="",
        starts_on=TODAY,
        ends_on=None,
        reason="She begins in March.",
        by=by(giver) if isinstance(giver, str) else giver,
        **WHEN,
    )


def told():
    rows = Notice.objects.filter(done_at=None).values_list("receiver__username", "kind")
    return sorted(rows)


def read(name):
    """What waits for somebody, as Home reads it."""
    held = rights_of(user(name), today=TODAY)
    found = waiting_for(user(name), held, scope_of(held, today=TODAY))
    return [
        (one.kind.value, item.key, item.title, item.place, item.said) for one in found for item in one.items
    ]


@pytest.mark.parametrize("giver", ["adam", OPERATOR])
def test_what_one_gives_alone_is_announced_to_hr_auditors_and_the_person(giver):
    give(giver)
    assert told() == [(name, "grant_announced") for name in ("ana", "hanna", "otto")]
    assert read("otto") == [("grant_announced", "ana", "Ana", "", "HR")]
    assert read("ana") == [("grant_announced", "", "Ana", "", "HR")]


def test_it_stays_announced_when_it_is_taken_back_within_the_hour():
    granting.revoke(grant=give("adam"), on=TODAY, reason="Looked enough.", by=by("adam"), **WHEN)
    refresh_notices(now=NOW)
    assert not user("ana").grants.exists()
    assert ("otto", "grant_announced") in told()
    assert read("hanna") == [("grant_announced", "ana", "Ana", "", "HR")]


def test_an_announcement_goes_by_itself():
    give("adam")
    refresh_notices(now=NOW + timedelta(days=ANNOUNCED_DAYS))
    assert told()
    refresh_notices(now=NOW + timedelta(days=ANNOUNCED_DAYS, seconds=1))
    assert not told()


def test_what_opens_nothing_of_anybody_is_not_announced():
    give("adam", role="reader")
    assert not told()


def test_a_proposal_waits_for_the_other_administrators_until_one_decides():
    build_grant(build_user("berta"), "administrator", "benefits")
    build_grant(build_user("walt"), "administrator", "works")
    proposal = give("adam")
    assert isinstance(proposal, Proposal)
    assert told() == [("berta", "grant_to_confirm")]
    assert read("berta") == [("grant_to_confirm", str(proposal.pk), "Ana", "Benefits", "HR")]
    refresh_notices(now=NOW)
    assert told() == [("berta", "grant_to_confirm")]
    granting.confirm(proposal=proposal, by=by("berta"), **WHEN)
    assert not told()


def test_a_refusal_tells_who_proposed_it():
    build_grant(build_user("berta"), "administrator", "county")
    proposal = give("adam")
    granting.refuse(proposal=proposal, why="She is not in HR.", by=by("berta"), **WHEN)
    assert told() == [("adam", "grant_refused")]
    assert read("adam") == [("grant_refused", str(proposal.pk), "Ana", "HR", "She is not in HR.")]


def test_an_administrator_who_is_one_no_more_has_nothing_to_confirm():
    held = build_grant(build_user("berta"), "administrator", "county")
    give("adam")
    granting.revoke(grant=held, on=TODAY, reason="Moved.", by=by("adam"), **WHEN)
    assert not told()
    assert not read("berta")


def stand_in(arranger):
    return granting.stand_in(
        giver=Person.objects.get(key="ana"),
        receiver=Person.objects.get(key="ben"),
        kind="leave",
        unit=None,
        starts_on=TODAY,
        ends_on=TODAY + timedelta(days=7),
        reason="On leave.",
        by=by(arranger),
        **WHEN,
    )


def test_who_stands_in_is_told_and_whose_work_it_is():
    stand_in("ana")
    assert told() == [("ben", "delegation_announced")]
    assert read("ben") == [("delegation_announced", "", "Ben", "Ana", "")]


def test_what_somebody_else_arranges_is_told_to_hr_and_auditors_as_well():
    stand_in("adam")
    assert {name for name, _ in told()} == {"ana", "ben", "hanna", "otto"}
    assert read("otto") == [("delegation_announced", "ben", "Ben", "Ana", "")]
