"""Everything but stocks: one scan into tallies by place and class of days, rolled up without the facts.

Distinct counts, medians and percentiles do not add up; they read their facts once more for each grain.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import ibis.expr.types as ir
import pyarrow as pa

from goldenthread.facts.formulas.answers import NO_ANSWERS, answers
from goldenthread.facts.formulas.conditions import holds
from goldenthread.facts.formulas.rollup import Tally, people_column, placed, rolled_up
from goldenthread.facts.formulas.scan import Scan
from goldenthread.facts.formulas.timeline import Timeline, timeline
from goldenthread.facts.formulas.vocabulary import Side, Word

_FOLDS = {Word.SUM: "sum", Word.MEAN: "sum", Word.MIN: "min", Word.MAX: "max"}


@dataclass
class Columns:
    """The columns of a base table; sides that say the same share theirs."""

    facts: ir.Table
    scan: Scan
    counts: dict[str, ir.Value] = field(default_factory=dict)
    values: dict[str, ir.Value] = field(default_factory=dict)
    folds: dict[str, str] = field(default_factory=dict)
    _names: dict[tuple[str, ...], str] = field(default_factory=dict)

    def count(self, side: Side) -> str:
        """The column that counts the facts of a side: those that meet its conditions and have its column."""
        name = self._name("n", _where_key(side), side.column or "")
        if name not in self.counts:
            meets = self.meets(side)
            # Counting a CASE keeps 8 bytes for each group and column; a sum of 0 and 1 keeps 16 or 24, which costs
            # half as much again once there are as many groups as workers and months.
            self.counts[name] = self.facts.count() if meets is None else meets.ifelse(1, None).count()
        return name

    def value(self, side: Side) -> str:
        fold = _FOLDS[side.word]
        name = self._name("v", _where_key(side), side.subject, fold)
        if name not in self.values:
            column, meets = self.facts[side.subject].cast("float64"), self.meets(side)
            kept = column if meets is None else meets.ifelse(column, None)
            self.values[name] = getattr(kept, fold)()
            self.folds[name] = fold
        return name

    def meets(self, side: Side) -> ir.Value | None:
        meets = holds(self.facts, side.where, self.scan.schema)
        if side.column is None:
            return meets
        present = self.facts[side.column].notnull()
        return present if meets is None else meets & present

    def tally(self) -> Tally:
        return Tally(tuple(self.counts), self.folds)

    def _name(self, kind: str, *said: str) -> str:
        return self._names.setdefault((kind, *said), f"{kind}{len(self._names)}")


def tallied_answers(scan: Scan, times: tuple[str, ...], sides: Mapping[str, Side]) -> pa.Table:
    """The answers of sides that share a source, a time column and a breakdown."""
    day = scan.day(times[0])
    facts = scan.facts(sides.values(), day, scan.wanted.span() or (None, None))
    line = timeline(scan.days(facts, day), scan.wanted, scan.tree)
    facts, places = scan.standing(facts, day)
    days = scan.session.memory(line.days)
    facts = facts.join(days, facts[day] == days.day)
    columns = Columns(facts, scan)
    named = {id: (columns.count(side), _value_column(columns, side)) for id, side in sides.items()}
    keys = {
        "klass": facts.klass,
        **({"place": facts.place} if places is not None else {}),
        **scan.category(facts),
    }
    base = facts.group_by(**keys).aggregate(**columns.counts, **columns.values)
    base = scan.session.memory(scan.session.execute(base))
    base = base.join(scan.session.memory(line.classes), "klass")
    ancestors, units = scan.tree_tables(line.epochs)
    base = placed(base, places, units)
    found = []
    by = ("period", *scan.by_category)
    for grain, table in line.periods.items():
        periods = scan.session.memory(table)
        wide = rolled_up(scan.session, base.join(periods, "klass"), ancestors, columns.tally(), by=by)
        for id, side in sides.items():
            count, value = named[id]
            if side.word.adds_up:
                rows, answer = wide, _value(wide, side, count, value)
            else:
                raw = _Raw(columns, places, line, periods, ancestors, units)
                rows = _with_values(scan, wide, raw.answers(scan, side, by), by)
                answer = rows["_value"]
            found.append(
                answers(
                    id,
                    grain,
                    rows,
                    value=answer,
                    weight=rows[count].cast(pa.float64()) if side.word is Word.MEAN else None,
                    n=rows[count],
                    contributors=rows[people_column(count)] if scan.counts_people else None,
                )
            )
    return pa.concat_tables(found) if found else NO_ANSWERS


def _value_column(columns: Columns, side: Side) -> str | None:
    return columns.value(side) if side.word in _FOLDS else None


def _value(wide: pa.Table, side: Side, count: str, value: str | None) -> pa.ChunkedArray:
    if value is None:
        return wide[count].cast(pa.float64())
    return wide[value]


@dataclass(frozen=True)
class _Raw:
    """What it takes to bring single facts to every unit above them."""

    columns: Columns
    places: ir.Table | None
    line: Timeline
    periods: ir.Table
    ancestors: ir.Table
    units: ir.Table

    def answers(self, scan: Scan, side: Side, by: tuple[str, ...]) -> pa.Table:
        """`(unit, *by, _value)` of one side, from its facts."""
        facts = self.columns.facts
        meets = self.columns.meets(side)
        assert meets is not None
        assert side.column is not None
        facts = facts.filter(meets)
        kept = {
            "klass": facts.klass,
            "item": facts[side.column],
            **({"place": facts.place} if self.places is not None else {}),
            **scan.category(facts),
        }
        rows = facts.select(**kept)
        if side.word is Word.COUNT_DISTINCT:
            rows = rows.distinct()
        rows = placed(rows.join(scan.session.memory(self.line.classes), "klass"), self.places, self.units)
        rows = rows.join(self.periods, "klass").join(self.ancestors, ["epoch", "unit"])
        grouped = rows.group_by(rows.ancestor.name("unit"), *by)
        return scan.session.execute(grouped.aggregate(_value=_spread(rows, side).cast("float64")))


def _spread(rows: ir.Table, side: Side) -> ir.Value:
    if side.word is Word.COUNT_DISTINCT:
        return rows["item"].nunique()
    share = 0.5 if side.at is None else side.at / 100
    return rows["item"].cast("float64").quantile(share)


def _with_values(scan: Scan, wide: pa.Table, values: pa.Table, by: tuple[str, ...]) -> pa.Table:
    """`wide` with `_value`: a distinct count of nothing is 0, a median of nothing is nothing."""
    left, right = scan.session.memory(wide), scan.session.memory(values)
    joined = left.left_join(right, ["unit", *by])
    return scan.session.execute(joined.drop(*(f"{name}_right" for name in ("unit", *by))))


def _where_key(side: Side) -> str:
    return repr(sorted((column, repr(condition.said)) for column, condition in side.where.items()))
