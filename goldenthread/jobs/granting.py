"""Giving rights, taking them back and standing in, each with the notices that follow from it. That somebody
no longer stands in tells nobody: posts, which are all that is handed on, confirm nothing."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from goldenthread.accounts.models import User
from goldenthread.jobs.announcing import of_delegation, of_grant, of_refusal, to_confirm
from goldenthread.record.access import actions, delegating
from goldenthread.record.access.enums import DelegationKind
from goldenthread.record.access.models import Delegation, Grant, Proposal
from goldenthread.record.access.queries import takes_two
from goldenthread.record.audit.actor import Actor
from goldenthread.record.notices.actions import announce, bring_up_to_date
from goldenthread.record.notices.enums import NoticeKind
from goldenthread.record.orgs.models import Person, Unit


@transaction.atomic
def give(
    *,
    user: User,
    role: str,
    unit: Unit | None,
    service: str,
    starts_on: date,
    ends_on: date | None,
    reason: str,
    by: Actor,
    now: datetime,
    today: date,
) -> Grant | Proposal:
    """``actions.grant``; what one person could give alone is announced, what is to be confirmed waits for the
    other administrators."""
    given = actions.grant(
        user=user,
        role=role,
        unit=unit,
        service=service,
        starts_on=starts_on,
        ends_on=ends_on,
        reason=reason,
        by=by,
        now=now,
        today=today,
    )
    if isinstance(given, Proposal):
        _refresh(now, today)
    elif takes_two(role, user):
        announce(of_grant(given, by=by, today=today), now=now)
    return given


@transaction.atomic
def confirm(*, proposal: Proposal, by: Actor, now: datetime, today: date) -> Grant:
    """``actions.confirm``; it no longer waits for anybody."""
    held = actions.confirm(proposal=proposal, by=by, now=now, today=today)
    _refresh(now, today)
    return held


@transaction.atomic
def refuse(*, proposal: Proposal, why: str, by: Actor, now: datetime, today: date) -> None:
    """``actions.refuse``; who proposed it is told why."""
    actions.refuse(proposal=proposal, why=why, by=by, now=now, today=today)
    announce(of_refusal(proposal), now=now)
    _refresh(now, today)


@transaction.atomic
def revoke(*, grant: Grant, on: date, reason: str, by: Actor, now: datetime, today: date) -> None:
    """``actions.revoke``; an administrator who goes has nothing more to confirm."""
    actions.revoke(grant=grant, on=on, reason=reason, by=by, now=now, today=today)
    _refresh(now, today)


@transaction.atomic
def stand_in(
    *,
    giver: Person,
    receiver: Person,
    kind: DelegationKind,
    unit: Unit | None,
    starts_on: date,
    ends_on: date,
    reason: str,
    by: Actor,
    now: datetime,
    today: date,
) -> Delegation:
    """``delegating.delegate``, announced to those concerned."""
    delegation = delegating.delegate(
        giver=giver,
        receiver=receiver,
        kind=kind,
        unit=unit,
        starts_on=starts_on,
        ends_on=ends_on,
        reason=reason,
        by=by,
        now=now,
        today=today,
    )
    announce(of_delegation(delegation, by=by, today=today), now=now)
    return delegation


def _refresh(now: datetime, today: date) -> None:
    bring_up_to_date(to_confirm(today), kinds=[NoticeKind.GRANT_TO_CONFIRM], now=now)
