"""Every write to sources and batches."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from goldenthread.facts.sources import SourceDefinition
from goldenthread.record.answers import NotAllowed, SaveResult
from goldenthread.record.audit.actions import record_event
from goldenthread.record.audit.actor import Actor
from goldenthread.record.audit.enums import Action
from goldenthread.record.orgs.models import Person
from goldenthread.record.sources import policies, queries
from goldenthread.record.sources.fields import plain_data
from goldenthread.record.sources.models import Batch, BatchState, Fetch, Source

# Reading is done by a limited child process and finishes long after whoever sent the file has gone.
READER = Actor.job("intake")


@dataclass(frozen=True)
class SavedSource:
    """What saving did. ``fields`` names the keys that differ; ``reads_alike`` is false when files loaded
    earlier would now give other rows."""

    source: Source
    result: SaveResult
    fields: tuple[str, ...] = ()
    reads_alike: bool = True


@transaction.atomic
def save_source(definition: SourceDefinition, *, by: Actor, now: datetime.datetime) -> SavedSource:
    """Create a source or make it what the definition says; an unchanged definition writes nothing.

    Raises NotAllowed when loaded rows hold a column as another type than the definition now gives it.
    """
    data = plain_data(definition)
    title = definition.title or definition.source.replace("_", " ").capitalize()
    source = Source.objects.select_for_update().filter(key=definition.source).first()
    if source is None:
        source = Source.objects.create(
            key=definition.source, title=title, kind=definition.kind, definition=data
        )
        _record(Action.CREATED, source, by=by, now=now)
        return SavedSource(source, SaveResult.CREATED)
    keys = sorted(source.definition.keys() | data.keys())
    fields = tuple(key for key in keys if source.definition.get(key) != data.get(key))
    if source.retired_on is not None:
        fields = (*fields, "retired_on")
    if not fields:
        return SavedSource(source, SaveResult.UNCHANGED)
    loaded = source.batches.filter(state__in=[BatchState.LOADING, BatchState.LOADED]).count()
    policies.check_can_follow(queries.definition_of(source), definition, loaded)
    alike = policies.reads_alike(source.definition, data)
    source.title, source.kind, source.definition, source.retired_on = title, definition.kind, data, None
    source.version += 0 if alike else 1
    source.save()
    if "pull" in fields:
        Fetch.objects.filter(source=source).delete()
    _record(Action.CHANGED, source, by=by, now=now, fields=fields)
    return SavedSource(source, SaveResult.CHANGED, fields, alike)


@transaction.atomic
def assign_steward(*, source: Source, person: Person | None, by: Actor, now: datetime.datetime) -> None:
    """Who is told when the extract is late or refused; None when nobody is."""
    source.steward = person
    source.save(update_fields=["steward"])
    _record(Action.CHANGED, source, by=by, now=now, fields=("steward",))


@transaction.atomic
def retire_source(*, source: Source, by: Actor, now: datetime.datetime, today: datetime.date) -> None:
    """No longer expected from ``today``; its loaded rows stay and keep computing."""
    source.retired_on = today
    source.save(update_fields=["retired_on"])
    _record(Action.CHANGED, source, by=by, now=now, fields=("retired_on",))


@transaction.atomic
def note_fetch(
    source: Source, *, failures: int = 0, reason: str = "", by: Actor, now: datetime.datetime
) -> None:
    """A try to fetch its file ended: the file came, or for the ``failures``-th time in a row it did not, for
    a ``reason`` that is a sentence without secrets."""
    Fetch.objects.update_or_create(
        source=source, defaults={"tried_at": now, "failures": failures, "reason": reason}
    )
    action = Action.REFUSED if failures else Action.RECEIVED
    _record(action, source, by=by, now=now, fields=("pull",))


@transaction.atomic
def fetch_soon(*, source: Source, by: Actor, now: datetime.datetime) -> None:
    """Its file is due at the watcher's next look, whenever it was fetched last."""
    Fetch.objects.filter(source=source).delete()
    _record(Action.CHANGED, source, by=by, now=now, fields=("pull",))


