"""Work that waits: what it may come to, and what it takes to keep a promise about it."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, sqrt
from statistics import stdev

LEAST_LEVELS = 12
"""With fewer there is too little of the past to go on."""
_EIGHTY_PERCENT = 1.2816
"""Standard deviations to either side that hold eighty percent of a normal distribution."""


@dataclass(frozen=True)
class Expected:
    """What a level will be in some periods: most likely ``middle``, and in four of five cases from ``low`` to
    ``high``."""

    low: float
    middle: float
    high: float


def drift_forecast(levels: Sequence[float], steps: int) -> tuple[Expected, ...]:
    """The levels of the next ``steps`` periods, none below zero, when things go on as they did; nothing from
    fewer than ``LEAST_LEVELS``.

    A random walk with drift: y + h·m after h periods, m the mean of the T - 1 changes, with a standard error
    of s·sqrt(h·(1 + h/(T - 1))), s their standard deviation (Hyndman and Athanasopoulos, Forecasting:
    Principles and Practice, 3rd edition, 5.2 and 5.5).
    """
    if len(levels) < LEAST_LEVELS:
        return ()
    changes = [after - before for before, after in itertools.pairwise(levels)]
    drift, spread = sum(changes) / len(changes), stdev(changes)
    found = []
    for step in range(1, steps + 1):
        middle = levels[-1] + step * drift
        reach = _EIGHTY_PERCENT * spread * sqrt(step * (1 + step / len(changes)))
        found.append(Expected(*(max(0.0, one) for one in (middle - reach, middle, middle + reach))))
    return tuple(found)


@dataclass(frozen=True)
class Promise:
    """``threshold`` percent of the ``due`` things are wanted in time: ``kept`` were, and ``left`` still can
    be. The others are late already."""

    threshold: float
    due: int
    kept: int
    left: int

    @property
    def needed(self) -> int:
        """How many of those left must be done in time; more than are left when it cannot be reached."""
        wanted = ceil(Fraction(str(self.threshold)) * self.due / 100)
        return max(0, wanted - self.kept)

    @property
    def can_be_kept(self) -> bool:
        return self.needed <= self.left

    @property
    def best(self) -> float:
        """Percent in time when everything left is."""
        return 100 * (self.kept + self.left) / self.due
