"""Which sentences a judged series gets; how they are worded is in ``verdicts``."""

from __future__ import annotations

from goldenthread.calc.periods import Grain, Period
from goldenthread.calc.spc import Segment, run_chart
from goldenthread.results.judging import Judged, Rules
from goldenthread.results.surroundings import Setting
from goldenthread.results.values import MeasureLine, Point
from goldenthread.results.verdicts import (
    Scale,
    capability_sentence,
    folded_verdict,
    no_value_verdict,
    too_few_verdict,
    value_sentence,
    verdict,
)


def scale_of(line: MeasureLine) -> Scale:
    """How values of a measure are written."""
    return Scale(line.unit, line.better, line.decimals)


def verdict_of(
    line: MeasureLine,
    judged: Judged,
    rules: Rules,
    around: Setting,
    *,
    awaited: Period,
) -> str:
    """One or two sentences on the latest value: judged if it can be, else why not."""
    calendar = around.calendar
    complete = [point for point in judged.points if point.has_value and not point.provisional]
    scale = scale_of(line)
    if not complete:
        return no_value_verdict(
            scale,
            period=calendar.label(awaited),
            expected_on=awaited.expected_on(rules.lag_days),
            today=around.today,
            last=None,
        )
    latest = complete[-1]
    phrase = calendar.phrase(latest.period)
    if latest.status == "folded":
        return folded_verdict(around.above, period=phrase)
    if latest.status == "too_few":
        if rules.has_denominator:
            return too_few_verdict(latest.numerator, latest.denominator or 0, rules.minimum, period=phrase)
        return too_few_verdict(None, latest.facts, rules.minimum, period=phrase)
    assert latest.value is not None
    if not rules.may_judge:
        return value_sentence(latest.value, scale, phrase, latest.target)
    before = [point for point in complete[:-1] if point.status == "ok"]
    segment = _segment_of(latest, judged)
    return verdict(
        latest.value,
        scale,
        period=phrase,
        target=latest.target,
        signal=latest.signal,
        meaning=latest.meaning,
        previous=before[-1].label if before else None,
        grain=latest.period.grain,
        points=segment.count,
        settings=rules.settings,
        runs=run_chart(_judged_values(judged, segment)) if segment.limits is None else None,
    )


def _segment_of(point: Point, judged: Judged) -> Segment:
    index = judged.points.index(point)
    return next(segment for segment in judged.segments if segment.start <= index < segment.stop)


def _judged_values(judged: Judged, segment: Segment) -> list[float | None]:
    """Those that limits would be made of."""
    points = judged.points[segment.start : segment.stop]
    return [point.value for point in points if point.status == "ok" and not point.provisional]


def capability_of(line: MeasureLine, judged: Judged, *, grain: Grain) -> str:
    """Whether the service, run as it is, will meet its latest target; empty when that cannot be said."""
    target = next((point.target for point in reversed(judged.points) if point.target is not None), None)
    return capability_sentence(judged.capability, target, scale_of(line), grain=grain)
