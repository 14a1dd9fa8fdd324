"""A table of text cells with its column names, however the file was written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import duckdb


@dataclass(frozen=True)
class BrokenRow:
    """A row whose cells could not be told apart; ``row`` counts data rows from 1."""

    row: int
    text: str
    reason: str


def _none_broken(_: duckdb.DuckDBPyConnection) -> Sequence[BrokenRow]:
    return ()


@dataclass(frozen=True)
class TextTable:
    """Rows that a DuckDB connection can scan once.

    ``relation`` is SQL for a FROM clause whose columns are ``scan_names`` (VARCHAR, NULL when empty) in the
    order of ``names``. When ``numbered`` it also has ``_row``; otherwise rows come in file order and are
    counted by whoever reads them, and ``broken`` (asked after the scan) lists the rows that were left out.
    """

    names: tuple[str, ...]
    relation: str
    numbered: bool = False
    broken: Callable[[duckdb.DuckDBPyConnection], Sequence[BrokenRow]] = field(default=_none_broken)
    # Rows whose stray quotes were put right before this table was opened.
    mended_rows: int = 0
    # How many rows each row of the file became, when its columns were turned into rows.
    fan_out: int = 1
    # Day zero of bare date serials in a workbook; None where a number is never a date.
    epoch: str | None = None
    # What stands before the decimals of a number.
    decimal: str = "."
    # Whether a cell may hold a spreadsheet's error, such as #REF!, which is never a text.
    errors: bool = False
    # Whether an apostrophe may stand before a text to keep a spreadsheet from running it.
    guarded: bool = False
    # What the file is, where only reading its rows can show that it is damaged.
    reader: str = ""


def quoted(text: str) -> str:
    """``text`` as an SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def scan_name(index: int) -> str:
    """What a scan calls a column of the file; no column of a definition begins with an underscore."""
    return f"_c{index}"


def scan_names(count: int) -> list[str]:
    """The scan names of ``count`` columns."""
    return [scan_name(index) for index in range(count)]
