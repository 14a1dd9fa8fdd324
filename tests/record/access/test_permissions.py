"""Each permission by each role, over each place; and who may give rights."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from goldenthread.accounts.models import User
from goldenthread.record.access import actions, queries
from goldenthread.record.access.holders import holders_of
from goldenthread.record.access.models import Grant
from goldenthread.record.access.permissions import check_may
from goldenthread.record.access.rights import rights_of
from goldenthread.record.access.roles import PERMISSION_WORDS, ROLES, UNDIVIDED, Permission
from goldenthread.record.answers import Denied, NotAllowed
from goldenthread.record.audit.actor import Actor
from goldenthread.record.audit.models import AuditEvent
from goldenthread.record.orgs.models import Unit
from tests.record.access.county import (
    EVERY_UNIT,
    NOW,
    TODAY,
    build_grant,
    build_person,
    build_units,
    build_user,
)

pytestmark = pytest.mark.django_db
OPERATOR = Actor("operator:test")

HOLDS = {
    "member": "",
    "supervisor": "see_results see_workers",
    "director": "see_results approve_values edit_framework steward",
    "analyst": "see_results load_data define_measures edit_framework lock_values steward",
    "executive": "see_results steward",
    "data_custodian": "see_raw_data",
    "reader": "see_results",
    "publisher": "see_results publish",
    "hr": "see_results read_personal_records see_access",
    "auditor": "see_results read_audit see_access",
    "labour_liaison": "see_results consult see_access",
    "administrator": "administer see_access",
}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("permission", Permission)
def test_what_each_role_may(role, permission):
    build_units()
    user = build_user("someone")
    build_grant(user, role, "benefits")
    holds = permission in HOLDS[role].split() and permission not in UNDIVIDED
    assert rights_of(user, today=TODAY).may(permission) is holds
    for unit in ("benefits", "north"):
        assert rights_of(user, today=TODAY).may(permission, unit) is holds
    for unit in ("county", "works", "roads", "nowhere"):
        assert not rights_of(user, today=TODAY).may(permission, unit)
    assert rights_of(user, today=TODAY).units_with(permission) == (
        {"benefits", "north", "south"} if holds else set()
    )


@pytest.mark.parametrize(
    ("role", "permission"),
    [("analyst", "load_data"), ("data_custodian", "see_raw_data"), ("auditor", "read_audit")],
)
def test_what_is_undivided_is_held_over_everything_or_not_at_all(role, permission):
    build_units()
    user = build_user("someone")
    build_grant(user, role, "benefits")
    assert not rights_of(user, today=TODAY).may(Permission(permission))
    assert user.pk not in holders_of(Permission(permission), today=TODAY)
    build_grant(user, role, "county")
    for unit in (None, *EVERY_UNIT):
        assert rights_of(user, today=TODAY).may(Permission(permission), unit)
    assert holders_of(Permission(permission), today=TODAY) == {user.pk: EVERY_UNIT}


def test_every_permission_has_words():
    assert set(PERMISSION_WORDS) == set(Permission)


def test_a_post_gives_the_permissions_of_its_role():
    build_units()
    user = build_user("someone")
    build_person("me", ("director", "benefits"), user=user)
    assert rights_of(user, today=TODAY).may(Permission.APPROVE_VALUES, "south")


def test_workers_end_two_levels_down():
    build_units()
    user = build_user("someone")
    build_grant(user, "supervisor", "county")
    assert rights_of(user, today=TODAY).units_with(Permission.SEE_WORKERS) == {"county", "benefits", "works"}
    assert not rights_of(user, today=TODAY).may(Permission.SEE_WORKERS, "north")


def test_a_refusal_says_what_and_who_can_help():
    build_units()
    user = build_user("someone")
    with pytest.raises(Denied) as refused:
        check_may(Actor.user(user.pk), Permission.LOAD_DATA, ["north"], today=TODAY)
    assert str(refused.value) == (
        "You may not load data for north. The role analyst gives this; an administrator can grant it."
    )
    with pytest.raises(Denied, match="The role data_custodian gives this"):
        check_may(Actor.stranger(), Permission.SEE_RAW_DATA, [None], today=TODAY)


def give(by, user, unit="benefits", role="analyst", **more):
    return actions.grant(
        user=user,
        role=role,
        unit=Unit.objects.get(key=unit),
        **{"starts_on": TODAY, "by": by, "now": NOW, "today": TODAY, **more},
    )


def test_the_operator_gives_the_first_rights():
    build_units()
    user = build_user("someone")
    held = give(OPERATOR, user, reason="first analyst")
    assert list(queries.grants_of(user, today=TODAY)) == [held]
    event = AuditEvent.objects.get()
    assert (event.action, event.object_id, event.unit, event.fields, event.reason) == (
        "granted",
        str(user.pk),
        "benefits",
        ["analyst"],
        "first analyst",
    )


@pytest.mark.parametrize(
    ("role", "over", "unit", "allowed"),
    [
        ("administrator", "county", "north", True),
        ("administrator", "benefits", "benefits", True),
        ("administrator", "benefits", "county", False),
        ("administrator", "works", "north", False),
        ("executive", "county", "north", False),
        ("director", "county", "north", False),
    ],
)
def test_who_may_grant(role, over, unit, allowed):
    build_units()
    giver, user = build_user("giver"), build_user("someone")
    build_grant(giver, role, over)
    if allowed:
        give(Actor.user(giver.pk), user, unit)
        assert user.grants.count() == 1
    else:
        with pytest.raises(Denied):
            give(Actor.user(giver.pk), user, unit)
        assert not user.grants.exists()
        assert not AuditEvent.objects.exists()


def test_nobody_grants_to_themselves():
    build_units()
    giver = build_user("giver")
    build_grant(giver, "administrator", "county")
    with pytest.raises(Denied, match="Nobody gives rights to themselves"):
        give(Actor.user(giver.pk), giver)


def test_a_closed_administrator_grants_nothing():
    build_units()
    giver, user = build_user("giver"), build_user("someone")
    build_grant(giver, "administrator", "county")
    giver.is_active = False
    giver.save()
    with pytest.raises(Denied):
        give(Actor.user(giver.pk), user)


def test_the_same_grant_again_changes_its_end():
    build_units()
    user = build_user("someone")
    give(OPERATOR, user)
    give(OPERATOR, user, ends_on=TODAY + timedelta(days=30))
    assert user.grants.get().ends_on == date(2026, 3, 31)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"role": "king"}, "Found the role “king”"),
        ({"ends_on": TODAY}, "wanted a day after its start"),
        ({"starts_on": TODAY - timedelta(days=1)}, "wanted 2026-03-01 or later"),
        ({"service": "phone"}, "both or neither of a unit and a service"),
    ],
)
def test_a_grant_that_makes_no_sense(more, words):
    build_units()
    with pytest.raises(NotAllowed, match=words):
        give(OPERATOR, build_user("someone"), **more)


def test_revoking_ends_today_or_undoes_what_never_held():
    build_units()
    user = build_user("someone")
    held = build_grant(user, "analyst", "benefits")
    actions.revoke(grant=held, on=TODAY, by=OPERATOR, now=NOW, today=TODAY)
    assert Grant.objects.get().ends_on == TODAY
    assert not rights_of(user, today=TODAY).may(Permission.LOAD_DATA)
    coming = build_grant(user, "executive", "benefits", starts_on=TODAY)
    actions.revoke(grant=coming, on=TODAY, by=Actor.user(user.pk), now=NOW, today=TODAY)
    assert Grant.objects.count() == 1
    assert [event.action for event in AuditEvent.objects.all()] == ["revoked", "revoked"]


def test_revoking_what_is_another_persons_takes_an_administrator():
    build_units()
    user, other = build_user("someone"), build_user("other")
    held = build_grant(user, "analyst", "benefits")
    with pytest.raises(Denied):
        actions.revoke(grant=held, on=TODAY, by=Actor.user(other.pk), now=NOW, today=TODAY)


def test_linking_an_account_brings_the_rights_of_the_persons_posts():
    build_units()
    user, other = build_user("someone"), build_user("other")
    person = build_person("p1", ("supervisor", "north"))
    when = {"now": NOW, "today": TODAY}
    build_grant(user, "administrator", "county")
    with pytest.raises(Denied, match="themselves"):
        actions.link_account(user=user, person=person, by=Actor.user(user.pk), **when)
    actions.link_account(user=other, person=person, by=Actor.user(user.pk), **when)
    actions.link_account(user=other, person=person, by=OPERATOR, **when)
    assert rights_of(other, today=TODAY).may(Permission.SEE_WORKERS, "north")
    with pytest.raises(Denied, match="linked already"):
        actions.link_account(user=user, person=person, by=OPERATOR, **when)
    actions.unlink_account(person=person, by=OPERATOR, **when)
    actions.unlink_account(person=person, by=OPERATOR, **when)
    other.refresh_from_db()
    assert not rights_of(other, today=TODAY).may(Permission.SEE_WORKERS)
    assert AuditEvent.objects.filter(kind="person", object_id="p1").count() == 2


def test_accounts_at_a_glance_are_those_that_can_sign_in():
    build_units()
    ana, ben, closed = (
        User.objects.create_user(name, name=name, password="x") for name in ("ana", "ben", "cy")
    )
    User.objects.create_user("without-a-password", name="Nobody yet")
    User.objects.filter(pk=closed.pk).update(is_active=False)
    build_grant(ana, "analyst", "benefits", ends_on=TODAY + timedelta(days=30))
    build_person("me", ("member", "north"), user=ana)
    build_grant(ben, "analyst", "benefits", ends_on=TODAY)
    found = queries.accounts(today=TODAY)
    assert found == queries.Accounts(active=2, without_rights=1, unlinked=1, ending=1)
