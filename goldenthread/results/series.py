"""A measure of one unit over time, and lists of measures in one line each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache, reduce
from operator import or_
from typing import Any, NamedTuple

from django.db.models import Max, Q, TextField

from goldenthread.calc.periods import YEAR_TO_DATE, FiscalCalendar, Grain, Period
from goldenthread.facts.scope import Scope
from goldenthread.record.asking import Given, GivenAll, Question, day_of, moment_of, worded
from goldenthread.record.measures.definition import MeasureDefinition
from goldenthread.record.measures.models import Annotation, Measure, Observation, Rebase, ReportedValue
from goldenthread.record.measures.queries import current_definition
from goldenthread.record.orgs.models import Unit
from goldenthread.results.assembling import Known, Reset, TreeName, assemble
from goldenthread.results.seen import Stored, as_seen
from goldenthread.results.surroundings import Setting, Surroundings
from goldenthread.results.values import Reported, Series, Tile

Place = tuple[Measure, str]
"""A measure and the key of a unit it is looked at for."""
Key = tuple[int, str]
"""The same by the primary key of the measure."""


@dataclass(frozen=True)
class Subject:
    """A measure, by primary key and as it is defined now, and the key of a unit it is looked at for."""

    measure: int
    definition: MeasureDefinition
    unit: str


def subject(measure: Measure, unit: str) -> Subject:
    """A place whose definition is wanted, too."""
    return Subject(measure.pk, current_definition(measure), unit)


def series(
    measure_key: str,
    unit_key: str | None,
    scope: Scope,
    *,
    today: date,
    grain: str | None = None,
    tree: TreeName = "event",
    around: Surroundings | None = None,
) -> Series | None:
    """The series of a measure for a unit (None: the whole organization); None when either is not to be seen.

    ``grain`` is the own frequency, a coarser one, or ``year_to_date``: the fiscal year up to the end
    of each period. With ``tree="today"`` facts roll up by the units of today.
    """
    around = around or Surroundings(today)
    unit = unit_key or around.top
    measure = Measure.objects.select_related("current").filter(key=measure_key, current__isnull=False).first()
    if measure is None or unit is None or unit not in around.names:
        return None
    wanted = subject(measure, unit)
    if not scope.sees_result(unit, wanted.definition.serves):
        return None
    return _in_full(wanted, scope, around, grain=grain, tree=tree)


def units_with_values(measure_key: str, scope: Scope) -> tuple[tuple[str, str], ...]:
    """(key, name) of the units the scope sees that have a value of this measure, by name."""
    held = Observation.objects.filter(measure__key=measure_key).values("unit")
    rows = Unit.objects.filter(pk__in=held).order_by("name")
    serves = None
    if scope.services:
        serves = Measure.objects.filter(key=measure_key).values_list("service__key", flat=True).first()
    pairs = rows.values_list("key", "name")
    return tuple((key, name) for key, name in pairs if scope.sees_result(key, serves))


def tiles(
    measures: Sequence[Measure], unit_keys: Sequence[str], scope: Scope, *, today: date
) -> tuple[Tile, ...]:
    """Each measure of each unit that has values, in one line, in the order given; constant in queries.

    ``measures`` come with their ``current`` version selected. What the scope does not open is left out.
    """
    return tiles_at([(measure, unit) for unit in unit_keys for measure in measures], scope, today=today)


def tiles_at(
    places: Sequence[Place], scope: Scope, *, today: date, around: Surroundings | None = None
) -> tuple[Tile, ...]:
    """Each measure at its unit, in one line, as ``tiles``: for lists whose measures are kept all over.

    ``around`` is for callers that ask several times; reading the units once is enough.
    """
    return tiles_of([subject(*place) for place in places], scope, around=around or Surroundings(today))


def tiles_of(subjects: Sequence[Subject], scope: Scope, *, around: Surroundings) -> tuple[Tile, ...]:
    """``tiles_at`` of measures whose definitions have been read already."""
    seen = [one for one in subjects if scope.sees_result(one.unit, one.definition.serves)]
    pasts = _pasts(seen, scope, around)
    return tuple(
        _tile(one.definition, past, around.at(one.unit))
        for one in seen
        if (past := pasts[one.measure, one.unit]).rows
    )


def computed_at(tiles: Iterable[Tile], *, around: Surroundings) -> datetime | None:
    """When the newest of the numbers in these lines was computed; None where nothing was. One query."""
    places = [Q(measure__key=one.measure.key, unit=around.ids[one.unit]) for one in tiles]
    if not places:
        return None
    rows = Observation.objects.filter(reduce(or_, places), tree="event")
    newest: datetime | None = rows.aggregate(newest=Max("computed_at"))["newest"]
    return newest


_Row = tuple[str, Stored]


class Past(NamedTuple):
    """What a tile is made of, as it was read; days are in words of the database.

    ``rows`` are the observations by the first day of their period, ``reported`` are (first day,
    grain, what was locked).
    """

    rows: tuple[_Row, ...]
    reported: tuple[tuple[str, str, Reported], ...]
    resets: tuple[Reset, ...]


# Enough for the fifteen tiles of 300 units; with the past it is kept by, one takes about 15 kB.
@lru_cache(maxsize=5_000)
def _tile(definition: MeasureDefinition, past: Past, around: Setting) -> Tile:
    """Kept by everything it is made of, all of which each request reads: it can never be stale."""
    return Tile.of(assemble(definition, _known(definition, past, around.calendar), around))


def _known(definition: MeasureDefinition, past: Past, calendar: FiscalCalendar) -> Known:
    return Known(
        observations={
            calendar.period_of(day_of(start), definition.frequency): one for start, one in past.rows
        },
        reported=_by_period(past.reported, calendar),
        rebases=past.resets,
    )


def _by_period(
    locked: Iterable[tuple[str, str, Reported]], calendar: FiscalCalendar
) -> dict[Period, tuple[Reported, ...]]:
    found: dict[Period, tuple[Reported, ...]] = {}
    for start, grain, one in locked:
        period = calendar.period_of(day_of(start), Grain(grain))
        found[period] = (*found.get(period, ()), one)
    return found


def _pasts(subjects: Sequence[Subject], scope: Scope, around: Surroundings) -> dict[Key, Past]:
    """By measure and unit everything stored of the measure's own periods; three queries."""
    if not subjects:
        return {}
    frequency = {one.measure: one.definition.frequency for one in subjects}
    rows: dict[Key, list[_Row]] = defaultdict(list)
    keys = around.keys
    for measure, unit, grain, start, fold, above, below, value, facts in _rows(subjects, around):
        if grain == frequency[measure]:
            one = as_seen(scope, keys[unit], fold, Stored(above, below, value, facts, None, 0))
            rows[measure, keys[unit]].append((start, one))
    reported, resets = _reported(subjects, scope, around), _resets(subjects)
    return {
        (one.measure, one.unit): Past(
            tuple(rows[one.measure, one.unit]),
            tuple(reported[one.measure, one.unit]),
            tuple(_here(resets[one.measure], around.ids[one.unit])),
        )
        for one in subjects
    }


