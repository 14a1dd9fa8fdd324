"""Stretches of days, and which days a change of dated things touches."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Days:
    """The days from ``start`` up to, not including, ``end``; None is open."""

    start: date | None = None
    end: date | None = None

    @property
    def bounds(self) -> tuple[date, date]:
        """Both ends as dates that can be compared; the first and the last day there is stand for open."""
        return self.start or date.min, self.end or date.max

    @property
    def is_empty(self) -> bool:
        first, after = self.bounds
        return after <= first

    def __contains__(self, day: date) -> bool:
        first, after = self.bounds
        return first <= day < after

    def __and__(self, other: Days) -> Days:
        """The days in both; empty when there are none."""
        if other == ALWAYS:
            return self
        (first, after), (other_first, other_after) = self.bounds, other.bounds
        return between(max(first, other_first), min(after, other_after))

    def __str__(self) -> str:
        return "".join(
            (f" from {self.start}" if self.start else "", f" until {self.end}" if self.end else "")
        )


ALWAYS = Days()


def between(first: date, after: date) -> Days:
    """``Days`` out of two bounds as ``Days.bounds`` gives them."""
    return Days(None if first == date.min else first, None if after == date.max else after)


def joined(stretches: Iterable[Days]) -> tuple[Days, ...]:
    """The same days in as few stretches as will do, earliest first."""
    merged: list[tuple[date, date]] = []
    for first, after in sorted(days.bounds for days in stretches if not days.is_empty):
        if merged and first <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(after, merged[-1][1]))
        else:
            merged.append((first, after))
    return tuple(between(first, after) for first, after in merged)


def gaps(within: Days, stretches: Iterable[Days]) -> tuple[Days, ...]:
    """The days of ``within`` that none of the stretches holds."""
    reached, until = within.bounds
    free: list[Days] = []
    for first, after in (days.bounds for days in joined(stretches)):
        if first > reached:
            free.append(between(reached, min(first, until)))
        reached = max(reached, after)
        if reached >= until:
            return tuple(free)
    return (*free, between(reached, until))


Dated = tuple[Hashable, Days]


def changed_span(before: Iterable[Dated], after: Iterable[Dated]) -> Days | None:
    """From the first to the last day on which some thing held before and not after, or the other way round.

    Each thing is named by any hashable value; it may come several times with different days. None when every
    thing held on the same days.
    """
    stretches: dict[Hashable, tuple[list[Days], list[Days]]] = defaultdict(lambda: ([], []))
    for side, dated in enumerate((before, after)):
        for name, days in dated:
            stretches[name][side].append(days)
    touched = [
        days.bounds
        for was, now in stretches.values()
        if joined(was) != joined(now)
        for days in (*_without(was, now), *_without(now, was))
    ]
    if not touched:
        return None
    return between(min(first for first, _ in touched), max(after for _, after in touched))


def _without(stretches: Sequence[Days], others: Sequence[Days]) -> list[Days]:
    return [gap for days in joined(stretches) for gap in gaps(days, [days & other for other in others])]


def spanning(spans: Iterable[Days | None]) -> Days | None:
    """The shortest stretch that holds all of these; None when there are none."""
    bounds = [days.bounds for days in spans if days is not None]
    if not bounds:
        return None
    return between(min(first for first, _ in bounds), max(after for _, after in bounds))
