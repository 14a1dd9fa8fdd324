"""Four ways to judge one value. None of them is a color, and none replaces the others."""

from dataclasses import dataclass
from enum import StrEnum

from goldenthread.calc.direction import Better, at_least, at_most
from goldenthread.calc.spc import Meaning, ProcessBehavior, Rule


class Answer(StrEnum):
    YES = "yes"
    NO = "no"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True)
class Target:
    """What was wanted, in the measure's own units: one `value`, or a range from `low` to `high`.

    `tolerance`, in the same units, is how far beyond a bound still counts as near enough.
    """

    value: float | None = None
    low: float | None = None
    high: float | None = None
    tolerance: float = 0

    def __post_init__(self) -> None:
        has_range = self.low is not None and self.high is not None
        if (self.value is None) is not has_range or (self.low is None) is not (self.high is None):
            raise ValueError(
                f"Found a target with value {self.value}, low {self.low} and high {self.high}; "
                "wanted either a value, or both low and high."
            )
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError(f"Found a target from {self.low} to {self.high}; wanted the lower number first.")
        if self.tolerance < 0:
            raise ValueError(f"Found a tolerance of {self.tolerance}; wanted 0 or more.")

    def bounds(self, better: Better, *, tolerance: float = 0) -> tuple[float | None, float | None]:
        """The least and the most that meet the target, widened by `tolerance`; None where there is no bound.

        A single value with `in_range` wants exactly that value. A range with `higher` asks for its
        low end, with `lower` for its high end. With `none` nothing is asked.
        """
        low = self.value if self.low is None else self.low
        high = self.value if self.high is None else self.high
        wants_low = better in (Better.HIGHER, Better.IN_RANGE)
        wants_high = better in (Better.LOWER, Better.IN_RANGE)
        return (
            low - tolerance if wants_low and low is not None else None,
            high + tolerance if wants_high and high is not None else None,
        )


@dataclass(frozen=True)
class TargetLens:
    """Whether a value reached its target.

    `bound` is the number it was held against (of a range, the end it broke or else the nearer one) and
    `gap` is value minus bound: negative below it, positive above it.
    """

    answer: Answer
    bound: float | None = None
    gap: float | None = None


@dataclass(frozen=True)
class YearLens:
    """Whether a value held or improved on the same period last year; `change` is value minus `previous`."""

    answer: Answer
    previous: float | None = None
    change: float | None = None


@dataclass(frozen=True)
class TrendLens:
    """Whether the latest point is normal variation or better; no only when it is a signal of concern.

    `inside` says whether it is normal variation; None while there are too few points to know.
    """

    answer: Answer
    inside: bool | None = None
    meaning: Meaning | None = None
    rule: Rule | None = None
    since: int | None = None
    """Index of the first point of the segment that was judged."""


def met_target(value: float | None, target: Target | None, better: Better) -> TargetLens:
    """Met means at the target or on its better side."""
    return _against(value, target, better, tolerance=0)


def met_within_tolerance(value: float | None, target: Target | None, better: Better) -> TargetLens:
    """Met, or missed by no more than the target's tolerance; `bound` is where the tolerance ends."""
    return _against(value, target, better, tolerance=0 if target is None else target.tolerance)


def _against(value: float | None, target: Target | None, better: Better, *, tolerance: float) -> TargetLens:
    if value is None or target is None or better is Better.NONE:
        return TargetLens(Answer.NOT_APPLICABLE)
    low, high = target.bounds(better, tolerance=tolerance)
    if low is not None and not at_least(value, low):
        return TargetLens(Answer.NO, low, value - low)
    if high is not None and not at_most(value, high):
        return TargetLens(Answer.NO, high, value - high)
    nearer = min((b for b in (low, high) if b is not None), key=lambda bound: abs(value - bound))
    return TargetLens(Answer.YES, nearer, value - nearer)


def held_or_improved(
    value: float | None, previous: float | None, better: Better, *, target: Target | None = None
) -> YearLens:
    """Compares with the same period last year; equal is held.

    With `in_range`, better means no farther outside the target's range than last year, so a target is needed.
    """
    if value is None or previous is None:
        return YearLens(Answer.NOT_APPLICABLE, previous)
    change = value - previous
    if better is Better.HIGHER:
        held = at_least(value, previous)
    elif better is Better.LOWER:
        held = at_most(value, previous)
    elif better is Better.IN_RANGE and target is not None:
        held = at_most(_distance_outside(value, target), _distance_outside(previous, target))
    else:
        return YearLens(Answer.NOT_APPLICABLE, previous, change)
    return YearLens(Answer.YES if held else Answer.NO, previous, change)


def _distance_outside(value: float, target: Target) -> float:
    lens = met_target(value, target, Better.IN_RANGE)
    return abs(lens.gap) if lens.answer is Answer.NO and lens.gap is not None else 0.0


def trend(behavior: ProcessBehavior) -> TrendLens:
    """Judges the last point that has a value, by the limits of its own segment.

    Not applicable while that segment has too few points, and for signals that are neither better nor worse.
    """
    last = behavior.last
    if last is None:
        return TrendLens(Answer.NOT_APPLICABLE)
    segment = behavior.segments[last.segment]
    if segment.limits is None:
        return TrendLens(Answer.NOT_APPLICABLE, since=segment.start)
    if last.signal is None:
        return TrendLens(Answer.YES, inside=True, meaning=last.meaning, since=segment.start)
    answers = {Meaning.IMPROVEMENT: Answer.YES, Meaning.CONCERN: Answer.NO}
    return TrendLens(
        answers.get(last.meaning, Answer.NOT_APPLICABLE),
        inside=False,
        meaning=last.meaning,
        rule=last.signal.rule,
        since=segment.start,
    )
