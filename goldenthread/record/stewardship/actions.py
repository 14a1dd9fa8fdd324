"""Every write to legal holds."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from goldenthread.record.answers import NotAllowed
from goldenthread.record.audit.actions import record_event
from goldenthread.record.audit.actor import Actor
from goldenthread.record.audit.enums import Action
from goldenthread.record.orgs.models import Person, Unit
from goldenthread.record.stewardship.models import Hold
from goldenthread.record.stewardship.permissions import check_can_hold


@transaction.atomic
def place_hold(
    *,
    case: str,
    person: Person | None = None,
    unit: Unit | None = None,
    starts_on: date | None = None,
    ends_on: date | None = None,
    by: Actor,
    now: datetime,
    today: date,
) -> Hold:
    """Keep what may concern this case; ``ends_on`` is the first day it is not about. Raises Denied, and
    NotAllowed when the days are the wrong way round."""
    check_can_hold(by, today=today)
    if starts_on and ends_on and ends_on <= starts_on:
        raise NotAllowed(f"The hold would end on {ends_on}, and begin on {starts_on}. It must end later.")
    hold = Hold.objects.create(
        case=case,
        person=person,
        unit=unit,
        starts_on=starts_on,
        ends_on=ends_on,
        placed_by=by.key,
        placed_at=now,
    )
    record_event(by=by, action=Action.HELD, kind="hold", object_id=hold.pk, now=now)
    return hold


@transaction.atomic
def ask_to_lift(*, hold: Hold, reason: str, by: Actor, now: datetime, today: date) -> Hold:
    """The first of two. Raises Denied; NotAllowed once somebody has asked, or the hold is lifted."""
    check_can_hold(by, today=today)
    hold = _locked(hold)
    if hold.lifting_asked_by:
        raise NotAllowed(f"Somebody has asked to lift hold {hold.pk} already. Somebody else has to agree.")
    hold.lifting_asked_by, hold.lifting_reason = by.key, reason
    hold.save(update_fields=["lifting_asked_by", "lifting_reason"])
    record_event(by=by, action=Action.SUBMITTED, kind="hold", object_id=hold.pk, reason=reason, now=now)
    return hold


@transaction.atomic
def agree_to_lift(*, hold: Hold, by: Actor, now: datetime, today: date) -> Hold:
    """The second of two. Raises Denied; NotAllowed when nobody has asked, or ``by`` did."""
    check_can_hold(by, today=today)
    hold = _asked_to_lift(hold)
    if hold.lifting_asked_by == by.key:
        raise NotAllowed("You asked for it. Somebody else has to agree before a hold is lifted.")
    hold.lifted_by, hold.lifted_at = by.key, now
    hold.save(update_fields=["lifted_by", "lifted_at"])
    record_event(by=by, action=Action.LIFTED, kind="hold", object_id=hold.pk, now=now)
    return hold


@transaction.atomic
def refuse_to_lift(*, hold: Hold, by: Actor, now: datetime, today: date) -> Hold:
    """The hold stays, and nothing is asked any more; also for whoever asked and thought better of it."""
    check_can_hold(by, today=today)
    hold = _asked_to_lift(hold)
    hold.lifting_asked_by = hold.lifting_reason = ""
    hold.save(update_fields=["lifting_asked_by", "lifting_reason"])
    record_event(by=by, action=Action.RETURNED, kind="hold", object_id=hold.pk, now=now)
    return hold


def _locked(hold: Hold) -> Hold:
    """The hold as it is now, for this transaction alone."""
    found = Hold.objects.select_for_update().get(pk=hold.pk)
    if found.lifted_at is not None:
        raise NotAllowed(f"Hold {hold.pk} is lifted already.")
    return found


def _asked_to_lift(hold: Hold) -> Hold:
    found = _locked(hold)
    if not found.lifting_asked_by:
        raise NotAllowed(f"Nobody has asked to lift hold {found.pk}.")
    return found
