"""The only door into the audit log. Rows are added; nothing changes them, and only whole months go
(``sealing``).

A row is written in the transaction of what it tells of, and has no place in the chain yet: a place taken
there would make every other writer wait until that transaction ends, and a load may take a minute. Right
after the commit, before the caller hears that it is done, ``place_rows`` gives every committed row its place,
under a lock that is held for a few milliseconds. Whoever waits for the lock mostly finds the work done.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from goldenthread.record.acting import acting_for_system
from goldenthread.record.audit.actor import Actor, in_one_cell
from goldenthread.record.audit.chain import BEGINNING, digest
from goldenthread.record.audit.enums import Action
from goldenthread.record.audit.models import AuditEvent, AuditHead
from goldenthread.record.audit.queries import first_without_a_place, without_a_place

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
