"""Archives: what unpacks to more than it says, and what is no workbook."""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
import zlib

from tests.hostile.files import PLAIN, Hostile

TYPES = "[Content_Types].xml"
MEGABYTE = 1 << 20


def zipped(parts: dict[str, bytes], *, level: int = 9) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def _nested(depth: int) -> bytes:
    inner = zipped({"a": bytes(MEGABYTE)})
    for _ in range(depth):
        inner = zipped({f"{number}.zip": inner for number in range(8)})
    return inner


def _listing(name: bytes, *, times: int, claims: int) -> bytes:
    """An archive of one deflated entry that its directory names again and again, as Fifield's bomb does."""
    packed = zlib.compress(bytes(claims), 9)[2:-4]
    sizes = struct.pack("<III", zlib.crc32(bytes(claims)), len(packed), claims)
    local = b"PK\x03\x04" + struct.pack("<HHHHH", 20, 0, 8, 0, 33) + sizes
    local += struct.pack("<HH", len(name), 0) + name + packed
    record = b"PK\x01\x02" + struct.pack("<HHHHHH", 20, 20, 0, 8, 0, 33) + sizes
    record += struct.pack("<HHHHHII", len(name), 0, 0, 0, 0, 0, 0) + name
    directory = record * times
    most = min(times, 0xFFFF)
    end = struct.pack("<HHHHIIH", 0, 0, most, most, len(directory), len(local), 0)
    return local + directory + b"PK\x05\x06" + end


def _understated() -> bytes:
    """A workbook whose sheet says that it unpacks to a kilobyte, and unpacks to 40 MB."""
    content = zipped({TYPES: b"<Types/>", "xl/workbook.xml": bytes(40 * MEGABYTE)})
    return content.replace(struct.pack("<I", 40 * MEGABYTE), struct.pack("<I", 1024))


def _encrypted() -> bytes:
    """A workbook each of whose entries says that it needs a password."""
    content = bytearray(zipped({TYPES: b"<Types/>", "xl/workbook.xml": b"<workbook/>"}))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(mark)
        while at >= 0:
            content[at + place] |= 1
            at = content.find(mark, at + 4)
    return bytes(content)


DAMAGED = "workbook is damaged"
ARCHIVE = "This is a ZIP archive, not a workbook"
TOO_LARGE = "more than it may"
GREW = "unpacks to more than 100 times its size"
NO_TABLE = "neither text nor a workbook"

ARCHIVES = {
    "sheet-of-spaces.xlsx": Hostile(
        lambda: zipped({TYPES: b"", "xl/worksheets/sheet1.xml": b" " * (20 * MEGABYTE)}), TOO_LARGE
    ),
    "three-thousand-parts.xlsx": Hostile(
        lambda: zipped({TYPES: b""} | {f"xl/worksheets/sheet{n}.xml": b"" for n in range(3000)}),
        "more than 2,000 parts",
    ),
    "a-million-entries.xlsx": Hostile(lambda: _listing(b"a", times=1_000_000, claims=1), "more than 2,000 parts"),
    "one-entry-named-often.xlsx": Hostile(
        lambda: _listing(TYPES.encode(), times=1500, claims=MEGABYTE), TOO_LARGE
    ),
    "size-understated.xlsx": Hostile(_understated, DAMAGED),
    "zips-in-zips.zip": Hostile(lambda: _nested(4), ARCHIVE),
    "zips-in-a-workbook.xlsx": Hostile(lambda: zipped({TYPES: _nested(3)}), DAMAGED),
    "password.xlsx": Hostile(_encrypted, "protected by a password"),
    "cut-short.xlsx": Hostile(lambda: zipped({TYPES: PLAIN * 100})[:-40], DAMAGED),
    "nothing-but-the-mark.xlsx": Hostile(lambda: b"PK\x03\x04", DAMAGED),
    "empty-archive.xlsx": Hostile(lambda: b"PK\x05\x06" + bytes(18), ARCHIVE),
    "bomb.csv.gz": Hostile(lambda: gzip.compress(bytes(70 * MEGABYTE)), GREW),
    "gzip-in-gzip.csv.gz": Hostile(lambda: gzip.compress(gzip.compress(PLAIN)), NO_TABLE),
    "gzip-cut-short.csv.gz": Hostile(lambda: gzip.compress(PLAIN * 999)[:-20], "damaged or cut short"),
    "gzip-and-more.csv.gz": Hostile(lambda: gzip.compress(PLAIN) + b"more", "damaged or cut short"),
    "gzip-of-nothing.csv.gz": Hostile(lambda: gzip.compress(b""), "holds an empty file"),
    "program.csv": Hostile(lambda: b"\x7fELF" + bytes(range(256)) * 40, NO_TABLE),
    "database.csv": Hostile(lambda: b"SQLite format 3\0" + bytes(range(256)) * 40, NO_TABLE),
    "document.csv": Hostile(lambda: b"%PDF-1.7\n" + PLAIN, "This is a PDF document"),
    "picture.xlsx": Hostile(lambda: b"\x89PNG\r\n\x1a\n" + bytes(99), "This is a picture"),
    "page.csv": Hostile(lambda: b"<html><script>alert(1)</script>", "a web page or an XML file"),
    "table-called-workbook.xlsx": Hostile(lambda: PLAIN, rows=1),
    "workbook-without-mark.csv": Hostile(
        lambda: b"PK_ID,call,agent,day,wait,outcome\n1,c1,w1,2026-03-02,5,answered\n", rows=1
    ),
}
