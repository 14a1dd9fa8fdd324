"""What a crash left half-way is brought to an end that is true.

Whatever a living process is still at is left to it. What cannot be put right is logged and told, and does not
keep the rest from being put right.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from functools import partial

from goldenthread.jobs import computing
from goldenthread.jobs.extracts import importing
from goldenthread.jobs.locks import Busy, one_at_a_time
from goldenthread.record.answers import NotAllowed
from goldenthread.record.audit.actor import Actor
from goldenthread.record.sources import queries
from goldenthread.record.sources.models import BatchState
from goldenthread.results.facts import table_of

BY = Actor.job("heal")
_log = logging.getLogger(__name__)


def heal(*, now: datetime) -> list[str]:
    """A sentence for each thing touched.

    A load whose commit the store has is finished; one it has not goes back to waiting. An undo that the store
    made is written down. What is outdated is computed. (Files that were being read are for ``tasks.resume``.)
    """
    told = []
    for batch in queries.batches().filter(state=BatchState.LOADING).order_by("pk"):
        finish = partial(importing.finish_interrupted, batch, by=BY, now=now)
        told += _tried(f"Batch {batch.pk} of {batch.source.key}", finish)
    for source in queries.sources_with(BatchState.LOADED):
        told += _tried(f"The facts of {source}", partial(_note_undone, source, now=now))
    return told + _tried("What is outdated", partial(_catch_up, now=now))


def _note_undone(source: str, *, now: datetime) -> str:
    with one_at_a_time(source, wait_seconds=0):
        loaded = queries.batches().filter(state=BatchState.LOADED, source__key=source)
        live = set(table_of(source).live_batches())
        undone = [batch for batch in loaded if batch.pk not in live]
    for batch in undone:
        importing.undo(batch, by=BY, now=now, reason="the store had undone it", then_compute=False)
    numbers = ", ".join(str(batch.pk) for batch in undone)
    return f"Undone in the store, and now marked so: batch {numbers} of {source}." if undone else ""


def _catch_up(*, now: datetime) -> str:
    computed = computing.catch_up(by=BY, now=now)
    measures = computed.measures
    return f"Outdated, and now up to date: {measures} measures." if measures else ""


def _tried(what: str, work: Callable[[], str]) -> list[str]:
    try:
        sentence = work()
    except Busy:
        return [f"{what}: another process is at it."]
    except NotAllowed:
        # Another process brought it to an end between our look and our step.
        return []
    except Exception as error:  # noqa: BLE001
        _log.exception("%s could not be put right.", what)
        return [f"{what} could not be put right: {error}. Look with: goldenthread doctor"]
    return [sentence] if sentence else []
