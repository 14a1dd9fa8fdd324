"""An extract on its way in: received, read, loaded; or discarded, or undone.

Each step leaves the batch in a state from which it can go on after a crash. The file is on disk before its
row is written; reading can start again from the file; loading is one commit to the store that carries the
batch's id, so that a second attempt commits nothing twice and ``heal`` can tell whether the first one did.
"""

from __future__ import annotations

import logging
import secrets
import shutil
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, transaction

from goldenthread.facts.drift import NO_DRIFT, Drift
from goldenthread.facts.intake import Unreadable
from goldenthread.facts.intake.child import read_limited
from goldenthread.facts.intake.report import ACCEPTED, Report
from goldenthread.facts.store.log import Mode, StoreError
from goldenthread.jobs import computing, disk
from goldenthread.jobs.extracts.inventory import (
    InventoryReading,
    apply_inventory,
    file_again,
    preview_inventory,
    read_inventory,
    withdraw_inventory,
)
from goldenthread.jobs.locks import Busy, alone_with, is_taken, one_at_a_time
from goldenthread.jobs.noticing import refresh_notices
from goldenthread.jobs.refused import Refused
from goldenthread.progress import Progress
from goldenthread.record.audit.actor import Actor
from goldenthread.record.measures.queries import filed_measures
from goldenthread.record.orgs import queries as orgs
from goldenthread.record.sources import actions, queries
from goldenthread.record.sources.models import Batch, BatchState, Source
from goldenthread.record.sources.policies import check_can_become
from goldenthread.results.facts import table_of

_log = logging.getLogger(__name__)
# An inventory becomes records and typed values; no table of facts has a version for it.
_NO_TABLE = 0


@dataclass(frozen=True)
class Received:
    """What came of a file at the door. ``already_loaded``: the batch is the one that brought these bytes."""

    batch: Batch
    already_loaded: bool


def folder_of(batch: Batch) -> Path:
    """Where a batch's file, accepted rows and rejects are kept."""
    return Path(settings.WORKSPACE.uploads) / batch.folder


def receive(
    source_key: str,
    file: Path,
    *,
    by: Actor,
    now: datetime,
    file_name: str = "",
    mode: str = "",
    go_on: bool = False,
    load_when_read: bool = False,
) -> Received:
    """Take a copy of a file for a source and register it.

    Bytes that are loaded already give their batch. ``go_on``: so do bytes that ``by`` brought before and that
    are still on their way, for who tries again after an interruption. ``load_when_read``: who brings it does
    not wait to look at it.
    """
    source = _source(source_key)
    for interrupted in queries.batches(source).filter(state=BatchState.LOADING):
        with suppress(Busy):
            finish_interrupted(interrupted, by=by, now=now)
    folder = secrets.token_hex(16)
    place = Path(settings.WORKSPACE.uploads) / folder
    place.mkdir(mode=0o700)
    try:
        sha256, size = disk.keep_copy(file, place / "original")
        mode = mode or queries.definition_of(source).load
        loaded = queries.loaded_with_same_bytes(source, sha256)
        earlier = loaded
        if loaded is None and go_on:
            earlier = queries.on_its_way(source, sha256, mode=mode, received_by=by.key)
        if earlier is None:
            batch = actions.receive_batch(
                source=source,
                file_name=file_name or file.name,
                folder=folder,
                sha256=sha256,
                size=size,
                mode=mode,
                load_when_read=load_when_read,
                by=by,
                now=now,
            )
            return Received(batch, already_loaded=False)
    except BaseException:
        shutil.rmtree(place, ignore_errors=True)
        raise
    shutil.rmtree(place)
    return Received(earlier, already_loaded=loaded is not None)


def read(batch: Batch, *, now: datetime, progress: Progress | None = None) -> Batch:
    """Read a received file into accepted rows and rejects; the batch then waits, or is refused with a reason.

    Raises Busy while another process reads it.
    """
    original = folder_of(batch) / "original"
    if not original.exists():
        # A disk that fails can keep the record and not the file, and it would be met again at each start.
        batch = actions.start_reading(batch, now=now)
        return _refused(batch, "The file did not stay on the disk. Send it again.", now=now)
    busy = f"Batch {batch.pk} is being read by another process. Nothing was changed; wait until it is done."
    with alone_with(original, busy=busy):
        batch = actions.start_reading(batch, now=now)
        try:
            report = _read(batch, progress)
        except Unreadable as error:
            return _refused(batch, str(error), drift=error.drift, now=now)
        except DatabaseError:
            # The file is as good as before: it is read again once the database answers.
            raise
        except Exception as error:  # noqa: BLE001
            # No fault of the file. Left half-way, the batch would be met again at each start.
            return _refused(batch, f"It could not be read. {_why(batch, error)}", now=now)
        return actions.report_read(batch, report=report.as_dict(), now=now)


