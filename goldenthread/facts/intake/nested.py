"""Opens Parquet and JSON Lines as tables of text, through DuckDB's own readers."""

from __future__ import annotations

from pathlib import Path

import duckdb

from goldenthread.facts.intake.errors import Unreadable
from goldenthread.facts.intake.headers import header_names
from goldenthread.facts.intake.tables import TextTable, quoted, scan_name


def open_parquet(file: Path, connection: duckdb.DuckDBPyConnection) -> TextTable:
    """The columns of a Parquet file, each value as text; lists and structures become JSON text."""
    return _opened(f"read_parquet({quoted(str(file))})", connection, "Parquet", "{}")


def open_json_lines(file: Path, connection: duckdb.DuckDBPyConnection) -> TextTable:
    """One row per JSON object, one column per key found anywhere in the file; nested values stay JSON
    text.
    """
    scan = (
        f"read_json({quoted(str(file))}, format='newline_delimited', maximum_depth=1, sample_size=-1, "
        "maximum_object_size=4194304)"
    )
    return _opened(scan, connection, "JSON Lines", "({} ->> '$')")


def _opened(scan: str, connection: duckdb.DuckDBPyConnection, what: str, cell: str) -> TextTable:
    try:
        described = connection.execute(f"DESCRIBE SELECT * FROM {scan}").fetchall()
    except duckdb.Error as error:
        raise Unreadable(
            f"The {what} file is damaged: {str(error).splitlines()[0]}. Ask for the extract to be sent again."
        ) from error
    names = [row[0] for row in described]
    cells = ", ".join(
        f"nullif(CAST({cell.format(_identifier(name))} AS VARCHAR), '') AS {scan_name(index)}"
        for index, name in enumerate(names)
    )
    return TextTable(header_names([names], len(names)), f"(SELECT {cells} FROM {scan})")


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
