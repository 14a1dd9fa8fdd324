"""Raising and settling notices. Both can be done again without harm, so jobs need not remember whether they
did."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from goldenthread.record.acting import acting_for_system
from goldenthread.record.audit.actions import Happening, record_events
from goldenthread.record.audit.actor import Actor
from goldenthread.record.audit.enums import Action
from goldenthread.record.notices.enums import ANNOUNCEMENTS, NoticeKind
from goldenthread.record.notices.models import Notice

_ROWS_AT_ONCE = 500


@dataclass(frozen=True)
class Matter:
    """Something that one receiver should know or do, as it stands now."""

    receiver: int
    key: str
    kind: NoticeKind
    object_kind: str
    object_id: str
    due_on: date | None = None


@transaction.atomic
@acting_for_system("notices for others")
def announce(matters: Iterable[Matter], *, now: datetime) -> None:
    """Tell each receiver once."""
    Notice.objects.bulk_create(
        (_new(one, now) for one in matters), batch_size=_ROWS_AT_ONCE, ignore_conflicts=True
    )


@transaction.atomic
@acting_for_system("notices for others")
def end_announcements(*, raised_before: datetime, now: datetime) -> int:
    """Take down what was announced before that moment; how many notices that was."""
    old = Notice.objects.filter(done_at=None, kind__in=ANNOUNCEMENTS, raised_at__lt=raised_before)
    return old.update(done_at=now)


@dataclass(frozen=True)
class BroughtUpToDate:
    """How many notices were raised, and how many settled."""

    raised: int
    settled: int


@transaction.atomic
@acting_for_system("notices for others")
def bring_up_to_date(
    matters: Iterable[Matter], *, kinds: Collection[NoticeKind], now: datetime
) -> BroughtUpToDate:
    """Make ``matters`` the open notices of these kinds, whoever receives them.

    What is new is raised, and so is what was settled and has come again; what is no longer so is settled. For
    jobs that know everything of a kind at once; doing it twice changes nothing.
    """
    wanted = {(one.receiver, one.key): one for one in matters}
    held = {
        (notice.receiver_id, notice.key): notice
        for notice in Notice.objects.filter(done_at=None, kind__in=[kind.value for kind in kinds])
    }
    new = [one for place, one in wanted.items() if place not in held]
    Notice.objects.bulk_create(
        (_new(one, now) for one in new),
        batch_size=_ROWS_AT_ONCE,
        update_conflicts=True,
        unique_fields=["receiver", "key"],
        update_fields=["raised_at", "due_on", "done_at"],
    )
    moved = []
    for place, notice in held.items():
        if place in wanted and notice.due_on != wanted[place].due_on:
            notice.due_on = wanted[place].due_on
            moved.append(notice)
    Notice.objects.bulk_update(moved, ["due_on"], batch_size=_ROWS_AT_ONCE)
    gone = [notice for place, notice in held.items() if place not in wanted]
    for notice in gone:
        notice.done_at = now
    Notice.objects.bulk_update(gone, ["done_at"], batch_size=_ROWS_AT_ONCE)
    return BroughtUpToDate(len(new), len(gone))


def _new(matter: Matter, now: datetime) -> Notice:
    return Notice(
        receiver_id=matter.receiver,
        key=matter.key,
        kind=matter.kind.value,
        object_kind=matter.object_kind,
        object_id=matter.object_id,
        raised_at=now,
        due_on=matter.due_on,
    )


@transaction.atomic
def purge_settled(numbers: Sequence[int], *, by: Actor, now: datetime) -> None:
    """Notices that were settled long enough ago go, and the log says so of each."""
    for first in range(0, len(numbers), _ROWS_AT_ONCE):
        some = numbers[first : first + _ROWS_AT_ONCE]
        Notice.objects.filter(pk__in=some).exclude(done_at=None).delete()
        record_events((Happening(Action.PURGED, "notice", str(one)) for one in some), by=by, now=now)
