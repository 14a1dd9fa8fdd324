"""Workbooks: entities, depth, sizes that are only claimed, macros, and names that lead elsewhere."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from functools import cache

import openpyxl
import xlwt

from tests.facts.intake.sheets import ods, xlsb
from tests.hostile.archives import zipped
from tests.hostile.files import HEADER, ROW, Hostile

SHEET = "xl/worksheets/sheet1.xml"
BOOK = "xl/workbook.xml"
RELATIONS = "xl/_rels/workbook.xml.rels"
SHAPES = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LAUGHS = (
    b'<!DOCTYPE x [<!ENTITY a0 "ha">'
    + b"".join(b'<!ENTITY a%d "%b">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 11))
    + b"]>"
)
PASSWD = b'<!DOCTYPE x [<!ENTITY a10 SYSTEM "file:///etc/passwd">]>'
FETCHED = b'<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd" [<!ENTITY a10 SYSTEM "http://127.0.0.1:9/">]>'
SPREAD = b'<!DOCTYPE x [<!ENTITY a10 "' + b"x" * 100_000 + b'">]>'


@cache
def book() -> dict[str, bytes]:
    """The parts of a workbook with the header and one row."""
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.append(HEADER.split(","))
    sheet.append(ROW.split(","))
    written = io.BytesIO()
    made.save(written)
    with zipfile.ZipFile(written) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def xlsx(change: Callable[[dict[str, bytes]], dict[str, bytes]]) -> Callable[[], bytes]:
    """The workbook with some of its parts changed or added."""
    return lambda: zipped({**book(), **change(book())})


def _after_declaration(part: bytes, doctype: bytes) -> bytes:
    start = part.find(b"?>") + 2 if part.startswith(b"<?xml") else 0
    return part[:start] + doctype + part[start:]


def _with_entity(doctype: bytes, times: int = 1) -> Callable[[], bytes]:
    return xlsx(
        lambda parts: {
            SHEET: _after_declaration(parts[SHEET], doctype).replace(b"answered", b"&a10;" * times)
        }
    )


def _ods_with(doctype: bytes, times: int = 1) -> bytes:
    parts = _parts(ods([HEADER.split(","), ROW.split(",")]))
    content = _after_declaration(parts["content.xml"], doctype).replace(b"answered", b"&a10;" * times)
    return zipped({**parts, "content.xml": content})


def _ods_replaced(old: bytes, new: bytes) -> bytes:
    parts = _parts(ods([HEADER.split(","), ROW.split(",")]))
    return zipped({**parts, "content.xml": parts["content.xml"].replace(old, new)})


def _parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _in_sheet(before: bytes, more: bytes) -> Callable[[], bytes]:
    return xlsx(lambda parts: {SHEET: parts[SHEET].replace(before, more + before)})


def _cells_at(columns: int) -> bytes:
    made = openpyxl.Workbook(write_only=True)
    sheet = made.create_sheet()
    sheet.append([*HEADER.split(","), *(f"x{number}" for number in range(columns))])
    sheet.append([*ROW.split(","), *range(columns)])
    written = io.BytesIO()
    made.save(written)
    return written.getvalue()


def _sheets(count: int) -> Callable[[], bytes]:
    names = b"".join(b'<sheet name="s%d" sheetId="%d" r:id="rId1"/>' % (n, n + 2) for n in range(count))
    return xlsx(lambda parts: {BOOK: parts[BOOK].replace(b"</sheets>", names + b"</sheets>")})


def _links() -> bytes:
    """Entries whose attributes call them symbolic links, beside the workbook's own."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in book().items():
            archive.writestr(name, content)
        link = zipfile.ZipInfo("xl/link")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    return buffer.getvalue()


def _legacy() -> bytes:
    made = xlwt.Workbook()
    sheet = made.add_sheet("calls")
    for down, row in enumerate((HEADER, ROW)):
        for across, cell in enumerate(row.split(",")):
            sheet.write(down, across, cell)
    written = io.BytesIO()
    made.save(written)
    return written.getvalue()


def _protected() -> bytes:
    return (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(600)
    )


def _cut(content: bytes, part: str, *, at: int) -> bytes:
    parts = _parts(content)
    return zipped({**parts, part: parts[part][:at]})


TABLE = [HEADER.split(","), ROW.split(",")]
DAMAGED = "workbook is damaged"
TYPED = "document type inside"
MACRO = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"Auto_Open Shell calc.exe" * 40
TOO_MUCH = "of memory it may use"

