"""Local clock times to UTC and back, for arrays of microseconds, with the turns of the clock told apart."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

FIRST_YEAR, LAST_YEAR = 1900, 2100
SECOND = 1_000_000
DAY = 86_400 * SECOND
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)

Microseconds = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Zone:
    """A zone's turns: the UTC instant of each, and the offset from UTC before and after, in microseconds."""

    turns: Microseconds
    before: Microseconds
    after: Microseconds

    def to_utc(self, local: Microseconds) -> tuple[Microseconds, int, int]:
        """UTC of local clock times, and how many of them the clock skipped and repeated.

        A skipped time moves forward by the length of the gap, a repeated one is its first occurrence: both
        follow from reading a time near a turn with the offset before that turn."""
        edges, offsets, skipped, repeated = self._segments
        segment = _segment(edges, local)
        if isinstance(segment, int):
            return (
                local - offsets[segment],
                len(local) * int(skipped[segment]),
                len(local) * int(repeated[segment]),
            )
        return local - offsets[segment], int(skipped[segment].sum()), int(repeated[segment].sum())

    def to_local(self, utc: Microseconds) -> Microseconds:
        """Local clock times of UTC instants."""
        offsets: Microseconds = np.concatenate([self.before[:1], self.after])
        local: Microseconds = utc + offsets[_segment(self.turns, utc)]
        return local

    @cached_property
    def _segments(self) -> tuple[Microseconds, Microseconds, Microseconds, Microseconds]:
        """The local clock cut at the start and end of each turn.

        Edges; then for each segment between them the offset to read it with, 1 where the clock skips it, and
        1 where the clock repeats it.
        """
        starts = self.turns + np.minimum(self.before, self.after)
        ends = self.turns + np.maximum(self.before, self.after)
        edges = np.column_stack([starts, ends]).ravel()
        offsets = np.concatenate([self.before[:1], np.column_stack([self.before, self.after]).ravel()])
        skipped, repeated = np.zeros((2, len(offsets)), np.int64)
        skipped[1::2] = self.after > self.before
        repeated[1::2] = self.after < self.before
        return edges, offsets, skipped, repeated


def _segment(edges: Microseconds, times: Microseconds) -> npt.NDArray[np.int64] | int:
    """Where each time lies between the edges; one number when all lie in one place, as in most batches."""
    if not len(times):
        return 0
    low, high = np.searchsorted(edges, [times.min(), times.max()], side="right")
    if low == high:
        return int(low)
    within: npt.NDArray[np.int64] = low + np.searchsorted(edges[low:high], times, side="right")
    return within


@lru_cache(maxsize=16)
def zone(name: str) -> Zone:
    """The turns of ``name`` from 1900 to 2100, found by halving each day in which the offset changes."""
    info = ZoneInfo(name)

    def offset(seconds: int) -> int:
        moment = (_EPOCH + dt.timedelta(seconds=seconds)).astimezone(info)
        return round((moment.utcoffset() or dt.timedelta()).total_seconds())

    step = 5 * 86_400
    start = int((dt.datetime(FIRST_YEAR, 1, 1, tzinfo=dt.UTC) - _EPOCH).total_seconds())
    stop = int((dt.datetime(LAST_YEAR, 1, 1, tzinfo=dt.UTC) - _EPOCH).total_seconds())
    turns, before, after = [], [], []
    earlier = offset(start)
    for at in range(start + step, stop + step, step):
        later = offset(at)
        if later != earlier:
            low, high = at - step, at
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if offset(middle) == earlier else (low, middle)
            turns.append(high)
            before.append(earlier)
            after.append(later)
        earlier = later
    if not turns:
        turns, before, after = [stop], [earlier], [earlier]
    return Zone(*(np.array(one, np.int64) * SECOND for one in (turns, before, after)))


def days(local: Microseconds) -> npt.NDArray[np.int32]:
    """Calendar days of local clock times, as days since 1970-01-01."""
    return (local // DAY).astype(np.int32)
