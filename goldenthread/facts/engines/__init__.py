"""What the store and the formulas ask of a query engine.

`embedded` answers both and is the default; `spark` answers formulas alone, for when one machine is outgrown.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

import ibis.expr.types as ir
import pyarrow as pa


class Session(Protocol):
    """One conversation with an engine, used by one thread at a time; its tables vanish when it ends."""

    def table(self, files: Sequence[Path], schema: pa.Schema) -> ir.Table:
        """The rows of Parquet files with exactly the columns of `schema`; one that a file lacks is null."""
        ...

    def memory(self, rows: pa.Table) -> ir.Table:
        """Rows from memory as a table of this engine."""
        ...

    def execute(self, rows: ir.Table) -> pa.Table:
        """Run a query and fetch its rows."""
        ...


class WritingSession(Session, Protocol):
    """One that the store writes its files with."""

    def table(self, files: Sequence[Path], schema: pa.Schema, *, file_column: str | None = None) -> ir.Table:
        """As of any session; with `file_column`, that column is added: the path each row came from."""
        ...

    def write(self, rows: ir.Table, path: Path, *, group_rows: int = ...) -> int:
        """Run a query into one new Parquet file of groups of so many rows, without holding its rows in
        memory; the number of rows."""
        ...


class Engine(Protocol):
    """Something that runs Ibis expressions over Parquet files."""

    def session(self) -> AbstractContextManager[Session]:
        """A session of its own; waits while all are in use."""
        ...

    def close(self) -> None: ...


class StoreEngine(Engine, Protocol):
    """An engine that also writes files on this machine."""

    def session(self) -> AbstractContextManager[WritingSession]: ...


class EngineError(Exception):
    """An engine that cannot be asked, as a sentence."""
