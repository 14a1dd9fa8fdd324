"""How one batch meets the files of a table: which rows it replaces, and the files that are left.

The state of a table is the fold of its live batches in order; `commit` folds one more in, `undo` folds again
from where the paths part.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from goldenthread.facts.columns import BATCH, ROW
from goldenthread.facts.engines import WritingSession
from goldenthread.facts.store.days import DayRanges, day_column, time_columns
from goldenthread.facts.store.log import Load, Mode

_FILE = "_file"


@dataclass(frozen=True)
class Folded:
    """`files` make up the table after the batch; `written` are those this step wrote."""

    files: tuple[Path, ...]
    written: tuple[Path, ...]
    rows_replaced: int
    touched: dict[str, DayRanges]


def fold(
    session: WritingSession, folder: Path, files: Sequence[Path], load: Load, schema: pa.Schema
) -> Folded:
    """The files of a table after `load` came: its own beside those of `files` it leaves alone.

    A file that holds replaced rows is written again without them; every other file is kept as it is.
    """
    own = [folder / name for name in load.files]
    arriving = session.table(own, schema)
    touched = days_of(session, arriving, schema)
    meets = _meeting(session, arriving, load, schema)
    if meets is None or not files:
        return Folded((*files, *own), (), 0, touched)
    existing = session.table(files, schema, file_column=_FILE)
    hit = session.execute(meets(existing, True).group_by(_FILE).aggregate(rows=lambda rows: rows.count()))
    struck = [Path(file) for file in hit[_FILE].to_pylist()]
    if not struck:
        return Folded((*files, *own), (), 0, touched)
    replaced = days_of(session, meets(session.table(struck, schema), True), schema)
    written = [
        file
        for old in struck
        if (file := _write(session, folder, meets(session.table([old], schema), False))) is not None
    ]
    kept = [file for file in files if file not in set(struck)]
    return Folded(
        files=(*kept, *written, *own),
        written=tuple(written),
        rows_replaced=sum(hit["rows"].to_pylist()),
        touched={column: days | replaced[column] for column, days in touched.items()},
    )


def without_batch(
    session: WritingSession, folder: Path, files: Sequence[Path], batch: int, schema: pa.Schema
) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
    """The files of a table less the rows of one batch, and those of them that were written for it."""
    existing = session.table(files, schema, file_column=_FILE)
    hit = session.execute(existing.filter(existing[BATCH] == batch).select(_FILE).distinct())
    struck = [Path(file) for file in hit[_FILE].to_pylist()]
    written = []
    for old in struck:
        rows = session.table([old], schema)
        if (file := _write(session, folder, rows.filter(rows[BATCH] != batch))) is not None:
            written.append(file)
    return (*(file for file in files if file not in set(struck)), *written), tuple(written)


def difference(
    session: WritingSession, before: Sequence[Path], after: Sequence[Path], schema: pa.Schema
) -> tuple[int, int, dict[str, DayRanges]]:
    """Rows that came, rows that went, and the days of both, between two lists of files.

    A row is known by its batch and its row number, which no other row shares.
    """
    old = session.table(sorted(set(before) - set(after)), schema)
    new = session.table(sorted(set(after) - set(before)), schema)
    identity = [BATCH, ROW]
    came, went = new.anti_join(old, identity), old.anti_join(new, identity)
    gone_days, come_days = days_of(session, went, schema), days_of(session, came, schema)
    touched = {column: days | gone_days[column] for column, days in come_days.items()}
    return _count(session, came), _count(session, went), touched


def days_of(session: WritingSession, rows: ir.Table, schema: pa.Schema) -> dict[str, DayRanges]:
    """For each time column, the days on which `rows` have one."""
    return {
        time: DayRanges.of(
            _present(session.execute(rows.select(day=rows[column]).distinct())["day"].to_pylist())
        )
        for time, column in time_columns(schema).items()
    }


class _ByKey:
    """Rows with the same key; a missing part of a key equals a missing part."""

    def __init__(self, arriving: ir.Table, key: Sequence[str]) -> None:
        self._arriving, self._key = arriving, key

    def __call__(self, rows: ir.Table, replaced: bool) -> ir.Table:
        same = [rows[part].identical_to(self._arriving[part]) for part in self._key]
        return rows.semi_join(self._arriving, same) if replaced else rows.anti_join(self._arriving, same)


class _ByPeriod:
    """Rows whose day lies between the first and the last day that arrive; a row without a day stays."""

    def __init__(self, column: str, first: date, last: date) -> None:
        self._column, self._first, self._last = column, first, last

    def __call__(self, rows: ir.Table, replaced: bool) -> ir.Table:
        inside = rows[self._column].between(self._first, self._last).fill_null(False)
        return rows.filter(inside if replaced else ~inside)


def _meeting(
    session: WritingSession, arriving: ir.Table, load: Load, schema: pa.Schema
) -> _ByKey | _ByPeriod | None:
    if load.mode is Mode.UPSERT:
        return _ByKey(arriving, load.key)
    if load.mode is Mode.REPLACE_PERIOD and load.time is not None:
        column = day_column(load.time, schema)
        span = session.execute(
            arriving.aggregate(first=arriving[column].min(), last=arriving[column].max())
        ).to_pylist()[0]
        if span["first"] is not None:
            return _ByPeriod(column, span["first"], span["last"])
    return None


def _write(session: WritingSession, folder: Path, rows: ir.Table) -> Path | None:
    path = folder / f"rewritten-{uuid.uuid4().hex}.parquet"
    if session.write(rows, path):
        return path
    path.unlink()
    return None


def _count(session: WritingSession, rows: ir.Table) -> int:
    return int(session.execute(rows.aggregate(rows=ibis._.count()))["rows"][0].as_py())


def _present(values: Iterable[date | None]) -> Iterable[date]:
    return (value for value in values if value is not None)
