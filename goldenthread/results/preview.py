"""What a definition would show on the facts there are, before anybody saves it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

import pyarrow.compute as pc

from goldenthread.calc.direction import same
from goldenthread.calc.folding import Fold
from goldenthread.calc.periods import Grain, Period
from goldenthread.facts.scope import Scope
from goldenthread.record.measures.definition import MeasureDefinition
from goldenthread.record.measures.models import Measure, Observation
from goldenthread.results.assembling import Known, assemble
from goldenthread.results.borrowing import TakenFolds, with_borrowed_denominators
from goldenthread.results.compute import around_of, rows_from_facts
from goldenthread.results.folds import Nestings, folds_of
from goldenthread.results.horizon import first_held
from goldenthread.results.pieces import Piece
from goldenthread.results.seen import Stored, as_seen, stored_of
from goldenthread.results.sharing import Sharing
from goldenthread.results.surroundings import Surroundings
from goldenthread.results.typed import typed_rows
from goldenthread.results.values import Series

PERIODS = 13
"""A year, and the same period of the year before."""


@dataclass(frozen=True)
class Difference:
    """A period whose value the definition changes. None is no value."""

    period: Period
    label: str
    before: float | None
    after: float | None


@dataclass(frozen=True)
class Preview:
    """The last periods as the definition would have them.

    ``differences`` are those that differ from what is stored, of the ``compared`` that are.
    """

    series: Series
    differences: tuple[Difference, ...]
    compared: int


def preview(
    definition: MeasureDefinition, unit_key: str | None, scope: Scope, *, today: date
) -> Preview | None:
    """The last 13 periods of a unit, as far back as facts are held, computed from them and stored nowhere.

    ``unit_key`` None is the whole organization. None when the unit is not to be seen. The definition must
    have passed ``record.measures.checks``.
    """
    around = Surroundings(today)
    unit = unit_key or around.top
    if unit is None or unit not in around.names or not scope.sees_unit(unit):
        return None
    grain = definition.frequency
    last = around.calendar.period_of(today, grain)
    first = around.calendar.shift(last, -PERIODS)
    periods = around.calendar.periods_between(first.start, last.end, grain)
    if held_from := first_held(definition.sources):
        periods = tuple(period for period in periods if period.start >= held_from)
    values = _values(definition, unit, periods, scope, around)
    stored = _stored(definition.measure, unit, periods, grain, scope)
    after = {period.start: one.value for period, one in values.items()}
    differing = [
        Difference(period, around.calendar.label(period), stored[period.start], after.get(period.start))
        for period in periods
        if period.start in stored
        and not (period in values and values[period].folded)
        and _differ(stored[period.start], after.get(period.start))
    ]
    return Preview(assemble(definition, Known(values), around.at(unit)), tuple(differing), len(stored))


def _values(
    definition: MeasureDefinition,
    unit: str,
    periods: Sequence[Period],
    scope: Scope,
    around: Surroundings,
) -> dict[Period, Stored]:
    held = Measure.objects.filter(key=definition.measure).values_list("pk", flat=True).first()
    piece = Piece(held or 0, definition.measure, 0, definition, date.min, date.max)
    computed = around_of(
        "event",
        Sharing.of_all(),
        window=(periods[0].start, periods[-1].last_day),
        scope=scope,
        today=around.today,
        # When it was computed is stored with observations, and nothing of this is stored.
        now=datetime.combine(around.today, time(), UTC),
    )
    if definition.manual:
        rows = typed_rows([piece], computed.lives, computed.calendar)
    else:
        rows = rows_from_facts([piece], computed)
    rows = with_borrowed_denominators(rows, [piece], computed.calendar, tree="event")
    mine = pc.and_(pc.equal(rows["unit"], unit), pc.equal(rows["grain"], str(piece.frequency)))
    found = {row["period_start"]: row for row in rows.filter(mine).to_pylist()}
    nestings = Nestings(computed.lives)
    taken = TakenFolds([piece], computed.sharing, computed.calendar, tree="event", since=periods[0].start)
    folds = {
        one.start: max(
            folds_of(rows, piece, one, nestings).get(unit, Fold.OPEN),
            taken.at(piece, unit, str(piece.frequency), one.start),
        )
        for one in periods
    }
    return {
        period: as_seen(scope, unit, folds[period.start], stored_of(row, definition=0))
        for period in periods
        if (row := found.get(period.start)) is not None
    }


def _stored(
    measure: str, unit: str, periods: Sequence[Period], grain: Grain, scope: Scope
) -> dict[date, float | None]:
    rows = Observation.objects.filter(
        measure__key=measure,
        unit__key=unit,
        grain=str(grain),
        tree="event",
        period_start__in=[period.start for period in periods],
    )
    found = rows.values_list("period_start", "fold", "value")
    return {start: value for start, fold, value in found if not scope.is_closed(unit, fold)}


def _differ(before: float | None, after: float | None) -> bool:
    if before is None or after is None:
        return before is not after
    return not same(before, after)
