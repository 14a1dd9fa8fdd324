"""Second looks that few files need: rows that share a key, and row numbers past rows that could not be
read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from goldenthread.facts.columns import ROW
from goldenthread.facts.intake.report import ACCEPTED, REJECTS
from goldenthread.facts.intake.sinks import ParquetSink
from goldenthread.facts.intake.tables import BrokenRow, quoted
from goldenthread.facts.sources import SourceDefinition

REPEATED_KEY = "wanted a key that no earlier row of the file has"
_BATCH_ROWS = 1 << 17

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class RepeatedKey:
    """A row whose key an earlier row has too; ``position`` counts accepted rows from 0."""

    position: int
    row: int
    first_row: int
    key: str


def repeated_keys(
    connection: duckdb.DuckDBPyConnection,
    accepted: Path,
    definition: SourceDefinition,
    hashes: Sequence[npt.NDArray[np.uint64]],
) -> list[RepeatedKey]:
    """Rows of the accepted file that repeat the key of an earlier one.

    ``hashes`` are 64-bit hashes of the keys, in file order. Sorting them finds the few that may be equal;
    only those
    keys are then compared as they are.
    """
    if not hashes:
        return []
    every = np.concatenate(hashes)
    ordered = np.sort(every)
    suspects = np.unique(ordered[1:][ordered[1:] == ordered[:-1]])
    if not len(suspects):
        return []
    positions = np.flatnonzero(np.isin(every, suspects))
    connection.register("suspects", pa.table({"position": positions}))
    keys = ", ".join(f'"{name}"' for name in definition.key)
    found = connection.execute(
        f"SELECT position, {ROW}, first_row, shown FROM ("
        f"SELECT position, {ROW}, row_number() OVER one AS nth, first({ROW}) OVER one AS first_row, "
        f"concat_ws(' ', {keys}) AS shown "
        f"FROM read_parquet({quoted(str(accepted))}, file_row_number=true) "
        "JOIN suspects ON file_row_number = position "
        f"WINDOW one AS (PARTITION BY {keys} ORDER BY position)) WHERE nth > 1 ORDER BY position"
    ).fetchall()
    return [RepeatedKey(*row) for row in found]


def rewritten(
    out: Path,
    broken: Sequence[BrokenRow],
    again: Sequence[RepeatedKey],
    definition: SourceDefinition,
    *,
    scratch: Path,
) -> None:
    """Write both files once more: without rows that repeat a key, with broken rows counted and listed. What
    is half written lies in ``scratch``."""
    gaps = np.array(sorted(one.row for one in broken), np.int64)
    # The k-th broken row (from 0) stands in front of the readable row that was counted as its number minus k.
    before = gaps - np.arange(len(gaps))

    def renumbered(numbers: Numbers) -> Numbers:
        return numbers + np.searchsorted(before, numbers, side="right")

    dropped = np.array([one.position for one in again], np.int64)
    _copy(out / ACCEPTED, ROW, renumbered, scratch, drop=dropped)
    label = " and ".join(_label(name, definition) for name in definition.key)
    repeats = renumbered(np.array([[one.row, one.first_row] for one in again], np.int64).reshape(-1, 2))
    # A part of its own per position keeps rows of a wide file apart when refused rows are counted.
    extra = [(one.row, "", one.text, one.reason, None, 0) for one in broken] + [
        (int(row), label, one.key, REPEATED_KEY, int(first), -1 - one.position)
        for one, (row, first) in zip(again, repeats, strict=True)
    ]
    _copy(out / REJECTS, "row", renumbered, scratch, extra=extra)


def _copy(
    path: Path,
    number: str,
    renumbered: Callable[[Numbers], Numbers],
    scratch: Path,
    *,
    drop: Numbers | None = None,
    extra: Sequence[tuple[object, ...]] = (),
) -> None:
    target = scratch / path.name
    with pq.ParquetFile(path) as source:
        schema = source.schema_arrow
        place = schema.get_field_index(number)
        repetitive = [
            one.name for one in schema if pa.types.is_date(one.type) or one.name in ("column", "reason")
        ]
        with ParquetSink(target, schema, dictionary=repetitive) as sink:
            seen = 0
            for batch in source.iter_batches(_BATCH_ROWS):
                keep = np.ones(batch.num_rows, bool)
                if drop is not None:
                    first, last = np.searchsorted(drop, [seen, seen + batch.num_rows])
                    keep[drop[first:last] - seen] = False
                seen += batch.num_rows
                numbers = renumbered(batch.column(number).to_numpy())
                sink.add(
                    batch.set_column(place, schema.field(number), pa.array(numbers)).filter(pa.array(keep))
                )
            if extra:
                columns = zip(*extra, strict=True)
                arrays = [pa.array(values, one.type) for values, one in zip(columns, schema, strict=True)]
                sink.add(pa.RecordBatch.from_arrays(arrays, schema=schema))
    target.replace(path)


def _label(name: str, definition: SourceDefinition) -> str:
    source = definition.columns[name].from_
    return source if isinstance(source, str) else name
