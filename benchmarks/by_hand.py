"""The limits: what an engineer would write in SQL for these very columns, with DuckDB's own defaults."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from string import Template
from typing import Any

import duckdb
import pyarrow as pa

from benchmarks.measures import BenchmarkMeasure
from goldenthread.facts.scope import NOT_ASSIGNED

_SQL = Path(__file__).parent / "sql"


def copy_to_parquet(extract: Path, target: Path) -> int:
    """The extract as a Parquet file; the number of rows."""
    sql = _filled("import.sql", file=_text(extract), target=_text(target))
    with duckdb.connect() as connection:
        return _count(connection, sql)


def _count(connection: duckdb.DuckDBPyConnection, sql: str) -> int:
    found = connection.execute(sql).fetchone()
    assert found is not None
    return int(found[0])


class HandWritten:
    """A connection that knows who was where, and the two ways to ask it for measures."""

    def __init__(self, memberships: pa.Table, closure: pa.Table, files: Sequence[Path]) -> None:
        self._connection = duckdb.connect()
        self._connection.execute("SET enable_progress_bar = false")
        self._files = "[" + ", ".join(_text(file) for file in files) + "]"
        self._connection.register("given_posts", memberships)
        self._connection.register("given_closure", closure)
        self._connection.execute(
            """CREATE TABLE posts AS SELECT worker, unit, coalesce("from", DATE '0001-01-01') AS starts,
            coalesce("to", DATE '9999-12-31') AS ends FROM given_posts"""
        )
        self._connection.execute("CREATE TABLE above AS SELECT unit, ancestor FROM given_closure")

    def single_scan(self, measures: Sequence[BenchmarkMeasure]) -> pa.Table:
        """Both sides of every measure, each a column named by ``side_names``, for all units and months."""
        sides = [side for measure in measures for side in (measure.numerator, measure.denominator)]
        names = side_names(measures)
        sql = _filled(
            "scan.sql",
            tallies=", ".join(f"{side.sql} AS {name}" for side, name in zip(sides, names, strict=True)),
            sums=", ".join(f"sum({name}) AS {name}" for name in names),
            files=self._files,
            not_assigned=_text(NOT_ASSIGNED),
        )
        return self._connection.sql(sql).to_arrow_table()

    def query_each(self, measures: Sequence[BenchmarkMeasure]) -> list[pa.Table]:
        """A query for each of the measures."""
        return [self.single_scan([measure]) for measure in measures]

    def report(
        self, columns: Mapping[str, str], *, unit: str, first: date, last: date
    ) -> list[dict[str, Any]]:
        """The columns of one team for each month (``month``, as text) between two days."""
        sql = _filled(
            "report.sql",
            columns=", ".join(f"{column} AS {name}" for name, column in columns.items()),
            files=self._files,
            unit=_text(unit),
            first=f"DATE {_text(first)}",
            last=f"DATE {_text(last)}",
        )
        rows = self._connection.sql(sql).to_arrow_table().to_pylist()
        return [{**row, "month": row["month"].isoformat()} for row in rows]


def side_names(measures: Sequence[BenchmarkMeasure]) -> list[str]:
    """The columns of ``single_scan``: numerator and denominator of each measure in turn."""
    return [f"{measure.key}__{part}" for measure in measures for part in ("numerator", "denominator")]


def _filled(name: str, **parts: str) -> str:
    return Template((_SQL / name).read_text(encoding="utf-8")).substitute(parts)


def _text(value: object) -> str:
    return "'" + str(value).replace("'", "''") + "'"
