"""What is stored about a measure at one unit becomes a judged series, with its sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Literal, NamedTuple

from goldenthread.calc import lenses
from goldenthread.calc.periods import YEAR_TO_DATE, FiscalCalendar, Grain, Period
from goldenthread.calc.spc import Settings
from goldenthread.record.measures.definition import MeasureDefinition, TargetShape
from goldenthread.record.measures.models import Annotation
from goldenthread.record.measures.targets import targets_for
from goldenthread.results.judging import Judged, Rules, TargetAt, judge
from goldenthread.results.seen import Stored
from goldenthread.results.surroundings import Setting
from goldenthread.results.values import MeasureLine, Note, Reported, Series
from goldenthread.results.words import capability_of, verdict_of

TreeName = Literal["event", "today"]
_KEPT = 4_000
"""As many as there are definitions kept: what follows from one alone is worked out once."""


class Reset(NamedTuple):
    """Limits that a named person re-set from a day on."""

    starts_on: date
    what_happened: str
    reason: str


@dataclass(frozen=True)
class Known:
    """Everything known about one measure at one unit, for the periods of one length."""

    observations: Mapping[Period, Stored]
    as_of: datetime | None = None
    reported: Mapping[Period, tuple[Reported, ...]] = field(default_factory=dict)
    rebases: Sequence[Reset] = ()
    annotations: Sequence[Annotation] = ()


def assemble(
    definition: MeasureDefinition,
    known: Known,
    around: Setting,
    *,
    grain: str | None = None,
    tree: TreeName = "event",
    of_whole: bool = True,
) -> Series:
    """The series, judged by the definition. ``grain`` as in ``series.series``; ``of_whole`` is false for one
    category of a breakdown, which takes no part of a target that is a sum."""
    to_date = grain == YEAR_TO_DATE
    shown = definition.frequency if to_date or grain is None else Grain(grain)
    rules = rules_of(definition, may_judge=not to_date)
    summed = to_date or shown is not definition.frequency or not of_whole
    judged = judge(
        known.observations,
        rules=rules,
        calendar=around.calendar,
        today=around.today,
        target_at=_target_at(definition, around, summed=summed),
        breaks=[one.starts_on for one in known.rebases] + [one for one in [definition.formula_from] if one],
        reported=known.reported,
    )
    expected = around.calendar.last_complete(shown, today=around.today, lag_days=definition.lag_days)
    have = {point.period for point in judged.points if point.status != "no_data"}
    awaited = around.calendar.next(expected) if expected in have else expected
    line = measure_line(definition)
    return Series(
        measure=line,
        unit=around.unit,
        unit_name=around.name,
        folds_into=around.above,
        grain=shown,
        is_year_to_date=to_date,
        tree=tree,
        points=judged.points,
        segments=judged.segments,
        notes=_notes(definition, known.rebases, known.annotations, judged, around.calendar),
        lenses=judged.lenses,
        capability=judged.capability,
        verdict=verdict_of(line, judged, rules, around, awaited=awaited),
        capability_sentence=capability_of(line, judged, grain=shown),
        as_of=known.as_of,
        next_expected=awaited.expected_on(definition.lag_days),
        is_late=awaited.is_late(today=around.today, lag_days=definition.lag_days),
    )


@lru_cache(maxsize=_KEPT)
def measure_line(definition: MeasureDefinition) -> MeasureLine:
    """How the measure is shown."""
    return MeasureLine(
        key=definition.measure,
        title=definition.title,
        unit=definition.show_as.unit,
        decimals=definition.show_as.decimals,
        better=definition.show_as.better,
        kind=definition.kind or "",
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


def _target_at(definition: MeasureDefinition, around: Setting, *, summed: bool) -> TargetAt:
    """A target that is a sum is that of the whole unit in the measure's own period; with ``summed`` something
    longer or smaller is shown, which has none of its own."""
    if definition.is_sum and summed:
        return lambda _period: None
    found = targets_for(definition, around.line, keeper=definition.unit or around.top)
    shaped = [(one.target, shaped_target(one.target)) for one in found]

    def at(period: Period) -> tuple[lenses.Target, str] | None:
        day = period.last_day
        return next(((target, shape.why) for shape, target in shaped if shape.holds_on(day)), None)

    return at


def shaped_target(shape: TargetShape) -> lenses.Target:
    """A target of a definition as lenses take it."""
    return lenses.Target(value=shape.value, low=shape.low, high=shape.high, tolerance=shape.tolerance)


def _notes(
    definition: MeasureDefinition,
    rebases: Iterable[Reset],
    annotations: Iterable[Annotation],
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
        Note(calendar.period_of(one.period_start, grain), "annotation", one.text, "") for one in annotations
    ]
    if definition.formula_from:
        period = calendar.period_of(definition.formula_from, grain)
        notes.append(
            Note(period, "definition", "Definition changed", "values before it keep the earlier formula")
        )
    shown = {point.period for point in judged.points}
    return tuple(sorted((note for note in notes if note.period in shown), key=lambda note: note.period))
