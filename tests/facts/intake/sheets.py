"""Writes the workbooks that no library here writes: .ods and .xlsb with a table and its error cells."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from xml.sax.saxutils import escape

_NAMES = "urn:oasis:names:tc:opendocument:xmlns"
_CALC = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_CODES = {"#REF!": 0x17, "#N/A": 0x2A, "#DIV/0!": 0x07}


@dataclass(frozen=True)
class Failed:
    """A cell whose formula failed."""

    shown: str


Cell = str | float | Failed | None


def ods(rows: Sequence[Sequence[Cell]]) -> bytes:
    """As LibreOffice writes it: cells, and rows, that repeat are written once with their number."""
    lines = "".join(
        f"<table:table-row{_repeated('rows', same)}>{_ods_row(row)}</table:table-row>"
        for row, same in groupby(rows)
    )
    spaces = " ".join(f'xmlns:{name}="{_NAMES}:{name}:1.0"' for name in ("office", "table", "text"))
    content = (
        f'<?xml version="1.0"?><office:document-content {spaces} xmlns:calcext="{_CALC}">'
        f'<office:body><office:spreadsheet><table:table table:name="Sheet1">{lines}'
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    manifest = f'<manifest:manifest xmlns:manifest="{_NAMES}:manifest:1.0"></manifest:manifest>'
    return _zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": manifest,
            "content.xml": content,
        }
    )


def xlsb(rows: Sequence[Sequence[Cell]]) -> bytes:
    """As Excel writes it, with nothing but the cells."""
    book = _record(131) + _record(143)
    book += _record(156, struct.pack("<II", 0, 1) + _wide("rId1") + _wide("Sheet1"))
    book += _record(144) + _record(132)
    width = max(map(len, rows))
    sheet = _record(129) + _record(148, struct.pack("<IIII", 0, len(rows) - 1, 0, width - 1)) + _record(145)
    for number, row in enumerate(rows):
        sheet += _record(0, struct.pack("<IIHBBBI", number, 0, 300, 0, 0, 0, 0))
        sheet += b"".join(_xlsb_cell(column, cell) for column, cell in enumerate(row))
    sheet += _record(146) + _record(130)
    relation = f'Type="{_OFFICE}/{{}}" Target="{{}}"'
    return _zipped(
        {
            "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"></Types>',
            "_rels/.rels": _relations(relation.format("officeDocument", "xl/workbook.bin")),
            "xl/_rels/workbook.bin.rels": _relations(relation.format("worksheet", "worksheets/sheet1.bin")),
            "xl/workbook.bin": book,
            "xl/worksheets/sheet1.bin": sheet,
        }
    )


def _ods_row(row: Sequence[Cell]) -> str:
    return "".join(_ods_cell(cell, _repeated("columns", same)) for cell, same in groupby(row))


def _repeated(what: str, same: Iterable[object]) -> str:
    count = len(list(same))
    return f' table:number-{what}-repeated="{count}"' if count > 1 else ""


def _ods_cell(cell: Cell, repeated: str) -> str:
    if isinstance(cell, Failed):
        kind = 'office:value-type="string" office:string-value="" calcext:value-type="error"'
        return f"<table:table-cell{repeated} {kind}><text:p>{escape(cell.shown)}</text:p></table:table-cell>"
    if isinstance(cell, float):
        return f'<table:table-cell{repeated} office:value-type="float" office:value="{cell}"/>'
    if cell is None:
        return f"<table:table-cell{repeated}/>"
    text = f"<text:p>{escape(cell)}</text:p>"
    return f'<table:table-cell{repeated} office:value-type="string">{text}</table:table-cell>'


def _xlsb_cell(column: int, cell: Cell) -> bytes:
    place = struct.pack("<II", column, 0)
    if isinstance(cell, Failed):
        return _record(3, place + bytes([_CODES[cell.shown]]))
    if isinstance(cell, float):
        return _record(5, place + struct.pack("<d", cell))
    return b"" if cell is None else _record(6, place + _wide(cell))


def _record(kind: int, content: bytes = b"") -> bytes:
    return _seven_bits(kind) + _seven_bits(len(content)) + content


def _seven_bits(number: int) -> bytes:
    low, rest = number & 0x7F, number >> 7
    return bytes([low | 0x80]) + _seven_bits(rest) if rest else bytes([low])


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def _relations(one: str) -> str:
    return f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" {one}/></Relationships>'


def _zipped(parts: dict[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()
