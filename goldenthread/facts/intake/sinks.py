"""Parquet files written while the next rows are still being read."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Self

import pyarrow as pa
import pyarrow.parquet as pq

# Large enough to scan fast, small enough that one being filled and one being written stay under 200 MB.
ROW_GROUP = 1 << 19
ROW_GROUP_BYTES = 96 << 20


class ParquetSink:
    """Collects batches into row groups and writes them, in order, on a thread of its own.

    Use as a context manager; when the block fails the half-written file is left for the caller to remove.
    """

    def __init__(self, path: Path, schema: pa.Schema, *, dictionary: Sequence[str] = ()) -> None:
        self._schema = schema
        # Row numbers and clock times mostly rise by small steps: as differences they are written faster and
        # smaller.
        steps = [
            one.name
            for one in schema
            if one.name not in dictionary
            and (pa.types.is_timestamp(one.type) or pa.types.is_integer(one.type))
        ]
        self._writer = pq.ParquetWriter(
            path,
            schema,
            compression="zstd",
            use_dictionary=list(dictionary),
            column_encoding=dict.fromkeys(steps, "DELTA_BINARY_PACKED"),
            # The file says what its columns are; that words came numbered is nobody's business.
            store_schema=False,
        )
        self._pool = ThreadPoolExecutor(max_workers=1)
        self._waiting: list[pa.RecordBatch] = []
        self._waiting_rows = self._waiting_bytes = 0
        self._writing: Future[None] | None = None

    def add(self, batch: pa.RecordBatch) -> None:
        """Take a batch; blocks while a full row group waits behind another that is being written."""
        self._waiting.append(batch)
        self._waiting_rows += batch.num_rows
        self._waiting_bytes += batch.nbytes
        if self._waiting_rows >= ROW_GROUP or self._waiting_bytes >= ROW_GROUP_BYTES:
            self._flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if error is None:
                if self._waiting:
                    self._flush()
                if self._writing:
                    self._writing.result()
        finally:
            self._pool.shutdown()
            self._writer.close()

    def _flush(self) -> None:
        if self._writing:
            self._writing.result()
        table = pa.Table.from_batches(self._waiting, self._schema)
        self._waiting, self._waiting_rows, self._waiting_bytes = [], 0, 0
        self._writing = self._pool.submit(self._writer.write_table, table, row_group_size=ROW_GROUP)