_COLUMNS = (
    "measure_id",
    "unit_id",
    "grain",
    worded("period_start"),
    "fold",
    "numerator",
    "denominator",
    "value",
    "facts",
)
_OF_ONE_UNIT = Question(
    lambda: Observation.objects.filter(
        unit=Given("unit"),
        measure__in=GivenAll("measures"),
        grain__in=GivenAll("grains", TextField()),
        tree="event",
    ).values_list(*_COLUMNS)
)


def _rows(subjects: Sequence[Subject], around: Surroundings) -> Iterable[tuple[Any, ...]]:
    """Observations of each measure's own periods, in no order: to ask for one would lead SQLite through the
    index of all measures of a unit. A few of other lengths may be among them."""
    together: dict[tuple[str, str], list[int]] = defaultdict(list)
    for one in subjects:
        together[one.unit, one.definition.frequency].append(one.measure)
    units = {around.ids[one.unit] for one in subjects}
    if len(units) == 1 and None not in units:
        return _OF_ONE_UNIT.ask(
            unit=units.pop(),
            measures=[one.measure for one in subjects],
            grains=sorted({grain for _, grain in together}),
        )
    wanted = Q()
    for (unit, grain), measures in together.items():
        wanted |= Q(unit=around.ids[unit], grain=grain, measure__in=measures)
    return Observation.objects.filter(wanted, tree="event").values_list(*_COLUMNS)


