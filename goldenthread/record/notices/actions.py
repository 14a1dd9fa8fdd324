"""Raising and settling notices. Both can be done again without harm, so jobs need not remember whether they
did."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from goldenthread.accounts.models import User
from goldenthread.record.notices.enums import NoticeKind
from goldenthread.record.notices.models import Notice


@transaction.atomic
def raise_notice(
    *,
    receiver: User,
    key: str,
    kind: NoticeKind,
    object_kind: str,
    object_id: object,
    due_on: date | None = None,
    now: datetime,
) -> Notice:
    """Tell ``receiver`` about one matter, named by ``key``: once, whether or not it is done by now.

    An open notice takes over a new due date. Put into ``key`` what makes a matter a new one, such as the
    period.
    """
    notice, created = Notice.objects.get_or_create(
        receiver=receiver,
        key=key,
        defaults={
            "kind": NoticeKind(kind).value,
            "object_kind": object_kind,
            "object_id": str(object_id),
            "raised_at": now,
            "due_on": due_on,
        },
    )
    if not created and notice.done_at is None and notice.due_on != due_on:
        notice.due_on = due_on
        notice.save(update_fields=["due_on"])
    return notice


@transaction.atomic
def settle(key: str, *, receiver: User | None = None, now: datetime) -> int:
    """Mark a matter as done, for everyone who was told or for one; the number of notices that were open."""
    waiting = Notice.objects.filter(key=key, done_at=None)
    if receiver is not None:
        waiting = waiting.filter(receiver=receiver)
    return waiting.update(done_at=now)