@transaction.atomic
def receive_batch(
    *,
    source: Source,
    file_name: str,
    folder: str,
    sha256: str,
    size: int,
    mode: str = "",
    load_when_read: bool = False,
    by: Actor,
    now: datetime.datetime,
) -> Batch:
    """Register a file that is already kept under ``folder``. ``mode`` defaults to the source's own;
    ``load_when_read``: nobody looks at it first.

    The same bytes, already loaded, give the batch that loaded them: its state is LOADED, not RECEIVED.
    """
    earlier = queries.loaded_with_same_bytes(source, sha256)
    if earlier is not None:
        return earlier
    if source.kind == "internal":
        raise NotAllowed(f"“{source.title}” takes no files: the product fills it by itself.")
    if source.retired_on is not None:
        raise NotAllowed(f"The source “{source.title}” is retired. Save its definition again to use it.")
    batch = Batch.objects.create(
        source=source,
        mode=mode or queries.definition_of(source).load,
        file_name=file_name[:255],
        folder=folder,
        sha256=sha256,
        size=size,
        source_version=source.version,
        received_at=now,
        received_by=by.key,
        load_when_read=load_when_read,
    )
    _record_batch(Action.RECEIVED, batch, by=by, now=now)
    return batch


@transaction.atomic
def start_reading(batch: Batch, *, by: Actor = READER, now: datetime.datetime) -> Batch:
    """Being read, with the source's definition as it stands now."""
    batch = _step(batch, BatchState.READING)
    batch.source_version, batch.progress, batch.message = batch.source.version, {}, ""
    return _saved(Action.CHANGED, batch, by=by, now=now)


def report_progress(batch: Batch, *, progress: Mapping[str, Any]) -> None:
    """How far the work has come, for the page that waits; no step of the batch, and so no audit row."""
    Batch.objects.filter(pk=batch.pk).update(progress=dict(progress))


@transaction.atomic
def try_again(batch: Batch, *, accepted: bool, by: Actor, now: datetime.datetime) -> Batch:
    """As if just received, and no longer refused. ``accepted``: ``by`` accepted what was proposed for its
    source, and wants it loaded by that without looking at it again."""
    batch = _step(batch, BatchState.RECEIVED)
    batch.message, batch.progress, batch.report = "", {}, {}
    if accepted:
        batch.load_when_read, batch.accepted_by = True, by.key
    return _saved(Action.CHANGED, batch, by=by, now=now)


@transaction.atomic
def refuse(
    batch: Batch,
    *,
    message: str,
    drift: Mapping[str, Any] | None = None,
    by: Actor = READER,
    now: datetime.datetime,
) -> Batch:
    """Cannot be read; ``message`` is the sentence that says why, ``drift`` is a Drift of facts.intake as
    plain data where a change of the definition might help."""
    batch = _step(batch, BatchState.REFUSED)
    batch.message, batch.report = message, {"drift": queries.plain(drift)} if drift else {}
    return _saved(Action.REFUSED, batch, by=by, now=now)


@transaction.atomic
def report_read(
    batch: Batch, *, report: Mapping[str, Any], by: Actor = READER, now: datetime.datetime
) -> Batch:
    """Read: waits for somebody to load or discard it.

    ``report`` is facts.intake.Report as plain data; ``rows``, ``accepted``, ``rejected`` and ``period``
    (first and last day, both in) also become columns.
    """
    batch = _step(batch, BatchState.WAITING)
    batch.rows, batch.accepted, batch.rejected = report["rows"], report["accepted"], report["rejected"]
    first, last = report.get("period") or (None, None)
    batch.period_start = _day(first)
    last_day = _day(last)
    batch.period_end = last_day + datetime.timedelta(days=1) if last_day else None
    batch.report = queries.plain(report)
    return _saved(Action.READ, batch, by=by, now=now)


@transaction.atomic
def start_loading(batch: Batch, *, by: Actor, now: datetime.datetime) -> Batch:
    """Being loaded. One batch of a source at a time, and the same bytes only once."""
    batch = _step(batch, BatchState.LOADING)
    batch.load_when_read = False
    if batch.source_version != batch.source.version:
        raise NotAllowed(
            f"The definition of “{batch.source.title}” changed after batch {batch.pk} was read. "
            "Read it again first."
        )
    other = Batch.objects.filter(source=batch.source, state=BatchState.LOADING).first()
    if other is not None:
        raise NotAllowed(
            f"Batch {other.pk} of “{batch.source.title}” is being loaded. Wait until it is done, "
            "then load this one."
        )
    earlier = queries.loaded_with_same_bytes(batch.source, batch.sha256)
    if earlier is not None:
        raise NotAllowed(f"This file is already loaded as batch {earlier.pk}. Discard this copy.")
    return _saved(Action.CHANGED, batch, by=by, now=now)


