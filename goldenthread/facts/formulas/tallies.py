"""Everything but stocks: one scan into tallies by place and class of days, rolled up without the facts.

Distinct counts, medians and percentiles do not add up; they read their facts once more for each grain.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from goldenthread.facts.formulas.answers import NO_ANSWERS, Grid
from goldenthread.facts.formulas.conditions import holds
from goldenthread.facts.formulas.rollup import CATEGORY, Codes, Leaves, Standing, Tally, rolled_up, spread
from goldenthread.facts.formulas.scan import Scan
from goldenthread.facts.formulas.timeline import Timeline, timeline
from goldenthread.facts.formulas.vocabulary import Side, Word

SECONDS = "_seconds"
"""The column with what a fact that lasts spent on a day, beside those of its source."""
FOLDS = {Word.SUM: "sum", Word.SPENT: "sum", Word.MEAN: "sum", Word.MIN: "min", Word.MAX: "max"}


@dataclass
class Columns:
    """The columns of a base table; sides that say the same share theirs."""

    facts: ir.Table
    scan: Scan
    counts: dict[str, ir.Value] = field(default_factory=dict)
    values: dict[str, ir.Value] = field(default_factory=dict)
    folds: dict[str, str] = field(default_factory=dict)

    def count(self, side: Side) -> str:
        """The column that counts the facts of a side: those that meet its conditions and have its column."""
        name = count_name(side)
        if name not in self.counts:
            self.counts[name] = self._counted(side)
        return name

    def value(self, side: Side) -> str:
        """The column that folds the column of a side."""
        name = value_name(side)
        if name not in self.values:
            self.folds[name] = FOLDS[side.word]
            self.values[name] = self._folded(side)
        return name

    def _counted(self, side: Side) -> ir.Value:
        meets = self.meets(side)
        # Counting a CASE keeps 8 bytes for each group and column; a sum of 0 and 1 keeps 16 or 24, which
        # costs half as much again once there are as many groups as workers and months.
        return self.facts.count() if meets is None else meets.ifelse(1, None).count()

    def _folded(self, side: Side) -> ir.Value:
        column, meets = self.facts[_folded_column(side)].cast("float64"), self.meets(side)
        kept = column if meets is None else meets.ifelse(column, None)
        return getattr(kept, FOLDS[side.word])()

    def meets(self, side: Side) -> ir.Value | None:
        """Whether a fact counts for a side; None when all do."""
        meets = holds(self.facts, side.where, self.scan.schema)
        if side.column is None:
            return meets
        present = self.facts[side.column].notnull()
        return present if meets is None else meets & present

    def tally(self) -> Tally:
        return Tally(tuple(self.counts), self.folds)


def count_name(side: Side) -> str:
    """What ``Columns`` calls the count of a side, here and in every other process."""
    return _name("n", _where_key(side), side.column or "")


def value_name(side: Side) -> str:
    """What ``Columns`` calls the folded column of a side, here and in every other process."""
    return _name("v", _where_key(side), _folded_column(side), FOLDS[side.word])


def _folded_column(side: Side) -> str:
    return SECONDS if side.word is Word.SPENT else side.subject


def _name(kind: str, *said: str) -> str:
    return kind + sha256(repr(said).encode()).hexdigest()[:16]


def tallied_facts(scan: Scan, times: tuple[str, ...], sides: Collection[Side]) -> tuple[ir.Table, str]:
    """The facts that sides count which share a source and a time column, and the column with their day."""
    day = scan.day(times[0])
    return scan.facts(sides, day, scan.wanted.span() or (None, None)), day


def tallied_answers(scan: Scan, times: tuple[str, ...], sides: Mapping[str, Side]) -> pa.Table:
    """The answers of sides that share a source, a time column and a breakdown."""
    facts, day = tallied_facts(scan, times, sides.values())
    return answers_of(facts, day, scan, sides)


def answers_of(
    facts: ir.Table,
    day: str,
    scan: Scan,
    sides: Mapping[str, Side],
    columns_of: Callable[[ir.Table, Scan], Columns] = Columns,
) -> pa.Table:
    """The answers from `facts`, each of which counts in the periods of its `day`."""
    line = timeline(scan.days_of_periods(facts, day), scan.wanted, scan.tree)
    facts, places = scan.placed(facts, day)
    days = scan.session.memory(line.days)
    facts = facts.join(days, facts[day] == days.day)
    columns = columns_of(facts, scan)
    counts = {name: columns.count(side) for name, side in sides.items()}
    values = {name: columns.value(side) for name, side in sides.items() if side.word in FOLDS}
    keys = {"klass": facts.klass, **scan.group_keys(facts)}
    base = scan.session.execute(facts.group_by(**keys).aggregate(**columns.counts, **columns.values))
    standing = Standing.of(places, scan.tree, set(line.epochs), scan.scope)
    klass = base["klass"].to_numpy().astype(np.int64)
    leaves = Leaves.of(base, np.array(line.epochs, dtype=np.int64)[klass], standing, columns.tally())
    found = []
    for grain, pairs in line.periods.items():
        starts = sorted({start for _, start in pairs})
        rows, period = _paired(klass, pairs, starts)
        units, folded = rolled_up(leaves, rows, period, standing, columns.tally(), people=scan.counts_people)
        grid = Grid.of(str(grain), standing.units, leaves.categories, starts, units, folded)
        for name, side in sides.items():
            if name in values:
                value = grid.folded(values[name], counts[name])
                # With facts and none of these among them no time was spent; a sum of nothing is nothing.
                value = value.fill_null(0) if side.word is Word.SPENT else value
            elif side.word is Word.COUNT:
                value = grid.counted(counts[name])
            else:
                value = grid.looked_up(_read_again(columns, side, line, pairs, standing))
                # A distinct count of nothing is 0; a median of nothing is nothing.
                value = value.fill_null(0) if side.word is Word.COUNT_DISTINCT else value
            found.append(grid.answers(name, side.word, counts[name], value))
    return pa.concat_tables(found) if found else NO_ANSWERS


def _paired(klass: Codes, pairs: Sequence[tuple[int, date]], starts: Sequence[date]) -> tuple[Codes, Codes]:
    """`(rows, period)`: each row of the base with the position in `starts` of each period of its class."""
    position = {start: number for number, start in enumerate(starts)}
    ordered = sorted(pairs)
    periods = np.array([position[start] for _, start in ordered], dtype=np.int64)
    counts = np.bincount([one for one, _ in ordered], minlength=int(klass.max(initial=0)) + 1)
    rows, within = spread(counts[klass])
    return rows, periods[(np.cumsum(counts) - counts)[klass][rows] + within]


def _read_again(
    columns: Columns, side: Side, line: Timeline, pairs: Sequence[tuple[int, date]], standing: Standing
) -> pa.Table:
    """`(unit, period, [category], value)` of a side that does not add up, from its facts."""
    scan, meets = columns.scan, columns.meets(side)
    assert meets is not None
    assert side.column is not None
    facts = columns.facts.filter(meets)
    rows = facts.select(klass=facts.klass, item=facts[side.column], **scan.group_keys(facts))
    if side.word is Word.COUNT_DISTINCT:
        rows = rows.distinct()
    belonging = {
        "klass": pa.array([klass for klass, _ in pairs], pa.int32()),
        "epoch": pa.array([line.epochs[klass] for klass, _ in pairs], pa.int32()),
        "period": pa.array([start for _, start in pairs], pa.date32()),
    }
    rows = rows.join(scan.session.memory(pa.table(belonging)), "klass")
    rows = rows.join(scan.session.memory(standing.reach()), ["place", "epoch"])
    by = ["period", *([CATEGORY] if scan.breakdown else [])]
    grouped = rows.group_by(rows.ancestor.name("unit"), *by)
    return scan.session.execute(grouped.aggregate(value=_spread_out(rows["item"], side).cast("float64")))


def _spread_out(item: ir.Value, side: Side) -> ir.Value:
    if side.word is Word.COUNT_DISTINCT:
        return item.nunique()
    return item.cast("float64").quantile(0.5 if side.at is None else side.at / 100)


def _where_key(side: Side) -> str:
    said = ((column, repr(one.said), bool(one.or_missing)) for column, one in side.where.items())
    return repr(sorted(said))
