"""Stored numbers in, judged points out: which are missing, too few or provisional, and what the rest say."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date

from goldenthread.calc import aggregation, lenses
from goldenthread.calc.direction import Better
from goldenthread.calc.lenses import LensResult, Target
from goldenthread.calc.periods import FiscalCalendar, Period
from goldenthread.calc.spc import (
    Capability,
    ProcessBehavior,
    Segment,
    Settings,
    WantedRange,
    analyze,
    capability,
)
from goldenthread.results.seen import Stored
from goldenthread.results.values import Point, Reported, Status

TargetAt = Callable[[Period], tuple[Target, str] | None]


@dataclass(frozen=True)
class Rules:
    """How a measure is judged.

    ``minimum`` is the least denominator, or without one the least number of facts. ``may_judge`` is false
    for a running total, which is no process and gets no limits.
    """

    better: Better
    lag_days: int
    minimum: float
    settings: Settings
    has_denominator: bool
    may_judge: bool = True


@dataclass(frozen=True)
class Judged:
    points: tuple[Point, ...]
    segments: tuple[Segment, ...]
    lenses: tuple[LensResult, ...]
    capability: Capability | None


def judge(
    stored: Mapping[Period, Stored],
    *,
    rules: Rules,
    calendar: FiscalCalendar,
    today: date,
    target_at: TargetAt,
    breaks: Collection[date],
    reported: Mapping[Period, tuple[Reported, ...]],
) -> Judged:
    """Contiguous points from the first to the last stored period, judged against the limits of their segment.

    ``breaks`` are the days from which limits start anew, because a named person re-set them or a formula
    changed. Points of too few, and provisional ones, take no part in limits and signals: neither says how the
    process runs.
    """
    filled = calendar.with_gaps(stored)
    statuses = [_status(each, rules) for _, each in filled]
    provisional = [today < period.expected_on(rules.lag_days) for period, _ in filled]
    targets = [target_at(period) for period, _ in filled]
    behavior = analyze(
        [
            each.value if each and status == "ok" and not early and rules.may_judge else None
            for (_, each), status, early in zip(filled, statuses, provisional, strict=True)
        ],
        better=rules.better,
        rebased_at=_indexes([period for period, _ in filled], breaks),
        wanted=[_wanted(target) for target in targets] if rules.better is Better.IN_RANGE else None,
        settings=rules.settings,
    )
    points = tuple(
        Point(
            period=period,
            label=calendar.label(period),
            numerator=each.numerator if each else None,
            denominator=each.denominator if each else None,
            value=each.value if each else None,
            facts=each.facts if each else 0,
            contributors=each.contributors if each else None,
            status=statuses[index],
            provisional=provisional[index] and each is not None,
            meaning=behavior.points[index].meaning,
            signal=behavior.points[index].signal,
            target=(targets[index] or (None, ""))[0],
            target_why=(targets[index] or (None, ""))[1],
            definition=each.definition if each else 0,
            reported=() if each and each.folded else reported.get(period, ()),
        )
        for index, (period, each) in enumerate(filled)
    )
    return Judged(
        points,
        behavior.segments,
        _lenses(points, behavior, rules, calendar),
        _capability(points, behavior, rules),
    )


def _status(stored: Stored | None, rules: Rules) -> Status:
    if stored is None:
        return "no_data"
    if stored.folded:
        return "folded"
    base = stored.denominator if rules.has_denominator else stored.facts
    if stored.value is None:
        return "no_data" if not base else "not_available"
    return "too_few" if aggregation.too_few(base, rules.minimum) else "ok"


def _indexes(periods: list[Period], days: Collection[date]) -> list[int]:
    """Where each day falls: the first period that starts on or after it. Days outside the series drop out."""
    found = {
        next((index for index, period in enumerate(periods) if period.start >= day), len(periods))
        for day in days
    }
    return sorted(index for index in found if 0 < index < len(periods))


def _wanted(target: tuple[Target, str] | None) -> WantedRange | None:
    return None if target is None else target[0].bounds(Better.IN_RANGE)


def _lenses(
    points: tuple[Point, ...], behavior: ProcessBehavior, rules: Rules, calendar: FiscalCalendar
) -> tuple[LensResult, ...]:
    latest = next(
        (point for point in reversed(points) if point.status in ("ok", "folded") and not point.provisional),
        None,
    )
    value, target = (latest.value, latest.target) if latest else (None, None)
    before = calendar.year_before(latest.period) if latest else None
    last_year = next(
        (point.value for point in points if point.period == before and point.status == "ok"), None
    )
    return (
        lenses.met_target(value, target, rules.better),
        lenses.met_within_tolerance(value, target, rules.better),
        lenses.held_or_improved(value, last_year, rules.better, target=target),
        lenses.trend(behavior),
    )


def _capability(points: tuple[Point, ...], behavior: ProcessBehavior, rules: Rules) -> Capability | None:
    target = next((point.target for point in reversed(points) if point.target is not None), None)
    if target is None or rules.better is Better.NONE:
        return None
    low, high = target.bounds(rules.better)
    return capability(behavior.latest_limits, low=low, high=high)
