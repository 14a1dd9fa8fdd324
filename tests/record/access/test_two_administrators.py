"""What opens personal records, publishes, audits or administers is granted by two, and taken back by one."""

from __future__ import annotations

from datetime import timedelta

import pytest

from goldenthread.record.access import actions
from goldenthread.record.access.models import Grant, Proposal
from goldenthread.record.access.queries import administrators_beside
from goldenthread.record.access.rights import rights_of
from goldenthread.record.access.roles import ROLES, Permission
from goldenthread.record.answers import Denied, NotAllowed
from goldenthread.record.audit.actor import Actor
from goldenthread.record.audit.models import AuditEvent
from goldenthread.record.orgs.models import Unit
from tests.record.access.county import NOW, TODAY, build_grant, build_person, build_units, build_user

pytestmark = pytest.mark.django_db
WHEN = {"now": NOW, "today": TODAY}
TAKES_TWO = {"supervisor", "data_custodian", "publisher", "hr", "auditor", "administrator"}


@pytest.fixture
def adam():
    build_units()
    return administrator("adam")


@pytest.fixture
def second(adam):
    return administrator("berta")


@pytest.fixture
def ana(adam):
    user = build_user("ana")
    build_person("ana", user=user)
    return user


def administrator(name, unit="county"):
    user = build_user(name)
    build_grant(user, "administrator", unit)
    return user


def by(user):
    return Actor.user(user.pk)


def give(giver, user, role="hr", unit="benefits", **more):
    place = Unit.objects.get(key=unit)
    said = {"starts_on": TODAY, "reason": "She begins in March.", **more}
    return actions.grant(user=user, role=role, unit=place, by=by(giver), **said, **WHEN)


@pytest.mark.parametrize("role", sorted(ROLES.keys() - TAKES_TWO))
def test_any_role_of_one_who_is_nobody_here_takes_two(adam, second, role):
    """Else one administrator makes an account, gives it a role and signs in with it."""
    somebody = build_user("somebody")
    waits = give(adam, somebody, role)
    assert isinstance(waits, Proposal)
    assert not rights_of(somebody, today=TODAY).holdings


def test_which_roles_take_two():
    assert {role.key for role in ROLES.values() if role.is_guarded} == TAKES_TWO


@pytest.mark.parametrize("role", ROLES)
def test_a_role_that_takes_two_gives_nothing_until_another_confirms(adam, second, ana, role):
    given = give(adam, ana, role)
    if role not in TAKES_TWO:
        assert isinstance(given, Grant)
        return
    assert isinstance(given, Proposal)
    assert not ana.grants.exists()
    held = actions.confirm(proposal=given, by=by(second), **WHEN)
    assert (held.role, held.unit.key, held.reason) == (role, "benefits", "She begins in March.")
    assert (held.given_by, held.confirmed_by) == (by(adam).key, by(second).key)
    assert [event.action for event in AuditEvent.objects.all()] == ["submitted", "granted"]


def test_who_proposed_it_or_would_receive_it_does_not_confirm_it(adam, second, ana):
    build_grant(ana, "administrator", "county")
    proposal = give(adam, ana)
    for user in (adam, ana, build_user("nobody"), administrator("of_works", "works")):
        for decide in (actions.confirm, lambda **more: actions.refuse(why="No.", **more)):
            with pytest.raises(Denied):
                decide(proposal=proposal, by=by(user), **WHEN)
    proposal.refresh_from_db()
    assert proposal.state == "waiting"
    assert not rights_of(ana, today=TODAY).may(Permission.READ_PERSONAL_RECORDS)


def test_a_refusal_says_why_and_is_the_end_of_it(adam, second, ana):
    proposal = give(adam, ana)
    with pytest.raises(NotAllowed, match="No reason was given"):
        actions.refuse(proposal=proposal, why="", by=by(second), **WHEN)
    actions.refuse(proposal=proposal, why="She is not in HR.", by=by(second), **WHEN)
    proposal.refresh_from_db()
    assert (proposal.state, proposal.why, proposal.decided_by) == (
        "refused",
        "She is not in HR.",
        by(second).key,
    )
    for decide in (actions.confirm, lambda **more: actions.refuse(why="No.", **more)):
        with pytest.raises(NotAllowed, match="It was refused already"):
            decide(proposal=proposal, by=by(second), **WHEN)
    assert not ana.grants.exists()


