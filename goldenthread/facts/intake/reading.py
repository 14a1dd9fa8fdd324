"""Reads one file against its definition: accepted rows and refused cells, each into a Parquet file."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from goldenthread.facts.columns import BATCH, ROW, day_of
from goldenthread.facts.drift import Drift
from goldenthread.facts.intake import summary, zones
from goldenthread.facts.intake.delimited import Mended, MixedBytes, open_text
from goldenthread.facts.intake.drift import drift_of
from goldenthread.facts.intake.errors import Unreadable
from goldenthread.facts.intake.expressions import SQL_TYPES
from goldenthread.facts.intake.files import Kind, recognize, unwrapped
from goldenthread.facts.intake.headers import Binding, bind, lacking
from goldenthread.facts.intake.nested import damaged, open_json_lines, open_parquet
from goldenthread.facts.intake.repairs import repeated_keys, rewritten
from goldenthread.facts.intake.report import ACCEPTED, PLACES, REJECTS, Report
from goldenthread.facts.intake.sinks import ParquetSink
from goldenthread.facts.intake.statement import (
    BLANK_ROW,
    INSTANT,
    KEY,
    REPEATED_HEADER,
    WHY,
    Statement,
    label_of,
    statement,
)
from goldenthread.facts.intake.tables import TextTable
from goldenthread.facts.intake.wide import melted
from goldenthread.facts.intake.workbooks import open_workbook
from goldenthread.facts.sources import FileLayout, SourceDefinition

BATCH_ROWS = 1 << 17
REJECT_SCHEMA = pa.schema(
    [
        ("row", pa.int64()),
        ("column", pa.string()),
        ("value", pa.string()),
        ("reason", pa.string()),
        ("other_row", pa.int64()),
        # Which of the rows that one row of a wide file became; 0 elsewhere.
        ("part", pa.int32()),
    ]
)
_ARROW_TYPES = {
    "VARCHAR": pa.string(),
    "DOUBLE": pa.float64(),
    "BIGINT": pa.int64(),
    "DATE": pa.date32(),
    "TIMESTAMP": pa.timestamp("us", "UTC"),
    "BOOLEAN": pa.bool_(),
}
_NOT_OF_THE_FILE = (duckdb.ParserException, duckdb.BinderException, duckdb.CatalogException)

Progress = Callable[[int], None]


def read(
    file: Path,
    definition: SourceDefinition,
    *,
    out: Path,
    timezone: str,
    batch: int,
    memory: str = "1GB",
    threads: int = 2,
    progress: Progress | None = None,
    received: dt.datetime | None = None,
    unused: Collection[str] = (),
    most_rows: int | None = None,
) -> Report:
    """Type the rows of ``file`` and split them into ``out``/accepted.parquet and ``out``/rejects.parquet.

    Accepted rows keep file order and carry the definition's columns, ``X__day`` (day in ``timezone``, the
    organization's) for each datetime X, ``_batch`` and ``_row``. Rejects have one row per refused cell: row,
    column, value, reason, and the other row where two rows share a key. ``out``/places.parquet counts the
    rows of each worker and unit. ``progress`` is called with the number of rows read so far. ``received`` is
    when the file came: only with it can rows from the future be told, and refused. ``unused`` are headers
    that earlier files had beside those of the definition; more than ``most_rows`` are too many.

    Raises Unreadable, and leaves nothing behind in ``out``, when the file as a whole cannot be loaded.
    """
    out.mkdir(parents=True, exist_ok=True)
    try:
        with tempfile.TemporaryDirectory(dir=out, prefix="scratch-") as scratch:
            job = _Job(
                *(definition, out, timezone, batch, memory, threads, progress, Path(scratch)),
                received=received,
                unused=unused,
                most_rows=most_rows,
            )
            return job.run(file)
    except BaseException:
        for left in (ACCEPTED, REJECTS, PLACES):
            (out / left).unlink(missing_ok=True)
        raise


def stored_schema(definition: SourceDefinition) -> pa.Schema:
    """The Arrow schema of accepted rows."""
    fields = []
    for name, column in definition.columns.items():
        fields.append(pa.field(name, _ARROW_TYPES[SQL_TYPES[column.type]]))
        if column.type == "datetime":
            fields.append(pa.field(day_of(name), pa.date32()))
    return pa.schema([*fields, pa.field(BATCH, pa.int32()), pa.field(ROW, pa.int64())])


def too_many_rows(most: int) -> str:
    """The sentence for a file of more rows than ``most``."""
    return (
        f"The file has more than the {most:,} rows that one extract may bring. Split it, for instance by "
        "month, or ask whoever looks after the server to raise GOLDENTHREAD_MOST_ROWS."
    )


def connect(
    memory: str, threads: int, scratch: Path, *, reading: Path, within: Path
) -> duckdb.DuckDBPyConnection:
    """A connection of its own for one reading, which spills into ``scratch``. It reaches the file that is
    read and what lies within one folder, and nothing else of the machine or the network."""
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute(f"SET threads = {int(threads)}")
    connection.execute("SET memory_limit = ?", [memory])
    connection.execute("SET temp_directory = ?", [str(scratch / "spill")])
    connection.execute("SET enable_progress_bar = false")
    connection.execute("SET autoinstall_known_extensions = false")
    connection.execute("SET autoload_known_extensions = false")
    # Each list of words would become a join, and a file of forty such columns would take all memory there is.
    # What two tests of a cell share would be computed for every cell, also where neither test is made.
    connection.execute("SET disabled_optimizers = 'in_clause,common_subexpressions'")
    # The default lets the scan stop after each megabyte until Python has taken it.
    connection.execute("SET streaming_buffer_size = '64MB'")
    connection.execute("SET python_enable_replacements = false")
    connection.execute("SET allowed_paths = ?", [[str(reading)]])
    connection.execute("SET allowed_directories = ?", [[f"{within}/"]])
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


def open_table(
    file: Path,
    definition: SourceDefinition | None,
    connection: duckdb.DuckDBPyConnection,
    scratch: Path,
    *,
    trusted: bool = True,
) -> TextTable:
    """The table in a file of any kind, recognized by its content."""
    layout = definition.file if definition else FileLayout()
    plain = unwrapped(file, scratch)
    kind = recognize(plain)
    if kind is Kind.WORKBOOK:
        return open_workbook(plain, layout, definition, connection)
    if kind is Kind.PARQUET:
        return open_parquet(plain, connection)
    if kind is Kind.JSON_LINES:
        return open_json_lines(plain, connection)
    return open_text(plain, layout, definition, scratch, trusted=trusted)


@dataclass
class _Tally:
    rows: int = 0
    blank: int = 0
    skipped: int = 0
    repeated: int = 0
    keys: list[np.ndarray] = field(default_factory=list)


@dataclass(frozen=True)
class _Job:
    definition: SourceDefinition
    out: Path
    timezone: str
    batch: int
    memory: str
    threads: int
    progress: Progress | None
    scratch: Path
    received: dt.datetime | None
    unused: Collection[str]
    most_rows: int | None

    def run(self, file: Path) -> Report:
        try:
            return self._attempt(file, trusted=True)
        except (MixedBytes, duckdb.InvalidInputException):
            # Line ends of two kinds, or bytes that stop being UTF-8 far into the file.
            return self._attempt(file, trusted=False)

    def _attempt(self, file: Path, *, trusted: bool, mended: TextTable | None = None) -> Report:
        with connect(self.memory, self.threads, self.scratch, reading=file, within=self.out) as connection:
            table = mended or open_table(file, self.definition, connection, self.scratch, trusted=trusted)
            if self.definition.wide:
                table = melted(table, self.definition)
            binding = bind(self.definition, table.names)
            if sentence := lacking(self.definition, binding, table.names):
                raise Unreadable(sentence, self._drift(table, binding, connection))
            query = statement(self.definition, table, binding, self.timezone, received=self.received)
            tally = _Tally()
            accepted, rejects = self.out / ACCEPTED, self.out / REJECTS
            try:
                with (
                    ParquetSink(accepted, self._numbered_words(), dictionary=self._repetitive()) as good,
                    ParquetSink(rejects, REJECT_SCHEMA, dictionary=["column", "reason"]) as bad,
                ):
                    for batch in connection.execute(query.sql).to_arrow_reader(BATCH_ROWS):
                        self._split(batch, query, table.fan_out, tally, good, bad)
                        if self.progress:
                            self.progress(tally.rows)
                    broken = table.broken(connection)
            except Mended as better:
                return self._attempt(file, trusted=trusted, mended=better.table)
            except duckdb.OutOfMemoryException as error:
                raise Unreadable("The file needs more memory than one reading may take.") from error
            except duckdb.Error as error:
                if not table.reader or isinstance(error, _NOT_OF_THE_FILE) or "No space left" in str(error):
                    raise
                raise damaged(table.reader) from error
            again = repeated_keys(connection, accepted, self.definition, tally.keys)
            if broken or again:
                rewritten(self.out, broken, again, self.definition, scratch=self.scratch)
            report = summary.summarize(
                connection,
                self.out,
                self.definition,
                binding,
                worker_columns=self._worker_columns(binding, table),
                blank_rows=tally.blank,
                mended_rows=table.mended_rows,
                skipped_times=tally.skipped,
                repeated_times=tally.repeated,
            )
            if not (report.rejected or report.missing_columns):
                return report
            return replace(report, drift=self._drift(table, binding, connection))

    def _drift(self, table: TextTable, binding: Binding, connection: duckdb.DuckDBPyConnection) -> Drift:
        return drift_of(self.definition, table, binding, connection, unused=self.unused)

    def _worker_columns(self, binding: Binding, table: TextTable) -> tuple[str, ...]:
        worker = self.definition.worker
        return (label_of(worker.column, binding.indices[worker.column], table),) if worker else ()

    def _split(
        self,
        batch: pa.RecordBatch,
        query: Statement,
        fan_out: int,
        tally: _Tally,
        good: ParquetSink,
        bad: ParquetSink,
    ) -> None:
        count = batch.num_rows
        ordinals = np.arange(tally.rows, tally.rows + count, dtype=np.int64)
        numbers = batch.column(ROW) if ROW in batch.schema.names else pa.array(ordinals // fan_out + 1)
        tally.rows += count
        if self.most_rows is not None and tally.rows > self.most_rows:
            raise Unreadable(too_many_rows(self.most_rows))
        why = batch.column(WHY)
        if why.null_count < count:
            refused = why.is_valid()
            parts = pa.array(ordinals % fan_out).filter(refused)
            bad.add(self._reject_rows(why.filter(refused), numbers.filter(refused), parts, query, tally))
            keep = why.is_null()
            batch, numbers = batch.filter(keep), numbers.filter(keep)
        if KEY in batch.schema.names:
            # A view would keep the whole batch in memory until the last key has been compared.
            tally.keys.append(batch.column(KEY).to_numpy().copy())
        good.add(self._stored(batch, numbers, tally))

    def _stored(self, batch: pa.RecordBatch, numbers: pa.Array, tally: _Tally) -> pa.RecordBatch:
        schema = self._numbered_words()
        arrays: list[pa.Array] = []
        for name, column in self.definition.columns.items():
            if column.type == "datetime":
                instant = (
                    batch.column(f"{name}{INSTANT}") if f"{name}{INSTANT}" in batch.schema.names else None
                )
                arrays += self._utc_and_day(batch.column(name), instant, column.timezone, tally)
            else:
                arrays.append(batch.column(name).cast(schema.field(name).type))
        arrays.append(pa.array(np.full(batch.num_rows, self.batch, np.int32)))
        return pa.RecordBatch.from_arrays([*arrays, numbers], schema=schema)

    def _utc_and_day(
        self, clock: pa.Array, instant: pa.Array | None, named: str | None, tally: _Tally
    ) -> tuple[pa.Array, pa.Array]:
        zone = zones.zone(named or self.definition.timezone or self.timezone)
        here = zones.zone(self.timezone)
        empty = _nulls(clock)
        local = _microseconds(clock)
        # What stands under a null is arbitrary; noon of New Year 1970 is neither skipped nor repeated.
        local = local if empty is None else np.where(empty, zones.DAY // 2, local)
        utc, skipped, repeated = zone.to_utc(local)
        tally.skipped += skipped
        tally.repeated += repeated
        moved = skipped > 0 or zone is not here
        if instant is not None and instant.null_count < len(instant):
            known = instant.is_valid().to_numpy(zero_copy_only=False)
            utc = np.where(known, _microseconds(instant), utc)
            empty, moved = empty & ~known if empty is not None else None, True
        days = zones.days(here.to_local(utc) if moved else local)
        return (
            pa.array(utc, pa.int64(), mask=empty).cast(pa.timestamp("us", "UTC")),
            pa.array(days, pa.int32(), mask=empty).cast(pa.date32()),
        )

    def _reject_rows(
        self, why: pa.Array, numbers: pa.Array, parts: pa.Array, query: Statement, tally: _Tally
    ) -> pa.RecordBatch:
        entries: list[tuple[int, str, str | None, str, None, int]] = []
        rows = zip(numbers.to_pylist(), parts.to_pylist(), why.to_pylist(), strict=True)
        for number, part, faults in rows:
            codes = {fault["code"] for fault in faults}
            if BLANK_ROW in codes:
                tally.blank += 1
                continue
            if REPEATED_HEADER in codes:
                raise Unreadable(
                    f"Row {number:,} repeats the header: the file holds more than one table. "
                    "Split it, one table to a file."
                )
            for fault in faults:
                about = query.faults[fault["code"]]
                entries.append((number, about.column, fault["value"], about.reason, None, part))
        columns = zip(*entries, strict=True) if entries else [()] * len(REJECT_SCHEMA)
        return pa.RecordBatch.from_arrays(
            [pa.array(values, one.type) for values, one in zip(columns, REJECT_SCHEMA, strict=True)],
            schema=REJECT_SCHEMA,
        )

    def _numbered_words(self) -> pa.Schema:
        """The stored schema with listed words as the numbers that the statement gives them: a Parquet file
        keeps them so anyway.
        """
        schema = stored_schema(self.definition)
        numbered = pa.dictionary(pa.int32(), pa.string())
        for name in (name for name, column in self.definition.columns.items() if column.values):
            schema = schema.set(schema.get_field_index(name), pa.field(name, numbered))
        return schema

    def _repetitive(self) -> list[str]:
        """Columns whose values recur, where a dictionary saves space; for ids it only costs time."""
        placed = {place.column for place in (self.definition.worker, self.definition.unit) if place}
        names = [
            name
            for name, column in self.definition.columns.items()
            if column.type in ("category", "date", "yes_no") or column.values or name in placed
        ]
        days = [day_of(name) for name, column in self.definition.columns.items() if column.type == "datetime"]
        return [*names, *days, BATCH]


def _microseconds(times: pa.Array) -> zones.Microseconds:
    plain = times.cast(pa.int64())
    values: zones.Microseconds = (plain.fill_null(0) if plain.null_count else plain).to_numpy()
    return values


def _nulls(times: pa.Array) -> np.ndarray | None:
    return times.is_null().to_numpy(zero_copy_only=False) if times.null_count else None
