"""A table as a file of any kind that a page offers."""

from __future__ import annotations

from enum import StrEnum

from goldenthread.render.csv import csv_bytes
from goldenthread.render.tables import Table


class FileKind(StrEnum):
    """What a file's name ends with."""

    CSV = "csv"
    XLSX = "xlsx"


MEDIA_TYPES = {
    FileKind.CSV: "text/csv; charset=utf-8",
    FileKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def file_bytes(table: Table, kind: FileKind) -> bytes:
    """The same rows in either kind: see ``filed_rows``."""
    if kind is FileKind.CSV:
        return csv_bytes(table)
    # Imported when used: most processes never write a workbook.
    from goldenthread.render.xlsx import xlsx_bytes

    return xlsx_bytes(table)
