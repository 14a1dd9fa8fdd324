"""Long work for the job worker. Each task can be run again: it looks first whether there is still something
to do.

What somebody asked for stands in the batch's ``progress`` until it is done, so that a restart that lost the
task can queue it once more. A workspace has one worker, which runs one task at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.utils import timezone
from django_tasks import task

from goldenthread.jobs import computing, healing
from goldenthread.jobs.extracts import importing
from goldenthread.jobs.extracts.drifting import is_held
from goldenthread.jobs.locks import FOREVER, one_at_a_time
from goldenthread.jobs.locks import is_held as is_locked
from goldenthread.jobs.noticing import refresh_notices
from goldenthread.jobs.refused import Refused
from goldenthread.record.answers import NotAllowed
from goldenthread.record.audit.actor import Actor
from goldenthread.record.sources import actions, queries
from goldenthread.record.sources.models import Batch, BatchState
from goldenthread.record.sources.policies import check_can_become

QUEUED, FAILED, CHANGES = "queued", "failed", "changes"
READ, LOAD, UNDO = "read", "load", "undo"
CHANGES_SHOWN = 200
_WORKER = "worker"
_SOMETHING_BROKE = (
    "Something broke, and the log of the server says what. Nothing half-done can be seen. Try again, or ask "
    "whoever looks after the server."
)


def queue_reading(batch: Batch) -> None:
    """Have a received file read; one that waits already is read again, by the definition as it is now."""
    check_can_become(batch, BatchState.READING)
    actions.report_progress(batch, progress={QUEUED: READ})
    read_batch.enqueue(batch.pk)


def queue_loading(batch: Batch, *, by: Actor) -> None:
    """Have a waiting batch loaded, and what it touches computed. Raises NotAllowed where its state forbids
    that now."""
    _ask(batch, LOAD, BatchState.LOADING, by=by)
    load_batch.enqueue(batch.pk)


def queue_undo(batch: Batch, *, reason: str, by: Actor) -> None:
    """Have a loaded batch taken back. Raises NotAllowed where its state forbids that."""
    _ask(batch, UNDO, BatchState.UNDONE, by=by, reason=reason)
    undo_batch.enqueue(batch.pk)


def queue_catching_up() -> None:
    """Have outdated measures computed."""
    catch_up.enqueue()


def compute_soon(*, by: Actor, now: datetime) -> bool:
    """Have outdated measures computed by the worker, or by ourselves where none runs; whether they are when
    this returns. Raises Refused where another process computes for too long."""
    if worker_runs():
        queue_catching_up()
        return False
    computing.catch_up(by=by, now=now)
    return True


@contextmanager
def worker_starts(*, now: Callable[[], datetime]) -> Iterator[list[str]]:
    """The one worker of the workspace, once any other has ended: what a crash left half-way is healed, what
    was asked for is queued. Yields what there is to say of it."""
    with one_at_a_time(_WORKER, wait_seconds=FOREVER):
        told = healing.heal(now=now())
        resume()
        refresh_notices(now=now())
        yield told


def worker_runs() -> bool:
    """Whether this workspace has a worker right now."""
    return is_locked(_WORKER)


def is_asked_for(batch: Batch) -> bool:
    """Whether it stands in the queue for something already."""
    return batch.progress.get(QUEUED) is not None


def is_under_way(batch: Batch) -> bool:
    """Whether something more happens to it without anybody."""
    computing = batch.state == BatchState.LOADED and batch.computed_at is None
    return is_asked_for(batch) or computing or batch.state in _MOVING


def resume() -> int:
    """Queue again what was asked for and has not been done, and what was being read; how much that is."""
    resumed = 0
    for batch in (*queries.unfinished(), *queries.batches().filter(state=BatchState.LOADED)):
        asked = READ if batch.state in _TO_READ else batch.progress.get(QUEUED)
        if asked is None:
            resumed += _load_when_read(batch)
        else:
            _TASKS[asked].enqueue(batch.pk)
            resumed += 1
    return resumed


@task()
def read_batch(number: int) -> None:
    """Read a received file."""
    batch = _find(number)
    if batch is None or not (batch.state in _TO_READ or batch.progress.get(QUEUED) == READ):
        return
    if importing.is_being_read(batch):
        # A command that lives: it will say itself what comes of its file.
        return
    with _telling(batch) as left:
        now = timezone.now()
        batch = importing.read(batch, now=now)
        if batch.state == BatchState.WAITING:
            sentences = importing.what_would_change(batch, by=Actor.job("intake"), now=now)
            left[CHANGES] = list(sentences[:CHANGES_SHOWN])
        refresh_notices(now=now)
    _load_when_read(batch)


@task()
def load_batch(number: int) -> None:
    """Load a batch and compute what it touches."""
    batch = _find(number)
    if batch is None or batch.progress.get(QUEUED) != LOAD:
        return
    with _telling(batch):
        if batch.state == BatchState.WAITING:
            importing.load(batch, by=_asked_by(batch), now=timezone.now())


@task()
def undo_batch(number: int) -> None:
    """Take a loaded batch back."""
    batch = _find(number)
    if batch is None or batch.progress.get(QUEUED) != UNDO:
        return
    with _telling(batch):
        if batch.state == BatchState.LOADED:
            reason = batch.progress["reason"]
            importing.undo(batch, by=_asked_by(batch), now=timezone.now(), reason=reason)


@task()
def catch_up() -> None:
    """Compute what is outdated."""
    now = timezone.now()
    computing.catch_up(by=Actor.job("catch up"), now=now)
    refresh_notices(now=now)


def _load_when_read(batch: Batch) -> bool:
    """Have a file loaded that is read and that nobody wants or has to look at first; whether it is one."""
    wanted = batch.load_when_read and batch.state == BatchState.WAITING and not is_held(batch)
    if wanted:
        queue_loading(batch, by=Actor.from_key(batch.accepted_by or batch.received_by))
    return wanted


_TASKS = {READ: read_batch, LOAD: load_batch, UNDO: undo_batch}
_TO_READ = (BatchState.RECEIVED, BatchState.READING)
_MOVING = (*_TO_READ, BatchState.LOADING)


def _ask(batch: Batch, what: str, wanted: BatchState, *, by: Actor, reason: str = "") -> None:
    check_can_become(batch, wanted)
    asked: dict[str, object] = {QUEUED: what, "by": by.key, "user": by.user_id, "reason": reason}
    actions.report_progress(batch, progress=asked)


def _asked_by(batch: Batch) -> Actor:
    return Actor(batch.progress["by"], batch.progress["user"])


def _find(number: int) -> Batch | None:
    return queries.batches().filter(pk=number).first()


@contextmanager
def _telling(batch: Batch) -> Iterator[dict[str, object]]:
    """Nothing is asked for any more once the work ends, and the page is told when it ended badly; else what
    the work left for it."""
    left: dict[str, object] = {}
    try:
        yield left
    except (Refused, NotAllowed) as no:
        actions.report_progress(batch, progress={FAILED: str(no)})
    except Exception:
        actions.report_progress(batch, progress={FAILED: _SOMETHING_BROKE})
        raise
    else:
        actions.report_progress(batch, progress=left)
