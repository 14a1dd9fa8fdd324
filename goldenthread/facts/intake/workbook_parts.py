"""Looks into an .xlsx, .xlsb or .ods for the two things its reader does not tell: error cells and the date
system.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path

from goldenthread.facts.intake import binary_workbook, open_document
from goldenthread.facts.intake.errors import DAMAGED_WORKBOOK, Unreadable

Cells = dict[tuple[int, int], str]
# What comes of parts that are missing, encrypted, cut short or not what their names say.
_BROKEN = (
    *(LookupError, ValueError, RuntimeError, SyntaxError, EOFError),
    *(struct.error, zipfile.BadZipFile, zlib.error),
)

_SHEET = re.compile(rb'<(?:\w+:)?sheet\b[^>]*\br:id="([^"]+)"')
_RELATION = re.compile(rb"<Relationship\b[^>]*>")
_ERROR = re.compile(rb'<c\b(?=[^>]*\bt="e")[^>]*\br="([A-Z]+)(\d+)"[^>]*>.*?<v>([^<]*)</v>', re.DOTALL)


def error_cells(file: Path, sheet: int) -> Cells:
    """The cells of a sheet (from 0) that hold an error, by row and column from 0: ``{(2, 1): "#N/A"}``.

    The reader hands them over as empty, and an error must never pass for "no value". The oldest format, .xls,
    keeps its errors where only its reader looks, and yields nothing here.
    """
    with _Opened(file) as archive:
        if archive is None:
            return {}
        names = archive.namelist()
        if "content.xml" in names:
            return open_document.errors_of(archive, sheet)
        if "xl/workbook.bin" in names:
            relations = list(binary_workbook.sheet_relations(archive.read("xl/workbook.bin")))
            part = _part(archive, "bin", relations, sheet)
            return binary_workbook.errors_of(archive.read(part)) if part else {}
        if "xl/workbook.xml" in names:
            part = _part(archive, "xml", _SHEET.findall(archive.read("xl/workbook.xml")), sheet)
            found = _ERROR.findall(archive.read(part)) if part else []
            return {(int(row) - 1, _column(name.decode())): text.decode() for name, row, text in found}
    return {}


def counts_from_1904(file: Path) -> bool:
    """Whether date serials count from 1904, as in workbooks from old Macs."""
    with _Opened(file) as archive:
        if archive is None or "xl/workbook.xml" not in archive.namelist():
            return False
        return bool(re.search(rb'date1904="(1|true)"', archive.read("xl/workbook.xml")))


class _Opened:
    """The file as a ZIP archive, or None when it is none; Unreadable when its parts are not what they should
    be."""

    def __init__(self, file: Path) -> None:
        self._archive = zipfile.ZipFile(file) if zipfile.is_zipfile(file) else None

    def __enter__(self) -> zipfile.ZipFile | None:
        return self._archive

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if self._archive:
            self._archive.close()
        if isinstance(error, _BROKEN):
            raise Unreadable(DAMAGED_WORKBOOK) from error


def _part(archive: zipfile.ZipFile, kind: str, sheets: Sequence[bytes], sheet: int) -> str | None:
    """The name of the part that holds a sheet, whose relation the workbook names."""
    if sheet >= len(sheets):
        return None
    for relation in _RELATION.findall(archive.read(f"xl/_rels/workbook.{kind}.rels")):
        target = re.search(rb'Target="([^"]+)"', relation)
        if target and b'Id="' + sheets[sheet] + b'"' in relation:
            name = target.group(1).decode().lstrip("/")
            return name if name.startswith("xl/") else f"xl/{name}"
    return None


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
