"""Finds the error cells of an .ods, which its reader hands over as empty text."""

from __future__ import annotations

import zipfile

from defusedxml.ElementTree import iterparse

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_CALC_TYPE = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}value-type"
_UNNAMED = "#VALUE!"


def errors_of(archive: zipfile.ZipFile, sheet: int) -> dict[tuple[int, int], str]:
    """The error cells of a sheet (from 0), by row and column from 0."""
    found: dict[tuple[int, int], str] = {}
    table = row = column = -1
    repeated_rows = 1
    with archive.open("content.xml") as content:
        for event, element in iterparse(content, events=("start", "end"), forbid_dtd=True):
            if event == "start" and element.tag == f"{_TABLE}table":
                table, row, repeated_rows = table + 1, -1, 1
            elif event == "start" and element.tag == f"{_TABLE}table-row":
                row, column = row + repeated_rows, 0
                repeated_rows = int(element.get(f"{_TABLE}number-rows-repeated", 1))
            elif event == "end" and element.tag in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
                width = int(element.get(f"{_TABLE}number-columns-repeated", 1))
                if table == sheet and element.get(_CALC_TYPE) == "error":
                    text = "".join(element.itertext()) or _UNNAMED
                    found |= {
                        (row + below, column + beside): text
                        for below in range(repeated_rows)
                        for beside in range(width)
                    }
                column += width
                element.clear()
            elif event == "end" and element.tag == f"{_TABLE}table-row":
                element.clear()
    return found