WORKBOOKS = {
    "entities-that-laugh.xlsx": Hostile(_with_entity(LAUGHS), TYPED),
    "entity-of-a-file.xlsx": Hostile(_with_entity(PASSWD), TYPED),
    "entity-of-an-address.xlsx": Hostile(_with_entity(FETCHED), TYPED),
    "entity-spread.xlsx": Hostile(_with_entity(SPREAD, 10_000), TYPED),
    "entities-that-laugh.ods": Hostile(lambda: _ods_with(LAUGHS), TYPED),
    "entity-of-a-file.ods": Hostile(lambda: _ods_with(PASSWD), TYPED),
    "entity-of-an-address.ods": Hostile(lambda: _ods_with(FETCHED), TYPED),
    "entity-spread.ods": Hostile(lambda: _ods_with(SPREAD, 10_000), TYPED),
    "deep.xlsx": Hostile(
        _in_sheet(b"</sheetData>", b"<a>" * 100_000 + b"</a>" * 100_000), rows=1, heavy=True
    ),
    "deep.ods": Hostile(
        lambda: _ods_replaced(b"<text:p>", b"<a>" * 100_000 + b"</a>" * 100_000 + b"<text:p>"),
        says="more than it may",
    ),
    "a-million-rows-that-repeat.ods": Hostile(
        lambda: _ods_replaced(
            b"<table:table-row>", b'<table:table-row table:number-rows-repeated="1048576">'
        ),
        "",
        heavy=True,
    ),
    "errors-that-repeat.ods": Hostile(
        lambda: _ods_replaced(
            b"</table:table>",
            b'<table:table-row table:number-rows-repeated="1000000"><table:table-cell '
            b'table:number-columns-repeated="16000" office:value-type="string" calcext:value-type="error">'
            b"<text:p>#REF!</text:p></table:table-cell></table:table-row></table:table>",
        ),
        "",
        heavy=True,
    ),
    "the-last-cell.xlsx": Hostile(
        _in_sheet(b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
        TOO_MUCH,
        heavy=True,
    ),
    "a-size-only-claimed.xlsx": Hostile(
        xlsx(lambda parts: {SHEET: parts[SHEET].replace(b'ref="A1:E2"', b'ref="A1:XFD1048576"')}),
        rows=1,
        heavy=True,
    ),
    "one-merged-cell.xlsx": Hostile(
        _in_sheet(b"<pageMargins", b'<mergeCells count="1"><mergeCell ref="G1:XFD1048576"/></mergeCells>'),
        rows=1,
        heavy=True,
    ),
    "sixteen-thousand-columns.xlsx": Hostile(lambda: _cells_at(16_300), "columns"),
    "a-hundred-thousand-sheets.xlsx": Hostile(_sheets(100_000), rows=1, heavy=True),
    "sheets-around-each-other.xlsx": Hostile(
        xlsx(lambda parts: {RELATIONS: parts[RELATIONS].replace(b"worksheets/sheet1.xml", b"workbook.xml")}),
        "",
    ),
    "sheet-in-another-folder.xlsx": Hostile(
        xlsx(
            lambda parts: {
                RELATIONS: parts[RELATIONS].replace(b"/xl/worksheets/sheet1.xml", b"../../../etc/passwd")
            }
        ),
        DAMAGED,
    ),
    "sheet-at-an-address.xlsx": Hostile(
        xlsx(
            lambda parts: {
                RELATIONS: parts[RELATIONS].replace(
                    b"/xl/worksheets/sheet1.xml", b"http://127.0.0.1:9/sheet1.xml"
                )
            }
        ),
        DAMAGED,
    ),
    "names-that-lead-out.xlsx": Hostile(
        xlsx(lambda _: {"../../../../tmp/led-out": b"x", "/tmp/led-out": b"x", "..\\..\\led-out": b"x"}),
        rows=1,
    ),
    "links-inside.xlsx": Hostile(_links, rows=1),
    "macros.xlsm": Hostile(xlsx(lambda _: {"xl/vbaProject.bin": MACRO}), rows=1),
    "objects.xlsx": Hostile(xlsx(lambda _: {"xl/embeddings/oleObject1.bin": MACRO}), rows=1),
    "formulas.xlsx": Hostile(
        _in_sheet(
            b"</sheetData>",
            b'<row r="3"><c r="A3"><f>WEBSERVICE("http://127.0.0.1:9/")</f><v>7</v></c></row>',
        ),
        rows=1,
    ),
    "bytes-of-no-encoding.xlsx": Hostile(
        xlsx(lambda parts: {SHEET: parts[SHEET].replace(b"answered", b"\xff\xfe\xc0\xaf")}), ""
    ),
    "numbers-beyond-measure.xlsx": Hostile(
        _in_sheet(
            b"</sheetData>",
            b'<row r="3"><c r="A3"><v>1e999</v></c><c r="B3"><v>-1e-999</v></c>'
            b'<c r="C3"><v>99999999999</v></c></row>',
        ),
        rows=1,
    ),
    "cut-inside.xlsx": Hostile(lambda: _cut(zipped(book()), SHEET, at=200), ""),
    "cut-inside.xlsb": Hostile(lambda: _cut(xlsb(TABLE), "xl/worksheets/sheet1.bin", at=61), ""),
    "records-of-any-length.xlsb": Hostile(
        lambda: zipped({**_parts(xlsb(TABLE)), "xl/worksheets/sheet1.bin": b"\x91\x01\xff\xff\xff\x7f" * 50}),
        "",
    ),
    "no-sheet.xlsb": Hostile(
        lambda: zipped({**_parts(xlsb(TABLE)), "xl/workbook.bin": b"\x9c\x01\x02ab"}), ""
    ),
    "protected.xls": Hostile(_protected, "protected by a password"),
    "letter.xls": Hostile(
        lambda: _legacy().replace("Workbook".encode("utf-16-le"), "WordDocu".encode("utf-16-le")), ""
    ),
    "cut-short.xls": Hostile(lambda: _legacy()[:1200], ""),
    "garbled.xls": Hostile(
        lambda: _legacy()[:600] + bytes(b ^ 0x77 for b in _legacy()[600:2000]) + _legacy()[2000:], ""
    ),
}
