"""DuckDB inside this process, fed by Ibis. The only file that knows either's connections.

Ibis serves as the compiler alone: its own DuckDB connection breaks with DuckDB 2.0 and calls what DuckDB 1.5
has deprecated. When the pins in pyproject.toml move, this file is the one to look at.
"""

from __future__ import annotations

import contextlib
import functools
import itertools
import weakref
from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb
import ibis
import ibis.expr.operations as ops
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.parquet as pq
from ibis.backends.duckdb import Backend

from goldenthread.facts.engines.spill import SpillFolder


class EmbeddedEngine:
    """An in-memory DuckDB that reads and writes the given folders and nothing else.

    `memory_limit` is DuckDB's, such as "1GB"; beyond it queries spill to a folder that `close` removes, or
    the end of the process, or after a kill the next engine.
    Any number of threads may hold a session each; all share the memory limit and the `threads` workers.
    """

    def __init__(self, folders: Sequence[Path], *, memory_limit: str = "1GB", threads: int = 2) -> None:
        self._spill = SpillFolder()
        self._gone = weakref.finalize(self, self._spill.remove)
        self._connection = duckdb.connect(
            ":memory:", config={"threads": threads, "memory_limit": memory_limit}
        )
        allowed = ", ".join(_text(f"{folder.resolve()}/") for folder in folders)
        for setting in (
            "GLOBAL timezone = 'UTC'",
            "GLOBAL python_enable_replacements = false",
            f"temp_directory = {_text(str(self._spill.path))}",
            f"allowed_directories = [{allowed}]",
            "enable_external_access = false",
            "lock_configuration = true",
        ):
            self._connection.execute(f"SET {setting}")

    @contextlib.contextmanager
    def session(self) -> Iterator[EmbeddedSession]:
        # What a cursor names (views, rows from memory) is its own and goes with it.
        with contextlib.closing(self._connection.cursor()) as cursor:
            yield EmbeddedSession(cursor)

    def close(self) -> None:
        """Ends the engine. No session may be in use."""
        self._connection.close()
        self._gone()

    def __enter__(self) -> EmbeddedEngine:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class EmbeddedSession:
    """One DuckDB cursor; not for two threads at once."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection) -> None:
        self._cursor = cursor
        self._numbers = itertools.count(1)

    def table(self, files: Sequence[Path], schema: pa.Schema, *, file_column: str | None = None) -> ir.Table:
        if not files:
            absent = [] if file_column is None else [pa.field(file_column, pa.string())]
            return self.memory(pa.schema([*schema, *absent]).empty_table())
        found = [set(pq.read_schema(file).names) for file in files]
        present = [field for field in schema if field.name in set.union(*found)]
        # Reading by name opens every footer before the first row, so it is kept for files that differ.
        options = f"union_by_name = {str(any(names != found[0] for names in found)).lower()}"
        selected = [_name(field.name) for field in present]
        if file_column is not None:
            options += ", filename = true"
            selected.append(f"filename AS {_name(file_column)}")
            present.append(pa.field(file_column, pa.string()))
        listing = ", ".join(_text(str(file)) for file in files)
        name = f"facts_{next(self._numbers)}"
        self._cursor.execute(
            f"CREATE TEMP VIEW {name} AS SELECT {', '.join(selected) or 'NULL AS nothing'} "
            f"FROM read_parquet([{listing}], {options})"
        )
        rows = ibis.table(ibis.Schema.from_pyarrow(pa.schema(present)), name=name)
        kinds = ibis.Schema.from_pyarrow(schema)
        columns = {
            column: rows[column] if column in rows.columns else ibis.null(kind)
            for column, kind in kinds.items()
        }
        return rows.select(**columns, **({file_column: rows[file_column]} if file_column else {}))

    def memory(self, rows: pa.Table) -> ir.Table:
        name = f"memory_{next(self._numbers)}"
        self._cursor.register(name, rows)
        return ibis.table(ibis.Schema.from_pyarrow(rows.schema), name=name)

    def execute(self, rows: ir.Table) -> pa.Table:
        with self._interruptible():
            fetched = self._cursor.sql(_sql(rows.op())).to_arrow_table()
        return fetched.cast(rows.schema().to_pyarrow())

    def write(self, rows: ir.Table, path: Path, *, group_rows: int = 122_880) -> int:
        wanted = f"({_sql(rows.op())}) TO {_text(str(path))}"
        options = f"FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {group_rows}"
        with self._interruptible():
            self._cursor.execute(f"COPY {wanted} ({options})")
        return int(pq.read_metadata(path).num_rows)

    @contextlib.contextmanager
    def _interruptible(self) -> Iterator[None]:
        """Ctrl-C during a query is Ctrl-C, and a worker told to end ends: DuckDB raises an error of its own
        for both, and would let a write go on behind it, for which the session's next query waits."""
        try:
            yield
        except RuntimeError as error:
            told = error.__context__
            if not isinstance(told, KeyboardInterrupt | SystemExit):
                raise
            self._cursor.interrupt()
            raise type(told)(*told.args) from error


@functools.lru_cache(maxsize=500)
def _sql(rows: ops.Relation) -> str:
    """What a query says. Compiling takes ten times as long as answering it from a few thousand facts, and
    the same measures are computed after each load; sessions name their tables alike."""
    return str(Backend().compile(rows.to_expr()))


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _name(value: str) -> str:
    return '"' + value.replace('"', '""') + '"'
