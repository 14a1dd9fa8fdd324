"""The database refuses what the files' checks refuse, by the name of each constraint."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from goldenthread.accounts.models import User
from goldenthread.record.access.models import Delegation, Grant, Proposal
from goldenthread.record.orgs.models import (
    Organization,
    Person,
    PersonIdentifier,
    Post,
    Unit,
    UnitIdentifier,
    UnitParent,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 1, 1, tzinfo=UTC)
BACKWARD = {"starts_on": date(2026, 2, 1), "ends_on": date(2026, 2, 1)}


@pytest.fixture
def north():
    return Unit.objects.create(key="north", name="North", kind="team")


@pytest.fixture
def ana():
    return Person.objects.create(key="w01", name="Ana")


def refused(constraint, make):
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        make()
    if constraint.endswith("_once") and connection.vendor == "sqlite":
        assert "UNIQUE constraint failed" in str(caught.value)
    else:
        assert constraint in str(caught.value)


def test_intervals_end_after_they_start(north, ana):
    user = User.objects.create_user("u", name="U")
    top = Unit.objects.create(key="top", name="Top", kind="county")
    for constraint, make in {
        "unit_ends_after_start": lambda: Unit.objects.create(key="x", name="X", kind="team", **BACKWARD),
        "unit_parent_ends_after_start": lambda: UnitParent.objects.create(unit=north, parent=top, **BACKWARD),
        "post_ends_after_start": lambda: Post.objects.create(
            person=ana, unit=north, role="member", **BACKWARD
        ),
        "person_identifier_ends_after_start": lambda: PersonIdentifier.objects.create(
            person=ana, system="phone", value="1", **BACKWARD
        ),
        "unit_identifier_ends_after_start": lambda: UnitIdentifier.objects.create(
            unit=north, system="phone", value="1", **BACKWARD
        ),
        "grant_ends_after_start": lambda: Grant.objects.create(
            user=user, role="analyst", unit=north, **BACKWARD
        ),
        "proposal_ends_after_start": lambda: propose(user, north, **BACKWARD),
        "delegation_ends_after_start": lambda: stand_in(
            ana, Person.objects.create(key="w02", name="Ben"), **BACKWARD
        ),
    }.items():
        refused(constraint, make)


def propose(user, unit, **more):
    said = {"starts_on": date(2026, 1, 1), "proposed_by": "user:1", "proposed_at": NOW, **more}
    return Proposal.objects.create(user=user, role="hr", unit=unit, **said)


def stand_in(giver, receiver, **days):
    days = days or {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 2, 1)}
    return Delegation.objects.create(
        giver=giver, receiver=receiver, kind="leave", arranged_by="user:1", arranged_at=NOW, **days
    )


def test_a_grant_is_over_a_unit_or_a_service_and_takes_two_people(north):
    user = User.objects.create_user("u", name="U")
    row = {"user": user, "role": "reader", "starts_on": date(2026, 1, 1)}
    for place in ({}, {"unit": north, "service": "phone"}):
        refused("grant_over_a_unit_or_a_service", lambda place=place: Grant.objects.create(**row, **place))
    same = {"given_by": "user:1", "confirmed_by": "user:1"}
    refused("grant_takes_two", lambda: Grant.objects.create(**row, unit=north, **same))
    Grant.objects.create(**row, service="phone")
    refused("service_grant_once", lambda: Grant.objects.create(**row, service="phone"))


def test_a_proposal_is_decided_by_another_with_a_reason_when_refused(north):
    user = User.objects.create_user("u", name="U")
    decided = {"state": "refused", "decided_by": "user:2", "decided_at": NOW, "why": "No."}
    for constraint, more in (
        ("proposal_is_decided_by_another", {**decided, "decided_by": "user:1"}),
        ("proposal_decided_names_who_and_when", {**decided, "decided_at": None}),
        ("proposal_decided_names_who_and_when", {**decided, "state": "waiting"}),
        ("proposal_refused_says_why", {**decided, "why": ""}),
    ):
        refused(constraint, lambda more=more: propose(user, north, **more))
    propose(user, north)
    refused("proposal_waits_once", lambda: propose(user, north, starts_on=date(2026, 5, 1)))


def test_nobody_stands_in_for_themselves(ana):
    refused("delegation_is_to_another", lambda: stand_in(ana, ana))


def test_a_unit_is_not_its_own_parent(north):
    refused("unit_is_not_its_own_parent", lambda: UnitParent.objects.create(unit=north, parent=north))


def test_a_post_comes_once_also_without_a_start(north, ana):
    for name, starts_on in (("post_since_ever_once", None), ("post_once", date(2026, 1, 1))):
        Post.objects.create(person=ana, unit=north, role="member", starts_on=starts_on)
        refused(
            name,
            lambda start=starts_on: Post.objects.create(
                person=ana, unit=north, role="member", starts_on=start
            ),
        )


def test_there_is_one_organization():
    refused("organization_is_one_row", lambda: Organization.objects.create(id=2, name="Second"))


def test_a_unit_with_posts_is_never_deleted(north, ana):
    Post.objects.create(person=ana, unit=north, role="member")
    with pytest.raises(IntegrityError):
        north.delete()


@pytest.mark.parametrize("key", ["~not-assigned", "", "a b", "a/b", "-x", "x\n", "é" * 101])
def test_keys_that_cannot_stand_in_an_address(key):
    with pytest.raises(ValidationError):
        Unit(key=key, name="X", kind="team").full_clean()


@pytest.mark.parametrize("key", ["north", "00123", "a.analyst", "ana@example.org", "peña", "E-4411_b"])
def test_keys_as_organizations_write_them(key):
    Unit(key=key, name="X", kind="team").full_clean()
