"""A measure of one unit over time, and lists of measures in one line each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Literal

from django.db.models import Q

from goldenthread.calc import lenses
from goldenthread.calc.periods import FiscalCalendar, Grain, Period
from goldenthread.calc.spc import Settings
from goldenthread.facts.scope import NOT_ASSIGNED, Scope
from goldenthread.record.measures.definition import MeasureDefinition
from goldenthread.record.measures.models import Annotation, Measure, Observation, Rebase, ReportedValue
from goldenthread.record.measures.queries import current_definition
from goldenthread.record.measures.targets import targets_for
from goldenthread.record.orgs import queries as orgs
from goldenthread.record.orgs.models import Unit
from goldenthread.results.judging import Judged, Rules, Stored, TargetAt, judge
from goldenthread.results.values import MeasureLine, Note, Reported, Series, Tile
from goldenthread.results.words import capability_of, verdict_of

YEAR_TO_DATE = "year_to_date"
TreeName = Literal["event", "today"]
Place = tuple[Measure, str]
"""A measure and the key of a unit it is looked at for."""
_RECENT = 12


def series(
    measure_key: str,
    unit_key: str | None,
    scope: Scope,
    *,
    today: date,
    grain: str | None = None,
    tree: TreeName = "event",
) -> Series | None:
    """The series of a measure for a unit (None: the whole organization); None when either is not to be seen.

    ``grain`` is the own frequency, a coarser one, or ``year_to_date``: the fiscal year up to the end
    of each period. With ``tree="today"`` facts roll up by the units of today.
    """
    around = Surroundings(today)
    unit = unit_key or around.top
    measure = Measure.objects.select_related("current").filter(key=measure_key, current__isnull=False).first()
    if measure is None or unit is None or unit not in around.names or not scope.sees_unit(unit):
        return None
    return _gathered([(measure, unit)], around, grain=grain, tree=tree, in_full=True)[0]


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
    around = around or Surroundings(today)
    seen = [(measure, unit) for measure, unit in places if scope.sees_unit(unit)]
    found = _gathered(seen, around, grain=None, tree="event", in_full=False)
    return tuple(map(_tile, found))


class Surroundings:
    """What every series of one request shares: the day, the calendar, the tree, and the names of units."""

    def __init__(self, today: date) -> None:
        self.today = today

    @cached_property
    def calendar(self) -> FiscalCalendar:
        return orgs.fiscal_calendar()

    @cached_property
    def _tree(self) -> orgs.Tree:
        return orgs.tree()

    @cached_property
    def top(self) -> str | None:
        return self._tree.top

    @cached_property
    def _today_tree(self) -> orgs.DayTree:
        return self._tree.as_of(self.today)

    @cached_property
    def _units(self) -> list[tuple[str, str, int]]:
        return list(Unit.objects.values_list("key", "name", "pk"))

    @cached_property
    def names(self) -> Mapping[str, str]:
        return {**{key: name for key, name, _ in self._units}, NOT_ASSIGNED: "Not assigned"}

    @cached_property
    def ids(self) -> Mapping[str, int | None]:
        """What the rows of observations call a unit; looking for its key there would read them all."""
        return {**{key: pk for key, _, pk in self._units}, NOT_ASSIGNED: None}

    def line(self, unit: str) -> tuple[str, ...]:
        """The unit and all above it today, nearest first."""
        if unit == NOT_ASSIGNED:
            return (NOT_ASSIGNED, self.top) if self.top else (NOT_ASSIGNED,)
        return (unit, *self._today_tree.ancestors(unit))


@dataclass
class _Kept:
    """Everything stored about some measures, by measure and unit."""

    observations: dict[tuple[int, str], dict[Period, Stored]]
    as_of: dict[tuple[int, str], datetime]
    reported: dict[tuple[int, str], dict[Period, tuple[Reported, ...]]]
    rebases: dict[int, list[Rebase]]
    annotations: dict[int, list[Annotation]]


def _gathered(
    places: Sequence[Place],
    around: Surroundings,
    *,
    grain: str | None,
    tree: TreeName,
    in_full: bool,
) -> list[Series]:
    """``in_full`` is for a page of one measure: also where there is no value yet, and with annotations."""
    kept = _kept(places, around, grain=grain, tree=tree, in_full=in_full)
    return [
        _series(measure, unit, kept, around, grain=grain, tree=tree)
        for measure, unit in places
        if in_full or kept.observations.get((measure.pk, unit))
    ]


def _kept(
    places: Sequence[Place], around: Surroundings, *, grain: str | None, tree: TreeName, in_full: bool
) -> _Kept:
    calendar = around.calendar
    measures = list(dict.fromkeys(measure for measure, _ in places))
    units = {unit for _, unit in places}
    frequency = {measure.pk: Grain(measure.frequency) for measure in measures}
    observations: dict[tuple[int, str], dict[Period, Stored]] = defaultdict(dict)
    as_of: dict[tuple[int, str], datetime] = {}
    for row in _rows(places, around, grain=grain, tree=tree):
        place = (row["measure_id"], row["unit__key"] or NOT_ASSIGNED)
        period = calendar.period_of(row["period_start"], _period_grain(row["grain"], frequency[place[0]]))
        observations[place][period] = Stored(
            numerator=row["numerator"],
            denominator=row["denominator"],
            value=row["value"],
            facts=row["facts"],
            contributors=row["contributors"],
            definition=row["version__number"],
        )
        as_of[place] = max(as_of.get(place, row["computed_at"]), row["computed_at"])
    reported: dict[tuple[int, str], dict[Period, tuple[Reported, ...]]] = defaultdict(dict)
    for locked in ReportedValue.objects.filter(measure__in=measures, unit__key__in=units).select_related(
        "unit"
    ):
        period = calendar.period_of(locked.period_start, Grain(locked.grain))
        of_unit = reported[(locked.measure_id, locked.unit.key)]
        of_unit[period] = (*of_unit.get(period, ()), _reported(locked))
    return _Kept(
        observations,
        as_of,
        reported,
        _by_measure(Rebase.objects.filter(measure__in=measures).select_related("unit")),
        _by_measure(
            Annotation.objects.filter(measure__in=measures if in_full else ()).select_related("unit")
        ),
    )


def _rows(
    places: Sequence[Place], around: Surroundings, *, grain: str | None, tree: TreeName
) -> Iterable[dict[str, object]]:
    """Observations in the grain asked for, or each measure's own."""
    together: dict[tuple[str, str], list[int]] = defaultdict(list)
    for measure, unit in places:
        together[(unit, grain or measure.frequency)].append(measure.pk)
    if not together:
        return ()
    wanted = Q()
    for (unit, name), measures in together.items():
        wanted |= Q(unit=around.ids[unit], grain=name, measure__in=measures)
    return (
        Observation.objects.filter(wanted, tree=tree)
        .order_by("period_start")
        .values(
            "measure_id",
            "unit__key",
            "grain",
            "period_start",
            "numerator",
            "denominator",
            "value",
            "facts",
            "contributors",
            "version__number",
            "computed_at",
        )
    )


