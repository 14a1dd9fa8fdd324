"""Making, using and ending tokens."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q

from goldenthread.accounts.models import User
from goldenthread.accounts.queries import digest_of
from goldenthread.record.audit.actions import record_event
from goldenthread.record.audit.actor import Actor
from goldenthread.record.audit.enums import Action
from goldenthread.record.tokens.minting import new_secret
from goldenthread.record.tokens.models import Token
from goldenthread.record.tokens.permissions import check_can_end, check_can_make
from goldenthread.record.tokens.policies import check_token
from goldenthread.record.tokens.purposes import Purpose


@transaction.atomic
def make_token(
    *,
    owner: User,
    name: str,
    purposes: Sequence[str],
    sources: Sequence[str] = (),
    days: int,
    by: Actor,
    now: datetime,
    today: date,
) -> tuple[Token, str]:
    """A token, and its secret, which is kept nowhere.

    NotAllowed without a name, a purpose or an end within ``policies.LONGEST_DAYS``; Denied to anybody but the
    owner, and for what the owner may not do today.
    """
    check_token(name, purposes, sources, days)
    check_can_make(by, owner, [Purpose(one) for one in purposes], today=today)
    secret = new_secret()
    token = Token.objects.create(
        owner=owner,
        name=name.strip(),
        digest=digest_of(secret),
        purposes=list(purposes),
        sources=list(sources),
        made_at=now,
        expires_at=now + timedelta(days=days),
    )
    _record(Action.CREATED, token, by=by, now=now, fields=purposes)
    return token, secret


@transaction.atomic
def note_use(token: Token, *, by: Actor, now: datetime, today: date) -> None:
    """Write down that it was used today, for which once a day is enough: what it took along or sent is a row
    of its own each time."""
    first = Token.objects.filter(Q(last_used_on=None) | Q(last_used_on__lt=today), pk=token.pk)
    if first.update(last_used_on=today):
        _record(Action.USED, token, by=by, now=now)


@transaction.atomic
def end_token(*, token: Token, by: Actor, now: datetime, today: date, reason: str = "") -> None:
    """From the next request on it opens nothing. One that was ended stays as it is.

    Denied unless ``by`` is the owner, an administrator of a unit where the owner works, or the operator.
    """
    check_can_end(by, token, today=today)
    _end(token, by=by, now=now, reason=reason)


@transaction.atomic
def end_tokens_of(owner: User, *, by: Actor, now: datetime, reason: str) -> None:
    """All that are left, because something happened to the account."""
    for token in Token.objects.filter(owner=owner, ended_at=None):
        _end(token, by=by, now=now, reason=reason)


def _end(token: Token, *, by: Actor, now: datetime, reason: str) -> None:
    if Token.objects.filter(pk=token.pk, ended_at=None).update(ended_at=now, ended_by=by.key):
        _record(Action.REVOKED, token, by=by, now=now, reason=reason)


def _record(
    action: Action,
    token: Token,
    *,
    by: Actor,
    now: datetime,
    fields: Sequence[str] = (),
    reason: str = "",
) -> None:
    record_event(
        by=by, action=action, kind="token", object_id=token.pk, fields=fields, reason=reason, now=now
    )
