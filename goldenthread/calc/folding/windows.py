"""One measure along time: which cells of each period, and of the longer ones they add up to, are folded."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from goldenthread.calc.folding.cells import FEWEST, Column, Fold
from goldenthread.calc.folding.units import closings, folded_units, own_is_few

Folds = dict[str, Fold]
Units = frozenset[str]


@dataclass(frozen=True)
class Window:
    """A longer period, by the first days of the measure's own ones it is made of.

    ``adds_up`` is false where it is not exactly their sum: of weeks, which cross months, and of stocks.
    """

    parts: frozenset[date]
    column: Column
    adds_up: bool = True


@dataclass(frozen=True)
class _Group:
    """Periods folded together at the same units: what is added to one can be taken off another."""

    periods: frozenset[date]
    units: Units


def folded_windows(
    columns: Mapping[date, Column], windows: Sequence[Window]
) -> tuple[dict[date, Folds], list[Folds]]:
    """What becomes of the cells of each period of a measure, and of each of the ``windows`` in their order.

    A longer period could give away a folded one that is part of it, and so could the difference of two. So
    folded periods are put in groups, each folded at the same units with one period of enough people among
    them: a longer period that holds a whole group stays, and one that splits it is folded at those units.
    Where no group can be made, every longer period that touches a folded one is folded.
    """
    year = _Year(columns)
    settled = [_settled(year, family, windows) for family in _families(year)]
    by_period = {period: _most(one.closed.get(period, {}) for one in settled) for period in columns}
    by_window = [_most(_closed_in(window, one) for one in settled) for window in windows]
    return by_period, [_by_itself(one, folds) for one, folds in zip(windows, by_window, strict=True)]


class _Year:
    """The periods of a measure that add up to longer ones, with what is folded in each by itself."""

    def __init__(self, columns: Mapping[date, Column]) -> None:
        self.columns = columns
        self._weights: dict[str, int] = defaultdict(int)
        for column in columns.values():
            for unit, cell in column.cells.items():
                self._weights[unit] += cell.people
        found = {period: self.folded(period, frozenset()) for period in columns}
        self.alone = {period: units for period, units in found.items() if units}

    def folded(self, period: date, also: Units) -> Units:
        return folded_units(self.columns[period], also=also, weights=self._weights)


@dataclass(frozen=True)
class _Family:
    """Folded units that hide each other in some period, and which of them are folded in each by themselves;
    ``others`` are those of other families, which have nothing to do with these."""

    alone: Mapping[date, Units]
    others: Units


@dataclass(frozen=True)
class _Settled:
    closed: Mapping[date, Folds]
    groups: Sequence[_Group]


def _families(year: _Year) -> list[_Family]:
    """Units folded in one period below the same open unit belong together, in all periods; so do those that
    are folded up to the top."""
    families: list[set[str]] = []
    for period, units in year.alone.items():
        hiding: dict[str, set[str]] = defaultdict(set)
        for unit in units:
            nesting = year.columns[period].nesting
            for one in _nearest_open(year.columns[period], unit, units) or nesting.tops(unit):
                hiding[one].add(unit)
        for together in hiding.values():
            touched = [one for one in families if one & together]
            families = [one for one in families if one not in touched]
            families.append(together.union(*touched))
    every = frozenset(unit for units in year.alone.values() for unit in units)
    return [
        _Family(
            {period: units & one for period, units in year.alone.items() if units & one},
            every - frozenset(one),
        )
        for one in families
    ]


def _nearest_open(column: Column, unit: str, folded: Units) -> set[str]:
    found: set[str] = set()
    waiting = list(column.nesting.above.get(unit, ()))
    while waiting:
        one = waiting.pop()
        if one in folded:
            waiting += column.nesting.above.get(one, ())
        else:
            found.add(one)
    return found


def _settled(year: _Year, family: _Family, windows: Iterable[Window]) -> _Settled:
    loose = dict(family.alone)
    groups: list[_Group] = []
    for window in sorted((one for one in windows if one.adds_up), key=lambda one: len(one.parts)):
        taken = frozenset[date]().union(*(group.periods for group in groups))
        group = _group(year, family, frozenset(loose) & window.parts, window, window.parts - taken)
        if group is not None:
            groups.append(group)
            loose = {period: units for period, units in loose.items() if period not in group.periods}
    closed = {period: closings(year.columns[period], units) for period, units in loose.items()}
    for group in groups:
        together = _most(closings(year.columns[period], group.units) for period in group.periods)
        closed |= dict.fromkeys(group.periods, together)
    return _Settled(closed, groups)


def _group(
    year: _Year, family: _Family, folded: frozenset[date], window: Window, candidates: Collection[date]
) -> _Group | None:
    """The folded periods with one of the candidates, the nearest first; None when none keeps their sum."""
    if not folded:
        return None
    first = min(folded)
    at_least = frozenset[str]().union(*(family.alone[period] for period in folded))
    for partner in sorted(candidates, key=lambda one: (one not in folded, abs((one - first).days), one)):
        periods = folded | {partner}
        if len(periods) > 1 and _is_enough(year, periods, at_least, window, partner):
            units = _closed_together(year, family, periods, at_least)
            if _keeps_its_sum(year, periods, units, window, partner):
                return _Group(periods, units)
    return None


def _closed_together(year: _Year, family: _Family, periods: Iterable[date], units: Units) -> Units:
    while True:
        more = units.union(*(year.folded(period, units) - family.others for period in periods))
        if more == units:
            return units
        units = more


def _keeps_its_sum(
    year: _Year, periods: frozenset[date], units: Units, window: Window, partner: date
) -> bool:
    """Whether each cell of the group could be another while every sum that holds the group stays.

    What is added in one period is taken off in the partner, at the same units: so the tree must be the same,
    each of the units must have facts in each of the periods, and the partner must have facts of a unit's own
    wherever another has, of enough people.
    """
    whole = year.columns[partner]
    others = [year.columns[period] for period in periods if period != partner]
    sources = _sources(whole, units)
    return (
        _is_enough(year, periods, units, window, partner)
        and all(one.nesting == whole.nesting and _sources(one, units) <= sources for one in others)
        and all(units <= one.cells.keys() for one in others)
        and not any(own_is_few(whole, unit) for unit in sources)
    )


def _is_enough(year: _Year, periods: frozenset[date], units: Units, window: Window, partner: date) -> bool:
    """Whether the sum over the group, which is shown, is of enough people at each unit."""
    whole = year.columns[partner].cells

    def has_all(unit: str) -> bool:
        return all(part in periods for part in window.parts if unit in year.columns[part].cells)

    return all(
        unit in whole
        and (whole[unit].people >= FEWEST or (window.column.cells[unit].people >= FEWEST and has_all(unit)))
        for unit in units
    )


def _sources(column: Column, units: Units) -> Units:
    """The units with facts of their own among the folded ones and those right above."""
    near = (
        unit for unit in column.cells if unit in units or any(part in units for part in column.parts(unit))
    )
    return frozenset(unit for unit in near if column.has_own(unit))


def _closed_in(window: Window, settled: _Settled) -> Folds:
    whole = frozenset[date]().union(
        *(group.periods for group in settled.groups if group.periods <= window.parts)
    )
    return _most(settled.closed[period] for period in window.parts - whole if period in settled.closed)


def _by_itself(window: Window, folds: Folds) -> Folds:
    """What is not the sum of its parts is closed like a period of its own, too."""
    if window.adds_up:
        return folds
    also = [unit for unit, fold in folds.items() if fold is Fold.FOLDED]
    return _most((folds, closings(window.column, folded_units(window.column, also=also))))


def _most(folds: Iterable[Folds]) -> Folds:
    found: Folds = {}
    for one in folds:
        for unit, fold in one.items():
            found[unit] = max(fold, found.get(unit, Fold.OPEN))
    return found
