"""Why somebody looks at records of people whom they do not lead: said before the look, and read by those
people.

A purpose is a row of the audit log, and each look that it opens carries its words. It is kept nowhere else:
what somebody gave as their reason, and what the person concerned reads, cannot differ.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from goldenthread.record.answers import NotAllowed
from goldenthread.record.audit import queries as audit
from goldenthread.record.audit.actions import Happening, record_events
from goldenthread.record.audit.actor import Actor
from goldenthread.record.audit.enums import Action

HOLDS_FOR = timedelta(hours=8)
"""A working day. Whoever comes back to the same person tomorrow says why again."""


@dataclass(frozen=True)
class Named:
    """What a look would be at, as the audit log names it: a person, an account, a batch."""

    kind: str
    object_id: str


@transaction.atomic
def state_purpose(things: Iterable[Named], words: str, *, by: Actor, now: datetime) -> None:
    """Say why ``by`` is about to look at each of these. NotAllowed when nothing is said."""
    said = " ".join(words.split())
    if not said:
        raise NotAllowed("No purpose was given. Say why; whoever it is about can read it.")
    stated = [Happening(Action.STATED, one.kind, one.object_id, reason=said) for one in things]
    record_events(stated, by=by, now=now)


def stated_purposes(things: Collection[Named], *, by: Actor, now: datetime) -> dict[Named, str]:
    """The purpose that ``by`` gave last for each of these, where it still holds; one query."""
    if not things:
        return {}
    rows = audit.statements(by.key, since=now - HOLDS_FOR, ids=[one.object_id for one in things])
    found = {Named(kind, object_id): reason for kind, object_id, reason in rows}
    return {one: found[one] for one in things if one in found}
