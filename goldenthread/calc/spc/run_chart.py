"""Run charts: the median, and the two Anhoej rules for runs and crossings."""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby, pairwise

from goldenthread.calc.spc.rules import Side, side_of


@dataclass(frozen=True)
class RunChart:
    """`useful` points are those not on the median; runs and crossings are counted among them.

    A run longer than `longest_run_limit`, or fewer crossings than `least_crossings`, is unlikely by chance.
    """

    median: float
    useful: int
    longest_run: int
    longest_run_limit: int
    crossings: int
    least_crossings: int

    @property
    def has_long_run(self) -> bool:
        return self.longest_run > self.longest_run_limit

    @property
    def has_few_crossings(self) -> bool:
        return self.crossings < self.least_crossings


def run_chart(values: Sequence[float | None]) -> RunChart | None:
    """The run chart of a series in order of time, gaps left out; None when no value is there.

    Limits: log2(useful) rounded plus 3 for runs; the 5% quantile of a fair coin's useful - 1 tosses for
    crossings. Source: Anhoej & Olesen 2014, as in the R package qicharts2.
    """
    present = [value for value in values if value is not None]
    if not present:
        return None
    median = statistics.median(present)
    sides = [side for value in present if (side := side_of(value, median)) is not Side.ON_MEAN]
    useful = len(sides)
    return RunChart(
        median=median,
        useful=useful,
        longest_run=max((len(list(run)) for _, run in groupby(sides)), default=0),
        longest_run_limit=round(math.log2(useful)) + 3 if useful else 0,
        crossings=sum(before is not after for before, after in pairwise(sides)),
        least_crossings=_coin_quantile(max(useful - 1, 0)),
    )


def _coin_quantile(tosses: int) -> int:
    """The fewest heads k such that k or fewer come with a chance of at least 5%."""
    ways = accumulate(math.comb(tosses, heads) for heads in range(tosses + 1))
    return next(heads for heads, so_far in enumerate(ways) if so_far * 20 >= 2**tosses)
