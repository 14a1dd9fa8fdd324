"""Saying who an id of a file is that nobody could place; what counts it is computed again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from goldenthread.jobs import computing, tasks
from goldenthread.jobs.outlook import placed_ids
from goldenthread.record.access.pseudonyms import pseudonym
from goldenthread.record.audit.actor import Actor
from goldenthread.record.orgs import actions as orgs
from goldenthread.record.orgs.days import Days
from goldenthread.record.orgs.snapshots import IdentifierSnapshot
from goldenthread.record.sources import queries
from goldenthread.record.sources.models import Batch

WORKER, UNIT = "worker", "unit"
_ADD = {WORKER: orgs.add_person_id, UNIT: orgs.add_unit_id}


@dataclass(frozen=True)
class Unmatched:
    """An id that a system gives to somebody nobody can place: ``role`` is ``WORKER`` or ``UNIT``, ``like``
    the name nearest to it."""

    role: str
    system: str
    value: str
    rows: int
    like: str


def find_unmatched(batch: Batch, token: str) -> Unmatched | None:
    """The unknown id that ``token``, its pseudonym, stands for; None when there is none, or when the source
    names people and units by their own keys, so that nothing could be matched."""
    definition = queries.definition_of(batch.source)
    for placed in placed_ids(batch, raw=True):
        placement = definition.worker if placed.role == WORKER else definition.unit
        if placement is None or placement.system is None:
            continue
        for one in placed.strangers:
            if one.shown and pseudonym(one.shown) == token:
                return Unmatched(placed.role, placement.system, one.shown, one.rows, one.like)
    return None


def match(unmatched: Unmatched, owner: str, days: Days, *, by: Actor, now: datetime) -> bool:
    """Say that the id is this person or unit (``owner``, a key) on these days; whether every measure is
    computed again when this returns.

    NotAllowed when the id is somebody's already on one of these days; Refused as ``tasks.compute_soon``.
    """
    one = IdentifierSnapshot(owner, unmatched.system, unmatched.value, days)
    with transaction.atomic():
        changes = _ADD[unmatched.role](one, by=by, now=now)
        computing.mark_organization(changes)
    return tasks.compute_soon(by=by, now=now)
