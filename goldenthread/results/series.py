"""A measure of one unit over time, and lists of measures in one line each."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple, TypeVar

from django.db.models import Q

from goldenthread.calc.periods import YEAR_TO_DATE, Grain, Period
from goldenthread.facts.scope import Scope
from goldenthread.record.measures.definition import MeasureDefinition
from goldenthread.record.measures.models import Annotation, Measure, Observation, Rebase, ReportedValue
from goldenthread.record.measures.queries import current_definition
from goldenthread.record.orgs.models import Unit
from goldenthread.results.assembling import Known, TreeName, assemble
from goldenthread.results.judging import Stored
from goldenthread.results.surroundings import Surroundings
from goldenthread.results.values import Reported, Series, Tile

OfMeasure = TypeVar("OfMeasure", Rebase, Annotation)
Place = tuple[Measure, str]
"""A measure and the key of a unit it is looked at for."""
_RECENT = 12


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
    if measure is None or unit is None or unit not in around.names or not scope.sees_unit(unit):
        return None
    return _gathered([subject(measure, unit)], around, grain=grain, tree=tree, in_full=True)[0]


def units_with_values(measure_key: str, scope: Scope) -> tuple[tuple[str, str], ...]:
    """(key, name) of the units the scope sees that have a value of this measure, by name."""
    held = Observation.objects.filter(measure__key=measure_key).values("unit")
    rows = Unit.objects.filter(pk__in=held).order_by("name")
    return tuple((key, name) for key, name in rows.values_list("key", "name") if scope.sees_unit(key))


def tiles(
    measures: Sequence[Measure], unit_keys: Sequence[str], scope: Scope, *, today: date
) -> tuple[Tile, ...]:
    """Each measure of each unit that has values, in one line, in the order given; constant in queries.

    ``measures`` come with their ``current`` version selected. Units the scope does not see are left out.
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
    seen = [one for one in subjects if scope.sees_unit(one.unit)]
    found = _gathered(seen, around, grain=None, tree="event", in_full=False)
    return tuple(map(_tile, found))


@dataclass
class _Kept:
    """Everything stored about some measures, by measure and unit."""

    observations: dict[tuple[int, str], dict[Period, Stored]]
    as_of: dict[tuple[int, str], datetime]
    reported: dict[tuple[int, str], dict[Period, tuple[Reported, ...]]]
    rebases: dict[int, list[Rebase]]
    annotations: dict[int, list[Annotation]]


def _gathered(
    subjects: Sequence[Subject],
    around: Surroundings,
    *,
    grain: str | None,
    tree: TreeName,
    in_full: bool,
) -> list[Series]:
    """``in_full`` is for a page of one measure: also where there is no value yet, and with annotations."""
    kept = _kept(subjects, around, grain=grain, tree=tree, in_full=in_full)
    return [
        _series(one, kept, around, grain=grain, tree=tree)
        for one in subjects
        if in_full or kept.observations.get((one.measure, one.unit))
    ]


class _Row(NamedTuple):
    """What a series takes of an observation; what comes after ``facts`` only a series in full does."""

    measure: int
    unit: int | None
    grain: str
    period_start: date
    numerator: float | None
    denominator: float | None
    value: float | None
    facts: int
    contributors: int | None = None
    version: int = 0
    computed_at: datetime | None = None


_COLUMNS = (
    "measure_id",
    "unit_id",
    "grain",
    "period_start",
    "numerator",
    "denominator",
    "value",
    "facts",
)
_COLUMNS_IN_FULL = (*_COLUMNS, "contributors", "version__number", "computed_at")


