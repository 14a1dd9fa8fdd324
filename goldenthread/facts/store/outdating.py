"""Which rows of single workers are old, by month, and files without them."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from goldenthread.facts.engines import WritingSession
from goldenthread.facts.store.days import time_columns

_FILE, _LAST, _FIRST, _MONTH = "_file", "_last_day", "_first_day", "_month"


@dataclass(frozen=True)
class Aging:
    """What says how old a row is, and of whom.

    It is as old as the last day in any of its time columns. One without a value in a column of ``closing``
    is not over yet, and never old; nor is one without any day.
    """

    worker: str
    closing: frozenset[str] = frozenset()


@dataclass(frozen=True)
class OldMonth:
    """Rows whose last day lies in the month that begins on ``month``: the first day in any of them, and the
    worker ids they name."""

    month: date
    first_day: date
    workers: frozenset[str]


def months_in(
    session: WritingSession, files: Sequence[Path], schema: pa.Schema, aging: Aging, *, before: date
) -> tuple[OldMonth, ...]:
    """The months of rows whose last day lies before ``before``, in order."""
    if not time_columns(schema):
        return ()
    rows = _aged(session.table(files, schema), schema, aging)
    rows = rows.filter(rows[_LAST] < before)
    found = session.execute(
        rows.group_by(_MONTH).aggregate(
            first=rows[_FIRST].min(), workers=rows[aging.worker].cast("string").collect(distinct=True)
        )
    )
    return tuple(
        OldMonth(row[_MONTH], row["first"], frozenset(one for one in row["workers"] or () if one is not None))
        for row in sorted(found.to_pylist(), key=lambda row: row[_MONTH])
    )


def cleaned(
    session: WritingSession, files: Sequence[Path], schema: pa.Schema, aging: Aging, months: Collection[date]
) -> Mapping[Path, Path]:
    """For each file with rows of these months a new one beside it without them, which may be empty."""
    rows = _aged(session.table(files, schema, file_column=_FILE), schema, aging)
    struck = session.execute(rows.filter(rows[_MONTH].isin(sorted(months))).select(_FILE).distinct())
    anew = {}
    for name in sorted(struck[_FILE].to_pylist()):
        old = Path(name)
        rows = _aged(session.table([old], schema), schema, aging)
        stay = rows.filter(~rows[_MONTH].isin(sorted(months)).fill_null(False))
        new = old.with_name(f"rewritten-{uuid.uuid4().hex}.parquet")
        session.write(stay.select(*schema.names), new)
        anew[old] = new
    return anew


def _aged(rows: ir.Table, schema: pa.Schema, aging: Aging) -> ir.Table:
    """``rows`` with their first day, their last, and the month of that."""
    columns = time_columns(schema)
    days = [rows[column] for column in columns.values()]
    last, first = ibis.greatest(*days), ibis.least(*days)
    for column in sorted(columns[name] for name in aging.closing & columns.keys()):
        last = rows[column].notnull().ifelse(last, None)
    return rows.mutate(**{_LAST: last, _FIRST: first, _MONTH: last.truncate("M").cast("date")})