def is_being_read(batch: Batch) -> bool:
    """Whether some process reads the file right now."""
    return (original := folder_of(batch) / "original").exists() and is_taken(original)


def _read(batch: Batch, progress: Progress | None) -> Report:
    place = folder_of(batch)
    staged = place / "read"
    shutil.rmtree(staged, ignore_errors=True)
    staged.mkdir(mode=0o700)
    definition = queries.definition_of(batch.source)
    if definition.kind == "inventory":
        return _inventory(batch, staged).report
    return read_limited(
        place / "original",
        definition,
        out=staged,
        batch=batch.pk,
        timezone=orgs.organization().timezone,
        received=batch.received_at,
        progress=lambda rows: _tell(batch, rows, progress),
        unused=queries.unused_headers(batch.source),
        most_rows=settings.MOST_ROWS,
    )


def _refused(batch: Batch, message: str, *, drift: Drift = NO_DRIFT, now: datetime) -> Batch:
    shutil.rmtree(folder_of(batch) / "read", ignore_errors=True)
    return actions.refuse(batch, message=message, drift=drift.as_dict(), now=now)


def bring_in(
    source_key: str, file: Path, *, by: Actor, now: datetime, progress: Progress | None = None
) -> Received:
    """Receive and read in one go; who interrupts it finds nothing of the file waiting."""
    received = receive(source_key, file, by=by, now=now, go_on=True)
    if received.already_loaded:
        return received
    try:
        return Received(read(received.batch, now=now, progress=progress), already_loaded=False)
    except (KeyboardInterrupt, SystemExit):
        discard(received.batch, by=by, now=now, reason="interrupted")
        raise


def load(
    batch: Batch, *, by: Actor, now: datetime, progress: Progress | None = None, then_compute: bool = True
) -> Batch:
    """Commit a waiting batch to the store, and bring the measures it touches up to date.

    Who loads many batches in a row may leave the computing to one ``computing.catch_up`` at the end.
    """
    with one_at_a_time(batch.source.key):
        batch = actions.start_loading(batch, by=by, now=now)
        try:
            batch = (_commit_inventory if _is_inventory(batch) else commit)(batch, by=by, now=now)
        except (KeyboardInterrupt, SystemExit):
            _end_interrupted(batch, by=by, now=now)
            raise
    if then_compute:
        computing.catch_up(by=by, now=now, progress=progress)
        refresh_notices(now=now)
    return batch


def discard(batch: Batch, *, by: Actor, now: datetime, reason: str = "") -> Batch:
    """Not to be loaded; what was read of it goes, the file as received stays until its retention ends."""
    batch = actions.discard(batch, by=by, now=now, reason=reason)
    shutil.rmtree(folder_of(batch) / "read", ignore_errors=True)
    return batch


def undo(batch: Batch, *, by: Actor, now: datetime, reason: str = "", then_compute: bool = True) -> Batch:
    """A new version of the store as if the batch had never come."""
    with one_at_a_time(batch.source.key):
        check_can_become(batch, BatchState.UNDONE)
        if _is_inventory(batch):
            batch = _undo_inventory(batch, reason=reason, by=by, now=now)
        else:
            batch = _undo_facts(batch, reason=reason, by=by, now=now)
    if then_compute:
        computing.catch_up(by=by, now=now)
        refresh_notices(now=now)
    return batch


def what_would_change(batch: Batch, *, by: Actor, now: datetime) -> tuple[str, ...]:
    """What loading a waiting inventory would do, in sentences; of other batches the report says it."""
    if not _is_inventory(batch):
        return ()
    reading = _inventory(batch, folder_of(batch) / "read")
    return preview_inventory(
        reading, batch=batch, by=by, now=now, today=orgs.organization().day_of(now)
    ).sentences


def _undo_facts(batch: Batch, *, reason: str, by: Actor, now: datetime) -> Batch:
    table, held_from = table_of(batch.source.key), batch.source.facts_held_from
    reaches_back = held_from and batch.period_start and batch.period_start < held_from
    if reaches_back and batch.pk in table.live_batches():
        raise Refused(
            f"Batch {batch.pk} was not undone: it brought rows from before {held_from}, and those were let "
            f"go when their time was over. The values of those days were computed with them and stand. Load "
            f"corrected rows of later days as a new batch instead."
        )
    try:
        done = table.undo(batch.pk)
    except StoreError as error:
        raise Refused(str(error)) from error
    with transaction.atomic():
        batch = actions.undo(batch, store_version=done.version, reason=reason, by=by, now=now)
        computing.mark_commit(batch.source.key, done)
    return batch


def _undo_inventory(batch: Batch, *, reason: str, by: Actor, now: datetime) -> Batch:
    earlier = _other_inventories(batch)
    with transaction.atomic():
        computing.mark_measures(filed_measures(batch.pk))
        withdraw_inventory(batch, by=by, now=now)
        for one, reading in earlier:
            file_again(reading, batch=one, by=by, now=now)
        return actions.undo(batch, store_version=_NO_TABLE, reason=reason, by=by, now=now)


