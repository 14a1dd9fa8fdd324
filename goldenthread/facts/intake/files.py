"""Recognizes what a file is by its bytes, and refuses what should never be parsed."""

from __future__ import annotations

import gzip
import mmap
import re
import zipfile
import zlib
from enum import StrEnum
from itertools import islice
from pathlib import Path

from goldenthread.facts.intake.errors import DAMAGED_WORKBOOK, PROTECTED, Unreadable

MAX_RATIO = 100
MAX_ENTRIES = 2_000
MAX_UNPACKED_ZIP = 1 << 30
MAX_UNPACKED_GZIP = 32 << 30
# Below this size even a bomb does no harm, and small files of one repeated row pack better than 100:1.
RATIO_MATTERS_FROM = 64 << 20
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_CHUNK = 1 << 20
# Where a document type stands, if there is one: before the first element, and behind nothing but these.
_PROLOG = 1 << 16
_MARKS = b"\xef\xbb\xbf\xff\xfe \t\r\n"
_BEFORE = re.compile(rb"(?:\s+|<\?.*?\?>|<!--.*?-->)*", re.DOTALL)
_ELEMENT = re.compile(rb"<[A-Za-z_:\x80-\xff]")
# Bytes that no text in any encoding of one byte a letter holds, and how wider encodings announce themselves.
_NO_TEXT = frozenset({*range(1, 9), *range(14, 26), *range(28, 32), 127})
_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")


class Kind(StrEnum):
    TEXT = "text"
    WORKBOOK = "workbook"
    PARQUET = "parquet"
    JSON_LINES = "json lines"


def unwrapped(file: Path, scratch: Path) -> Path:
    """The file itself, or what its gzip wrapper holds, unpacked into ``scratch``.

    Raises Unreadable for an empty file, a broken wrapper, or one that grows out of proportion.
    """
    try:
        with file.open("rb") as stream:
            start = stream.read(2)
    except OSError as error:
        raise Unreadable(f"The file could not be opened: {error.strerror}.") from error
    if not start:
        raise Unreadable("The file is empty: it holds no bytes at all. Ask for the extract to be sent again.")
    if start != b"\x1f\x8b":
        return file
    target = scratch / "unpacked"
    packed, unpacked = file.stat().st_size, 0
    try:
        with gzip.open(file) as source, target.open("wb") as sink:
            while chunk := source.read(_CHUNK):
                unpacked += len(chunk)
                grew_wildly = unpacked > RATIO_MATTERS_FROM and unpacked > MAX_RATIO * packed
                if grew_wildly or unpacked > MAX_UNPACKED_GZIP:
                    raise Unreadable(
                        f"The compressed file unpacks to more than {MAX_RATIO} times its size, "
                        "which no real extract does. Send it uncompressed."
                    )
                sink.write(chunk)
    except (OSError, EOFError, zlib.error) as error:
        raise Unreadable(
            "The gzip file is damaged or cut short. Ask for the extract to be sent again."
        ) from error
    if not unpacked:
        raise Unreadable("The compressed file holds an empty file. Ask for the extract to be sent again.")
    return target


def is_workbook(file: Path) -> bool:
    """Whether the file, or what its gzip wrapper holds, starts like a workbook."""
    try:
        with file.open("rb") as stream:
            start = stream.read(8)
        if start.startswith(b"\x1f\x8b"):
            with gzip.open(file) as unpacked:
                start = unpacked.read(8)
    except (OSError, EOFError, zlib.error):
        return False
    return start.startswith((*_ZIP, _OLE))


