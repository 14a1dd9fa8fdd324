"""Looks over the two files of a finished reading and reports what they hold."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from goldenthread.facts.columns import day_of
from goldenthread.facts.intake.headers import Binding, shorten
from goldenthread.facts.intake.report import ACCEPTED, EXAMPLES, PLACES, REJECTS, Example, Reason, Report
from goldenthread.facts.intake.tables import quoted
from goldenthread.facts.sources import SourceDefinition

MAX_REASONS = 100
LONGEST_EXAMPLE = 120


def day_column(definition: SourceDefinition) -> str | None:
    """The stored column that holds the local day of the source's time column."""
    if definition.time is None:
        return None
    dated = definition.columns[definition.time].type == "date"
    return definition.time if dated else day_of(definition.time)


def summarize(
    connection: duckdb.DuckDBPyConnection,
    out: Path,
    definition: SourceDefinition,
    binding: Binding,
    *,
    worker_columns: tuple[str, ...],
    blank_rows: int,
    mended_rows: int,
    skipped_times: int,
    repeated_times: int,
) -> Report:
    """Write places.parquet and return the report; both come from the files, so they cannot disagree with
    them.
    """
    accepted = f"read_parquet({quoted(str(out / ACCEPTED))})"
    rejects = f"read_parquet({quoted(str(out / REJECTS))})"
    day = day_column(definition)
    per_day = []
    if day:
        per_day = connection.execute(
            f'SELECT "{day}", count(*) FROM {accepted} WHERE "{day}" IS NOT NULL GROUP BY ALL ORDER BY ALL'
        ).fetchall()
    kept = pq.ParquetFile(out / ACCEPTED).metadata.num_rows
    refused = connection.execute(f"SELECT count(DISTINCT (row, part)) FROM {rejects}").fetchone()
    _write_places(connection, out, definition, accepted, day)
    return Report(
        rows=kept + (refused[0] if refused else 0),
        accepted=kept,
        rejected=refused[0] if refused else 0,
        blank_rows=blank_rows,
        mended_rows=mended_rows,
        period=(per_day[0][0], per_day[-1][0]) if per_day else None,
        rows_per_day=tuple(per_day),
        reasons=_reasons(connection, rejects),
        worker_columns=worker_columns,
        missing_columns=binding.missing,
        extra_columns=binding.extra,
        skipped_times=skipped_times,
        repeated_times=repeated_times,
    )


def _reasons(connection: duckdb.DuckDBPyConnection, rejects: str) -> tuple[Reason, ...]:
    rows = connection.execute(
        f"SELECT \"column\", reason, count(*), min_by({{'row': row, 'value': value}}, row, {EXAMPLES}) "
        f"FROM {rejects} "
        f'GROUP BY ALL ORDER BY count(*) DESC, "column", reason LIMIT {MAX_REASONS}'
    ).fetchall()
    return tuple(
        Reason(column, reason, count, tuple(Example(one["row"], _readable(one["value"])) for one in examples))
        for column, reason, count, examples in rows
    )


def _readable(value: str | None) -> str | None:
    """A refused value for a report: the rejects hold it whole, and a database takes no NUL."""
    return None if value is None else shorten(value, LONGEST_EXAMPLE)


def _write_places(
    connection: duckdb.DuckDBPyConnection,
    out: Path,
    definition: SourceDefinition,
    accepted: str,
    day: str | None,
) -> None:
    first, last = (f'min("{day}")', f'max("{day}")') if day else ("CAST(NULL AS DATE)", "CAST(NULL AS DATE)")
    parts = [
        f"SELECT '{role}' AS role, CAST(\"{place.column}\" AS VARCHAR) AS id, count(*) AS rows, "
        f'{first} AS first_day, {last} AS last_day FROM {accepted} GROUP BY "{place.column}"'
        for role, place in (("worker", definition.worker), ("unit", definition.unit))
        if place
    ]
    schema = pa.schema(
        [
            ("role", pa.string()),
            ("id", pa.string()),
            ("rows", pa.int64()),
            ("first_day", pa.date32()),
            ("last_day", pa.date32()),
        ]
    )
    found = (
        connection.sql(f"{' UNION ALL '.join(parts)} ORDER BY ALL").to_arrow_table().cast(schema)
        if parts
        else schema.empty_table()
    )
    pq.write_table(found, out / PLACES, compression="zstd")
