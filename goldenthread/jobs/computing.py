"""Keeping observations true: what a change makes outdated is marked in its transaction and computed
afterwards."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta

from django.db import transaction

from goldenthread.facts.formulas.vocabulary import Word
from goldenthread.facts.store.days import DayRanges
from goldenthread.facts.store.log import Commit
from goldenthread.jobs import internal_sources
from goldenthread.jobs.locks import one_at_a_time
from goldenthread.jobs.refused import Refused
from goldenthread.progress import Progress
from goldenthread.record.access.scopes import system_scope
from goldenthread.record.audit.actions import Happening, record_events
from goldenthread.record.audit.actor import Actor
from goldenthread.record.audit.enums import Action
from goldenthread.record.measures import queries
from goldenthread.record.measures.models import Outdated
from goldenthread.record.orgs import queries as orgs
from goldenthread.record.orgs.changes import Changes
from goldenthread.record.sources import queries as sources
from goldenthread.record.sources.actions import mark_computed
from goldenthread.results.compute import Computed, Window, compute
from goldenthread.results.facts import table_of
from goldenthread.results.pieces import DENOMINATOR, NUMERATOR, pieces_of
from goldenthread.results.tallying import keep_tallies

_log = logging.getLogger(__name__)
_GAP = timedelta(days=31)
# What a formula reads through a source's definition, so that other words there mean other values.
_CHANGES_VALUES = frozenset({"derived", "time", "worker", "unit", "timezone"})


def mark_everything() -> None:
    """Every measure must be computed anew."""
    mark({measure.key: [None] for measure in queries.active_definitions()})


def mark_measures(keys: Iterable[str]) -> None:
    """These measures must be computed anew, and those that stand on their values."""
    mark({key: [None] for key in keys})


def mark_source(source: str, changed: Collection[str]) -> bool:
    """The measures of a source must be computed anew when a field of its definition changed on which values
    depend; whether one did."""
    if not _CHANGES_VALUES & set(changed):
        return False
    mark_measures(one.key for one in queries.active_definitions() if source in sources_of(one))
    return True


def mark_commit(source: str, commit: Commit) -> None:
    """The measures of a source must be computed anew on the days that a commit to its facts touched."""
    mark_days(source, commit.touched)


def mark_days(source: str, touched: Mapping[str, DayRanges]) -> None:
    """The measures of a source must be computed anew on days that are given for each of its time columns."""
    definition = sources.definitions([source])[source]
    windows: dict[str, list[Window | None]] = {}
    for measure in queries.active_definitions():
        clocks = clocks_of(measure, source, time=definition.time)
        if clocks & definition.derived.keys():
            # What is known are the days that stand in the facts, not those that are derived from them.
            windows[measure.key] = [None]
            continue
        days = DayRanges()
        for clock in clocks:
            days |= touched.get(clock or "", DayRanges())
        if _lasts(measure, source):
            days = days.with_those_between()
        if days:
            windows[measure.key] = list(_runs(days))
    mark(windows)


def mark_organization(changes: Changes) -> None:
    """People or units changed on some days: every measure whose facts are placed must be computed anew there.
    When days are counted in another way, every measure must."""
    if changes.recounts:
        mark_everything()
        return
    span = changes.span
    if span is None:
        return
    placed = {key for key, one in sources.definitions().items() if one.worker or one.unit}
    manual = [one.key for one in queries.active_definitions() if one.definition.manual]
    window = (span.start, span.end - timedelta(days=1)) if span.start and span.end else None
    counted = [one.key for one in queries.active_definitions() if sources_of(one) & placed]
    mark({**{key: [window] for key in counted}, **{key: [None] for key in manual}})


def mark(windows: Mapping[str, Iterable[Window | None]]) -> None:
    """Write down what is outdated; None stands for all history. Measures that borrow a value follow, and
    those that borrow theirs."""
    found = {key: list(spans) for key, spans in windows.items()}
    borrowed = queries.references_by_measure()
    reached = set(found)
    while reached:
        reached = {key for key, taken in borrowed.items() if taken & reached and found.get(key) != [None]}
        found |= {key: [None] for key in reached}
    pks = {one.key: one.id for one in queries.active_definitions(list(found))}
    Outdated.objects.bulk_create(
        Outdated(
            measure_id=pks[key],
            first_day=window[0] if window else None,
            last_day=window[1] if window else None,
        )
        for key, spans in found.items()
        if key in pks
        for window in spans
    )


def catch_up(*, by: Actor, now: datetime, progress: Progress | None = None) -> Computed:
    """Compute whatever is marked; nothing when nothing is. One at a time in a workspace.

    Each group of measures is written in a transaction of its own and the marks go last: an interruption
    leaves them, and what they mark is computed again. One transaction around everything would keep every
    other writer waiting for as long as it takes. The batches loaded before it began are then known to be in
    every measure they touch. Internal sources are filled before.
    """
    fill_internal_sources()
    loaded = list(sources.not_computed())
    computed = Computed(0, 0)
    if Outdated.objects.exists():
        computed = _compute_marked(by=by, now=now, progress=progress)
    for batch in loaded:
        mark_computed(batch, now=now)
    _keep_tallies(by=by)
    return computed


def _keep_tallies(*, by: Actor) -> None:
    """Whatever keeps tallies from being kept is logged alone: reports count facts where there are none."""
    try:
        with one_at_a_time("compute"):
            keep_tallies(scope=system_scope(by=by, reason="tally the days of reports"))
    except Exception:  # noqa: BLE001
        _log.exception("The days of reports could not be tallied.")


def fill_internal_sources() -> None:
    """Make every internal source equal to the record.

    Marked first, and under the lock of computing: killed in between, the table still differs and is marked
    and filled by the next run; nobody computes from it and takes the marks away meanwhile.
    """
    keys = sources.internal_sources()
    if not keys:
        return
    with one_at_a_time("compute"):
        for key in keys:
            rows = internal_sources.rows_of(key)
            touched = internal_sources.days_that_differ(key, rows)
            if touched is not None:
                mark_days(key, touched)
                internal_sources.fill(key, rows)


def _compute_marked(*, by: Actor, now: datetime, progress: Progress | None) -> Computed:
    with one_at_a_time("compute"):
        marks = list(Outdated.objects.select_related("measure"))
        today = orgs.organization().day_of(now)
        scope = system_scope(by=by, reason="compute observations")
        done, observations = set[str](), 0
        for window, keys in _by_window(marks):
            found = queries.active_definitions(sorted(keys))
            observations += compute(
                found, window=window, scope=scope, today=today, now=now, progress=progress
            ).observations
            done |= keys
        with transaction.atomic():
            Outdated.objects.filter(pk__in=[mark.pk for mark in marks]).delete()
            record_events(
                (Happening(Action.COMPUTED, "measure", key) for key in sorted(done)), by=by, now=now
            )
    return Computed(len(done), observations)


def compute_everything(*, by: Actor, now: datetime, progress: Progress | None = None) -> Computed:
    """Compute every measure over all history."""
    mark_everything()
    return catch_up(by=by, now=now, progress=progress)


def compute_since(batch: int, *, by: Actor, now: datetime, progress: Progress | None = None) -> Computed:
    """Compute again what a loaded batch touched."""
    found = sources.batches().filter(pk=batch).first()
    commit = table_of(found.source.key).commit_of(batch) if found else None
    if found is None or commit is None:
        raise Refused(f"There is no loaded batch {batch}. List them with: goldenthread batches")
    mark_commit(found.source.key, commit)
    return catch_up(by=by, now=now, progress=progress)


def sources_of(measure: queries.ActiveMeasure) -> set[str]:
    """The sources whose facts a measure is made of, in all its history."""
    return {key for span in measure.spans for key in span.definition.sources}


def clocks_of(measure: queries.ActiveMeasure, source: str, *, time: str | None) -> set[str | None]:
    """The columns by which a measure says when rows of ``source`` count, where ``time`` is the source's own;
    nothing when it counts no rows of it."""
    clocks: set[str | None] = set()
    for piece in pieces_of([measure]):
        for side in (piece.side(NUMERATOR), piece.side(DENOMINATOR)):
            if side is not None and side.source == source:
                clocks |= {name for name in (side.from_, side.until) if name} or {side.time or time}
    return clocks


def _lasts(measure: queries.ActiveMeasure, source: str) -> bool:
    """Whether a row of ``source`` counts on every day between its two, and not on these alone."""
    sides = (piece.side(role) for piece in pieces_of([measure]) for role in (NUMERATOR, DENOMINATOR))
    return any(side is not None and side.source == source and side.word is Word.SPENT for side in sides)


def _runs(days: DayRanges) -> Iterable[Window]:
    """The days as windows, those less than a month apart taken together."""
    first: date | None = None
    last: date | None = None
    for start, end in days.ranges:
        if first is None or last is None:
            first = start
        elif start - last > _GAP:
            yield first, last
            first = start
        last = end - timedelta(days=1)
    if first is not None and last is not None:
        yield first, last


def _by_window(marks: Iterable[Outdated]) -> list[tuple[Window | None, set[str]]]:
    """Measures that share a window together; a measure that is outdated altogether has no other window.

    All history comes last: it holds the measures that borrow values of others.
    """
    whole = {mark.measure.key for mark in marks if mark.first_day is None or mark.last_day is None}
    windows: dict[Window, set[str]] = defaultdict(set)
    for mark in marks:
        if mark.measure.key not in whole and mark.first_day and mark.last_day:
            windows[(mark.first_day, mark.last_day)].add(mark.measure.key)
    found: list[tuple[Window | None, set[str]]] = [(window, keys) for window, keys in sorted(windows.items())]
    return [*found, (None, whole)] if whole else found
