"""The only door into the audit log. Rows are added; nothing changes or removes them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from goldenthread.record.audit.actor import Actor
from goldenthread.record.audit.enums import Action
from goldenthread.record.audit.models import AuditEvent

_ROWS_AT_ONCE = 500


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
