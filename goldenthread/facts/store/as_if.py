"""What a table would hold if a batch came, without the batch coming."""

from __future__ import annotations

import contextlib
import shutil
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from deltalake import Schema

from goldenthread.facts.engines import StoreEngine
from goldenthread.facts.store.folding import fold
from goldenthread.facts.store.log import Load, Mode
from goldenthread.facts.store.table import FactTable

_NO_BATCH = 0


@dataclass(frozen=True)
class AsIf:
    """The files there would be, and their columns."""

    files: tuple[Path, ...]
    schema: pa.Schema


@contextlib.contextmanager
def as_if_loaded(
    table: FactTable,
    staged: Path,
    engine: StoreEngine,
    *,
    mode: Mode,
    key: Sequence[str] = (),
    time: str | None = None,
) -> Iterator[AsIf]:
    """The newest version of a table that exists, with a staged file folded in as ``commit`` would.

    No version lists what is written for it, so nobody else sees it. It goes when the block ends; after a
    crash, ``FactTable.sweep`` removes it.
    """
    arriving = pa.schema(Schema.from_arrow(pq.read_schema(staged).remove_metadata()).to_arrow())
    held = table.schema()
    schema = pa.schema([*held, *(field for field in arriving if field.name not in held.names)])
    # The engine reads no file outside the store.
    own = table.folder / f"as-if-{uuid.uuid4().hex}.parquet"
    written: tuple[Path, ...] = ()
    try:
        shutil.copyfile(staged, own)
        load = Load(_NO_BATCH, mode, tuple(key), time, (own.name,))
        with engine.session() as session:
            folded = fold(session, table.folder, table.files(), load, schema)
        written = folded.written
        yield AsIf(folded.files, schema)
    finally:
        for file in (own, *written):
            file.unlink(missing_ok=True)
