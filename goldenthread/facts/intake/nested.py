"""Opens Parquet and JSON Lines as tables of text, through DuckDB's own readers."""

from __future__ import annotations

from pathlib import Path

import duckdb

from goldenthread.facts.intake.errors import Unreadable
from goldenthread.facts.intake.headers import header_names
from goldenthread.facts.intake.tables import TextTable, quoted, scan_name

# A few bytes can stand for any number of equal rows; real extracts keep well below both.
MAX_ROWS_IN_FEW_BYTES = 10_000_000
MAX_ROWS_A_BYTE = 100


def open_parquet(file: Path, connection: duckdb.DuckDBPyConnection) -> TextTable:
    """The columns of a Parquet file, each value as text; lists and structures become JSON text.

    Raises Unreadable when it is damaged, or holds more rows than its size can account for.
    """
    try:
        (rows,) = connection.execute(
            f"SELECT num_rows FROM parquet_file_metadata({quoted(str(file))})"
        ).fetchone() or (0,)
    except duckdb.Error as error:
        raise damaged("Parquet") from error
    if rows > MAX_ROWS_IN_FEW_BYTES and rows > MAX_ROWS_A_BYTE * file.stat().st_size:
        raise Unreadable(
            f"The Parquet file holds {rows:,} rows in {file.stat().st_size:,} bytes, which no real extract "
            "does. Ask for the extract to be sent again, or send it as CSV."
        )
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
        raise damaged(what) from error
    names = [row[0] for row in described]
    cells = ", ".join(
        f"nullif(CAST({cell.format(_identifier(name))} AS VARCHAR), '') AS {scan_name(index)}"
        for index, name in enumerate(names)
    )
    return TextTable(header_names([names], len(names)), f"(SELECT {cells} FROM {scan})", reader=what)


def damaged(what: str) -> Unreadable:
    """Why a file of this kind is refused that its reader gives up on. What the reader says of it is left out:
    it names places of this machine."""
    return Unreadable(f"The {what} file is damaged. Ask for the extract to be sent again.")


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
