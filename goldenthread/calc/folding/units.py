"""One period, all units: which are folded so that nothing can be taken off a whole to find them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

from goldenthread.calc.folding.cells import FEWEST, Column, Fold


class _Rest(NamedTuple):
    """What is left of a unit when parts of it are known: how many cells, and at least how many people."""

    cells: int
    people: int

    @property
    def tells_nothing(self) -> bool:
        return self.cells != 1 and (self.cells == 0 or self.people >= FEWEST)


def folded_units(
    column: Column, *, also: Collection[str] = (), weights: Mapping[str, int] | None = None
) -> frozenset[str]:
    """The units whose cell is folded: those of few people, those in ``also``, and whatever must be with them.

    Of the parts that could be folded with another the one without parts of its own is taken first, then the
    one with least of ``weights``, then the first by name: the same in every period as far as it can be.
    Whoever is shown the rest can add and subtract as they like; each folded cell could still be another.
    """
    folded = {unit for unit, cell in column.cells.items() if cell.is_of_few}
    folded |= {unit for unit in also if unit in column.cells}
    while True:
        more = {one for unit in column.cells for one in _needed_at(column, unit, folded, weights or {})}
        if more <= folded:
            return frozenset(folded)
        folded |= more


def _needed_at(column: Column, unit: str, folded: set[str], weights: Mapping[str, int]) -> Collection[str]:
    parts = column.parts(unit)
    open_parts = [part for part in parts if part not in folded]
    # What nobody stands behind cannot hide anybody.
    easiest = sorted(
        (part for part in open_parts if column.cells[part].people),
        key=lambda part: (len(column.parts(part)), weights.get(part, 0), part),
    )
    if unit in folded:
        is_sum_of_open = len(open_parts) == len(parts) and not column.has_own(unit)
        return easiest[:1] if is_sum_of_open else ()
    if len(open_parts) == len(parts) and not own_is_few(column, unit):
        return ()
    is_alone = len(parts) - len(open_parts) == 1 and len(easiest) > 0
    if not is_alone and _rest(column, unit, open_parts).tells_nothing:
        return ()
    return easiest[:1] or [unit]


def own_is_few(column: Column, unit: str) -> bool:
    """Whether what none of the unit's parts has is there, and of few people."""
    is_there = unit in column.cells and bool(column.parts(unit)) and column.has_own(unit)
    return is_there and column.own_people(unit) < FEWEST


def _rest(column: Column, unit: str, known: Collection[str]) -> _Rest:
    unknown = [part for part in column.parts(unit) if part not in known]
    own = column.has_own(unit)
    people = [
        column.cells[unit].people - sum(column.cells[part].people for part in known),
        *(column.cells[part].people for part in unknown),
    ]
    return _Rest(len(unknown) + own, max(people))


def closings(column: Column, folded: Collection[str]) -> dict[str, Fold]:
    """To whom each cell is closed, where ``folded`` are the units that are folded."""
    found = {unit: Fold.FOLDED for unit in folded if unit in column.cells}

    def close(unit: str, fold: Fold) -> None:
        found[unit] = max(fold, found.get(unit, Fold.OPEN))

    for unit in column.cells:
        is_touched = any(part in folded for part in column.parts(unit)) or own_is_few(column, unit)
        if unit not in folded and is_touched:
            close(unit, Fold.BELOW if _knowing_one_tells(column, unit) else Fold.BESIDE)
            for above in column.nesting.ancestors(unit):
                close(above, Fold.BESIDE)
    for unit in column.cells:
        if any(found.get(one) for one in _same(column, unit)):
            close(unit, Fold.BELOW)
    return found


def _same(column: Column, unit: str) -> list[str]:
    """The units below that have all facts of this one: to see it is to see them."""
    found: list[str] = []
    while len(parts := column.parts(unit)) == 1 and not column.has_own(unit):
        unit = parts[0]
        found.append(unit)
    return found


def _knowing_one_tells(column: Column, unit: str) -> bool:
    """Whether somebody who sees this unit, and knows one part of it, finds out about the rest."""
    return any(not _rest(column, unit, [part]).tells_nothing for part in column.parts(unit))


def folded_splits(columns: Collection[Column], folded: Collection[str]) -> dict[str, Fold]:
    """What becomes of the units whose numbers of one period are split by category, a column for each of
    those; ``folded`` are the units whose whole number is.

    A split is shown whole or not at all. Where any category of a unit is of few people, those of all units
    below the one above are folded with it: the split moves up. Nobody can tell from the sums of rows and
    columns what is in a table of which they see no cell.
    """
    if not columns:
        return {}
    nesting = next(iter(columns)).nesting
    units = {unit for column in columns for unit in column.cells}
    closed = {unit for column in columns for unit, cell in column.cells.items() if cell.is_of_few}
    closed |= units.intersection(folded)
    whole = {above for unit in closed for above in (unit, *nesting.above.get(unit, ()))}
    whole |= {unit for column in columns for unit in column.cells if own_is_few(column, unit)}
    closed |= {unit for unit in units if not whole.isdisjoint(nesting.ancestors(unit))}
    found: dict[str, Fold] = {}
    for column in columns:
        for unit, fold in closings(column, closed).items():
            found[unit] = max(fold, found.get(unit, Fold.OPEN))
    return found
