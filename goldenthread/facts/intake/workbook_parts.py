"""Looks into the XML of an .xlsx for the two things its reader does not tell: error cells and the date
system.
"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

_SHEET = re.compile(rb'<(?:\w+:)?sheet\b[^>]*\br:id="([^"]+)"')
_RELATION = re.compile(rb"<Relationship\b[^>]*>")
_ERROR = re.compile(rb'<c\b(?=[^>]*\bt="e")[^>]*\br="([A-Z]+)(\d+)"[^>]*>.*?<v>([^<]*)</v>', re.DOTALL)


def error_cells(file: Path, sheet: int) -> dict[tuple[int, int], str]:
    """The cells of a sheet (from 0) that hold an error, by row and column from 0: ``{(2, 1): "#N/A"}``.

    The reader hands them over as empty, and an error must never pass for "no value". Formats other than
    .xlsx keep their errors elsewhere and yield nothing here.
    """
    with _Opened(file) as archive:
        if archive is None or "xl/workbook.xml" not in archive.namelist():
            return {}
        sheets = _SHEET.findall(archive.read("xl/workbook.xml"))
        relations = archive.read("xl/_rels/workbook.xml.rels")
        if sheet >= len(sheets):
            return {}
        for relation in _RELATION.findall(relations):
            if b'Id="' + sheets[sheet] + b'"' in relation:
                target = re.search(rb'Target="([^"]+)"', relation)
                if target is None:
                    return {}
                name = target.group(1).decode().lstrip("/")
                content = archive.read(name if name.startswith("xl/") else f"xl/{name}")
                return {
                    (int(row) - 1, _column(letters.decode())): text.decode()
                    for letters, row, text in _ERROR.findall(content)
                }
    return {}


def counts_from_1904(file: Path) -> bool:
    """Whether date serials count from 1904, as in workbooks from old Macs."""
    with _Opened(file) as archive:
        if archive is None or "xl/workbook.xml" not in archive.namelist():
            return False
        return bool(re.search(rb'date1904="(1|true)"', archive.read("xl/workbook.xml")))


class _Opened:
    """The file as a ZIP archive, or None when it is none."""

    def __init__(self, file: Path) -> None:
        self._archive = zipfile.ZipFile(file) if zipfile.is_zipfile(file) else None

    def __enter__(self) -> zipfile.ZipFile | None:
        return self._archive

    def __exit__(self, *_: object) -> None:
        if self._archive:
            self._archive.close()


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
