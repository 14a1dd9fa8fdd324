"""Somebody who adds and subtracts whatever they are shown, and never forgets a number.

Written without a look at how folding works: each number is a sum over sources (what one unit did by itself in
one period), and a folded number is found when it is a combination of the shown ones.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from fractions import Fraction

Sum = Mapping[Hashable, int]
"""How often each source is in a number."""


class Attacker:
    def __init__(self, shown: Iterable[Sum]) -> None:
        self._rows: dict[Hashable, dict[Hashable, Fraction]] = {}
        for one in shown:
            self._learn(one)

    def finds(self, number: Sum) -> bool:
        """Whether the number follows from the shown ones."""
        return not self._reduced(number)

    def found(self, numbers: Sequence[Sum]) -> list[Sum]:
        return [number for number in numbers if self.finds(number)]

    def _learn(self, number: Sum) -> None:
        rest = self._reduced(number)
        if not rest:
            return
        pivot = next(iter(rest))
        self._rows[pivot] = {source: amount / rest[pivot] for source, amount in rest.items()}

    def _reduced(self, number: Sum) -> dict[Hashable, Fraction]:
        rest = {source: Fraction(amount) for source, amount in number.items() if amount}
        for pivot, row in self._rows.items():
            times = rest.get(pivot)
            if times:
                for source, amount in row.items():
                    left = rest.get(source, Fraction(0)) - times * amount
                    if left:
                        rest[source] = left
                    else:
                        rest.pop(source, None)
        return rest