def test_what_waits_is_not_proposed_twice_and_needs_a_reason(adam, second, ana):
    with pytest.raises(NotAllowed, match="no reason was given"):
        give(adam, ana, reason="")
    give(adam, ana)
    with pytest.raises(NotAllowed, match="waits for Ana to be confirmed already"):
        give(second, ana)


def test_confirmed_late_it_begins_late(adam, second, ana):
    proposal = give(adam, ana, ends_on=TODAY + timedelta(days=3))
    tomorrow = TODAY + timedelta(days=1)
    held = actions.confirm(proposal=proposal, by=by(second), now=NOW, today=tomorrow)
    assert (held.starts_on, held.ends_on) == (tomorrow, TODAY + timedelta(days=3))


def test_confirmed_too_late_it_is_nothing(adam, second, ana):
    proposal = give(adam, ana, ends_on=TODAY + timedelta(days=3))
    with pytest.raises(NotAllowed, match="would have ended on 2026-03-04"):
        actions.confirm(proposal=proposal, by=by(second), now=NOW, today=TODAY + timedelta(days=3))
    proposal.refresh_from_db()
    assert proposal.state == "waiting"


def test_a_longer_grant_takes_two_as_well(adam, second, ana):
    held = actions.confirm(proposal=give(adam, ana, ends_on=TODAY + timedelta(1)), by=by(second), **WHEN)
    assert isinstance(give(adam, ana, ends_on=None), Proposal)
    held.refresh_from_db()
    assert held.ends_on == TODAY + timedelta(1)


@pytest.mark.parametrize("beside", ["nobody", "elsewhere", "closed", "only the receiver"])
def test_where_there_is_no_other_administrator_it_holds_at_once(adam, ana, beside):
    if beside == "elsewhere":
        administrator("of_works", "works")
    elif beside == "closed":
        other = administrator("gone")
        other.is_active = False
        other.save()
    elif beside == "only the receiver":
        build_grant(ana, "administrator", "county")
    held = give(adam, ana)
    assert isinstance(held, Grant)
    assert (held.given_by, held.confirmed_by) == (by(adam).key, "")


def test_the_operator_gives_alone(adam, second, ana):
    held = actions.grant(
        user=ana,
        role="hr",
        unit=Unit.objects.get(key="county"),
        starts_on=TODAY,
        by=Actor("operator:test"),
        **WHEN,
    )
    assert isinstance(held, Grant)


def test_one_administrator_takes_it_back_at_once(adam, second, ana):
    held = build_grant(ana, "hr", "benefits")
    assert rights_of(ana, today=TODAY).may(Permission.READ_PERSONAL_RECORDS)
    actions.revoke(grant=held, on=TODAY, reason="She left HR.", by=by(second), **WHEN)
    assert not rights_of(ana, today=TODAY).may(Permission.READ_PERSONAL_RECORDS)


def test_administrators_beside_two_people(adam, second, ana):
    found = administrators_beside(adam.pk, ana.pk, "north", today=TODAY)
    assert found == {second.pk}


def test_a_role_over_a_service_is_given_for_the_whole_organization(adam, ana):
    of_works = administrator("of_works", "works")
    with pytest.raises(Denied):
        give_service(of_works, ana)
    held = give_service(adam, ana)
    assert (held.unit, held.service) == (None, "phone")
    actions.revoke(grant=held, on=TODAY, by=by(adam), **WHEN)
    assert not ana.grants.exists()


@pytest.mark.parametrize("role", sorted(set(ROLES) - {"reader"}))
def test_what_a_service_has_not_is_not_granted_over_it(adam, ana, role):
    with pytest.raises(NotAllowed, match="wanted Reader, or a unit"):
        give_service(adam, ana, role)


def give_service(giver, user, role="reader"):
    return actions.grant(
        user=user, role=role, service="phone", starts_on=TODAY, by=by(giver), reason="Asked.", **WHEN
    )
