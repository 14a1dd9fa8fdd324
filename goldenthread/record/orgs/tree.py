"""The tree of units through time, as plain values."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, lru_cache

from goldenthread.record.orgs.days import ALWAYS, Days, gaps, joined

Parents = tuple[tuple[str, Days], ...]
"""Parent keys and when each was the parent."""


@dataclass(frozen=True)
class Ancestry:
    """A unit counted into an ancestor, or into itself, on these days."""

    unit: str
    ancestor: str
    days: Days


@dataclass(frozen=True)
class DayTree:
    """One day's tree: each unit's parent. The top has none and is not a key of ``parents``."""

    top: str | None
    parents: Mapping[str, str]

    @cached_property
    def _children(self) -> dict[str, list[str]]:
        children: dict[str, list[str]] = {}
        for unit, parent in sorted(self.parents.items()):
            children.setdefault(parent, []).append(unit)
        return children

    def __contains__(self, unit: str) -> bool:
        return unit == self.top or unit in self.parents

    def parent(self, unit: str) -> str | None:
        return self.parents.get(unit)

    def children(self, unit: str) -> tuple[str, ...]:
        return tuple(self._children.get(unit, ()))

    def ancestors(self, unit: str) -> tuple[str, ...]:
        """The units above, nearest first."""
        above: list[str] = []
        while (parent := self.parents.get(unit)) is not None:
            above.append(parent)
            unit = parent
        return tuple(above)

    def subtree(self, unit: str) -> frozenset[str]:
        """The unit and every unit below it; nothing for a unit that is not in the tree."""
        return self._subtrees(unit)

    @cached_property
    def _subtrees(self) -> Callable[[str], frozenset[str]]:
        return lru_cache(maxsize=64)(self._subtree)

    def _subtree(self, unit: str) -> frozenset[str]:
        if unit not in self:
            return frozenset()
        found, waiting = {unit}, [unit]
        while waiting:
            below = self._children.get(waiting.pop(), ())
            found.update(below)
            waiting.extend(below)
        return frozenset(found)


@dataclass(frozen=True)
class Tree:
    """Units, when each existed, and what stood over it from when to when.

    The top is the one unit that never has a parent; it is taken to exist always, so that everything can be
    counted somewhere. On days of its life for which a unit names no parent, or a parent that did not exist,
    it stands directly under the top: nothing drops out of the totals.
    """

    lives: Mapping[str, Days]
    declared: Mapping[str, Parents]

    @cached_property
    def top(self) -> str | None:
        return next((unit for unit in self.lives if not self.declared.get(unit)), None)

    def life(self, unit: str) -> Days:
        return ALWAYS if unit == self.top else self.lives[unit]

    @cached_property
    def parents(self) -> dict[str, Parents]:
        """What stood over each unit but the top, for each day of its life."""
        top = self.top
        placed: dict[str, Parents] = {}
        for unit in self.lives:
            if unit == top or top is None:
                continue
            life = self.life(unit)
            named = [
                (parent, days & life & self.life(parent)) for parent, days in self.declared.get(unit, ())
            ]
            named = [(parent, days) for parent, days in named if not days.is_empty]
            bare = [(top, days) for days in gaps(life, [days for _, days in named])]
            placed[unit] = tuple(sorted(named + bare, key=lambda step: step[1].bounds))
        return placed

    def find_cycle(self) -> tuple[tuple[str, ...], Days] | None:
        """Units that stand over each other in a ring, and when; None when there are none."""
        for unit in self.lives:
            waiting: list[tuple[tuple[str, ...], Days]] = [((unit,), self.life(unit))]
            while waiting:
                path, days = waiting.pop()
                for parent, placed in self.parents.get(path[-1], ()):
                    both = days & placed
                    if both.is_empty:
                        continue
                    if parent in path:
                        return path[path.index(parent) :], both
                    waiting.append(((*path, parent), both))
        return None

    def history(self) -> list[Ancestry]:
        """Each unit with itself and every unit it was counted into, as things stood at the time."""
        return [
            Ancestry(unit, ancestor, days)
            for unit in self.lives
            for ancestor, stretches in self._above(unit).items()
            for days in joined(stretches)
        ]

    def _above(self, unit: str) -> dict[str, list[Days]]:
        found: dict[str, list[Days]] = {}
        waiting = [(unit, self.life(unit))]
        while waiting:
            reached, days = waiting.pop()
            found.setdefault(reached, []).append(days)
            for parent, placed in self.parents.get(reached, ()):
                both = days & placed
                if not both.is_empty:
                    waiting.append((parent, both))
        return found

    @cached_property
    def _day_trees(self) -> Callable[[date], DayTree]:
        return lru_cache(maxsize=8)(self._as_of)

    def as_of(self, on: date) -> DayTree:
        """The tree of one day, with every unit in it.

        A unit that has ended stands where it stood last, one that has not begun where it will stand first.
        This cannot make a ring: going up, the day looked at only moves toward ``on``, so a ring would have to
        stand on one single day.
        """
        return self._day_trees(on)

    def _as_of(self, on: date) -> DayTree:
        top = self.top
        if top is None:
            return DayTree(None, {})
        return DayTree(top, {unit: self._parent_on(on, unit, top) for unit in self.lives if unit != top})

    def _parent_on(self, on: date, unit: str, top: str) -> str:
        day = _nearest(on, self.lives[unit])
        for parent, days in self.declared.get(unit, ()):
            if day in days and (parent == top or day in self.lives[parent]):
                return parent
        return top

    def dates(self) -> tuple[date, ...]:
        """The days on which the tree took another form."""
        return tuple(sorted(set(self._turns())))

    def _turns(self) -> Iterator[date]:
        for placed in self.parents.values():
            for _parent, days in placed:
                yield from (day for day in (days.start, days.end) if day is not None)


def _nearest(on: date, life: Days) -> date:
    first, after = life.bounds
    return min(max(on, first), after - timedelta(days=1))
