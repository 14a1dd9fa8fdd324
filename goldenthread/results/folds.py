"""Which observations are folded: settled when they are written, the same for every viewer.

``record.access`` says who is not bound by it; ``calc.folding`` has the rules.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from goldenthread.calc.folding import (
    Cell,
    Column,
    Fold,
    Nesting,
    Window,
    closings,
    folded_units,
    folded_windows,
)
from goldenthread.calc.periods import YEAR_TO_DATE, FiscalCalendar, Grain, Period
from goldenthread.facts.scope import NOT_ASSIGNED
from goldenthread.record.measures.models import Observation
from goldenthread.record.orgs.tree import Tree
from goldenthread.results.pieces import Piece

_AT_ONCE = 500


@dataclass(frozen=True)
class Nestings:
    """Which units were parts of which within a period; with ``today`` every period has that day's tree."""

    lives: Tree
    today: date | None = None

    def of(self, period: Period) -> Nesting:
        if self.today is not None:
            return _nesting(self.lives, (self.today,))
        turns = self.lives.dates()
        inside = turns[bisect_right(turns, period.start) : bisect_right(turns, period.last_day)]
        return _nesting(self.lives, (period.start, *inside))


def cell_of(unit: str, facts: int | None, people: int | None) -> Cell:
    """What stands behind a value. Facts that nobody can place are shown, so that totals reconcile: nobody
    known to be at work in any unit stands behind them."""
    return Cell(facts or 0, 0 if unit == NOT_ASSIGNED else people or 0)


class _Row(NamedTuple):
    pk: int
    unit: str
    grain: str
    start: date
    facts: int
    people: int
    fold: int


def fold_observations(
    pieces: Sequence[Piece],
    calendar: FiscalCalendar,
    nestings: Nestings,
    *,
    tree: str,
    window: tuple[date, date] | None,
) -> None:
    """Fold what must be in the fiscal years of ``window``, or in all, of these pieces' measures.

    Whatever was written with few people is folded already; what is folded with it, or no longer, follows.
    """
    by_measure = {piece.measure: piece for piece in pieces}
    for measure, years in _touched(by_measure, calendar, tree, window).items():
        for year in years:
            rows = _rows(measure, tree, year)
            wanted = _wanted(rows, by_measure[measure], calendar, nestings)
            changed: dict[Fold, list[int]] = defaultdict(list)
            for row in rows:
                fold = wanted.get((row.grain, row.start), {}).get(row.unit, Fold.OPEN)
                if fold != row.fold:
                    changed[fold].append(row.pk)
            for fold, pks in changed.items():
                for first in range(0, len(pks), _AT_ONCE):
                    Observation.objects.filter(pk__in=pks[first : first + _AT_ONCE]).update(fold=fold)


def folds_of(rows: pa.Table, piece: Piece, period: Period, nestings: Nestings) -> Mapping[str, Fold]:
    """What becomes of each unit in one period of ``composing.ROWS`` that nobody stored."""
    inside = pc.and_(
        pc.equal(rows["grain"], str(piece.frequency)), pc.equal(rows["period_start"], period.start)
    )
    cells = {
        row["unit"]: cell_of(row["unit"], row["facts"], row["contributors"])
        for row in rows.filter(inside).select(["unit", "facts", "contributors"]).to_pylist()
        if row["facts"] and row["contributors"] is not None
    }
    column = Column(cells, nestings.of(period))
    return closings(column, folded_units(column))


def _touched(
    measures: Collection[int], calendar: FiscalCalendar, tree: str, window: tuple[date, date] | None
) -> dict[int, list[Period]]:
    """The fiscal years in which a measure has anything folded."""
    found: dict[int, set[Period]] = defaultdict(set)
    rows = Observation.objects.filter(measure__in=measures, tree=tree, fold__gt=0)
    if window is not None:
        first, last = (calendar.period_of(day, Grain.YEAR) for day in window)
        rows = rows.filter(period_start__gte=first.start, period_start__lt=last.end)
    for measure, start in rows.order_by().values_list("measure_id", "period_start").distinct():
        found[measure].add(calendar.period_of(start, Grain.YEAR))
    return {measure: sorted(years, key=lambda one: one.start) for measure, years in found.items()}


def _rows(measure: int, tree: str, year: Period) -> list[_Row]:
    rows = Observation.objects.filter(
        measure=measure, tree=tree, period_start__gte=year.start, period_start__lt=year.end
    ).exclude(contributors=None)
    return [
        _Row(pk, unit or NOT_ASSIGNED, grain, start, facts, people or 0, fold)
        for pk, unit, grain, start, facts, people, fold in rows.values_list(
            "pk", "unit__key", "grain", "period_start", "facts", "contributors", "fold"
        )
    ]


def _wanted(
    rows: Iterable[_Row], piece: Piece, calendar: FiscalCalendar, nestings: Nestings
) -> dict[tuple[str, date], dict[str, Fold]]:
    """By grain and first day what becomes of each unit."""
    cells: dict[tuple[str, date], dict[str, Cell]] = defaultdict(dict)
    for row in rows:
        if row.facts:
            cells[row.grain, row.start][row.unit] = cell_of(row.unit, row.facts, row.people)
    own = str(piece.frequency)
    columns = {
        start: Column(inside, nestings.of(calendar.period_of(start, piece.frequency)))
        for (grain, start), inside in cells.items()
        if grain == own
    }
    longer = [place for place in cells if place[0] != own]
    windows = [
        Window(
            frozenset(_parts(place, piece, calendar, columns)),
            Column(cells[place], nestings.of(_period(place, piece, calendar))),
            adds_up=_nests(piece),
        )
        for place in longer
    ]
    by_period, by_window = folded_windows(columns, windows)
    return {(own, start): folds for start, folds in by_period.items()} | dict(
        zip(longer, by_window, strict=True)
    )


def _nests(piece: Piece) -> bool:
    """Whether longer periods are exactly its own put together: a week crosses months, a stock is that of the
    last day."""
    return piece.frequency is not Grain.WEEK and not piece.is_stock


def _period(place: tuple[str, date], piece: Piece, calendar: FiscalCalendar) -> Period:
    grain, start = place
    return calendar.period_of(start, piece.frequency if grain == YEAR_TO_DATE else Grain(grain))


def _parts(
    place: tuple[str, date], piece: Piece, calendar: FiscalCalendar, starts: Iterable[date]
) -> Iterator[date]:
    """The measure's own periods that a longer one is made of, or touches."""
    period = _period(place, piece, calendar)
    first = calendar.period_of(period.start, Grain.YEAR).start if place[0] == YEAR_TO_DATE else period.start
    inside = [
        start
        for start in starts
        if start < period.end and calendar.period_of(start, piece.frequency).end > first
    ]
    yield from [max(inside)] if piece.is_stock and inside else inside


@lru_cache(maxsize=64)
def _nesting_of(parents: frozenset[tuple[str, str]]) -> Nesting:
    below: dict[str, list[str]] = defaultdict(list)
    for part, unit in sorted(parents):
        below[unit].append(part)
    return Nesting({unit: tuple(parts) for unit, parts in below.items()})


def _nesting(lives: Tree, days: Iterable[date]) -> Nesting:
    parents = {step for day in days for step in lives.as_of(day).parents.items()}
    if lives.top is not None:
        parents.add((NOT_ASSIGNED, lives.top))
    return _nesting_of(frozenset(parents))