def recognize(file: Path) -> Kind:
    """What ``file`` (not gzipped) is, judged by its first bytes and never by its name.

    Raises Unreadable for a password-protected, damaged or bomb-like file, and for kinds nobody can load.
    """
    with file.open("rb") as stream:
        start = stream.read(4096)
        stream.seek(max(0, file.stat().st_size - 4))
        end = stream.read(4)
    if start.startswith(_ZIP):
        _check_zip(file)
        return Kind.WORKBOOK
    if start.startswith(_OLE):
        return _legacy_workbook(file)
    if start.startswith(b"PAR1"):
        if end != b"PAR1":
            raise Unreadable("The Parquet file is cut short. Ask for the extract to be sent again.")
        return Kind.PARQUET
    if start.startswith(b"%PDF"):
        raise Unreadable("This is a PDF document. Ask for the table itself, as CSV or as a workbook.")
    if start.startswith((b"\x89PNG", b"\xff\xd8\xff", b"GIF8")):
        raise Unreadable("This is a picture. Ask for the table itself, as CSV or as a workbook.")
    text = start.lstrip(b"\xef\xbb\xbf \t\r\n")
    if text[:15].lower().startswith((b"<!doctype", b"<html", b"<?xml")):
        raise Unreadable("This is a web page or an XML file, not a table. Ask for CSV or a workbook.")
    if text.startswith(b"{"):
        return Kind.JSON_LINES
    if not start.startswith(_WIDE_MARKS) and sum(map(_NO_TEXT.__contains__, start)) * 25 > len(start):
        raise Unreadable(
            "This is neither text nor a workbook: most likely an archive or a database. "
            "Ask for the table as CSV or as a workbook."
        )
    return Kind.TEXT


def _check_zip(file: Path) -> None:
    # Counted in the bytes, for a list of a million takes a minute and a gigabyte to open.
    with file.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content:
        parts = sum(1 for _ in islice(re.finditer(rb"PK\x01\x02", content), MAX_ENTRIES + 1))
    if parts > MAX_ENTRIES:
        raise Unreadable(
            f"The workbook holds more than {MAX_ENTRIES:,} parts. Save the sheet as CSV and send that."
        )
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise Unreadable(
            "The workbook is damaged or cut short. Open it, save it again, and send that."
        ) from error
    if any(entry.flag_bits & 1 for entry in entries):
        raise Unreadable(PROTECTED)
    names = {entry.filename for entry in entries}
    if not names & {"[Content_Types].xml", "content.xml", "mimetype"}:
        raise Unreadable("This is a ZIP archive, not a workbook. Unpack it and send the table inside.")
    unpacked = sum(entry.file_size for entry in entries)
    packed = max(1, sum(entry.compress_size for entry in entries))
    if unpacked > MAX_UNPACKED_ZIP or any(
        entry.file_size > MAX_RATIO * max(1, entry.compress_size) and entry.file_size > _CHUNK
        for entry in entries
    ):
        raise Unreadable(
            f"The workbook unpacks to {unpacked / 1e6:,.0f} MB from {packed / 1e6:,.1f} MB, more than it "
            "may. Save the sheet as CSV and send that."
        )
    if _has_document_types(file, entries):
        raise Unreadable(
            "The workbook has a document type inside, or what could hide one, which no spreadsheet program "
            "writes and which can stand for other files. Save the sheet as CSV and send that."
        )


def _has_document_types(file: Path, parts: list[zipfile.ZipInfo]) -> bool:
    """Whether any part that begins like XML, by whatever name, does not come to its first element at once."""
    try:
        with zipfile.ZipFile(file) as archive:
            for part in parts:
                with archive.open(part) as content:
                    # In UTF-16 every other byte is a NUL.
                    start = content.read(_PROLOG).replace(b"\0", b"").lstrip(_MARKS)
                before = _BEFORE.match(start)
                assert before is not None
                if start.startswith(b"<") and not _ELEMENT.match(start, before.end()):
                    return True
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError) as error:
        raise Unreadable(DAMAGED_WORKBOOK) from error
    return False


def _legacy_workbook(file: Path) -> Kind:
    # An .xlsx with a password is an OLE container whose directory names the stream EncryptedPackage.
    content = file.read_bytes() if file.stat().st_size < (64 << 20) else b""
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise Unreadable(PROTECTED)
    if not any(name.encode("utf-16-le") in content for name in ("Workbook", "Book")):
        raise Unreadable("This is an old Office file, but not a workbook. Send the table as CSV or XLSX.")
    return Kind.WORKBOOK
