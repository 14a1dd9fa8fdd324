"""What folding is about: cells, the tree they add up by, and what becomes of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from typing import NamedTuple

FEWEST = 5
"""People who must stand behind a cell that is shown to somebody who may not see them one by one."""


class Fold(IntEnum):
    """To whom a cell is closed, from nobody to all but those who may see single workers of its unit.

    Whoever sees the workers of one part of a unit knows that part, folded or not, and could take it off the
    whole. ``BESIDE`` is therefore closed to those of them who see other parts of the unit, too, and ``BELOW``
    to each of them.
    """

    OPEN = 0
    BESIDE = 1
    BELOW = 2
    FOLDED = 3


class Cell(NamedTuple):
    """How many facts stand behind it, and how many different people."""

    facts: int
    people: int

    @property
    def is_of_few(self) -> bool:
        """Nobody at all is not few: it says nothing about anybody."""
        return 0 < self.people < FEWEST


@dataclass(frozen=True)
class Nesting:
    """Which units were parts of which within one period. A unit that was moved in it has two above."""

    below: Mapping[str, tuple[str, ...]]

    @cached_property
    def above(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for unit, parts in self.below.items():
            for part in parts:
                found[part] = (*found.get(part, ()), unit)
        return found

    def ancestors(self, unit: str) -> frozenset[str]:
        """All units above, not itself."""
        found: set[str] = set()
        waiting = list(self.above.get(unit, ()))
        while waiting:
            one = waiting.pop()
            if one not in found:
                found.add(one)
                waiting += self.above.get(one, ())
        return frozenset(found)

    def tops(self, unit: str) -> frozenset[str]:
        """The units above that nothing is above, or itself."""
        return frozenset(one for one in (unit, *self.ancestors(unit)) if not self.above.get(one))


@dataclass(frozen=True)
class Column:
    """One period, or one category of it: a cell for each unit that has any fact in it."""

    cells: Mapping[str, Cell]
    nesting: Nesting

    def parts(self, unit: str) -> tuple[str, ...]:
        """The units directly below that have a cell."""
        return tuple(part for part in self.nesting.below.get(unit, ()) if part in self.cells)

    def has_own(self, unit: str) -> bool:
        """Whether the unit has facts that none of its parts has: a cell nobody is shown, and what remains of
        the whole."""
        return self.cells[unit].facts != sum(self.cells[part].facts for part in self.parts(unit))

    def own_people(self, unit: str) -> int:
        """At least so many people stand behind what none of its parts has."""
        return max(0, self.cells[unit].people - sum(self.cells[part].people for part in self.parts(unit)))
