"""Reported values among what a batch touches: what each is now, and what it would be once the batch is in."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time

from goldenthread.calc.folding import Fold
from goldenthread.calc.periods import FiscalCalendar, Period
from goldenthread.facts.formulas.compute import SourceFacts
from goldenthread.facts.scope import Scope
from goldenthread.record.measures.models import Observation, ReportedValue
from goldenthread.record.measures.queries import ActiveMeasure
from goldenthread.results.assembling import measure_line
from goldenthread.results.borrowing import with_borrowed_denominators
from goldenthread.results.compute import around_of, rows_from_facts
from goldenthread.results.folds import cell_of
from goldenthread.results.pieces import pieces_of
from goldenthread.results.sharing import Sharing
from goldenthread.results.values import MeasureLine

Place = tuple[str, str, date]


@dataclass(frozen=True)
class LockedValue:
    """A reported value: as last reported, and as computed from the facts there are. ``after`` is what it
    would be, where ``foretold`` says that this is known."""

    measure: MeasureLine
    unit: str
    unit_name: str
    period: Period
    reported: float | None
    now: float | None
    after: float | None = None
    foretold: bool = False

    @property
    def place(self) -> Place:
        return (self.measure.key, self.unit, self.period.start)


def locked_values(
    measures: Sequence[ActiveMeasure],
    periods: Mapping[str, Sequence[Period]],
    scope: Scope,
    calendar: FiscalCalendar,
) -> tuple[LockedValue, ...]:
    """The reported values of these measures in the periods given for each, of units the scope sees, none
    that is folded; by measure, the newest first, then by unit. Two queries."""
    asked = [one for one in measures if periods.get(one.key)]
    starts = {one.key: {period.start for period in periods[one.key]} for one in asked}
    definitions = {one.key: one.definition for one in asked}
    rows = ReportedValue.objects.filter(measure__in=[one.id for one in asked]).order_by("number")
    reported: dict[Place, tuple[str, float | None]] = {}
    for key, unit, name, grain, start, fold, value in rows.values_list(
        "measure__key", "unit__key", "unit__name", "grain", "period_start", "fold", "value"
    ):
        is_asked = grain == definitions[key].frequency and start in starts[key] and scope.sees_unit(unit)
        if is_asked and not scope.is_closed(unit, fold):
            reported[key, unit, start] = (name, value)
    now, closed = _observed(reported, scope)
    found = [
        LockedValue(
            measure=measure_line(definitions[key]),
            unit=unit,
            unit_name=name,
            period=calendar.period_of(start, definitions[key].frequency),
            reported=value,
            now=now.get((key, unit, start)),
        )
        for (key, unit, start), (name, value) in reported.items()
        if (key, unit, start) not in closed
    ]
    found.sort(key=lambda one: one.unit_name)
    found.sort(key=lambda one: one.period.start, reverse=True)
    found.sort(key=lambda one: one.measure.title)
    return tuple(found)


def foretell(
    values: Sequence[LockedValue],
    measures: Sequence[ActiveMeasure],
    arriving: Mapping[str, SourceFacts],
    scope: Scope,
    *,
    moving: Collection[str],
    today: date,
) -> tuple[LockedValue, ...]:
    """The values with what they would be if the facts of some sources were those ``arriving``; without those
    that would be folded.

    ``moving`` are the keys of all measures that change with those facts. What stands on another of them is
    not foretold: that one's value would change first.
    """
    keys = {one.measure.key for one in values}
    pieces = [
        piece
        for piece in pieces_of([one for one in measures if one.key in keys])
        if piece.value_of not in moving
    ]
    if not pieces:
        return tuple(values)
    computed = around_of(
        "event",
        Sharing.of_all(),
        window=(
            min(one.period.start for one in values),
            max(one.period.last_day for one in values),
        ),
        scope=scope,
        today=today,
        # When it was computed is stored with observations, and nothing of this is stored.
        now=datetime.combine(today, time(), UTC),
    )
    rows = rows_from_facts(pieces, computed, instead=arriving)
    rows = with_borrowed_denominators(rows, pieces, computed.calendar, tree="event")
    frequencies = {piece.version: (piece.key, str(piece.frequency)) for piece in pieces}
    after: dict[Place, float | None] = {}
    few: set[Place] = set()
    wanted = ["version", "unit", "grain", "period_start", "value", "facts", "contributors"]
    for row in rows.select(wanted).to_pylist():
        key, frequency = frequencies[row["version"]]
        if row["grain"] == frequency:
            place = (key, row["unit"], row["period_start"])
            after[place] = row["value"]
            if cell_of(row["unit"], row["facts"], row["contributors"]).is_of_few:
                few.add(place)
    known = {key for key, _frequency in frequencies.values()}
    return tuple(
        replace(one, after=after.get(one.place), foretold=True) if one.measure.key in known else one
        for one in values
        if not (one.place in few and scope.is_closed(one.unit, Fold.FOLDED))
    )


def _observed(
    places: Mapping[Place, object], scope: Scope
) -> tuple[dict[Place, float | None], frozenset[Place]]:
    """What is computed now, and where that is folded."""
    keys, units, starts = ({place[part] for place in places} for part in range(3))
    rows = Observation.objects.filter(
        measure__key__in=keys, unit__key__in=units, period_start__in=starts, tree="event"
    )
    found = {
        (key, unit, start): (fold, value)
        for key, unit, grain, frequency, start, fold, value in rows.values_list(
            "measure__key", "unit__key", "grain", "measure__frequency", "period_start", "fold", "value"
        )
        if grain == frequency
    }
    closed = frozenset(place for place, (fold, _) in found.items() if scope.is_closed(place[1], fold))
    return {place: value for place, (_, value) in found.items()}, closed
