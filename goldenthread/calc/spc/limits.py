"""Natural process limits of individual values and moving ranges."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

# Wheeler, Understanding Variation: 3 / d2 and D4 for moving ranges of two.
LIMIT_FACTOR = 2.66
RANGE_LIMIT_FACTOR = 3.268
# NHSRplotthedots screens with one digit less than Wheeler; the difference can decide a screened range.
SCREENING_FACTOR = 3.267


@dataclass(frozen=True)
class Limits:
    """The normal range of a process, in the measure's own units.

    The limits are None where no moving range is left to compute them from: one point, or, with
    screening, points that never differ.
    """

    mean: float
    average_moving_range: float | None

    @property
    def lower(self) -> float | None:
        return self._at(-LIMIT_FACTOR)

    @property
    def upper(self) -> float | None:
        return self._at(LIMIT_FACTOR)

    @property
    def near_lower(self) -> float | None:
        """Two thirds of the way to the lower limit."""
        return self._at(-2 * (LIMIT_FACTOR / 3))

    @property
    def near_upper(self) -> float | None:
        return self._at(2 * (LIMIT_FACTOR / 3))

    @property
    def upper_range(self) -> float | None:
        """The most that two neighbors normally differ by."""
        return None if self.average_moving_range is None else RANGE_LIMIT_FACTOR * self.average_moving_range

    def _at(self, factor: float) -> float | None:
        return None if self.average_moving_range is None else self.mean + factor * self.average_moving_range


@dataclass(frozen=True)
class TrendedLimits:
    """Limits along a line: `start` at the first point, `slope` a step, `spread` to each side."""

    start: float
    slope: float
    spread: float

    def at(self, index: int) -> tuple[float, float, float]:
        """(lower, center, upper) at the point of that index, counted from 0."""
        center = self.start + self.slope * index
        return center - self.spread, center, center + self.spread


def compute_limits(values: Sequence[float], *, screen: bool) -> Limits:
    """The mean, and the average moving range of at least one value.

    With `screen`, moving ranges of 3.267 times their average or more are left out once and the average is
    taken again; their points stay in the mean. Source: NHSRplotthedots, ptd_spc_standard.
    """
    ranges = [abs(after - before) for before, after in pairwise(values)]
    if screen and ranges:
        cut = SCREENING_FACTOR * _mean(ranges)
        ranges = [each for each in ranges if each < cut]
    return Limits(_mean(values), _mean(ranges) if ranges else None)


def compute_trended_limits(values: Sequence[float]) -> TrendedLimits:
    """Limits around a line through the averages of the first and the second half of at least two values.

    Of an odd number the middle value belongs to neither half. Source: Wheeler, Making Sense of Data, ch. 12.
    """
    if len(values) < 2:
        raise ValueError(f"Found {len(values)} values for a trend; wanted 2 or more.")
    half = len(values) // 2
    first, second = _mean(values[:half]), _mean(values[-half:])
    slope = (second - first) / (len(values) - half)
    ranges = [abs(after - before) for before, after in pairwise(values)]
    return TrendedLimits(
        start=first - slope * (half - 1) / 2, slope=slope, spread=LIMIT_FACTOR * _mean(ranges)
    )


def _mean(values: Sequence[float]) -> float:
    """The mean, with R's second pass over what rounding left.

    Without it points that all equal 0.1 may lie above their own mean, and count as a shift.
    `statistics.mean` does as well and takes ten times as long.
    """
    rough = math.fsum(values) / len(values)
    return rough + math.fsum(value - rough for value in values) / len(values)