@transaction.atomic
def stop_loading(batch: Batch, *, message: str, by: Actor, now: datetime.datetime) -> Batch:
    """The load failed before its commit, so nothing of it is visible; the batch waits again."""
    batch = _step(batch, BatchState.WAITING)
    batch.message = message
    return _saved(Action.CHANGED, batch, by=by, now=now)


@transaction.atomic
def finish_loading(
    batch: Batch, *, store_version: int, rows_replaced: int, by: Actor, now: datetime.datetime
) -> Batch:
    """Loaded: the store holds its rows from ``store_version`` on."""
    batch = _step(batch, BatchState.LOADED)
    batch.store_version, batch.rows_replaced, batch.loaded_at = store_version, rows_replaced, now
    batch.message = ""
    return _saved(Action.LOADED, batch, by=by, now=now)


@transaction.atomic
def discard(batch: Batch, *, reason: str = "", by: Actor, now: datetime.datetime) -> Batch:
    """Not to be loaded after all."""
    batch = _step(batch, BatchState.DISCARDED)
    return _saved(Action.DISCARDED, batch, by=by, now=now, reason=reason)


@transaction.atomic
def undo(batch: Batch, *, store_version: int, reason: str = "", by: Actor, now: datetime.datetime) -> Batch:
    """The store, from ``store_version`` on, is as if the batch had never come."""
    batch = _step(batch, BatchState.UNDONE)
    batch.store_version, batch.undone_at = store_version, now
    return _saved(Action.UNDONE, batch, by=by, now=now, reason=reason)


def mark_computed(batch: Batch, *, now: datetime.datetime) -> None:
    """Every measure that the batch touches is up to date."""
    Batch.objects.filter(pk=batch.pk).update(computed_at=now)


def _step(batch: Batch, wanted: BatchState) -> Batch:
    """The batch as the database has it now, locked, and moved on unless its state forbids that."""
    fresh = Batch.objects.select_for_update(of=("self",)).select_related("source").get(pk=batch.pk)
    policies.check_can_become(fresh, wanted)
    fresh.state = wanted
    return fresh


def _saved(action: Action, batch: Batch, *, by: Actor, now: datetime.datetime, reason: str = "") -> Batch:
    batch.save()
    _record_batch(action, batch, by=by, now=now, reason=reason)
    return batch


def _day(value: str | datetime.date | None) -> datetime.date | None:
    return datetime.date.fromisoformat(value) if isinstance(value, str) else value


def _record(
    action: Action, source: Source, *, by: Actor, now: datetime.datetime, fields: tuple[str, ...] = ()
) -> None:
    record_event(by=by, action=action, kind="source", object_id=source.key, fields=fields, now=now)


def _record_batch(
    action: Action, batch: Batch, *, by: Actor, now: datetime.datetime, reason: str = ""
) -> None:
    record_event(
        by=by, action=action, kind="batch", object_id=batch.pk, fields=("state",), reason=reason, now=now
    )


@transaction.atomic
def note_purged(batch: Batch, *, what: str, by: Actor, now: datetime.datetime) -> None:
    """Its time is over: that its ``original``, or what was read of it (``rejects``), goes is on record before
    it does. What the report quotes of refused rows goes with them."""
    if what == "rejects":
        report = {key: one for key, one in batch.report.items() if key != "drift"}
        batch.report = report
        if "reasons" in report:
            batch.report = {**report, "reasons": [{**one, "examples": []} for one in report["reasons"]]}
        batch.progress = {}
        batch.save(update_fields=["report", "progress"])
    record_event(by=by, action=Action.PURGED, kind="batch", object_id=batch.pk, fields=(what,), now=now)


@transaction.atomic
def note_facts_let_go(
    source: str,
    *,
    months: Collection[datetime.date],
    held_from: datetime.date,
    by: Actor,
    now: datetime.datetime,
) -> None:
    """Its rows of these months (their first days) go: that is on record before they do, and so is that from
    now on nothing from before ``held_from`` is computed again."""
    found = Source.objects.select_for_update().get(key=source)
    found.facts_held_from = max(held_from, found.facts_held_from or held_from)
    found.save(update_fields=["facts_held_from"])
    _record(Action.PURGED, found, by=by, now=now, fields=tuple(f"{month:%Y-%m}" for month in sorted(months)))
