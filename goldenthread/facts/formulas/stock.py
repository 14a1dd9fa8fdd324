"""Stocks: what was open at the end of each period. Summed over units, never over time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from goldenthread.calc.periods import Grain, Period
from goldenthread.facts.formulas.answers import NO_ANSWERS, answers
from goldenthread.facts.formulas.rollup import people_column, placed, rolled_up
from goldenthread.facts.formulas.scan import Scan
from goldenthread.facts.formulas.tallies import Columns
from goldenthread.facts.formulas.timeline import stock_periods
from goldenthread.facts.formulas.vocabulary import Side


def stock_answers(scan: Scan, times: tuple[str, ...], sides: Mapping[str, Side]) -> pa.Table:
    """The answers of `open` sides that share a source, both time columns and a breakdown.

    Open at the end of a period is what was opened on or before its last day and not closed on or before it.
    Facts are tallied by the first period they were open at the end of and the first they were not, so that one
    that was closed before it was opened is simply never open. They stay with the unit of the day they were opened.
    """
    opened, closed = (scan.day(time) for time in times)
    last = scan.wanted.window[1] if scan.wanted.window else None
    facts = scan.facts(sides.values(), opened, (None, last and max(_ends(scan, last))))
    days_opened, days_closed = scan.days(facts, opened), scan.days(facts, closed)
    facts, places = scan.standing(facts, opened)
    found = []
    for grain in scan.wanted.grains:
        periods = stock_periods([*days_opened, *days_closed], scan.wanted, grain)
        if not periods:
            continue
        first, after = _first_open(scan, days_opened, periods), _first_closed(scan, days_closed, periods)
        here = facts.join(first, facts[opened] == first.opened_on)
        here = here.left_join(after, here[closed] == after.closed_on)
        here = here.mutate(closing=here.closing.fill_null(len(periods)))
        columns = Columns(here, scan)
        named = {id: columns.count(side) for id, side in sides.items()}
        keys = {"opening": here.opening, "closing": here.closing, "epoch": here.epoch, **scan.category(here)}
        if places is not None:
            keys["place"] = here.place
        base = scan.session.memory(scan.session.execute(here.group_by(**keys).aggregate(**columns.counts)))
        ancestors, units = scan.tree_tables({scan.tree.epoch(day) for day in days_opened})
        base = placed(base, places, units)
        ends = scan.session.memory(
            pa.table(
                {
                    "position": pa.array(range(len(periods)), pa.int32()),
                    "period": pa.array([period.start for period in periods], pa.date32()),
                }
            )
        )
        still = base.join(ends, [ends.position >= base.opening, ends.position < base.closing])
        by = ("period", *scan.by_category)
        wide = rolled_up(scan.session, still, ancestors, columns.tally(), by=by)
        rows = _with_empty_stocks(scan, wide, base, ancestors, ends, list(columns.counts), by)
        found += [
            answers(
                id,
                grain,
                rows,
                value=rows[count].cast(pa.float64()),
                weight=None,
                n=rows[count],
                contributors=rows[people_column(count)] if scan.counts_people else None,
            )
            for id, count in named.items()
        ]
    return pa.concat_tables(found) if found else NO_ANSWERS


def _ends(scan: Scan, last: date) -> list[date]:
    return [scan.wanted.calendar.period_of(last, grain).last_day for grain in scan.wanted.grains]


def _first_open(scan: Scan, days: Sequence[date], periods: Sequence[Period]) -> ir.Table:
    """`(opened_on, opening, epoch)`: the position of the first period at whose end a thing opened then can be open."""
    return scan.session.memory(
        pa.table(
            {
                "opened_on": pa.array(days, pa.date32()),
                "opening": pa.array([_position(day, periods) for day in days], pa.int32()),
                "epoch": pa.array([scan.tree.epoch(day) for day in days], pa.int32()),
            }
        )
    )


def _first_closed(scan: Scan, days: Sequence[date], periods: Sequence[Period]) -> ir.Table:
    """`(closed_on, closing)`: the position of the first period at whose end a thing closed then is closed."""
    return scan.session.memory(
        pa.table(
            {
                "closed_on": pa.array(days, pa.date32()),
                "closing": pa.array([_position(day, periods) for day in days], pa.int32()),
            }
        )
    )


def _position(day: date, periods: Sequence[Period]) -> int:
    """The position of the first period that ends after `day`; past the last when none does."""
    low, high = 0, len(periods)
    while low < high:
        middle = (low + high) // 2
        if periods[middle].end > day:
            high = middle
        else:
            low = middle + 1
    return low


def _with_empty_stocks(
    scan: Scan,
    wide: pa.Table,
    base: ir.Table,
    ancestors: ir.Table,
    ends: ir.Table,
    counts: Sequence[str],
    by: tuple[str, ...],
) -> pa.Table:
    """`wide` with a row of zeros for each period after a unit's first thing was opened in which none is open."""
    since = base.join(ancestors, ["epoch", "unit"])
    since = since.group_by(since.ancestor.name("unit"), *scan.by_category).aggregate(
        opening=since.opening.min()
    )
    grid = since.join(ends, ends.position >= since.opening).select("unit", *by)
    grid, rows = scan.session.memory(scan.session.execute(grid)), scan.session.memory(wide)
    joined = grid.left_join(rows, ["unit", *by])
    filled = {name: joined[name].fill_null(0) for count in counts for name in (count, people_column(count))}
    return scan.session.execute(joined.mutate(**filled).select("unit", *by, *filled))
