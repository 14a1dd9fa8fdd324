"""Asking for mail, ending it, and what became of one."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import QuerySet

from goldenthread.record.answers import Denied
from goldenthread.record.audit.actions import record_event
from goldenthread.record.audit.actor import Actor
from goldenthread.record.audit.enums import Action
from goldenthread.record.saved_views.models import SavedView
from goldenthread.record.subscriptions.models import Subscription
from goldenthread.record.subscriptions.rhythms import Rhythm, due_after, sent_from

FIRST_PAUSE = timedelta(minutes=5)
LONGEST_PAUSE = timedelta(hours=4)
"""Between one try and the next, which each failure doubles."""


@transaction.atomic
def subscribe(*, view: SavedView, rhythm: Rhythm, by: Actor, now: datetime, zone: ZoneInfo) -> Subscription:
    """Have a view mailed from the next due day on, or as often as is said now. Denied to anybody but its
    owner."""
    if by.user_id != view.owner_id:
        raise Denied("A view is mailed to its owner, who asks for it.")
    due_on = due_after(rhythm, now.astimezone(zone).date())
    subscription, created = Subscription.objects.update_or_create(
        view=view,
        defaults={
            "owner_id": view.owner_id,
            "rhythm": rhythm,
            "due_on": due_on,
            "next_try_at": sent_from(due_on, zone),
            "failed_tries": 0,
            "problem": "",
        },
        create_defaults={
            "owner_id": view.owner_id,
            "rhythm": rhythm,
            "asked_at": now,
            "due_on": due_on,
            "next_try_at": sent_from(due_on, zone),
        },
    )
    _record(Action.CREATED if created else Action.CHANGED, subscription, by=by, now=now)
    return subscription


@transaction.atomic
def end(*, subscription: Subscription, by: Actor, now: datetime, reason: str = "") -> None:
    """Nothing is mailed any more; one that ended already stays so.

    ``by`` is its owner, or a stranger who came by the way out that stands in each mail; Denied to anybody
    else.
    """
    if by.user_id not in (None, subscription.owner_id):
        raise Denied("Mail is ended by whoever gets it.")
    if Subscription.objects.filter(pk=subscription.pk).delete()[0]:
        _record(Action.ENDED, subscription, by=by, now=now, reason=reason)


@transaction.atomic
def note_sent(subscription: Subscription, *, by: Actor, now: datetime, zone: ZoneInfo) -> None:
    """The mail that was due is on its way; the next is that of a day to come."""
    if _move_on(subscription, now=now, zone=zone, sent_at=now, problem=""):
        _record(Action.EXPORTED, subscription, by=by, now=now)


def note_nothing_to_send(subscription: Subscription, problem: str, *, now: datetime, zone: ZoneInfo) -> None:
    """There is no mail to be had today, which trying again would not change."""
    _move_on(subscription, now=now, zone=zone, problem=problem)


def note_failed(subscription: Subscription, problem: str, *, now: datetime, zone: ZoneInfo) -> None:
    """The mail could not go: it is tried again later, unless the next is due by then."""
    pause = min(FIRST_PAUSE * 2 ** min(subscription.failed_tries, 10), LONGEST_PAUSE)
    if now + pause >= sent_from(due_after(Rhythm(subscription.rhythm), subscription.due_on), zone):
        _move_on(subscription, now=now, zone=zone, problem=problem)
        return
    _of_this_try(subscription).update(
        next_try_at=now + pause, failed_tries=subscription.failed_tries + 1, problem=problem
    )


def _move_on(subscription: Subscription, *, now: datetime, zone: ZoneInfo, **found: object) -> bool:
    """To the next day that is to come: mails that nobody could send pile up nowhere."""
    due_on = due_after(Rhythm(subscription.rhythm), now.astimezone(zone).date())
    moved = _of_this_try(subscription).update(
        due_on=due_on, next_try_at=sent_from(due_on, zone), failed_tries=0, **found
    )
    return bool(moved)


def _of_this_try(subscription: Subscription) -> QuerySet[Subscription]:
    """The row, unless its owner has asked otherwise since it was read."""
    return Subscription.objects.filter(
        pk=subscription.pk, due_on=subscription.due_on, rhythm=subscription.rhythm
    )


def _record(
    action: Action, subscription: Subscription, *, by: Actor, now: datetime, reason: str = ""
) -> None:
    record_event(by=by, action=action, kind="subscription", object_id=subscription.pk, reason=reason, now=now)
