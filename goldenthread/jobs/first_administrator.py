"""Somebody has to be the first to sign in. Whoever runs the product on its machine gets a link for that."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from goldenthread.accounts import actions, queries
from goldenthread.accounts.models import User
from goldenthread.record.access.actions import grant
from goldenthread.record.access.models import Grant
from goldenthread.record.audit.actor import Actor
from goldenthread.record.orgs.models import Unit
from goldenthread.record.orgs.queries import open_on, top_unit

USERNAME = "administrator"
_ROLE = "administrator"


@transaction.atomic
def invite_first_administrator(*, by: Actor, now: datetime, today: date) -> str | None:
    """The secret of an invitation to the account of the first administrator, made when there is none.

    None once an administrator can sign in. An earlier invitation no longer counts.
    """
    if any(queries.has_way_in(user) for user in _administrators(today)):
        return None
    user = queries.find_user(USERNAME)
    if user is None:
        user = actions.create_user(username=USERNAME, name="Administrator", by=by, now=now)
    elif queries.has_way_in(user) or not user.is_active:
        return None
    give_first_role(by=by, now=now, today=today)
    return actions.invite(user=user, by=by, now=now)


@transaction.atomic
def give_first_role(*, by: Actor, now: datetime, today: date) -> None:
    """Make the account of the first administrator one, as soon as there is a unit to administer, and unless
    there is an administrator already."""
    user, top = queries.find_user(USERNAME), top_unit()
    if user is None or top is None or _administrators(today):
        return
    grant(
        user=user,
        role=_ROLE,
        unit=Unit.objects.get(key=top),
        starts_on=today,
        reason="The first administrator, invited on the machine itself.",
        by=by,
        now=now,
        today=today,
    )


def _administrators(today: date) -> list[User]:
    held = Grant.objects.filter(open_on(today), role=_ROLE).values("user")
    return list(User.objects.filter(pk__in=held, is_active=True))
