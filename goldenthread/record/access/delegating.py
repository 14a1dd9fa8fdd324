"""Having somebody stand in for somebody else, and ending it."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from goldenthread.record.access.enums import DelegationKind
from goldenthread.record.access.models import Delegation
from goldenthread.record.access.permissions import check_can_arrange, check_can_end
from goldenthread.record.access.policies import check_days, check_ends
from goldenthread.record.answers import NotAllowed
from goldenthread.record.audit.actions import record_event
from goldenthread.record.audit.actor import Actor
from goldenthread.record.audit.enums import Action
from goldenthread.record.orgs.models import Person, Post, Unit


@transaction.atomic
def delegate(
    *,
    giver: Person,
    receiver: Person,
    kind: DelegationKind,
    unit: Unit | None = None,
    starts_on: date,
    ends_on: date,
    reason: str = "",
    by: Actor,
    now: datetime,
    today: date,
) -> Delegation:
    """Let ``receiver`` do what the posts of ``giver`` allow, on these days; ``unit``: only there and below.

    It hands on what the giver's posts give on each day, so that it ends with them; what was granted or handed
    on to the giver stays theirs. NotAllowed for days or people that make no sense. Denied unless ``by`` is
    the giver, leads the giver, or administers the units of the giver's posts; and for one who would receive
    it.
    """
    check_days(starts_on, ends_on, today=today)
    if giver.pk == receiver.pk:
        raise NotAllowed(f"{giver.name} cannot stand in for {giver.name}; wanted somebody else.")
    held = Q(ends_on=None) | Q(ends_on__gt=starts_on)
    if not Post.objects.filter(held, Q(starts_on=None) | Q(starts_on__lt=ends_on), person=giver).exists():
        raise NotAllowed(
            f"{giver.name} holds no post from {starts_on} to {ends_on}, so there is nothing to stand in for."
        )
    check_can_arrange(by, giver, receiver, today=today)
    delegation = Delegation.objects.create(
        giver=giver,
        receiver=receiver,
        kind=DelegationKind(kind).value,
        unit=unit,
        starts_on=starts_on,
        ends_on=ends_on,
        reason=reason,
        arranged_by=by.key,
        arranged_at=now,
    )
    _record(delegation, Action.GRANTED, reason, by=by, now=now)
    return delegation


@transaction.atomic
def end_delegation(
    *, delegation: Delegation, on: date, reason: str = "", by: Actor, now: datetime, today: date
) -> None:
    """End it as of the day ``on``, today or later; one that has not begun by then goes altogether.

    Denied unless ``by`` is one of the two, or could have arranged it.
    """
    check_ends(on, today=today)
    check_can_end(by, delegation, today=today)
    _record(delegation, Action.REVOKED, reason, by=by, now=now)
    if delegation.starts_on >= on:
        delegation.delete()
    elif delegation.ends_on > on:
        delegation.ends_on = on
        delegation.save(update_fields=["ends_on"])


def _record(delegation: Delegation, action: Action, reason: str, *, by: Actor, now: datetime) -> None:
    record_event(
        by=by,
        action=action,
        kind="person",
        object_id=delegation.receiver.key,
        unit=delegation.unit.key if delegation.unit else "",
        fields=("delegation", delegation.giver.key),
        reason=reason,
        now=now,
    )
