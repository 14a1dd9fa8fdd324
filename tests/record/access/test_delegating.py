"""Acting, standing in during leave, deputies: who may arrange it, what it gives, and how it ends."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from goldenthread.accounts.models import User
from goldenthread.record.access.delegating import delegate, end_delegation
from goldenthread.record.access.holdings import Source
from goldenthread.record.access.models import Delegation
from goldenthread.record.access.rights import rights_of
from goldenthread.record.access.roles import Permission
from goldenthread.record.answers import Denied, NotAllowed
from goldenthread.record.audit.actor import Actor
from goldenthread.record.audit.models import AuditEvent
from goldenthread.record.orgs.models import Person, Post, Unit
from tests.builders import scope_for
from tests.record.access.county import NOW, TODAY, build_grant, build_person, build_units, build_user

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
WEEK = timedelta(days=7)
WHEN = {"now": NOW, "today": TODAY}


@pytest.fixture(autouse=True)
def county():
    """Sam supervises North with two members, Dora directs Benefits, Bea supervises it, Eli directs Works."""
    build_units()
    for key, role, unit in (
        ("sam", "supervisor", "north"),
        ("ana", "member", "north"),
        ("ben", "member", "north"),
        ("carl", "member", "roads"),
        ("dora", "director", "benefits"),
        ("bea", "supervisor", "benefits"),
        ("eli", "director", "works"),
    ):
        build_person(key, (role, unit), user=build_user(key))
    build_grant(build_user("adam"), "administrator", "county")
    build_grant(build_user("wanda"), "administrator", "works")


def person(key):
    return Person.objects.get(key=key)


def user(key):
    return User.objects.get(username=key)


def by(key):
    return Actor.user(user(key).pk)


def stand_in(arranger="sam", giver="sam", receiver="carl", unit=None, **more):
    days = {"starts_on": TODAY, "ends_on": TODAY + WEEK, **more}
    return delegate(
        giver=person(giver),
        receiver=person(receiver),
        kind="leave",
        unit=Unit.objects.get(key=unit) if unit else None,
        by=by(arranger),
        **days,
        **WHEN,
    )


def seen(key, on=TODAY):
    return scope_for(user(key), today=on)


def test_one_who_stands_in_sees_what_the_other_sees_and_loses_it_by_itself():
    stand_in()
    last = TODAY + WEEK
    assert seen("carl").people == {"carl", "ana", "ben"}
    assert "north" in seen("carl", last - DAY).units
    assert seen("carl", last).people == {"carl"}
    assert "north" not in seen("carl", last).units
    assert seen("carl", TODAY - DAY).people == {"carl"}


def test_it_is_never_wider_than_what_the_giver_holds_that_day():
    stand_in()
    Post.objects.filter(person=person("sam")).update(ends_on=TODAY + 2 * DAY)
    assert "ana" in seen("carl", TODAY + DAY).people
    assert seen("carl", TODAY + 2 * DAY).people == {"carl"}
    held = rights_of(user("carl"), today=TODAY).holdings
    days = next(one.days for one in held if one.source is Source.DELEGATION)
    assert days.bounds == (TODAY, TODAY + 2 * DAY)


def test_a_closed_account_has_nothing_to_hand_on():
    stand_in()
    User.objects.filter(username="sam").update(is_active=False)
    assert seen("carl").people == {"carl"}


def test_one_without_an_account_can_be_stood_in_for():
    build_person("zoe", ("supervisor", "north"))
    stand_in("dora", giver="zoe")
    assert "ana" in seen("carl").people


def test_what_was_granted_or_handed_on_stays():
    build_grant(user("sam"), "analyst", "county")
    stand_in("adam", giver="bea", receiver="sam")
    stand_in()
    assert not rights_of(user("carl"), today=TODAY).may(Permission.LOAD_DATA)
    assert rights_of(user("sam"), today=TODAY).may(Permission.SEE_WORKERS, "south")
    assert not rights_of(user("carl"), today=TODAY).may(Permission.SEE_WORKERS, "south")


def test_narrowed_to_a_unit_it_holds_only_there():
    stand_in("bea", giver="bea", unit="north")
    assert seen("carl").people == {"carl", "ana", "ben"}
    assert seen("carl").units == {"north", "roads", "works", "county"}


def test_those_who_name_the_giver_come_along():
    Post.objects.filter(person=person("eli")).update(supervisor=person("sam"), role="member")
    Post.objects.filter(person=person("ben")).update(
        supervisor=person("eli"), unit=Unit.objects.get(key="roads")
    )
    stand_in()
    assert seen("carl").people == {"carl", "ana", "eli", "ben"}
    Delegation.objects.update(unit=Unit.objects.get(key="north"))
    assert seen("carl").people == {"carl", "ana"}


@pytest.mark.parametrize(
    ("arranger", "allowed"),
    [
        ("sam", True),
        ("dora", True),
        ("bea", True),
        ("adam", True),
        ("wanda", False),
        ("eli", False),
        ("ana", False),
        ("carl", False),
    ],
)
def test_who_may_arrange_it(arranger, allowed):
    if allowed:
        stand_in(arranger)
        assert Delegation.objects.get().arranged_by == by(arranger).key
        assert AuditEvent.objects.get().fields == ["delegation", "sam"]
    else:
        with pytest.raises(Denied):
            stand_in(arranger)
        assert not Delegation.objects.exists()
        assert not AuditEvent.objects.exists()


def test_nobody_lets_themselves_stand_in():
    for arranger in ("dora", "bea"):
        with pytest.raises(Denied, match="Nobody lets themselves stand in"):
            stand_in(arranger, receiver=arranger)


def test_one_who_stands_in_for_a_leader_leads_nobody():
    stand_in("dora", giver="dora", receiver="carl")
    with pytest.raises(Denied):
        stand_in("carl", receiver="eli")


def test_a_named_supervisor_leads():
    Post.objects.filter(person=person("sam")).update(supervisor=person("eli"))
    stand_in("eli")


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"receiver": "sam"}, "Sam cannot stand in for Sam"),
        ({"ends_on": TODAY}, "wanted a day after its start"),
        ({"starts_on": TODAY - DAY}, "wanted 2026-03-01 or later"),
    ],
)
def test_a_delegation_that_makes_no_sense(more, words):
    with pytest.raises(NotAllowed, match=words):
        stand_in(**more)


def test_one_who_holds_no_post_then_has_nothing_to_hand_on():
    Post.objects.filter(person=person("sam")).update(starts_on=date(2027, 1, 1))
    with pytest.raises(NotAllowed, match="Sam holds no post from 2026-03-01"):
        stand_in("adam")


@pytest.mark.parametrize(
    ("ender", "allowed"), [("sam", True), ("carl", True), ("dora", True), ("adam", True), ("eli", False)]
)
def test_who_may_end_it(ender, allowed):
    delegation = stand_in()
    tomorrow = TODAY + DAY
    end = {"delegation": delegation, "on": tomorrow, "by": by(ender), "now": NOW, "today": tomorrow}
    if not allowed:
        with pytest.raises(Denied):
            end_delegation(**end)
        return
    end_delegation(**end)
    assert Delegation.objects.get().ends_on == TODAY + DAY
    assert seen("carl", TODAY + DAY).people == {"carl"}


def test_nobody_who_is_not_signed_in_ends_it_for_one_without_an_account():
    build_person("zoe", ("member", "north"))
    delegation = stand_in("dora", receiver="zoe")
    with pytest.raises(Denied):
        end_delegation(delegation=delegation, on=TODAY, by=Actor.stranger(), **WHEN)
    assert Delegation.objects.exists()


def test_what_has_not_begun_goes_altogether():
    end_delegation(delegation=stand_in(starts_on=TODAY + DAY), on=TODAY, by=by("sam"), **WHEN)
    assert not Delegation.objects.exists()
