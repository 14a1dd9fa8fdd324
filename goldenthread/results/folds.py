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

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.db.models import QuerySet

from goldenthread.calc.folding import (
    FEWEST,
    Cell,
    Column,
    Fold,
    Nesting,
    Window,
    closings,
    folded_splits,
    folded_units,
    folded_windows,
)
from goldenthread.calc.periods import YEAR_TO_DATE, FiscalCalendar, Grain, Period
from goldenthread.facts.scope import NOT_ASSIGNED
from goldenthread.record.measures.models import Observation
from goldenthread.record.orgs.tree import Tree
from goldenthread.results.borrowing import TakenFolds
from goldenthread.results.pieces import Piece
from goldenthread.results.sharing import Sharing

_AT_ONCE = 500


@dataclass(frozen=True)
class Nestings:
    """Which units were parts of which within a period."""

    lives: Tree

    def of(self, period: Period) -> Nesting:
        turns = self.lives.dates()
        inside = turns[bisect_right(turns, period.start) : bisect_right(turns, period.last_day)]
        return _nesting(self.lives, (period.start, *inside))


def cell_of(unit: str, facts: int | None, people: int | None) -> Cell:
    """What stands behind a value. Facts that nobody can place are shown, so that totals reconcile: nobody
    known to be at work in any unit stands behind them."""
    return Cell(facts or 0, 0 if unit == NOT_ASSIGNED else people or 0)


class _Row(NamedTuple):
    """``people`` is None where the source names nobody."""

    pk: int
    unit: str
    grain: str
    start: date
    facts: int
    people: int | None
    fold: int


def fold_observations(
    pieces: Sequence[Piece],
    calendar: FiscalCalendar,
    nestings: Nestings,
    sharing: Sharing,
    *,
    tree: str,
    window: tuple[date, date] | None,
    written: pa.Table,
) -> None:
    """Fold what must be in the fiscal years of ``window``, or in all, of these pieces' measures and of those
    that follow them.

    Whatever was ``written`` with few people is folded already; what is folded with it, or no longer, follows.
    What stands on another measure's value, or on the same facts, is closed to whom that is.
    """
    settled = sharing.with_followers(pieces)
    firsts = {
        measure: {one.measure for piece in mine for one in sharing.followed_by(piece)}
        for measure, mine in settled.items()
    }
    concerned = settled.keys() | set[int]().union(*firsts.values())
    folded = Observation.objects.filter(measure__in=concerned, fold__gt=0)
    years = _years(folded, calendar, tree, window)
    measures = {piece.version: piece.measure for piece in pieces}
    for version, start in _places_with_few_of_their_own(written, nestings.lives):
        years[measures[version]].add(calendar.period_of(start, Grain.YEAR))
    for measure, mine in settled.items():
        # A value is lent to later years, too; whoever was computed with it has all of these in its window.
        reach = window if measure in measures.values() else None
        since = calendar.period_of(reach[0], Grain.YEAR).start if reach else None
        taken = TakenFolds(mine, sharing, calendar, tree=tree, since=since)
        for first in firsts[measure]:
            years[measure] |= years[first]
        if taken.any_lent:
            every = Observation.objects.filter(measure=measure)
            years[measure] |= _years(every, calendar, tree, reach)[measure]
        for year in sorted(years[measure], key=lambda one: one.start):
            _settle(mine, year, taken, calendar, nestings, tree=tree)


def _settle(
    pieces: Sequence[Piece],
    year: Period,
    taken: TakenFolds,
    calendar: FiscalCalendar,
    nestings: Nestings,
    *,
    tree: str,
) -> None:
    """Fold what must be of one measure in one fiscal year."""
    *_, latest = pieces
    rows = _rows(latest.measure, tree, year)
    if tree == "event":
        wanted = _wanted(rows, latest, calendar, nestings)
    else:
        wanted = _as_at_the_time(rows, _rows(latest.measure, "event", year))
    changed: dict[Fold, list[int]] = defaultdict(list)
    for row in rows:
        own = wanted.get((row.grain, row.start), {}).get(row.unit, Fold.OPEN)
        # By the day and not by its version: a new title is a version, too, and computes nothing.
        piece = next(one for one in pieces if one.holds_on(row.start))
        fold = max(own, taken.at(piece, row.unit, row.grain, row.start))
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


def folds_of_splits(
    rows: pa.Table, pieces: Mapping[int, Piece], calendar: FiscalCalendar, nestings: Nestings
) -> pa.Array:
    """The fold of each of ``composing.ROWS`` by category, by the tree of the time of the event. One query."""
    folded = _folded_wholes({pieces[version].measure for version in rows["version"].unique().to_pylist()})
    wholes: dict[tuple[int, date], set[str]] = {
        (version, start): units
        for version, piece in pieces.items()
        for (measure, grain, start), units in folded.items()
        if (measure, grain) == (piece.measure, piece.frequency)
    }
    few = pc.and_(
        pc.and_(pc.greater(rows["contributors"], 0), pc.less(rows["contributors"], FEWEST)),
        pc.not_equal(rows["unit"], NOT_ASSIGNED),
    )
    places = rows.filter(few).select(["version", "period_start"]).to_pylist()
    touched = wholes.keys() | {(one["version"], one["period_start"]) for one in places}
    found = {
        (version, start): _folds_of_split(
            rows.filter(_at(rows, version, start)),
            nestings.of(calendar.period_of(start, pieces[version].frequency)),
            wholes.get((version, start), set()),
        )
        for version, start in touched
    }
    # Of hundreds of thousands of rows almost none is touched.
    folds = np.zeros(rows.num_rows, dtype=np.int64)
    for (version, start), by_unit in found.items():
        indexes = np.flatnonzero(_at(rows, version, start).to_numpy())
        units = rows["unit"].take(pa.array(indexes)).to_pylist()
        folds[indexes] = [by_unit.get(unit, Fold.OPEN) for unit in units]
    return pa.array(folds)