def _series(
    measure: Measure, unit: str, kept: _Kept, around: Surroundings, *, grain: str | None, tree: TreeName
) -> Series:
    definition = current_definition(measure)
    to_date = grain == YEAR_TO_DATE
    shown = definition.frequency if to_date or grain is None else Grain(grain)
    rebases = [one for one in kept.rebases[measure.pk] if one.unit is None or one.unit.key == unit]
    rules = rules_of(definition, may_judge=not to_date)
    judged = judge(
        kept.observations.get((measure.pk, unit), {}),
        rules=rules,
        calendar=around.calendar,
        today=around.today,
        target_at=_target_at(definition, unit, around, shown=shown, to_date=to_date),
        breaks=[one.starts_on for one in rebases] + [one for one in [definition.formula_from] if one],
        reported=kept.reported.get((measure.pk, unit), {}) if grain is None else {},
    )
    expected = around.calendar.last_complete(shown, today=around.today, lag_days=definition.lag_days)
    have = {point.period for point in judged.points if point.status != "no_data"}
    awaited = around.calendar.next(expected) if expected in have else expected
    line = measure_line(measure, definition)
    return Series(
        measure=line,
        unit=unit,
        unit_name=around.names[unit],
        grain=shown,
        is_year_to_date=to_date,
        tree=tree,
        points=judged.points,
        segments=judged.segments,
        notes=_notes(definition, rebases, kept.annotations[measure.pk], unit, judged, around.calendar),
        lenses=judged.lenses,
        capability=judged.capability,
        verdict=verdict_of(line, judged, rules, around.calendar, today=around.today, awaited=awaited),
        capability_sentence=capability_of(line, judged, grain=shown),
        as_of=kept.as_of.get((measure.pk, unit)),
        next_expected=awaited.expected_on(definition.lag_days),
        is_late=awaited.is_late(today=around.today, lag_days=definition.lag_days),
    )


