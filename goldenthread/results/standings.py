"""Where measures stand against their targets, for counting many of them: no history, no signals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import NamedTuple

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from goldenthread.calc import aggregation
from goldenthread.calc.lenses import Answer, LensResult, Target, met_target
from goldenthread.calc.periods import Grain, Period
from goldenthread.facts.scope import NOT_ASSIGNED, Scope
from goldenthread.record.measures.definition import MeasureDefinition
from goldenthread.record.measures.models import Measure, Observation
from goldenthread.record.measures.targets import target_for
from goldenthread.results.assembling import measure_line
from goldenthread.results.series import Place, Subject, subject
from goldenthread.results.surroundings import Surroundings
from goldenthread.results.values import MeasureLine


@dataclass(frozen=True)
class Standing:
    """The latest complete value of a measure at one unit, and whether it met its target.

    ``target`` does not apply where there is no target, or where the value is of too few.
    """

    measure: MeasureLine
    unit: str
    period: Period
    value: float
    facts: int
    too_few: bool
    target: LensResult
    computed_at: datetime


@dataclass(frozen=True)
class Tally:
    """How many measures met their target, of those that have one and can be judged; and how many have a
    value."""

    met: int
    judged: int
    counted: int

    @property
    def missed(self) -> int:
        return self.judged - self.met


def tally(standings: Iterable[Standing]) -> Tally:
    """Count what can be judged."""
    answers = [one.target.answer for one in standings]
    met = answers.count(Answer.YES)
    return Tally(met, met + answers.count(Answer.NO), len(answers))


def visible_measures(scope: Scope) -> QuerySet[Measure]:
    """The measures in use that the scope opens: kept by a unit it sees, or with values for one."""
    rows = _in_use()
    if scope.every_unit:
        return rows
    values = Observation.objects.filter(measure=OuterRef("pk"), unit__key__in=scope.units)
    return rows.filter(Q(unit__key__in=scope.units) | Exists(values))


def _in_use() -> QuerySet[Measure]:
    return Measure.objects.filter(retired_on=None, current__isnull=False).select_related(
        "current", "unit", "service", "owner", "deputy"
    )


def keeper_places(measures: Iterable[Measure], *, top: str | None) -> list[Place]:
    """Each measure at the unit that keeps it, or at the top when none does."""
    places = ((one, one.unit.key if one.unit else top) for one in measures)
    return [(measure, unit) for measure, unit in places if unit is not None]


def measured_at(unit: str, scope: Scope) -> QuerySet[Measure]:
    """The measures in use that have values for this unit, by title; none when the scope does not see it."""
    values = Observation.objects.filter(measure=OuterRef("pk"), unit__key=unit)
    rows = _in_use().filter(Exists(values))
    return rows if scope.sees_unit(unit) else rows.none()


def standings(
    places: Sequence[Place], scope: Scope, *, today: date, around: Surroundings | None = None
) -> tuple[Standing, ...]:
    """Where each measure stands at its unit, in the order given; constant in queries.

    Left out are units the scope does not see, and measures without a complete value there.
    """
    return standings_of([subject(*place) for place in places], scope, around=around or Surroundings(today))


def standings_of(subjects: Sequence[Subject], scope: Scope, *, around: Surroundings) -> tuple[Standing, ...]:
    """``standings`` of measures whose definitions have been read already."""
    seen = [one for one in subjects if scope.sees_unit(one.unit)]
    latest = _latest(seen, around)
    return tuple(
        _standing(one, row, around)
        for one in seen
        if (row := latest.get((one.measure, one.unit))) is not None
    )


class _Row(NamedTuple):
    """What a standing takes of an observation."""

    measure: int
    unit: int | None
    period_start: date
    denominator: float | None
    value: float
    facts: int
    computed_at: datetime


_COLUMNS = ("measure_id", "unit_id", "period_start", "denominator", "value", "facts", "computed_at")


def _latest(subjects: Sequence[Subject], around: Surroundings) -> dict[tuple[int, str], _Row]:
    """The last value of each measure whose period, and the days of grace after it, are over.

    Almost all are found in the last period, which an index reaches; only for the rest is history searched.
    """
    found = _by_place(_values(subjects, around, only_last=True), around)
    rest = [one for one in subjects if (one.measure, one.unit) not in found]
    if not rest:
        return found
    newest_first = Window(RowNumber(), partition_by=[F("measure_id"), F("unit_id")], order_by="-period_start")
    older = _values(rest, around, only_last=False).annotate(place=newest_first).filter(place=1)
    return found | _by_place(older, around)


def _values(subjects: Sequence[Subject], around: Surroundings, *, only_last: bool) -> QuerySet[Observation]:
    together: dict[tuple[str, str, int], list[int]] = defaultdict(list)
    for one in subjects:
        together[(one.unit, one.definition.frequency, one.definition.lag_days)].append(one.measure)
    rows = Observation.objects.filter(tree="event", value__isnull=False)
    wanted = Q()
    for (unit, frequency, lag_days), measures in together.items():
        last = around.calendar.last_complete(Grain(frequency), today=around.today, lag_days=lag_days).start
        until = Q(period_start=last) if only_last else Q(period_start__lt=last)
        wanted |= until & Q(unit=around.ids[unit], grain=frequency, measure__in=measures)
    return rows.filter(wanted) if together else rows.none()


def _by_place(rows: QuerySet[Observation], around: Surroundings) -> dict[tuple[int, str], _Row]:
    found = map(_Row._make, rows.values_list(*_COLUMNS))
    return {(row.measure, around.keys[row.unit]): row for row in found}


def not_assigned(subjects: Iterable[Subject], scope: Scope, *, around: Surroundings) -> tuple[Standing, ...]:
    """What nobody could be placed for in the last complete period; only for a scope that sees it."""
    if not scope.sees_unit(NOT_ASSIGNED):
        return ()
    lost = [replace(one, unit=NOT_ASSIGNED) for one in subjects]
    found = _by_place(_values(lost, around, only_last=True), around)
    return tuple(
        _standing(one, row, around)
        for one in lost
        if (row := found.get((one.measure, one.unit))) is not None and row.facts
    )


def _standing(subject: Subject, row: _Row, around: Surroundings) -> Standing:
    definition, unit = subject.definition, subject.unit
    period = around.calendar.period_of(row.period_start, definition.frequency)
    base = row.denominator if definition.denominator is not None else row.facts
    too_few = aggregation.too_few(base, definition.minimum_denominator)
    target = None if too_few else _target(definition, unit, period, around)
    return Standing(
        measure=measure_line(definition),
        unit=unit,
        period=period,
        value=row.value,
        facts=row.facts,
        too_few=too_few,
        target=met_target(row.value, target, definition.show_as.better),
        computed_at=row.computed_at,
    )


def _target(definition: MeasureDefinition, unit: str, period: Period, around: Surroundings) -> Target | None:
    found = target_for(definition, around.line(unit), period, keeper=definition.unit or around.top)
    if found is None:
        return None
    shape = found.target
    return Target(value=shape.value, low=shape.low, high=shape.high, tolerance=shape.tolerance)
