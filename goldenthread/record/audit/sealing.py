"""Signed heads of the chain, the months they close, and how a closed month goes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import transaction

from goldenthread.record.audit import heads
from goldenthread.record.audit.actions import place_rows, record_event
from goldenthread.record.audit.actor import Actor
from goldenthread.record.audit.chain import Place
from goldenthread.record.audit.enums import Action
from goldenthread.record.audit.models import AuditEvent, AuditHead, AuditSeal
from goldenthread.record.audit.months import Month
from goldenthread.record.audit.queries import sealed_months


def seal(*, key: Ed25519PrivateKey, folder: Path, now: datetime) -> list[heads.Head]:
    """Sign how far the chain has come, and close each month that is over; every head stands in ``folder``
    when this returns. Nothing is signed where nothing was ever written."""
    place_rows()
    head = AuditHead.objects.first()
    if head is None:
        return []
    _remember_last(folder)
    sealed = [_sign(place, month=str(month), key=key, folder=folder, now=now) for month, place in _over(now)]
    return [*sealed, _sign(Place(head.seq, head.hash), month="", key=key, folder=folder, now=now)]


def _over(now: datetime) -> Iterable[tuple[Month, Place]]:
    """The months that are over and not sealed, each with its last row. A row that came late for its month,
    such as one of a load that began before midnight, is part of the next one."""
    last = sealed_months().order_by("seq").last()
    seq = last.seq if last else 0
    earliest = Month.parse(last.month).next if last else None
    while (first := AuditEvent.objects.filter(seq__gt=seq).order_by("seq").first()) is not None:
        month = Month.of(first.at)
        if earliest is not None and month < earliest:
            month = earliest
        if month >= Month.of(now):
            return
        inside = AuditEvent.objects.filter(seq__gt=seq, at__lt=month.end).order_by("-seq")
        end = inside.first() or first
        assert end.seq is not None
        seq, earliest = end.seq, month.next
        yield month, Place(end.seq, end.hash)


@transaction.atomic
def _sign(place: Place, *, month: str, key: Ed25519PrivateKey, folder: Path, now: datetime) -> heads.Head:
    _lock_sealing()
    head = heads.signed(place, month=month, key=key, now=now)
    _remember(head)
    # Before the commit: a row without its line would be a missing head, and a line without its row is
    # remembered the next time.
    heads.write(folder, head)
    return head


@transaction.atomic
def _remember_last(folder: Path) -> None:
    """Make good the row of a head whose process died between its line and its commit."""
    _lock_sealing()
    try:
        written = list(heads.read(folder))
    except heads.Unreadable:
        # For verification to tell; the log is sealed all the same.
        return
    known = set(AuditSeal.objects.values_list("signature", flat=True))
    if written and written[-1].is_signed and written[-1].signature not in known:
        _remember(written[-1])


def _lock_sealing() -> None:
    """One at a time writes a line and its row, until the transaction ends."""
    AuditHead.objects.select_for_update().get()


def _remember(head: heads.Head) -> None:
    AuditSeal.objects.create(
        sealed_at=datetime.fromisoformat(head.sealed_at).astimezone(UTC),
        month=head.month,
        seq=head.seq,
        hash=head.hash,
        key=head.key,
        signature=head.signature,
    )


@transaction.atomic
def drop_month(seal: AuditSeal, *, by: Actor, now: datetime) -> int:
    """Delete the rows of a sealed month; how many. Its head stays, and the log says who dropped it and when.
    Whether it may go is for the caller to ask."""
    seal.dropped_at = now
    seal.save(update_fields=["dropped_at"])
    count, _by_table = AuditEvent.objects.filter(seq__lte=seal.seq).delete()
    record_event(
        by=by,
        action=Action.DROPPED,
        kind="audit_month",
        object_id=seal.month,
        reason=f"{count} rows",
        now=now,
    )
    return count
