"""Four ways to judge one value. None of them is a color, and none replaces the others."""

from dataclasses import dataclass
from enum import StrEnum

from goldenthread.calc.direction import Better, at_least, at_most
from goldenthread.calc.spc import Meaning, ProcessBehavior, Rule


class Lens(StrEnum):
    """In the order they are shown."""

    TARGET = "target"
    TOLERANCE = "tolerance"
    YEAR = "year"
    TREND = "trend"


class Answer(StrEnum):
    YES = "yes"
    NO = "no"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True)
class Target:
    """What was wanted, in the measure's own units: one `value`, or `low`, `high` or both of a range.

    `tolerance`, in the same units, is how far beyond a bound still counts as near enough.
    """

    value: float | None = None
    low: float | None = None
    high: float | None = None
    tolerance: float = 0

    def __post_init__(self) -> None:
        has_range = self.low is not None or self.high is not None
        if (self.value is not None) is has_range:
            raise ValueError(
                f"Found a target with value {self.value}, low {self.low} and high {self.high}; "
                "wanted either a value, or a low or high end or both."
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
        low, high = (self.low, self.high) if self.value is None else (self.value, self.value)
        if low is not None:
            low = low - tolerance if better in (Better.HIGHER, Better.IN_RANGE) else None
        if high is not None:
            high = high + tolerance if better in (Better.LOWER, Better.IN_RANGE) else None
        return low, high


@dataclass(frozen=True)
class LensResult:
    """One lens on one value, with the amounts its words need. What a lens has no use for is None.

    target, tolerance: `bound` is the number the value was held against (of a range, the end it broke or else
    the nearer one), `gap` is value minus bound. year: `previous` is last year's value, `gap` is value minus
    previous. trend: `meaning` and `rule` are those of the latest point, `since` the index of the first
    point of its segment; without a meaning there are too few points to know.
    """

    lens: Lens
    answer: Answer
    bound: float | None = None
    gap: float | None = None
    previous: float | None = None
    meaning: Meaning | None = None
    rule: Rule | None = None
    since: int | None = None


def met_target(value: float | None, target: Target | None, better: Better) -> LensResult:
    """Met means at the target or on its better side."""
    return _against(Lens.TARGET, value, target, better, tolerance=0)


def met_within_tolerance(value: float | None, target: Target | None, better: Better) -> LensResult:
    """Met, or missed by no more than the target's tolerance; `bound` is where the tolerance ends."""
    return _against(
        Lens.TOLERANCE, value, target, better, tolerance=0 if target is None else target.tolerance
    )


def _against(
    lens: Lens, value: float | None, target: Target | None, better: Better, *, tolerance: float
) -> LensResult:
    low, high = (None, None) if target is None else target.bounds(better, tolerance=tolerance)
    if value is None or (low is None and high is None):
        return LensResult(lens, Answer.NOT_APPLICABLE)
    if low is not None and not at_least(value, low):
        return LensResult(lens, Answer.NO, bound=low, gap=value - low)
    if high is not None and not at_most(value, high):
        return LensResult(lens, Answer.NO, bound=high, gap=value - high)
    nearer = min((b for b in (low, high) if b is not None), key=lambda bound: abs(value - bound))
    return LensResult(lens, Answer.YES, bound=nearer, gap=value - nearer)


def held_or_improved(
    value: float | None, previous: float | None, better: Better, *, target: Target | None = None
) -> LensResult:
    """Compares with the same period last year; equal is held.

    With `in_range`, better means no farther outside the target's range than last year, so it takes a target.
    """
    if value is None or previous is None:
        return LensResult(Lens.YEAR, Answer.NOT_APPLICABLE, previous=previous)
    if better is Better.HIGHER:
        held = at_least(value, previous)
    elif better is Better.LOWER:
        held = at_most(value, previous)
    elif better is Better.IN_RANGE and target is not None:
        held = at_most(_distance_outside(value, target), _distance_outside(previous, target))
    else:
        return LensResult(Lens.YEAR, Answer.NOT_APPLICABLE, gap=value - previous, previous=previous)
    return LensResult(Lens.YEAR, Answer.YES if held else Answer.NO, gap=value - previous, previous=previous)


def _distance_outside(value: float, target: Target) -> float:
    lens = met_target(value, target, Better.IN_RANGE)
    return abs(lens.gap) if lens.answer is Answer.NO and lens.gap is not None else 0.0


def trend(behavior: ProcessBehavior) -> LensResult:
    """Judges the latest point that has a value by the limits of its own segment.

    Yes for normal variation and for improvement, no for concern. Not applicable while the segment has too few
    points, and for a signal that is neither better nor worse.
    """
    last = behavior.last
    if last is None or behavior.segments[last.segment].limits is None:
        return LensResult(Lens.TREND, Answer.NOT_APPLICABLE)
    answers = {
        Meaning.ORDINARY: Answer.YES,
        Meaning.IMPROVEMENT: Answer.YES,
        Meaning.CONCERN: Answer.NO,
    }
    return LensResult(
        Lens.TREND,
        answers.get(last.meaning, Answer.NOT_APPLICABLE),
        meaning=last.meaning,
        rule=None if last.signal is None else last.signal.rule,
        since=behavior.segments[last.segment].start,
    )