def measure_line(measure: Measure, definition: MeasureDefinition) -> MeasureLine:
    return MeasureLine(
        key=measure.key,
        title=measure.title,
        unit=definition.show_as.unit,
        decimals=definition.show_as.decimals,
        better=definition.show_as.better,
        kind=measure.kind,
        frequency=definition.frequency,
        has_denominator=definition.denominator is not None,
    )


def rules_of(definition: MeasureDefinition, *, may_judge: bool = True) -> Rules:
    """How to judge a measure. A running total is no process, so it is never given limits."""
    return Rules(
        better=definition.show_as.better,
        lag_days=definition.lag_days,
        minimum=definition.minimum_denominator,
        has_denominator=definition.denominator is not None,
        settings=Settings(
            shift=definition.spc.shift,
            trend=definition.spc.trend,
            screen=definition.spc.screening,
            minimum_points=definition.spc.minimum_points,
        ),
        may_judge=may_judge,
    )


def _target_at(
    definition: MeasureDefinition, unit: str, around: Surroundings, *, shown: Grain, to_date: bool
) -> TargetAt:
    """Targets are set for the measure's own periods; a sum over a longer one has none of its own."""
    if definition.is_sum and (to_date or shown is not definition.frequency):
        return lambda _period: None
    found = targets_for(definition, around.line(unit), keeper=definition.unit or around.top)
    shaped = [
        (
            one,
            lenses.Target(
                value=one.target.value,
                low=one.target.low,
                high=one.target.high,
                tolerance=one.target.tolerance,
            ),
        )
        for one in found
    ]

    def at(period: Period) -> tuple[lenses.Target, str] | None:
        day = period.last_day
        return next(((target, one.target.why) for one, target in shaped if one.target.holds_on(day)), None)

    return at


def _notes(
    definition: MeasureDefinition,
    rebases: Iterable[Rebase],
    annotations: Iterable[Annotation],
    unit: str,
    judged: Judged,
    calendar: FiscalCalendar,
) -> tuple[Note, ...]:
    if not judged.points:
        return ()
    grain = judged.points[0].period.grain
    notes = [
        Note(calendar.period_of(one.starts_on, grain), "rebase", one.what_happened, one.reason)
        for one in rebases
    ]
    notes += [
        Note(calendar.period_of(one.period_start, grain), "annotation", one.text, "")
        for one in annotations
        if one.unit is None or one.unit.key == unit
    ]
    if definition.formula_from:
        period = calendar.period_of(definition.formula_from, grain)
        notes.append(
            Note(period, "definition", "Definition changed", "values before it keep the earlier formula")
        )
    shown = {point.period for point in judged.points}
    return tuple(sorted((note for note in notes if note.period in shown), key=lambda note: note.period))


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


def _by_measure(rows: Iterable[object]) -> dict[int, list[object]]:
    found = defaultdict(list)
    for row in rows:
        found[row.measure_id].append(row)
    return found
