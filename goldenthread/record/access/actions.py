"""Giving rights and taking them back."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from goldenthread.accounts.models import User
from goldenthread.record.access.models import Grant
from goldenthread.record.access.permissions import check_can_give
from goldenthread.record.access.roles import ROLES
from goldenthread.record.answers import Denied
from goldenthread.record.audit.actions import record_event
from goldenthread.record.audit.actor import Actor
from goldenthread.record.audit.enums import Action
from goldenthread.record.orgs.models import Person, Unit


@transaction.atomic
def grant(
    *,
    user: User,
    role: str,
    unit: Unit,
    starts_on: date,
    ends_on: date | None = None,
    reason: str = "",
    by: Actor,
    now: datetime,
    today: date,
) -> Grant:
    """Give a role over a unit and all below it. The same grant again changes its end and its reason.

    Denied when ``by`` is no administrator of the unit, or is ``user``.
    """
    if role not in ROLES:
        raise ValueError(f"Found the role “{role}”; wanted one of: {', '.join(ROLES)}.")
    if ends_on is not None and ends_on <= starts_on:
        raise ValueError(f"Found {ends_on} as the end of a grant; wanted a day after its start, {starts_on}.")
    check_can_give(by, user, unit.key, today=today)
    held, _created = Grant.objects.update_or_create(
        user=user, role=role, unit=unit, starts_on=starts_on, defaults={"ends_on": ends_on, "reason": reason}
    )
    record_event(
        by=by,
        action=Action.GRANTED,
        kind="user",
        object_id=user.pk,
        unit=unit.key,
        fields=(role,),
        reason=reason,
        now=now,
    )
    return held


@transaction.atomic
def revoke(*, grant: Grant, reason: str = "", by: Actor, now: datetime, today: date) -> None:
    """End a grant as of today; one that has not been in force yet goes altogether.

    Denied when ``by`` is no administrator of the unit. Giving up one's own role is allowed.
    """
    if by.user_id != grant.user_id:
        check_can_give(by, grant.user, grant.unit.key, today=today)
    if grant.starts_on >= today:
        grant.delete()
    elif grant.ends_on is None or grant.ends_on > today:
        grant.ends_on = today
        grant.save(update_fields=["ends_on"])
    record_event(
        by=by,
        action=Action.REVOKED,
        kind="user",
        object_id=grant.user_id,
        unit=grant.unit.key,
        fields=(grant.role,),
        reason=reason,
        now=now,
    )


@transaction.atomic
def link_account(*, user: User, person: Person, by: Actor, now: datetime, today: date) -> None:
    """Say that this account is this person's: it brings the rights of the person's posts.

    Denied as ``grant``, or when the account or the person is linked to another already.
    """
    check_can_give(by, user, None, today=today)
    if person.user_id == user.pk:
        return
    if person.user_id is not None or Person.objects.filter(user=user).exists():
        raise Denied(
            f"The account {user.username} or {person.name} is linked already. Take the old link off first."
        )
    person.user = user
    person.save(update_fields=["user"])
    record_event(by=by, action=Action.CHANGED, kind="person", object_id=person.key, fields=("user",), now=now)


@transaction.atomic
def unlink_account(*, person: Person, by: Actor, now: datetime, today: date) -> None:
    """Take the account off a person. Denied as ``grant``."""
    if person.user is None:
        return
    check_can_give(by, person.user, None, today=today)
    person.user = None
    person.save(update_fields=["user"])
    record_event(by=by, action=Action.CHANGED, kind="person", object_id=person.key, fields=("user",), now=now)
