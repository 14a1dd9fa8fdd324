"""Where measures stand against their targets, for counting many of them: no history, no signals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from django.db.models import DateField, Exists, F, OuterRef, Q, QuerySet, TextField, Window
from django.db.models.functions import RowNumber

from goldenthread.calc import aggregation
from goldenthread.calc.lenses import Answer, LensResult, Target, met_target
from goldenthread.calc.periods import Grain, Period
from goldenthread.facts.scope import NOT_ASSIGNED, Scope
from goldenthread.record.asking import Given, GivenAll, Question, day_of, moment_of, worded
from goldenthread.record.measures.definition import MeasureDefinition
from goldenthread.record.measures.models import Measure, Observation
from goldenthread.record.measures.targets import target_for
from goldenthread.results.assembling import measure_line, shaped_target
from goldenthread.results.seen import Stored, as_seen
from goldenthread.results.series import Key, Place, Subject, subject
from goldenthread.results.surroundings import Setting, Surroundings
from goldenthread.results.values import MeasureLine


@dataclass(frozen=True)
class Standing:
    """The latest complete value of a measure at one unit, and whether it met its target.

    ``target`` does not apply where there is no target, or where the value is of too few or folded, which then
    is None. ``folds_into`` names the unit above that holds it.
    """

    measure: MeasureLine
    unit: str
    period: Period
    value: float | None
    facts: int
    too_few: bool
    folded: bool
    folds_into: str
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
    return tally_of([one.target.answer for one in standings])


def tally_of(answers: Sequence[Answer]) -> Tally:
    """The same of what each said to whether its target is met."""
    met = answers.count(Answer.YES)
    return Tally(met, met + answers.count(Answer.NO), len(answers))


def visible_measures(scope: Scope) -> QuerySet[Measure]:
    """The measures in use that the scope opens: kept by a unit it sees, with values for one, or serving what
    it sees."""
    return _opened(_in_use(), scope)


def readable_measure(key: str, scope: Scope) -> Measure | None:
    """The measure with this key when the scope opens it; of a retired one the values stay readable."""
    return _opened(_saved().filter(key=key), scope).first()


def _opened(rows: QuerySet[Measure], scope: Scope) -> QuerySet[Measure]:
    if scope.every_unit:
        return rows
    values = Observation.objects.filter(measure=OuterRef("pk"), unit__key__in=scope.units)
    return rows.filter(Q(unit__key__in=scope.units) | Exists(values) | Q(service__key__in=scope.services))


def _in_use() -> QuerySet[Measure]:
    return _saved().filter(retired_on=None)


def _saved() -> QuerySet[Measure]:
    return Measure.objects.filter(current__isnull=False).select_related(
        "current", "unit", "service", "owner", "deputy"
    )


def keeper_places(measures: Iterable[Measure], *, top: str | None) -> list[Place]:
    """Each measure at the unit that keeps it, or at the top when none does."""
    places = ((one, one.unit.key if one.unit else top) for one in measures)
    return [(measure, unit) for measure, unit in places if unit is not None]


def measured_at(unit: str, scope: Scope) -> QuerySet[Measure]:
    """The measures in use that have values for this unit, by title, as far as the scope opens them there."""
    values = Observation.objects.filter(measure=OuterRef("pk"), unit__key=unit)
    rows = _in_use().filter(Exists(values))
    return rows if scope.sees_unit(unit) else rows.filter(service__key__in=scope.services)


def standings(
    places: Sequence[Place], scope: Scope, *, today: date, around: Surroundings | None = None
) -> tuple[Standing, ...]:
    """Where each measure stands at its unit, in the order given; constant in queries.

    Left out is what the scope does not open, and measures without a complete value there.
    """
    return standings_of([subject(*place) for place in places], scope, around=around or Surroundings(today))


def standings_of(subjects: Sequence[Subject], scope: Scope, *, around: Surroundings) -> tuple[Standing, ...]:
    """``standings`` of measures whose definitions have been read already."""
    seen = [one for one in subjects if scope.sees_result(one.unit, one.definition.serves)]
    latest = _latest(seen, around)
    return tuple(
        _standing(one.definition, row.start, row.computed_at, row.seen(scope, one.unit), around.at(one.unit))
        for one in seen
        if (row := latest.get((one.measure, one.unit))) is not None
    )


class _Row(NamedTuple):
    """What a standing takes of an observation; the day and the moment are in words of the database."""

    measure: int
    unit: int | None
    grain: str
    start: str
    fold: int
    denominator: float | None
    value: float
    facts: int
    computed_at: str

    def seen(self, scope: Scope, unit: str) -> Stored:
        return as_seen(
            scope, unit, self.fold, Stored(None, self.denominator, self.value, self.facts, None, 0)
        )


_COLUMNS = (
    "measure_id",
    "unit_id",
    "grain",
    worded("period_start"),
    "fold",
    "denominator",
    "value",
    "facts",
    worded("computed_at"),
)


def _values() -> QuerySet[Observation]:
    return Observation.objects.filter(tree="event", value__isnull=False)


def _newest(rows: QuerySet[Observation]) -> QuerySet[Observation]:
    newest_first = Window(RowNumber(), partition_by=[F("measure_id"), F("unit_id")], order_by="-period_start")
    return rows.annotate(place=newest_first).filter(place=1)


def _last(unit: Any) -> QuerySet[Observation, tuple[Any, ...]]:
    grains, starts = GivenAll("grains", TextField()), GivenAll("starts", DateField())
    return _values().filter(unit=unit, grain__in=grains, period_start__in=starts).values_list(*_COLUMNS)


_LAST = Question(lambda: _last(Given("unit")))
_LAST_OF_NO_UNIT = Question(lambda: _last(None))
_OLDER = Question(
    lambda: _newest(
        _values().filter(
            unit=Given("unit"),
            grain=Given("grain", TextField()),
            period_start__lt=Given("before", DateField()),
            measure__in=GivenAll("measures"),
        )
    ).values_list(*_COLUMNS)
)


def _latest(subjects: Sequence[Subject], around: Surroundings) -> dict[Key, _Row]:
    """The last value of each measure whose period, and the days of grace after it, are over.

    Almost all are found in the last period, which an index reaches; only for the rest is history searched.
    """
    found = _in_last_period(subjects, around)
    rest = [one for one in subjects if (one.measure, one.unit) not in found]
    return found | _before_it(rest, around) if rest else found


_Group = tuple[str, Grain, date]
"""A unit, how long the periods are, and the first day of the last of them."""


def _together(subjects: Iterable[Subject], around: Surroundings) -> dict[_Group, list[int]]:
    """The measures that are asked for in the same way."""
    alike: dict[tuple[str, Grain, int], list[int]] = defaultdict(list)
    for one in subjects:
        alike[one.unit, one.definition.frequency, one.definition.lag_days].append(one.measure)
    found: dict[_Group, list[int]] = defaultdict(list)
    for (unit, grain, lag_days), measures in alike.items():
        last = around.calendar.last_complete(grain, today=around.today, lag_days=lag_days)
        found[unit, grain, last.start] += measures
    return found


def _in_last_period(subjects: Iterable[Subject], around: Surroundings) -> dict[Key, _Row]:
    together = _together(subjects, around)
    units = {around.ids[unit] for unit, _, _ in together}
    if len(units) == 1:
        # All measures of the unit, and perhaps a few periods that end on another day.
        unit_id = units.pop()
        question = _LAST_OF_NO_UNIT if unit_id is None else _LAST
        rows: Iterable[tuple[Any, ...]] = question.ask(
            unit=unit_id,
            grains=sorted({grain for _, grain, _ in together}),
            starts=sorted({start for _, _, start in together}),
        )
    else:
        wanted = Q()
        for (unit, grain, start), measures in together.items():
            wanted |= Q(unit=around.ids[unit], grain=grain, period_start=start, measure__in=measures)
        rows = _values().filter(wanted).values_list(*_COLUMNS) if together else ()
    asked = {
        (measure, around.ids[unit], grain, start.isoformat())
        for (unit, grain, start), measures in together.items()
        for measure in measures
    }
    return _by_place((row for row in rows if row[:4] in asked), around)


def _before_it(subjects: Iterable[Subject], around: Surroundings) -> dict[Key, _Row]:
    together = _together(subjects, around)
    if len(together) == 1:
        (((unit, grain, start), measures),) = together.items()
        asked = _OLDER.ask(unit=around.ids[unit], grain=grain, before=start, measures=measures)
        return _by_place(asked, around)
    wanted = Q()
    for (unit, grain, start), measures in together.items():
        wanted |= Q(unit=around.ids[unit], grain=grain, period_start__lt=start, measure__in=measures)
    return _by_place(_newest(_values().filter(wanted)).values_list(*_COLUMNS), around)


def _by_place(rows: Iterable[tuple[Any, ...]], around: Surroundings) -> dict[Key, _Row]:
    keys = around.keys
    return {(row.measure, keys[row.unit]): row for row in map(_Row._make, rows)}


def not_assigned(subjects: Iterable[Subject], scope: Scope, *, around: Surroundings) -> tuple[Standing, ...]:
    """What nobody could be placed for in the last complete period; only for a scope that sees it."""
    if not scope.sees_unit(NOT_ASSIGNED):
        return ()
    lost = [replace(one, unit=NOT_ASSIGNED) for one in subjects]
    found = _in_last_period(lost, around)
    return tuple(
        _standing(one.definition, row.start, row.computed_at, row.seen(scope, one.unit), around.at(one.unit))
        for one in lost
        if (row := found.get((one.measure, one.unit))) is not None and row.facts
    )


# Enough for a hundred measures of 300 units: 1 kB each.
@lru_cache(maxsize=30_000)
def _standing(
    definition: MeasureDefinition, start: str, computed_at: str, stored: Stored, around: Setting
) -> Standing:
    """Kept by everything it is made of, all of which each request reads: it can never be stale."""
    period = around.calendar.period_of(day_of(start), definition.frequency)
    base = stored.denominator if definition.denominator is not None else stored.facts
    too_few = not stored.folded and aggregation.too_few(base, definition.minimum_denominator)
    target = None if too_few or stored.folded else _target(definition, period, around)
    return Standing(
        measure=measure_line(definition),
        unit=around.unit,
        period=period,
        value=stored.value,
        facts=stored.facts,
        too_few=too_few,
        folded=stored.folded,
        folds_into=around.above,
        target=met_target(stored.value, target, definition.show_as.better),
        computed_at=moment_of(computed_at),
    )


def _target(definition: MeasureDefinition, period: Period, around: Setting) -> Target | None:
    found = target_for(definition, around.line, period, keeper=definition.unit or around.top)
    return shaped_target(found.target) if found else None