_REPORTED = Question(
    lambda: ReportedValue.objects.filter(
        measure__in=GivenAll("measures"), unit__in=GivenAll("units")
    ).values_list(
        "measure_id",
        "unit_id",
        worded("period_start"),
        "grain",
        "number",
        "value",
        "numerator",
        "denominator",
        "fold",
        worded("reported_at"),
        "reported_by",
        "why",
    )
)


def _reported(
    subjects: Sequence[Subject], scope: Scope, around: Surroundings
) -> dict[Key, list[tuple[str, str, Reported]]]:
    """(first day, grain, what was locked) by measure and unit, in the order in which it was."""
    found: dict[Key, list[tuple[str, str, Reported]]] = defaultdict(list)
    units = {around.ids[one.unit] for one in subjects} - {None}
    rows = _REPORTED.ask(measures={one.measure for one in subjects}, units=units)
    for measure, unit, start, grain, number, value, above, below, fold, at, by, why in rows:
        if not scope.is_closed(around.keys[unit], fold):
            locked = Reported(number, value, above, below, moment_of(at), by, why)
            found[measure, around.keys[unit]].append((start, grain, locked))
    return found


_RESETS = Question(
    lambda: Rebase.objects.filter(measure__in=GivenAll("measures")).values_list(
        "measure_id", "unit_id", worded("starts_on"), "what_happened", "reason"
    )
)


def _resets(subjects: Sequence[Subject]) -> dict[int, list[tuple[int | None, Reset]]]:
    """By measure the unit (None: every unit) and how its limits were re-set, in order of time."""
    found: dict[int, list[tuple[int | None, Reset]]] = defaultdict(list)
    for measure, unit, start, *words in _RESETS.ask(measures={one.measure for one in subjects}):
        found[measure].append((unit, Reset(day_of(start), *words)))
    return found


def _here(resets: Iterable[tuple[int | None, Reset]], unit: int | None) -> Iterable[Reset]:
    return (reset for of, reset in resets if of in (None, unit))


def _in_full(
    subject: Subject, scope: Scope, around: Surroundings, *, grain: str | None, tree: TreeName
) -> Series:
    """For a page of one measure: also where there is no value yet, with versions and annotations."""
    definition, calendar, unit = subject.definition, around.calendar, around.ids[subject.unit]
    wanted = grain or definition.frequency
    length = definition.frequency if wanted == YEAR_TO_DATE else Grain(wanted)
    held = Observation.objects.filter(measure=subject.measure, unit=unit, grain=wanted, tree=tree)
    rows = held.values_list(
        "period_start",
        "computed_at",
        "fold",
        "numerator",
        "denominator",
        "value",
        "facts",
        "contributors",
        "version__number",
    )
    stored = {
        calendar.period_of(start, length): (
            at,
            as_seen(scope, subject.unit, fold, Stored(above, below, value, facts, people, number)),
        )
        for start, at, fold, above, below, value, facts, people, number in rows
    }
    notes = Annotation.objects.filter(measure=subject.measure)
    locked = _reported([subject], scope, around)[subject.measure, subject.unit] if grain is None else ()
    known = Known(
        observations={period: one for period, (_, one) in stored.items()},
        as_of=max((at for at, _ in stored.values()), default=None),
        reported=_by_period(locked, calendar),
        rebases=tuple(_here(_resets([subject])[subject.measure], unit)),
        annotations=[one for one in notes if one.unit_id in (None, unit)],
    )
    return assemble(definition, known, around.at(subject.unit), grain=grain, tree=tree)