def _at(rows: pa.Table, version: int, start: date) -> pa.ChunkedArray:
    return pc.and_(pc.equal(rows["version"], version), pc.equal(rows["period_start"], start))


def _folds_of_split(rows: pa.Table, nesting: Nesting, folded: Collection[str]) -> Mapping[str, Fold]:
    by_category: dict[str, dict[str, Cell]] = defaultdict(dict)
    for row in rows.select(["unit", "category", "facts", "contributors"]).to_pylist():
        if row["facts"] and row["contributors"] is not None:
            cell = cell_of(row["unit"], row["facts"], row["contributors"])
            by_category[row["category"]][row["unit"]] = cell
    return folded_splits([Column(one, nesting) for one in by_category.values()], folded)


def _folded_wholes(measures: Collection[int]) -> Mapping[tuple[int, str, date], set[str]]:
    found: dict[tuple[int, str, date], set[str]] = defaultdict(set)
    rows = Observation.objects.filter(measure__in=measures, tree="event", fold=Fold.FOLDED)
    for measure, grain, start, unit in rows.values_list("measure_id", "grain", "period_start", "unit__key"):
        found[measure, grain, start].add(unit or NOT_ASSIGNED)
    return found


def _years(
    rows: QuerySet[Observation],
    calendar: FiscalCalendar,
    tree: str,
    window: tuple[date, date] | None,
) -> defaultdict[int, set[Period]]:
    """By measure the fiscal years, of those of the window, in which there is any of the ``rows``."""
    found: defaultdict[int, set[Period]] = defaultdict(set)
    rows = rows.filter(tree=tree)
    if window is not None:
        first, last = (calendar.period_of(day, Grain.YEAR) for day in window)
        rows = rows.filter(period_start__gte=first.start, period_start__lt=last.end)
    for measure, start in rows.order_by().values_list("measure_id", "period_start").distinct():
        found[measure].add(calendar.period_of(start, Grain.YEAR))
    return found


def _places_with_few_of_their_own(rows: pa.Table, lives: Tree) -> set[tuple[int, date]]:
    """The version and first day where a unit has facts of few people that none of its parts has: nobody is
    shown those, and whoever takes the parts off the whole would be. By the tree of the last of these days."""
    starts = rows["period_start"]
    if lives.top is None or not rows.num_rows or pc.max(rows["contributors"]).as_py() is None:
        return set()
    parents = {**lives.as_of(pc.max(starts).as_py()).parents, NOT_ASSIGNED: lives.top}
    units = rows["unit"].combine_chunks().dictionary_encode()
    above = pa.array([parents.get(unit) for unit in units.dictionary.to_pylist()], pa.string())
    place = ["version", "grain", "period_start"]
    parts = rows.set_column(rows.column_names.index("unit"), "unit", above.take(units.indices))
    sums = parts.group_by([*place, "unit"]).aggregate([("facts", "sum"), ("contributors", "sum")])
    both = rows.join(sums, [*place, "unit"], join_type="inner")
    own = pc.subtract(both["contributors"], pc.coalesce(both["contributors_sum"], 0))
    few = pc.and_(
        pc.and_(pc.not_equal(both["facts"], both["facts_sum"]), pc.less(own, FEWEST)),
        pc.greater(both["contributors"], 0),
    )
    found = both.filter(few).select(["version", "period_start"])
    return {(one["version"], one["period_start"]) for one in found.to_pylist()}


def _rows(measure: int, tree: str, year: Period) -> list[_Row]:
    rows = Observation.objects.filter(
        measure=measure, tree=tree, period_start__gte=year.start, period_start__lt=year.end
    )
    return [
        _Row(pk, unit or NOT_ASSIGNED, grain, start, facts, people, fold)
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
        if row.facts and row.people is not None:
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


def _as_at_the_time(
    rows: Iterable[_Row], at_the_time: Iterable[_Row]
) -> dict[tuple[str, date], dict[str, Fold]]:
    """What becomes of values by today's tree: where anything is folded by the tree of the time, they are open
    only where they say the same. Two trees are two ways to add up, and their difference is whatever moved."""
    by_time = {(row.unit, row.grain, row.start): row for row in at_the_time if row.people is not None}
    touched = {(row.grain, row.start) for row in by_time.values() if row.fold}
    found: dict[tuple[str, date], dict[str, Fold]] = defaultdict(dict)
    for row in rows:
        if row.people is not None and (row.grain, row.start) in touched:
            twin = by_time.get((row.unit, row.grain, row.start))
            is_same = twin is not None and (twin.facts, twin.people) == (row.facts, row.people)
            found[row.grain, row.start][row.unit] = Fold(twin.fold) if twin and is_same else Fold.FOLDED
    return found


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
