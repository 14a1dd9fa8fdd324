"""Tables as XLSX: one titled sheet with one marked-up table, as rules for accessible spreadsheets ask."""

from __future__ import annotations

import io
import re
from datetime import date, datetime
from decimal import Decimal

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.table import Table as SheetTable
from openpyxl.worksheet.table import TableStyleInfo
from openpyxl.worksheet.worksheet import Worksheet

from goldenthread.render.spreadsheets import runs_as_formula
from goldenthread.render.tables import Table, Value, filed_rows

_LONGEST_TEXT = 32_767
_NARROWEST, _WIDEST = 10, 60
_NOT_IN_SHEET_NAMES = re.compile(r"[\\/*?:\[\]]")


def xlsx_bytes(table: Table) -> bytes:
    """A workbook: the caption in A1, the note in A2, then the table with its header row.

    Numbers, days and times keep their type. Every text is stored as text, whatever it starts with: no cell is
    a formula.
    """
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    sheet.title = _NOT_IN_SHEET_NAMES.sub(" ", table.caption)[:31].strip("' ") or "Table"
    workbook.properties.title = table.caption
    workbook.properties.creator = "Goldenthread"
    _put(sheet.cell(1, 1), table.caption, Font(bold=True, size=14))
    top = 2
    if table.note:
        _put(sheet.cell(2, 1), table.note)
        top = 3
    rows = filed_rows(table)
    _write_table(sheet, table, rows, top)
    written = io.BytesIO()
    workbook.save(written)
    return written.getvalue()


def _write_table(sheet: Worksheet, table: Table, rows: list[list[Value]], top: int) -> None:
    names = _unique([column.name for column in table.columns])
    for place, (name, column) in enumerate(zip(names, table.columns, strict=True), start=1):
        cell = sheet.cell(top, place)
        _put(cell, name, Font(bold=True))
        cell.alignment = Alignment(wrap_text=True, horizontal="right" if column.number else "left")
        longest = max([len(name), *(len(str(row[place - 1] or "")) for row in rows)])
        sheet.column_dimensions[get_column_letter(place)].width = min(max(longest + 2, _NARROWEST), _WIDEST)
    for down, row in enumerate(rows, start=top + 1):
        for place, value in enumerate(row, start=1):
            _put(sheet.cell(down, place), value)
    sheet.freeze_panes = f"B{top + 1}"
    if rows:
        marked = SheetTable(
            displayName="table_1", ref=f"A{top}:{get_column_letter(len(names))}{top + len(rows)}"
        )
        marked.tableStyleInfo = TableStyleInfo(name="TableStyleLight1", showRowStripes=False)
        sheet.add_table(marked)


def _unique(names: list[str]) -> list[str]:
    """Excel refuses a marked-up table with two equal column names, and one with an empty name."""
    seen: dict[str, int] = {}
    unique: list[str] = []
    for name in names:
        wanted = _legal(name) or "Column"
        count = seen[wanted.casefold()] = seen.get(wanted.casefold(), 0) + 1
        unique.append(wanted if count == 1 else f"{wanted} ({count})")
    return unique


def _put(cell: Cell, value: Value, font: Font | None = None) -> None:
    if isinstance(value, str):
        text = _legal(value)
        cell.value = text
        # openpyxl takes a text that starts with "=" for a formula, and "#N/A" for an error.
        cell.data_type = "s"
        if runs_as_formula(text):
            cell.quotePrefix = True
    elif isinstance(value, datetime):
        # A sheet knows no time zones: the reader gets the clock time as it was handed in.
        cell.value = value.replace(tzinfo=None)
    elif isinstance(value, (int, float, Decimal, date)):
        cell.value = value
    if font:
        cell.font = font


def _legal(text: str) -> str:
    return ILLEGAL_CHARACTERS_RE.sub("\ufffd", text)[:_LONGEST_TEXT]
