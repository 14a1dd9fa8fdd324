"""Every unit a reader sees, as the tree of today; a large one is folded below its second level."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import ngettext

from goldenthread.calc.formatting import format_number
from goldenthread.record.orgs.enums import UnitKind
from goldenthread.record.orgs.models import Unit
from goldenthread.record.orgs.tree import DayTree

MOST_UNFOLDED = 40
"""So many units are read at once; more of them are folded."""
_LEVELS = 2


@dataclass(frozen=True)
class UnitBranch:
    """A unit of the list with those below it that the reader sees. With a ``fold``, words that count them,
    those stay folded unless ``opened``, as the reader's own unit is, and the way to it."""

    title: str
    href: str
    kind: str
    mine: bool
    below: tuple[UnitBranch, ...]
    fold: str
    opened: bool


def unit_branches(seen: Mapping[str, Unit], tree: DayTree, *, mine: str) -> tuple[UnitBranch, ...]:
    """The units seen, each below the nearest one that is seen too, by name."""
    folds = len(seen) > MOST_UNFOLDED

    def build(keys: Iterable[str], level: int) -> tuple[UnitBranch, ...]:
        found: list[UnitBranch] = []
        for key in keys:
            unit = seen.get(key)
            below = build(tree.children(key), level + (unit is not None))
            if unit is None:
                found += below
                continue
            found.append(
                UnitBranch(
                    title=unit.name,
                    href=reverse("desk:unit", args=[key]),
                    kind=str(UnitKind(unit.kind).label),
                    mine=key == mine,
                    below=below,
                    fold=_count_words(below) if folds and below and level >= _LEVELS else "",
                    opened=key == mine or any(one.opened for one in below),
                )
            )
        return tuple(sorted(found, key=lambda one: one.title))

    return build([tree.top], 1) if tree.top else ()


def open_words(count: int) -> str:
    """How many units the reader sees."""
    return ngettext("%(count)s unit is open to you", "%(count)s units are open to you", count) % {
        "count": format_number(count)
    }


def _count_words(below: tuple[UnitBranch, ...]) -> str:
    count = _count(below)
    return ngettext("%(count)s unit below", "%(count)s units below", count) % {"count": format_number(count)}


def _count(branches: tuple[UnitBranch, ...]) -> int:
    return sum(1 + _count(one.below) for one in branches)
