"""What one viewer may see, handed down to every function that returns numbers or personal rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from goldenthread.calc.folding import Fold

NOT_ASSIGNED = "~not-assigned"
"""The unit key of facts that nobody can place; it rolls up to the top unit only, so that totals reconcile."""


@dataclass(frozen=True, kw_only=True)
class Scope:
    """The units and people one viewer may see numbers of, and why.

    ``workers_of`` are units whose workers are all open, one by one; ``closed_from`` says where cells of few
    people are closed from an earlier ``Fold`` than elsewhere, because the viewer sees some of the workers.
    A measure that serves one of ``services`` is open at every unit, whichever units are.

    Made by `record/access` alone. Nothing granted means nothing seen: a scope without units and people is
    valid and sees nothing.
    """

    viewer: str
    reason: str
    units: frozenset[str] = field(default_factory=frozenset)
    every_unit: bool = False
    services: frozenset[str] = field(default_factory=frozenset)
    people: frozenset[str] = field(default_factory=frozenset)
    every_person: bool = False
    workers_of: frozenset[str] = field(default_factory=frozenset)
    closed_from: Mapping[str, Fold] = field(default_factory=dict)

    def sees_unit(self, key: str) -> bool:
        return self.every_unit or key in self.units

    def sees_result(self, unit: str, serves: str | None) -> bool:
        """Whether a measure that serves this service, or none, is open at this unit."""
        return self.sees_unit(unit) or serves in self.services

    def sees_person(self, key: str) -> bool:
        return self.every_person or key in self.people

    def is_closed(self, unit: str, fold: int) -> bool:
        """Whether a cell of this unit, with this ``Fold``, is not to be seen."""
        if not fold or self.every_person or unit in self.workers_of:
            return False
        return fold >= self.closed_from.get(unit, Fold.FOLDED)
