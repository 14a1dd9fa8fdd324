"""Saving a measure's definition from the screen, and having computed what it changes."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from goldenthread.jobs import computing
from goldenthread.jobs.tasks import queue_catching_up
from goldenthread.record.audit.actor import Actor
from goldenthread.record.measures import actions
from goldenthread.record.measures.actions import Saved
from goldenthread.record.measures.checks import Written


def define(written: Written, *, why: str, by: Actor, now: datetime, today: date) -> Saved:
    """Save one measure; what must be computed is marked in the same transaction and left to the job worker.

    Raises DefinitionError with every problem, and Denied without the right over the unit that keeps it.
    """
    with transaction.atomic():
        saved = actions.save_measure(written, why=why, by=by, now=now, today=today)
        if saved.needs_computing:
            computing.mark_measures([saved.measure.key])
            queue_catching_up()
    return saved
