"""The refused cells of a batch, with workers under pseudonyms for whoever may not see raw data."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from goldenthread.facts.intake.headers import matching_form
from goldenthread.facts.intake.report import REJECTS
from goldenthread.facts.sources import AnyOf, Column
from goldenthread.jobs.extracts.importing import folder_of
from goldenthread.record.access.pseudonyms import pseudonym
from goldenthread.record.audit.actions import record_look
from goldenthread.record.audit.actor import Actor
from goldenthread.record.audit.enums import Action
from goldenthread.record.sources import queries
from goldenthread.record.sources.models import Batch

HIDDEN_ROW = "hidden: a whole row may name its worker"
WORKERS, REFUSED_UNMASKED, ORIGINAL = "worker", "rejects unmasked", "original"
"""What the audit log calls the looks at a batch by which somebody may learn who its workers are."""

_ROWS_AT_ONCE = 8192

Mask = Callable[[str, str | None], str | None]


@dataclass(frozen=True)
class RefusedCell:
    """One refused cell: the data row (from 1), the column as the file calls it ("" for the row as a whole),
    what stood there, what was wanted, and the row that has the same key, if any."""

    row: int
    column: str
    value: str | None
    reason: str
    other_row: int | None


def mask_of(batch: Batch, *, raw: bool) -> Mask:
    """What may be shown of a refused value, asked with the column as the file calls it.

    With ``raw`` everything; else a worker's id is its pseudonym, alone or in a key, and a row that could not
    be taken apart is not quoted. A column names workers when it did as the file was read, or does by now.
    """
    definition = queries.definition_of(batch.source)
    labels = list(batch.report.get("worker_columns", ()))
    if definition.worker:
        labels += column_labels(definition.worker.column, definition.columns[definition.worker.column])
    if raw or not labels:
        return lambda _column, value: value
    names = set(map(matching_form, labels))

    def masked(column: str, value: str | None) -> str | None:
        if value is None:
            return None
        if not column:
            return HIDDEN_ROW
        parts = {matching_form(part) for part in (column, *column.split(" and "))}
        return pseudonym(value) if parts & names else value

    return masked


def column_labels(name: str, column: Column) -> list[str]:
    """Everything a file may call a column: its own name, and those it is read from."""
    read_from = column.from_
    if isinstance(read_from, AnyOf):
        return [name, *read_from.any]
    if isinstance(read_from, tuple):
        return [name, " ".join(read_from), *read_from]
    return [name, *([read_from] if read_from else [])]


def first_refused(batch: Batch, *, at_most: int, raw: bool) -> tuple[RefusedCell, ...]:
    """The refused cells that come first in the file."""
    file = _rejects(batch)
    if file is None:
        return ()
    first: pa.Table | None = None
    for piece in pq.ParquetFile(file).iter_batches(_ROWS_AT_ONCE):
        rows = pa.Table.from_batches([piece])
        rows = rows if first is None else pa.concat_tables([first, rows])
        keep = pc.select_k_unstable(rows, at_most, [("row", "ascending"), ("column", "ascending")])
        first = rows.take(keep)
    return tuple(_cells(first, mask_of(batch, raw=raw))) if first else ()


def export_refused(
    batch: Batch, *, raw: bool, why: str = "", by: Actor, now: datetime
) -> Iterator[RefusedCell]:
    """Every refused cell, to be taken away as a file; that it was taken is in the audit log, and for which
    purpose when it names workers."""
    _note(batch, Action.EXPORTED, REFUSED_UNMASKED if raw else "rejects", why=why, by=by, now=now)
    return refused_cells(batch, raw=raw)


def note_look(batch: Batch, *, why: str, by: Actor, now: datetime) -> None:
    """Write down that somebody saw workers of a batch by their own ids, and for which purpose."""
    _note(batch, Action.VIEWED, WORKERS, why=why, by=by, now=now)


def original_of(batch: Batch, *, why: str, by: Actor, now: datetime) -> Path | None:
    """The file as it was received, for whoever may see raw data; that it was taken is in the audit log, and
    for which purpose."""
    file = folder_of(batch) / "original"
    if not file.exists():
        return None
    _note(batch, Action.EXPORTED, ORIGINAL, why=why, by=by, now=now)
    return file


def _note(batch: Batch, action: Action, field: str, *, why: str, by: Actor, now: datetime) -> None:
    record_look(by=by, action=action, kind="batch", object_id=batch.pk, fields=(field,), reason=why, now=now)


def refused_cells(batch: Batch, *, raw: bool) -> Iterator[RefusedCell]:
    """Every refused cell, never all in memory; for the product's own counting."""
    mask = mask_of(batch, raw=raw)
    file = _rejects(batch)
    pieces = pq.ParquetFile(file).iter_batches(_ROWS_AT_ONCE) if file else ()
    return (cell for piece in pieces for cell in _cells(pa.Table.from_batches([piece]), mask))


def _cells(rows: pa.Table, mask: Mask) -> Iterator[RefusedCell]:
    for row in rows.to_pylist():
        column = row["column"] or ""
        yield RefusedCell(row["row"], column, mask(column, row["value"]), row["reason"], row.get("other_row"))


def _rejects(batch: Batch) -> Path | None:
    """The file of refused cells; None once the batch was discarded, or when it was never read."""
    file = folder_of(batch) / "read" / REJECTS
    return file if file.exists() else None
