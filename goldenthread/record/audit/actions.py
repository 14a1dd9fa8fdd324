"""The only door into the audit log. Rows are added; nothing changes them, and only whole months go.

A row is written in the transaction of what it tells of, and has no place in the chain yet: a place taken
there would make every other writer wait until that transaction ends, and a load may take a minute. Right
after the commit, before the caller hears that it is done, ``place_rows`` gives every committed row its place,
under a lock that is held for a few milliseconds. Whoever waits for the lock mostly finds the work done.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection, transaction

from goldenthread.record.acting import acting_for_system
from goldenthread.record.audit import heads
from goldenthread.record.audit.actor import Actor, in_one_cell
from goldenthread.record.audit.chain import BEGINNING, Place, digest
from goldenthread.record.audit.enums import Action
from goldenthread.record.audit.models import AuditEvent, AuditHead, AuditSeal
from goldenthread.record.audit.months import Month
from goldenthread.record.audit.queries import first_without_a_place, sealed_months, without_a_place

_ROWS_AT_ONCE = 500
# A statement for each row; bulk_update, which makes one of all, takes fifty times as long.
_PLACE = "UPDATE record_auditevent SET seq = %s, previous = %s, hash = %s WHERE id = %s"
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Happening:
    """What was done to one thing. ``fields`` are names of fields, never what stands in them; ``unit`` is the
    key of the unit the thing belongs to, when there is one."""

    action: Action
    kind: str
    object_id: str
    unit: str = ""
    fields: Sequence[str] = ()
    reason: str = ""


def record_event(
    *,
    by: Actor,
    action: Action,
    kind: str,
    object_id: object,
    unit: str = "",
    fields: Iterable[str] = (),
    reason: str = "",
    now: datetime,
) -> None:
    """Add one row. Call it inside the transaction of the write it tells of."""
    record_events([Happening(action, kind, str(object_id), unit, tuple(fields), reason)], by=by, now=now)


def record_events(happenings: Iterable[Happening], *, by: Actor, now: datetime) -> None:
    """Add one row for each happening, in their order."""
    rows = [
        AuditEvent(
            at=now,
            actor=by.key,
            roles=in_one_cell(by.roles),
            standing_in_for=in_one_cell(by.standing_in_for),
            request=by.request,
            action=Action(happening.action).value,
            kind=happening.kind,
            object_id=happening.object_id,
            unit=happening.unit,
            fields=list(happening.fields),
            reason=happening.reason,
        )
        for happening in happenings
    ]
    AuditEvent.objects.bulk_create(rows, batch_size=_ROWS_AT_ONCE)
    transaction.on_commit(_place_rows_in_time)


def record_looks(looks: Iterable[Happening], *, by: Actor, now: datetime) -> None:
    """Write down that something was seen, listed, taken along or denied: in a transaction of its own, on
    record and in the chain when this returns. What cannot be written down must not be shown, so that errors
    pass on to the caller, and a call inside another transaction is an error."""
    with transaction.atomic(durable=True):
        record_events(looks, by=by, now=now)
    place_rows()


def record_look(
    *,
    by: Actor,
    action: Action,
    kind: str,
    object_id: object,
    fields: Iterable[str] = (),
    reason: str = "",
    now: datetime,
) -> None:
    """``record_looks`` for one."""
    look = Happening(action, kind, str(object_id), fields=tuple(fields), reason=reason)
    record_looks([look], by=by, now=now)


def place_rows() -> None:
    """Give every committed row that has none its place in the chain, in the order in which rows were written.
    A few hundred at a time, so that others come in between."""
    with acting_for_system("the chain of the audit log"):
        while without_a_place().exists():
            if _place_some() < _ROWS_AT_ONCE:
                return


def _place_rows_in_time() -> None:
    """What was committed is done, whether or not its rows could be placed now: the next row that anybody
    writes places them, or the watcher at its next look."""
    try:
        place_rows()
    except Exception:  # noqa: BLE001
        _log.exception("Rows of the audit log wait for their place in the chain.")


@transaction.atomic
def _place_some() -> int:
    """How many got their place; fewer than there is room for when no row is left.

    A row that is committed meanwhile is placed by its own writer.
    """
    # Held until this short transaction ends. SQLite knows no lock of a row, and has one writer anyway.
    head, _is_first = AuditHead.objects.select_for_update().get_or_create(
        defaults={"seq": BEGINNING.seq, "hash": BEGINNING.hash}
    )
    places: list[tuple[int, str, str, int]] = []
    for pk, content in first_without_a_place(_ROWS_AT_ONCE):
        seq, previous = head.seq + 1, head.hash
        head.seq, head.hash = seq, digest(seq, previous, content)
        places.append((seq, previous, head.hash, pk))
    if places:
        with connection.cursor() as cursor:
            cursor.executemany(_PLACE, places)
        head.save()
    return len(places)


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
