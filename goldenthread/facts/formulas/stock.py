"""Stocks: what was open at the end of each period. Summed over units, never over time."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import date

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from goldenthread.calc.periods import Period
from goldenthread.facts.formulas.answers import NO_ANSWERS, Grid
from goldenthread.facts.formulas.rollup import NOBODY, Codes, Groups, Leaves, Standing, rolled_up, spread
from goldenthread.facts.formulas.scan import Scan
from goldenthread.facts.formulas.tallies import Columns
from goldenthread.facts.formulas.timeline import stock_periods
from goldenthread.facts.formulas.vocabulary import Side


def stock_answers(scan: Scan, times: tuple[str, ...], sides: Mapping[str, Side]) -> pa.Table:
    """The answers of `open` sides that share a source, both time columns and a breakdown.

    Open at the end of a period is what was opened on or before its last day and not closed on or before it.
    Facts are tallied by the first period they can be open at the end of and the first they no longer are,
    so one closed before it was opened is simply never open. They stay with the unit of the day they were
    opened.
    """
    opened, closed = (scan.day(time) for time in times)
    facts = scan.facts(sides.values(), opened, (None, _last_day(scan)))
    days_opened, days_closed = scan.days(facts, opened), scan.days(facts, closed)
    facts, places = scan.placed(facts, opened)
    epochs = {scan.tree.epoch(day) for day in days_opened}
    standing = Standing.of(places, scan.tree, epochs, scan.scope)
    found = []
    for grain in scan.wanted.grains:
        periods = stock_periods([*days_opened, *days_closed], scan.wanted, grain)
        opening = _positions(scan, "opening", days_opened, periods)
        closing = _positions(scan, "closing", days_closed, periods)
        here = facts.join(opening, facts[opened] == opening.opening_day)
        here = here.left_join(closing, here[closed] == closing.closing_day)
        columns = Columns(here, scan)
        counts = {name: columns.count(side) for name, side in sides.items()}
        keys = {
            "opening": here.opening,
            "closing": here.closing.fill_null(len(periods)),
            "epoch": here.opening_epoch,
            **scan.group_keys(here),
        }
        base = scan.session.execute(here.group_by(**keys).aggregate(**columns.counts))
        first, after, epoch = (
            base[name].to_numpy().astype(np.int64) for name in ("opening", "closing", "epoch")
        )
        leaves = Leaves.of(base, epoch, standing, columns.tally())
        leaves, rows, period = _still_open(leaves, first, after, len(periods))
        units, folded = rolled_up(leaves, rows, period, standing, columns.tally(), people=scan.counts_people)
        starts = [one.start for one in periods]
        grid = Grid.of(str(grain), standing.units, leaves.categories, starts, units, folded)
        found += [
            grid.answers(name, side.word, counts[name], grid.counted(counts[name]))
            for name, side in sides.items()
        ]
    return pa.concat_tables(found) if found else NO_ANSWERS


def _last_day(scan: Scan) -> date | None:
    if scan.wanted.window is None:
        return None
    last = scan.wanted.window[1]
    return max(scan.wanted.calendar.period_of(last, grain).last_day for grain in scan.wanted.grains)


def _positions(scan: Scan, what: str, days: Sequence[date], periods: Sequence[Period]) -> ir.Table:
    """For each day its epoch and the first period that ends after it, or one past the last."""
    ends = [period.end for period in periods]
    return scan.session.memory(
        pa.table(
            {
                f"{what}_day": pa.array(days, pa.date32()),
                what: pa.array([bisect_right(ends, day) for day in days], pa.int32()),
                f"{what}_epoch": pa.array([scan.tree.epoch(day) for day in days], pa.int32()),
            }
        )
    )


def _still_open(leaves: Leaves, first: Codes, after: Codes, periods: int) -> tuple[Leaves, Codes, Codes]:
    """The leaves, and their rows paired with every period at whose end they are open.

    For each unit and category a row of zeros is added and paired with every period from its first on: a unit
    whose things are all closed has a stock of 0, not nothing.
    """
    rows, within = spread(np.maximum(after - first, 0))
    groups = Groups.by(leaves.unit, leaves.epoch, leaves.category)
    unit, epoch, category = groups.keys
    since = groups.fold(first, "min")
    empty, later = spread(np.maximum(periods - since, 0))
    with_zeros = Leaves(
        worker=np.append(leaves.worker, np.full(len(unit), NOBODY)),
        unit=np.append(leaves.unit, unit),
        epoch=np.append(leaves.epoch, epoch),
        category=np.append(leaves.category, category),
        columns={name: np.append(column, np.zeros_like(since)) for name, column in leaves.columns.items()},
        categories=leaves.categories,
    )
    return (
        with_zeros,
        np.append(rows, len(first) + empty),
        np.append(first[rows] + within, since[empty] + later),
    )
