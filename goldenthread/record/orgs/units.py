"""Every unit as it was read at once: its line, and the tree all of them form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from goldenthread.facts.scope import NOT_ASSIGNED
from goldenthread.record.orgs.tree import Tree


class UnitLine(NamedTuple):
    """A unit by itself; ``kind`` is a value of ``UnitKind``."""

    pk: int
    key: str
    name: str
    kind: str


@dataclass(frozen=True)
class Units:
    """Every unit there is or was, by key, and the tree through time."""

    lines: Mapping[str, UnitLine]
    tree: Tree

    @cached_property
    def names(self) -> Mapping[str, str]:
        return {**{key: line.name for key, line in self.lines.items()}, NOT_ASSIGNED: "Not assigned"}

    @cached_property
    def ids(self) -> Mapping[str, int | None]:
        """What the rows of observations call a unit; looking for its key there would read them all."""
        return {**{key: line.pk for key, line in self.lines.items()}, NOT_ASSIGNED: None}

    @cached_property
    def keys(self) -> Mapping[int | None, str]:
        """``ids`` the other way round."""
        return {pk: key for key, pk in self.ids.items()}


NO_UNITS = Units({}, Tree({}, {}))
