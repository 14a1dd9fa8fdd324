"""Putting walls up and taking them down."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q

from goldenthread.accounts.models import User
from goldenthread.accounts.queries import digest_of
from goldenthread.record.audit.actions import record_event
from goldenthread.record.audit.actor import Actor
from goldenthread.record.audit.enums import Action
from goldenthread.record.orgs.models import Unit
from goldenthread.record.tokens.minting import new_secret
from goldenthread.record.walls.models import Wall
from goldenthread.record.walls.permissions import check_can_end, check_can_make
from goldenthread.record.walls.policies import PREFIX, check_wall


@transaction.atomic
def put_up(
    *, maker: User, unit: Unit, name: str, days: int, by: Actor, now: datetime, today: date
) -> tuple[Wall, str]:
    """A wall, and its secret, which is kept nowhere.

    NotAllowed without a name or an end; Denied for anybody else's, and for a unit whose results the maker
    does not see.
    """
    check_wall(name, days)
    check_can_make(by, maker, unit.key, today=today)
    secret = new_secret(PREFIX)
    wall = Wall.objects.create(
        unit=unit,
        maker=maker,
        name=name.strip(),
        digest=digest_of(secret),
        made_at=now,
        expires_at=now + timedelta(days=days),
    )
    _record(Action.CREATED, wall, by=by, now=now)
    return wall, secret


@transaction.atomic
def note_shown(wall: Wall, *, by: Actor, now: datetime, today: date) -> None:
    """Write down that it was shown today, for which once a day is enough."""
    first = Wall.objects.filter(Q(last_shown_on=None) | Q(last_shown_on__lt=today), pk=wall.pk)
    if first.update(last_shown_on=today):
        _record(Action.USED, wall, by=by, now=now)


@transaction.atomic
def take_down(*, wall: Wall, by: Actor, now: datetime, today: date) -> None:
    """From the next request on it shows nothing. One that was taken down stays as it is.

    Denied unless ``by`` made it, administers its unit, or is the operator.
    """
    check_can_end(by, wall, today=today)
    _end(wall, by=by, now=now)


@transaction.atomic
def take_down_those_of(maker: User, *, by: Actor, now: datetime, reason: str) -> None:
    """All that are left, because something happened to the account."""
    for wall in Wall.objects.filter(maker=maker, ended_at=None):
        _end(wall, by=by, now=now, reason=reason)


def _end(wall: Wall, *, by: Actor, now: datetime, reason: str = "") -> None:
    if Wall.objects.filter(pk=wall.pk, ended_at=None).update(ended_at=now, ended_by=by.key):
        _record(Action.ENDED, wall, by=by, now=now, reason=reason)


def _record(action: Action, wall: Wall, *, by: Actor, now: datetime, reason: str = "") -> None:
    record_event(by=by, action=action, kind="wall", object_id=wall.pk, reason=reason, now=now)
