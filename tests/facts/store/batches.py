"""Batches of rows as intake stages them."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

Stage = Callable[[int, Sequence[dict[str, Any]]], Path]

COLUMNS = pa.schema(
    [
        ("id", pa.string()),
        ("on", pa.date32()),
        ("value", pa.float64()),
        ("_batch", pa.int64()),
        ("_row", pa.int64()),
    ]
)


def stager(folder: Path) -> Stage:
    numbers = itertools.count()

    def write(batch: int, rows: Sequence[dict[str, Any]]) -> Path:
        extra = [name for row in rows for name in row if name not in COLUMNS.names]
        schema = pa.schema([*COLUMNS, *((name, pa.string()) for name in dict.fromkeys(extra))])
        full = [{**row, "_batch": batch, "_row": number} for number, row in enumerate(rows, 1)]
        path = folder / f"staged-{next(numbers)}.parquet"
        pq.write_table(pa.Table.from_pylist(full, schema=schema), path, compression="zstd")
        return path

    return write


def row(key: str, day: int | None = 1, value: float = 1.0, **more: str) -> dict[str, Any]:
    return {"id": key, "on": None if day is None else date(2026, 1, day), "value": value, **more}
