"""The four rules that tell a signal from normal variation, as NHSRplotthedots applies them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from itertools import groupby, pairwise

from goldenthread.calc.spc.limits import Limits


class Rule(StrEnum):
    """In order of priority: a point that several rules flag is named by the first."""

    OUTSIDE = "outside"
    TREND = "trend"
    NEAR_LIMIT = "near_limit"
    SHIFT = "shift"


class Side(IntEnum):
    """Above or rising is HIGH, below or falling is LOW."""

    LOW = -1
    ON_MEAN = 0
    HIGH = 1


@dataclass(frozen=True)
class Signal:
    rule: Rule
    side: Side


@dataclass(frozen=True)
class Settings:
    """`shift` and `trend` are numbers of points; sources differ, these are the NHS defaults.

    `minimum_points` is what a segment needs before it has limits and signals at all.
    """

    shift: int = 7
    trend: int = 7
    screen: bool = True
    minimum_points: int = 12

    def __post_init__(self) -> None:
        for name, wanted in (("shift", 2), ("trend", 2), ("minimum_points", 1)):
            found = getattr(self, name)
            if found < wanted:
                raise ValueError(f"Found {found} for {name}; wanted {wanted} or more points.")


def side_of(value: float, center: float) -> Side:
    if value > center:
        return Side.HIGH
    return Side.LOW if value < center else Side.ON_MEAN


def find_signals(values: Sequence[float], limits: Limits, settings: Settings) -> list[Signal | None]:
    """The signal of each value of one segment, in order; None for normal variation.

    A point equal to a limit is inside it. Outside wins over trend, over near a limit, over shift.
    """
    sides = [side_of(value, limits.mean) for value in values]
    outside = _beyond(values, limits.lower, limits.upper)
    trends = _trends(values, settings.trend)
    near = _two_of_three_near(values, sides, outside, limits)
    shifts = _runs(sides, settings.shift)
    return [
        _first_signal(sides[i], outside=outside[i], trend=trends[i], near=near[i], shift=shifts[i])
        for i in range(len(values))
    ]


def _first_signal(side: Side, *, outside: bool, trend: Side, near: bool, shift: bool) -> Signal | None:
    if outside:
        return Signal(Rule.OUTSIDE, side)
    if trend:
        return Signal(Rule.TREND, trend)
    if near:
        return Signal(Rule.NEAR_LIMIT, side)
    if shift:
        return Signal(Rule.SHIFT, side)
    return None


def _beyond(values: Sequence[float], lower: float | None, upper: float | None) -> list[bool]:
    if lower is None or upper is None:
        return [False] * len(values)
    return [value > upper or value < lower for value in values]


def _trends(values: Sequence[float], length: int) -> list[Side]:
    """Marks every point of `length` or more points that only rise or only fall; a tie ends a trend.

    The turning point of two trends belongs to the later one, as in the reference.
    """
    marks = [Side.ON_MEAN] * len(values)
    for way, start, steps in _stretches([side_of(after, before) for before, after in pairwise(values)]):
        points = steps + 1
        if way is not Side.ON_MEAN and points >= length:
            marks[start : start + points] = [way] * points
    return marks


def _two_of_three_near(
    values: Sequence[float], sides: Sequence[Side], outside: Sequence[bool], limits: Limits
) -> list[bool]:
    """Marks the near points of three in a row on one side of the mean, two or more of them near the limit.

    A point outside the limits is not near, but it is on a side.
    """
    beyond = _beyond(values, limits.near_lower, limits.near_upper)
    near = [is_beyond and not is_outside for is_beyond, is_outside in zip(beyond, outside, strict=True)]
    marks = [False] * len(values)
    for start in range(len(values) - 2):
        window = range(start, start + 3)
        if sum(near[i] for i in window) >= 2 and abs(sum(sides[i] for i in window)) == 3:
            for i in window:
                marks[i] = marks[i] or near[i]
    return marks


def _runs(sides: Sequence[Side], length: int) -> list[bool]:
    """Marks every point of `length` or more in a row on one side; a point on the mean ends a run."""
    marks: list[bool] = []
    for side, _, points in _stretches(sides):
        marks += [side is not Side.ON_MEAN and points >= length] * points
    return marks


def _stretches(sides: Sequence[Side]) -> Iterator[tuple[Side, int, int]]:
    """(side, index of the first, how many) for each stretch of equal sides."""
    start = 0
    for side, stretch in groupby(sides):
        many = len(list(stretch))
        yield side, start, many
        start += many
