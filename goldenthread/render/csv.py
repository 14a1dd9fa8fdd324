"""Tables as CSV (RFC 4180)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from itertools import chain

from goldenthread.render.spreadsheets import guarded
from goldenthread.render.tables import Table, Value, filed_rows

BYTE_ORDER_MARK = "\ufeff"


def csv_bytes(table: Table) -> bytes:
    """The table with a header row, in UTF-8 with a byte order mark: without one Excel guesses."""
    return "".join(csv_lines([column.name for column in table.columns], filed_rows(table))).encode()


def csv_lines(header: Iterable[str], rows: Iterable[Iterable[Value]]) -> Iterator[str]:
    """The same line by line, for rows that should not all be in memory.

    Each text stands in quotes: where a semicolon separates, one without quotes would start a cell, and so a
    formula, of its own. A text that would run as a formula gets an apostrophe before it, which our own intake
    takes away again. Numbers are written
    bare, days and times as ISO 8601.
    """
    line = io.StringIO()
    writer = csv.writer(line, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    yield BYTE_ORDER_MARK
    for values in chain([header], rows):
        writer.writerow([_written(value) for value in values])
        yield _taken(line)


def _written(value: Value) -> str | int | float | Decimal:
    if value is None:
        return ""
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return guarded(value) if isinstance(value, str) else value


def _taken(line: io.StringIO) -> str:
    text = line.getvalue()
    line.seek(0)
    line.truncate()
    return text
