"""Tallying the days of a source, for answers that need not read its facts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date
from pathlib import Path

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.parquet as pq

from goldenthread.calc.clocks import WorkingCalendar
from goldenthread.calc.periods import FiscalCalendar, Grain
from goldenthread.facts.engines import StoreEngine, WritingSession
from goldenthread.facts.formulas.compute import SourceFacts
from goldenthread.facts.formulas.kept import Clock
from goldenthread.facts.formulas.scan import Scan
from goldenthread.facts.formulas.spent import spent_facts
from goldenthread.facts.formulas.tallies import FOLDS, Columns, tallied_facts
from goldenthread.facts.formulas.timeline import Wanted
from goldenthread.facts.formulas.vocabulary import Side
from goldenthread.facts.formulas.whereabouts import Tree, WhereaboutsTables
from goldenthread.facts.scope import Scope
from goldenthread.facts.store.tallies import DAY

_GROUP_ROWS = 20_480
"""Read together or not at all: in a larger group are too many who were not asked for."""
_NOBODY = pa.schema(
    [
        *((name, pa.string()) for name in ("worker", "unit", "system", "id", "person", "ancestor")),
        *((name, pa.date32()) for name in ("from", "to")),
    ]
).empty_table()


def write_tallies(
    engine: StoreEngine,
    source: SourceFacts,
    clock: Clock,
    sides: Collection[Side],
    months: Collection[date] | None,
    before: Mapping[int, Path],
    new_file: Callable[[], Path],
    *,
    working_calendar: WorkingCalendar,
    timezone: str,
    scope: Scope,
) -> dict[int, Path]:
    """What each day comes to for each id, by the clock: a file for each year that has any facts. Of other
    months than these (their first days; None for all) it is taken from the files ``before``. Within a file by
    id, so that a few people are found without reading about the others. Everybody's days, so ``scope`` must
    see every person."""
    if not scope.every_person:
        raise ValueError(f"Found the scope of {scope.viewer}; wanted one that sees every person.")
    window = (min(months), _last_day(max(months))) if months else None
    with engine.session() as session:
        scan = Scan(
            session=session,
            source=source.files,
            schema=source.schema,
            placement=source.placement,
            derived=source.derived,
            breakdown=None,
            whereabouts=WhereaboutsTables(_NOBODY, _NOBODY, _NOBODY, _NOBODY),
            tree=Tree((), _NOBODY),
            wanted=Wanted((Grain.DAY,), year_to_date=False, calendar=FiscalCalendar(), window=window),
            working_calendar=working_calendar,
            timezone=timezone,
            scope=scope,
            ids=None,
        )
        together = new_file()
        try:
            session.write(_tallied(scan, clock, sides), together)
            by = [source.placement.column, DAY] if source.placement else [DAY]
            written = dict(_by_year(session, together, by, months, before, new_file))
        finally:
            together.unlink(missing_ok=True)
    return {**(before if months is not None else {}), **written}


def _tallied(scan: Scan, clock: Clock, sides: Collection[Side]) -> ir.Table:
    facts, day = (spent_facts if clock.lasts else tallied_facts)(scan, clock.times, sides)
    columns = Columns(facts, scan)
    for side in sides:
        columns.count(side)
        if side.word in FOLDS:
            columns.value(side)
    keys: dict[str, ir.Value] = {DAY: facts[day]}
    if scan.placement is not None:
        keys[scan.placement.column] = facts[scan.placement.column].cast("string")
    return facts.group_by(**keys).aggregate(**columns.counts, **columns.values)


def _by_year(
    session: WritingSession,
    together: Path,
    by: list[str],
    months: Collection[date] | None,
    before: Mapping[int, Path],
    new_file: Callable[[], Path],
) -> Iterator[tuple[int, Path]]:
    schema = pq.read_schema(together).remove_metadata()
    rows = session.table([together], schema)
    if months is None:
        years = session.execute(rows.select(year=rows[DAY].year()).distinct())["year"].to_pylist()
    else:
        years = [month.year for month in months]
        rows = rows.filter(_month(rows).isin(sorted(months)))
    for year in sorted(set(years)):
        there = rows.filter(rows[DAY].year() == year)
        if months is not None and year in before:
            old = session.table([before[year]], schema)
            there = ibis.union(there, old.filter(~_month(old).isin(sorted(months))))
        file = new_file()
        session.write(there.order_by(by), file, group_rows=_GROUP_ROWS)
        yield year, file


def _month(rows: ir.Table) -> ir.Value:
    return rows[DAY].truncate("M").cast("date")


def _last_day(month: date) -> date:
    return FiscalCalendar().period_of(month, Grain.MONTH).last_day