def _other_inventories(batch: Batch) -> list[tuple[Batch, InventoryReading]]:
    """The inventories of the same source that stay loaded, oldest first, as far as their files are kept.

    Refused when one of them cannot be read any more."""
    loaded = queries.batches(batch.source).filter(state=BatchState.LOADED).exclude(pk=batch.pk)
    kept = [one for one in loaded.order_by("pk") if (folder_of(one) / "original").exists()]
    try:
        with tempfile.TemporaryDirectory() as scratch:
            return [(one, _inventory(one, Path(scratch))) for one in kept]
    except Unreadable as error:
        raise Refused(
            f"Batch {batch.pk} was not undone: what an earlier file said would come back, and it cannot be "
            f"read any more. {error}"
        ) from error


def find_batch(number: int) -> Batch:
    """A batch by its number; Refused when there is none."""
    batch = queries.batches().filter(pk=number).first()
    if batch is None:
        raise Refused(f"There is no batch {number}. List them with: goldenthread batches")
    return batch


def commit(batch: Batch, *, by: Actor, now: datetime) -> Batch:
    """Put a batch that is being loaded into the store and write it down; a second time adds nothing.

    Refused when the store will not or cannot take it: the batch then waits again, or is left to
    ``finish_interrupted`` where the disk failed after the store had it."""
    definition, table = queries.definition_of(batch.source), table_of(batch.source.key)
    try:
        done = table.commit(
            [folder_of(batch) / "read" / ACCEPTED],
            batch=batch.pk,
            mode=Mode(batch.mode),
            key=definition.key,
            time=definition.time,
        )
    except Exception as error:
        why = str(error) if isinstance(error, StoreError) else _why(batch, error)
        if table.has_batch(batch.pk):
            raise Refused(
                f"Batch {batch.pk} is in the store, but not yet written down as loaded. {why} "
                "The next import or start of the worker finishes it."
            ) from error
        actions.stop_loading(batch, message=why, by=by, now=now)
        raise Refused(f"Batch {batch.pk} was not loaded, and nothing has changed. {why}") from error
    with transaction.atomic():
        batch = actions.finish_loading(
            batch, store_version=done.version, rows_replaced=done.rows_replaced, by=by, now=now
        )
        computing.mark_commit(batch.source.key, done)
    return batch


def finish_interrupted(batch: Batch, *, by: Actor, now: datetime) -> str:
    """Bring a load that its process did not live to finish to an end; how, or nothing when it has one.

    Raises Busy when its process lives.
    """
    with one_at_a_time(batch.source.key, wait_seconds=0):
        return _end_interrupted(find_batch(batch.pk), by=by, now=now)


def _end_interrupted(batch: Batch, *, by: Actor, now: datetime) -> str:
    key = batch.source.key
    if batch.state != BatchState.LOADING:
        return ""
    if table_of(key).has_batch(batch.pk):
        commit(batch, by=by, now=now)
        return f"Batch {batch.pk} of {key} was in the store and is now marked as loaded."
    message = "The load was interrupted; nothing of it was kept."
    actions.stop_loading(batch, message=message, by=by, now=now)
    return f"The load of batch {batch.pk} of {key} had not reached the store; it waits again."


@transaction.atomic
def _commit_inventory(batch: Batch, *, by: Actor, now: datetime) -> Batch:
    reading = _inventory(batch, folder_of(batch) / "read")
    applied = apply_inventory(reading, batch=batch, by=by, now=now, today=orgs.organization().day_of(now))
    computing.mark_measures(applied.touched)
    return actions.finish_loading(batch, store_version=_NO_TABLE, rows_replaced=0, by=by, now=now)


def _inventory(batch: Batch, out: Path) -> InventoryReading:
    return read_inventory(
        folder_of(batch) / "original",
        queries.definition_of(batch.source),
        calendar=orgs.fiscal_calendar(),
        timezone=orgs.organization().timezone,
        out=out,
        batch=batch.pk,
    )


def _why(batch: Batch, error: Exception) -> str:
    if sentence := disk.sentence_of(error):
        return sentence
    _log.error("Batch %s of %s failed.", batch.pk, batch.source.key, exc_info=error)
    return "Something broke, and the log says what. Try again when it is mended."


def _is_inventory(batch: Batch) -> bool:
    return batch.source.kind == "inventory"


def _tell(batch: Batch, rows: int, progress: Progress | None) -> None:
    actions.report_progress(batch, progress={"rows": rows})
    if progress:
        progress(0, f"{rows:,} rows")


def _source(key: str) -> Source:
    source = queries.find_source(key)
    if source is None:
        known = ", ".join(queries.source_keys()) or "none yet"
        raise Refused(f"There is no source “{key}”. Sources here: {known}. Load its definition first.")
    return source
