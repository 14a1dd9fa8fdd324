"""Accepting what is proposed where a file differs from its source: the definition changes, and the file that
waited is read and loaded by it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from goldenthread.jobs import tasks
from goldenthread.jobs.extracts import drifting, sourcing
from goldenthread.jobs.extracts.importing import folder_of
from goldenthread.jobs.refused import Refused
from goldenthread.record.audit.actor import Actor
from goldenthread.record.audit.names import people_behind
from goldenthread.record.sources import actions, queries
from goldenthread.record.sources.models import Batch, BatchState, Source


@transaction.atomic
def accept(batch: Batch, *, by: Actor, now: datetime) -> Batch:
    """Save the proposed definition as the editor would, and have the file read again and then loaded, once.

    Refused when nothing is proposed any more: somebody was quicker, the definition changed, or the file is
    gone. NotAllowed as ``sourcing.save_source``. Nothing was changed then.
    """
    batch = _alone_with(batch)
    source = batch.source
    if batch.state not in drifting.OPEN:
        raise Refused(_too_late(batch))
    if batch.source_version != source.version:
        raise Refused(
            f"The definition of “{source.title}” changed after batch {batch.pk} was read, so nothing was "
            "changed now. Have it read again, and look at what then still differs."
        )
    proposed = drifting.proposed(batch)
    if proposed is None or not proposed.lines:
        raise Refused(f"Nothing is proposed for batch {batch.pk}.")
    _check_can_come_again(batch)
    definition = sourcing.check_text(proposed.text, key=source.key)
    sourcing.save_source(definition, by=by, now=now)
    batch = actions.try_again(batch, accepted=True, by=by, now=now)
    tasks.queue_reading(batch)
    return batch


@transaction.atomic
def read_again(batch: Batch, *, by: Actor, now: datetime) -> None:
    """Have a file that waits or was refused read by the definition as it is now. Refused once it is gone,
    NotAllowed where its state forbids that."""
    batch = _alone_with(batch)
    if batch.state == BatchState.REFUSED:
        _check_can_come_again(batch)
        batch = actions.try_again(batch, accepted=False, by=by, now=now)
    tasks.queue_reading(batch)


def _alone_with(batch: Batch) -> Batch:
    """The batch as it is once nobody else can change its source."""
    Source.objects.select_for_update().get(pk=batch.source_id)
    return queries.batches().get(pk=batch.pk)


def _check_can_come_again(batch: Batch) -> None:
    if batch.source.retired_on is not None:
        raise Refused(
            f"The source “{batch.source.title}” is retired, so nothing was changed. Save its definition "
            "to take files again."
        )
    if not (folder_of(batch) / "original").exists():
        raise Refused(
            f"The file of batch {batch.pk} is no longer kept, so nothing was changed. Send it again: what is "
            "proposed then can be accepted."
        )


def _too_late(batch: Batch) -> str:
    who = people_behind([batch.accepted_by]).get(batch.accepted_by, "Somebody") if batch.accepted_by else ""
    state = BatchState(batch.state).label.lower()
    if who:
        return (
            f"{who} accepted this proposal before you; batch {batch.pk} is {state}. Nothing more was changed."
        )
    return f"Batch {batch.pk} is {state}, so there is nothing to accept. Nothing was changed."
