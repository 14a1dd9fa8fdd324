"""Random organizations: trees of units that move, begin and end, and people who change their posts."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import strategies as st

from goldenthread.record.orgs.days import Days, between
from goldenthread.record.orgs.tree import Tree

FIRST = date(2026, 1, 1)
HORIZON = 12
"""Everything happens within so many days of FIRST, so that a plain twin can look at each."""

some_day = st.integers(0, HORIZON).map(lambda step: FIRST + timedelta(days=step))
every_day = [FIRST + timedelta(days=step) for step in range(-1, HORIZON + 2)]


@st.composite
def some_days(draw: st.DrawFn) -> Days:
    """A stretch with open or dated ends, never empty."""
    start, end = draw(st.none() | some_day), draw(st.none() | some_day)
    if start and end and end <= start:
        start, end = (end, start) if end < start else (start, None)
    return Days(start, end)


@st.composite
def stretches(draw: st.DrawFn) -> list[Days]:
    """Stretches that do not overlap, perhaps with gaps, in order."""
    turns = sorted(draw(st.sets(some_day, max_size=4)))
    bounds = [date.min, *turns, date.max]
    pieces = [between(first, after) for first, after in pairwise(bounds)]
    return [piece for piece in pieces if draw(st.booleans())] or pieces[:1]


@st.composite
def trees(draw: st.DrawFn) -> Tree:
    """A tree without rings: each unit only ever stands under units that come before it."""
    names = [f"u{number}" for number in range(draw(st.integers(1, 7)))]
    lives = {name: draw(some_days()) for name in names}
    declared = {
        name: tuple((draw(st.sampled_from(names[:place])), days) for days in draw(stretches()))
        for place, name in enumerate(names)
        if place
    }
    return Tree(lives, declared)


def plain_parent(tree: Tree, unit: str, day: date) -> str | None:
    """The slow twin: what stood over a unit on one day, by asking each declared parent."""
    if unit == "u0":
        return None
    for parent, days in tree.declared[unit]:
        if day in days and (parent == "u0" or day in tree.lives[parent]):
            return parent
    return "u0"


def plain_existed(tree: Tree, unit: str, day: date) -> bool:
    return unit == "u0" or day in tree.lives[unit]


def plain_above(tree: Tree, unit: str, day: date) -> list[str]:
    """The unit itself and all above it on one day, nearest first; nothing before or after its life."""
    if not plain_existed(tree, unit, day):
        return []
    above: list[str] = [unit]
    while (parent := plain_parent(tree, above[-1], day)) is not None:
        above.append(parent)
    return above
