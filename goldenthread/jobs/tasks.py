"""What the job worker does on request; each task can run again after a crash, and does then what is left."""

from __future__ import annotations

from django.utils import timezone
from django_tasks import task

from goldenthread.jobs import importing
from goldenthread.record.audit.actor import Actor
from goldenthread.record.sources import queries
from goldenthread.record.sources.models import BatchState


@task()
def read_batch(number: int) -> None:
    """Read a received file, unless that was done already."""
    batch = importing.find_batch(number)
    if batch.state in (BatchState.RECEIVED, BatchState.READING):
        importing.read(batch, now=timezone.now())


@task()
def load_batch(number: int, user_id: int) -> None:
    """Load a waiting batch on behalf of a user, unless that was done already."""
    batch = importing.find_batch(number)
    if batch.state == BatchState.WAITING:
        importing.load(batch, by=Actor.user(user_id), now=timezone.now())


@task()
def undo_batch(number: int, user_id: int) -> None:
    """Take a loaded batch back on behalf of a user, unless that was done already."""
    batch = importing.find_batch(number)
    if batch.state == BatchState.LOADED:
        importing.undo(batch, by=Actor.user(user_id), now=timezone.now())


def resume() -> None:
    """Ask again for what was asked for before a restart and has not begun."""
    for batch in queries.unfinished():
        if batch.state == BatchState.RECEIVED:
            read_batch.enqueue(batch.pk)
