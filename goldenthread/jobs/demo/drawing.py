"""Random draws that repeat, and shares that come out exactly."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from goldenthread.jobs.demo.story import Story, month_of

Days = NDArray[np.datetime64]
Numbers = NDArray[np.float64]
Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]
Words = NDArray[np.str_]


@dataclass(frozen=True)
class Draw:
    """What every generator needs: the story, how many rows in place of one, and where its luck comes from."""

    story: Story
    scale: int
    seed: int

    def luck(self, name: str) -> np.random.Generator:
        """A generator of its own for each extract, so that changing one leaves the others as they were."""
        return np.random.default_rng(
            [self.seed, self.scale, self.story.today.toordinal(), zlib.crc32(name.encode())]
        )


def day_range(first: date, last: date) -> Days:
    """Every day from `first` to `last`, both included."""
    return np.arange(np.datetime64(first), np.datetime64(last) + 1)


def months(days: Days) -> Whole:
    """The month of each day, counted as `story.month_of` counts."""
    return days.astype("datetime64[M]").astype(np.int64) + month_of(date(1970, 1, 1))


def weekdays(days: Days) -> Whole:
    """0 for Monday to 6 for Sunday; the first day of Unix time was a Thursday."""
    return (days.astype(np.int64) + 3) % 7


def workdays(days: Days) -> Days:
    """The days from Monday to Friday among them."""
    return days[weekdays(days) < 5]


def per_day(
    luck: np.random.Generator, days: Days, expected: Numbers | float, *, spread: float = 0.06
) -> Days:
    """Each day repeated about as often as `expected`, give or take a share of `spread`."""
    counts = np.rint(expected * (1 + spread * luck.standard_normal(len(days)))).clip(0)
    return np.repeat(days, counts.astype(np.int64))


def by_month(days: Days, value: Mapping[int, float]) -> Numbers:
    """The value of each day's month."""
    known, place = np.unique(months(days), return_inverse=True)
    return np.array([value[int(month)] for month in known])[place]


def choose(luck: np.random.Generator, count: int, shares: Mapping[str, float]) -> Words:
    """`count` words, each as likely as its share; the shares need not sum to 1."""
    weights = np.array(list(shares.values()))
    return luck.choice(np.array(list(shares)), size=count, p=weights / weights.sum())


def exactly(
    luck: np.random.Generator,
    groups: Sequence[NDArray[np.generic]],
    share: Numbers,
    *,
    lean: Numbers | None = None,
) -> Flags:
    """True for exactly the wanted share of each group, rounded to whole rows.

    `groups` are columns whose combinations make the groups; `share` (0 to 1, one per row) is the same within
    each. Rows with a higher `lean` are less likely to be among the true ones.
    """
    keys = [np.unique(group, return_inverse=True)[1] for group in groups]
    key = np.zeros(len(share), dtype=np.int64)
    for part in keys:
        key = key * (int(part.max(initial=0)) + 1) + part
    chance = luck.random(len(share)) + (0 if lean is None else lean)
    order = np.lexsort((chance, key))
    ordered = key[order]
    starts = (
        np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]]) if len(ordered) else np.array([], dtype=int)
    )
    sizes = np.diff(np.r_[starts, len(ordered)])
    rank = np.arange(len(ordered)) - np.repeat(starts, sizes)
    wanted = np.rint(np.repeat(sizes, sizes) * share[order])
    chosen = np.zeros(len(share), dtype=bool)
    chosen[order] = rank < wanted
    return chosen


def skewed(
    luck: np.random.Generator, typical: Numbers | float, count: int, *, spread: float = 0.5
) -> Numbers:
    """Durations with a long tail whose median is `typical`."""
    return typical * np.exp(spread * luck.standard_normal(count))
