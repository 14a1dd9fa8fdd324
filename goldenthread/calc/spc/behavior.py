"""One series judged: segments with limits, a signal and its meaning for each point, capability."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple

from goldenthread.calc.direction import Better
from goldenthread.calc.spc.limits import Limits, compute_limits
from goldenthread.calc.spc.rules import Settings, Side, Signal, find_signals

WantedRange = tuple[float | None, float | None]
"""The least and the most that is wanted; None where there is no end."""


class Meaning(StrEnum):
    """What a point says. The neutral ones are signals where neither way is better."""

    ORDINARY = "ordinary"
    IMPROVEMENT = "improvement"
    CONCERN = "concern"
    NEUTRAL_HIGH = "neutral_high"
    NEUTRAL_LOW = "neutral_low"


class Capability(StrEnum):
    """Whether a process that goes on as it does will meet its target."""

    ALWAYS = "always"
    NEVER = "never"
    SOMETIMES = "sometimes"


class Point(NamedTuple):
    """`value` is None where the series has a gap; a gap has no signal."""

    value: float | None
    segment: int
    signal: Signal | None
    meaning: Meaning


@dataclass(frozen=True)
class Segment:
    """The points `[start, stop)` of the series, with limits of their own.

    `limits` is None while fewer than the minimum of points stand behind them: draw a run chart around
    the `median`, give no verdict. `count` is how many points have a value; without any the median is None.
    """

    start: int
    stop: int
    count: int
    median: float | None
    limits: Limits | None


@dataclass(frozen=True)
class ProcessBehavior:
    """A series of points, one for each value given, and its segments in order of time."""

    points: tuple[Point, ...]
    segments: tuple[Segment, ...]

    @property
    def last(self) -> Point | None:
        """The latest point that has a value."""
        return next((point for point in reversed(self.points) if point.value is not None), None)

    @property
    def latest_limits(self) -> Limits | None:
        """The limits of the latest segment: the process as it runs today."""
        return self.segments[-1].limits if self.segments else None


def analyze(
    values: Sequence[float | None],
    *,
    better: Better,
    rebased_at: Sequence[int] = (),
    fix_after: int | None = None,
    wanted: Sequence[WantedRange | None] | None = None,
    settings: Settings | None = None,
) -> ProcessBehavior:
    """Limits and signals of a series in order of time, as NHSRplotthedots computes them.

    `rebased_at` are the indexes at which a new segment starts; no rule looks across one. `fix_after` takes
    the mean and the limits of each segment from its first so many points. A gap (None) is as if its row
    were absent: its neighbors are neighbors. `wanted`, one range for each value, is what `in_range` is
    judged by.

    Differs from the reference in one label: where a rising trend is followed by a tie and at once by a
    second trend, the last rising point is called rising here and falling there.
    """
    settings = settings or Settings()
    if fix_after is not None and fix_after < 1:
        raise ValueError(f"Found {fix_after} as the points of a baseline; wanted 1 or more, or none.")
    if wanted is not None and len(wanted) != len(values):
        raise ValueError(f"Found {len(wanted)} wanted ranges for {len(values)} values; wanted as many.")
    points: list[Point] = []
    segments: list[Segment] = []
    for number, (start, stop) in enumerate(_spans(len(values), rebased_at)):
        part = values[start:stop]
        segment, signals = _judge_segment(start, part, fix_after, settings)
        segments.append(segment)
        for offset, (value, signal) in enumerate(zip(part, signals, strict=True)):
            asked = None if wanted is None else wanted[start + offset]
            points.append(Point(value, number, signal, _meaning(value, signal, better, asked)))
    return ProcessBehavior(tuple(points), tuple(segments))


def _spans(length: int, rebased_at: Sequence[int]) -> list[tuple[int, int]]:
    for index in rebased_at:
        if not 0 <= index < length:
            raise ValueError(f"Found a new segment at point {index}; wanted 0 to {length - 1}.")
    edges = sorted({0, *rebased_at, length})
    return list(pairwise(edges))


def _judge_segment(
    start: int, part: Sequence[float | None], fix_after: int | None, settings: Settings
) -> tuple[Segment, list[Signal | None]]:
    present = [value for value in part if value is not None]
    baseline = present[:fix_after]
    limits: Limits | None = None
    signals: list[Signal | None] = [None] * len(part)
    if len(baseline) >= settings.minimum_points:
        limits = compute_limits(baseline, screen=settings.screen)
        found = iter(find_signals(present, limits, settings))
        signals = [None if value is None else next(found) for value in part]
    median = statistics.median(present) if present else None
    return Segment(start, start + len(part), len(present), median, limits), signals


def _meaning(
    value: float | None, signal: Signal | None, better: Better, wanted: WantedRange | None
) -> Meaning:
    if value is None or signal is None:
        return Meaning.ORDINARY
    good = _good_side(value, better, wanted)
    if good is Side.ON_MEAN:
        return Meaning.NEUTRAL_HIGH if signal.side is Side.HIGH else Meaning.NEUTRAL_LOW
    return Meaning.IMPROVEMENT if signal.side is good else Meaning.CONCERN


def _good_side(value: float, better: Better, wanted: WantedRange | None) -> Side:
    """Which way is better from here. Inside a wanted range, as where nothing is wanted, neither is."""
    if better is Better.HIGHER:
        return Side.HIGH
    if better is Better.LOWER:
        return Side.LOW
    if better is Better.IN_RANGE and wanted is not None:
        low, high = wanted
        if low is not None and value < low:
            return Side.HIGH
        if high is not None and value > high:
            return Side.LOW
    return Side.ON_MEAN


def capability(
    limits: Limits | None, *, low: float | None = None, high: float | None = None
) -> Capability | None:
    """Whether values inside `limits` meet a target of at least `low`, at most `high`, or both.

    None without limits or without a bound to meet. A target equal to a limit is met only sometimes, as
    in NHSRplotthedots, ptd_calculate_assurance_type; that source knows no range.
    """
    if limits is None or limits.lower is None or limits.upper is None or (low is None and high is None):
        return None
    if (low is not None and low > limits.upper) or (high is not None and high < limits.lower):
        return Capability.NEVER
    if (low is None or low < limits.lower) and (high is None or high > limits.upper):
        return Capability.ALWAYS
    return Capability.SOMETIMES
