"""What stands behind a value: the last batch, the days it covers, and the facts nobody could place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from goldenthread.calc.periods import Period
from goldenthread.facts.scope import NOT_ASSIGNED, Scope
from goldenthread.record.measures.models import Measure, Observation, Outdated
from goldenthread.record.measures.queries import current_definition
from goldenthread.record.sources.models import Batch, BatchState, Source
from goldenthread.results.seen import Stored, as_seen
from goldenthread.results.values import Series


@dataclass(frozen=True)
class RowsOf:
    """How many rows a batch brought, and what became of them."""

    rows: int
    accepted: int
    rejected: int


@dataclass(frozen=True)
class LastBatch:
    """The batch of a source that was loaded last. Its ``rows`` are of every unit, so that they are None
    unless the reader sees the whole organization."""

    number: int
    loaded_at: datetime
    rows: RowsOf | None


@dataclass(frozen=True)
class SourceBehind:
    """One source of a measure. ``days_covered`` of the ``period`` have rows in the batches loaded, rows of
    any unit; None when the source has no time by which to tell, or the reader does not see the whole
    organization. ``by_itself``: the product fills it, and no batch does."""

    key: str
    title: str
    last: LastBatch | None
    period: Period | None
    days_covered: int | None
    by_itself: bool = False


@dataclass(frozen=True)
class Provenance:
    """``outdated``: a change of facts or of the definition waits to be computed.

    ``not_assigned`` counts the facts of the latest period that no unit could be found for; None unless the
    reader sees the whole organization, and when they are of few people. Values from before ``held_from``
    stand as they were computed: facts behind them were let go."""

    sources: tuple[SourceBehind, ...]
    period: Period | None
    not_assigned: int | None
    outdated: bool
    held_from: date | None


def provenance(measure: Measure, series: Series, scope: Scope) -> Provenance:
    """What the latest value of ``series`` stands on. Six queries at most for one source."""
    keys, whole = current_definition(measure).sources, scope.sees_unit(NOT_ASSIGNED)
    period = series.latest.period if series.latest else None
    found = list(Source.objects.filter(key__in=keys).order_by("title"))
    first_points = [point.period.start for point in series.points[:1]]
    let_go = [
        day for one in found if (day := one.facts_held_from) and any(start < day for start in first_points)
    ]
    return Provenance(
        sources=tuple(_behind(source, period, whole=whole) for source in found),
        period=period,
        not_assigned=_not_assigned(measure, period, scope) if period else None,
        outdated=Outdated.objects.filter(measure=measure).exists(),
        held_from=max(let_go, default=None),
    )


def _behind(source: Source, period: Period | None, *, whole: bool) -> SourceBehind:
    loaded = Batch.objects.filter(source=source, state=BatchState.LOADED)
    last = loaded.order_by("-loaded_at").first()
    covered = None
    if whole and period is not None and source.definition.get("time"):
        overlapping = loaded.filter(period_start__lt=period.end, period_end__gt=period.start)
        days = {
            date.fromisoformat(day)
            for rows in overlapping.values_list("report__rows_per_day", flat=True)
            for day, _count in rows or ()
        }
        covered = sum(1 for day in days if day in period)
    batch = None
    if last is not None and last.loaded_at is not None:
        rows = RowsOf(last.rows or 0, last.accepted or 0, last.rejected or 0) if whole else None
        batch = LastBatch(last.pk, last.loaded_at, rows)
    by_itself = source.kind == "internal"
    return SourceBehind(source.key, source.title, batch, period, covered, by_itself)


def _not_assigned(measure: Measure, period: Period, scope: Scope) -> int | None:
    if not scope.sees_unit(NOT_ASSIGNED):
        return None
    rows = Observation.objects.filter(
        measure=measure, unit=None, tree="event", grain=str(period.grain), period_start=period.start
    )
    found = rows.values_list("fold", "facts").first()
    if found is None:
        return 0
    fold, facts = found
    seen = as_seen(scope, NOT_ASSIGNED, fold, Stored(None, None, None, facts, None, 0))
    return None if seen.folded else seen.facts