def _kept(
    subjects: Sequence[Subject],
    around: Surroundings,
    *,
    grain: str | None,
    tree: TreeName,
    in_full: bool,
) -> _Kept:
    calendar = around.calendar
    frequency = {one.measure: one.definition.frequency for one in subjects}
    observations: dict[tuple[int, str], dict[Period, Stored]] = defaultdict(dict)
    as_of: dict[tuple[int, str], datetime] = {}
    for row in _rows(subjects, around, _COLUMNS_IN_FULL if in_full else _COLUMNS, grain=grain, tree=tree):
        place = (row.measure, around.keys[row.unit])
        period = calendar.period_of(row.period_start, _period_grain(row.grain, frequency[row.measure]))
        observations[place][period] = Stored(
            row.numerator, row.denominator, row.value, row.facts, row.contributors, row.version
        )
        if row.computed_at is not None:
            as_of[place] = max(as_of.get(place, row.computed_at), row.computed_at)
    reported: dict[tuple[int, str], dict[Period, tuple[Reported, ...]]] = defaultdict(dict)
    units = {around.ids[one.unit] for one in subjects} - {None}
    for locked in ReportedValue.objects.filter(measure__in=frequency, unit__in=units):
        period = calendar.period_of(locked.period_start, Grain(locked.grain))
        of_unit = reported[(locked.measure_id, around.keys[locked.unit_id])]
        of_unit[period] = (*of_unit.get(period, ()), _reported(locked))
    return _Kept(
        observations,
        as_of,
        reported,
        _by_measure(Rebase.objects.filter(measure__in=frequency)),
        _by_measure(Annotation.objects.filter(measure__in=frequency)) if in_full else {},
    )


def _rows(
    subjects: Sequence[Subject],
    around: Surroundings,
    columns: Sequence[str],
    *,
    grain: str | None,
    tree: TreeName,
) -> Iterable[_Row]:
    """Observations in the grain asked for, or each measure's own, in no order: to ask for one would lead
    SQLite through the index of all measures of a unit."""
    together: dict[tuple[str, str], list[int]] = defaultdict(list)
    for one in subjects:
        together[(one.unit, grain or one.definition.frequency)].append(one.measure)
    if not together:
        return ()
    wanted = Q()
    for (unit, name), measures in together.items():
        wanted |= Q(unit=around.ids[unit], grain=name, measure__in=measures)
    rows = Observation.objects.filter(wanted, tree=tree)
    return itertools.starmap(_Row, rows.values_list(*columns))


def _series(
    subject: Subject, kept: _Kept, around: Surroundings, *, grain: str | None, tree: TreeName
) -> Series:
    measure, unit = subject.measure, subject.unit
    place, here = (measure, unit), (None, around.ids[unit])
    known = Known(
        observations=kept.observations.get(place, {}),
        as_of=kept.as_of.get(place),
        reported=kept.reported.get(place, {}) if grain is None else {},
        rebases=[one for one in kept.rebases.get(measure, ()) if one.unit_id in here],
        annotations=[one for one in kept.annotations.get(measure, ()) if one.unit_id in here],
    )
    return assemble(subject.definition, unit, known, around, grain=grain, tree=tree)


def _tile(one: Series) -> Tile:
    return Tile(
        measure=one.measure,
        unit=one.unit,
        unit_name=one.unit_name,
        latest=one.latest,
        recent=one.points[-_RECENT:],
        segment=one.segments[-1] if one.segments else None,
        met_target=one.lenses[0],
        verdict=one.verdict,
        next_expected=one.next_expected,
        is_late=one.is_late,
    )


def _reported(row: ReportedValue) -> Reported:
    return Reported(
        number=row.number,
        value=row.value,
        numerator=row.numerator,
        denominator=row.denominator,
        reported_at=row.reported_at,
        reported_by=row.reported_by,
        why=row.why,
    )


def _period_grain(grain: str, frequency: Grain) -> Grain:
    return frequency if grain == YEAR_TO_DATE else Grain(grain)


def _by_measure(rows: Iterable[OfMeasure]) -> dict[int, list[OfMeasure]]:
    found: dict[int, list[OfMeasure]] = defaultdict(list)
    for row in rows:
        found[row.measure_id].append(row)
    return found
