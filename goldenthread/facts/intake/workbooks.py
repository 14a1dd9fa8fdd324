"""Opens a sheet of a workbook as a table of text cells."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import python_calamine as calamine

from goldenthread.facts.columns import ROW
from goldenthread.facts.intake.errors import DAMAGED_WORKBOOK, PROTECTED, Unreadable
from goldenthread.facts.intake.headers import find_header
from goldenthread.facts.intake.tables import TextTable, scan_names
from goldenthread.facts.intake.workbook_parts import counts_from_1904, error_cells
from goldenthread.facts.sources import FileLayout, SourceDefinition

HEAD_ROWS = 200
BATCH_ROWS = 1 << 14


def open_workbook(
    file: Path,
    layout: FileLayout,
    definition: SourceDefinition | None,
    connection: duckdb.DuckDBPyConnection,
) -> TextTable:
    """The table on the sheet that ``layout`` names, or on the first visible sheet that holds anything."""
    try:
        with calamine.CalamineWorkbook.from_path(file) as book:
            sheet = _sheet(book, layout)
            errors = error_cells(file, book.sheet_names.index(sheet.name))
            grid = _filled(sheet, errors, layout.decimal)
    except calamine.PasswordError as error:
        raise Unreadable(PROTECTED) from error
    except (calamine.CalamineError, calamine.ZipError, calamine.XmlError, OSError) as error:
        raise Unreadable(DAMAGED_WORKBOOK) from error
    except BaseException as error:
        # Its reader is written in Rust, and what stops it has no class to import.
        if type(error).__name__ == "PanicException":
            raise Unreadable(DAMAGED_WORKBOOK) from error
        raise
    head = list(islice(grid, HEAD_ROWS))
    header = find_header([[cell or "" for cell in row] for row in head], layout, definition, merged=True)
    names = header.names
    above = header.skip_rows + header.header_rows

    def batches() -> Iterator[pa.RecordBatch]:
        rows: list[Sequence[str | None]] = []
        numbers: list[int] = []
        for number, row in enumerate(_chain(head[above:], grid), start=1):
            if any(row):
                rows.append(row)
                numbers.append(number)
            if len(rows) == BATCH_ROWS:
                yield _batch(rows, numbers, len(names))
                rows, numbers = [], []
        yield _batch(rows, numbers, len(names))

    schema = _batch([], [], len(names)).schema
    connection.register("workbook_rows", pa.RecordBatchReader.from_batches(schema, batches()))
    return TextTable(
        names, "workbook_rows", numbered=True, epoch=_epoch(file), decimal=layout.decimal, errors=True
    )


def as_text(cell: Any, decimal: str = ".") -> str | None:
    """A cell as its value reads without formatting: 1.0 is "1", a date is ISO, an empty cell is None.

    A number gets the mark before its decimals that the text cells of the table have."""
    if cell is None or cell == "":
        return None
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell).replace(".", decimal)
    if isinstance(cell, dt.datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, dt.date):
        return cell.isoformat()
    if isinstance(cell, dt.timedelta):
        seconds = cell.total_seconds()
        sign, whole = ("-" if seconds < 0 else ""), abs(int(seconds))
        return f"{sign}{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"
    return str(cell).strip() or None


def _sheet(book: calamine.CalamineWorkbook, layout: FileLayout) -> calamine.CalamineSheet:
    names = book.sheet_names
    wanted = layout.sheet
    if isinstance(wanted, int):
        if not 1 <= wanted <= len(names):
            raise Unreadable(f"The source wants sheet {wanted}; the workbook has {len(names)}.")
        return book.get_sheet_by_index(wanted - 1)
    if wanted is not None:
        match = next((name for name in names if name.strip().casefold() == wanted.strip().casefold()), None)
        if match is None:
            raise Unreadable(f"The workbook has no sheet “{wanted}”. Its sheets are {', '.join(names)}.")
        return book.get_sheet_by_name(match)
    for about in book.sheets_metadata:
        visible = about.visible == calamine.SheetVisibleEnum.Visible
        if visible and about.typ == calamine.SheetTypeEnum.WorkSheet:
            sheet = book.get_sheet_by_name(about.name)
            if sheet.height:
                return sheet
    raise Unreadable("The workbook has no visible sheet that holds anything.")


def _filled(
    sheet: calamine.CalamineSheet, errors: Mapping[tuple[int, int], str], decimal: str
) -> Iterator[list[str | None]]:
    """Rows of text; what stands in a merged cell stands in each cell it covers."""
    top, left = sheet.start or (0, 0)
    covers = [
        ((r0 - top, c0 - left), (r1 - top, c1 - left))
        for (r0, c0), (r1, c1) in sheet.merged_cell_ranges or []
    ]
    by_row: dict[int, list[tuple[int, int, tuple[int, int]]]] = {}
    for (r0, c0), (r1, c1) in covers:
        for row in range(r0, min(r1, sheet.height) + 1):
            by_row.setdefault(row, []).append((c0, c1, (r0, c0)))
    corners: dict[tuple[int, int], str | None] = {}
    for number, cells in enumerate(sheet.iter_rows()):
        texts = [as_text(cell, decimal) for cell in cells]
        for index in range(len(texts)) if errors else ():
            texts[index] = errors.get((number + top, index + left), texts[index])
        for first, last, corner in by_row.get(number, ()):
            if corner[0] == number and corner[1] < len(texts):
                corners[corner] = texts[corner[1]]
            for index in range(max(0, first), min(last + 1, len(texts))):
                texts[index] = corners.get(corner)
        yield texts


def _batch(rows: Sequence[Sequence[str | None]], numbers: Sequence[int], width: int) -> pa.RecordBatch:
    arrays = [
        pa.array([row[index] if index < len(row) else None for row in rows], pa.string())
        for index in range(width)
    ]
    return pa.record_batch([*arrays, pa.array(numbers, pa.int64())], names=[*scan_names(width), ROW])


def _chain(
    head: Sequence[Sequence[str | None]], rest: Iterator[list[str | None]]
) -> Iterator[Sequence[str | None]]:
    yield from head
    yield from rest


def _epoch(file: Path) -> str:
    """Day zero of the workbook's date serials."""
    return "1904-01-01" if counts_from_1904(file) else "1899-12-30"
