"""Opens delimited text as a table, the way its dialect asks for."""

from __future__ import annotations

import mmap
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

import duckdb

from goldenthread.facts.intake.dialects import (
    SAMPLE_BYTES,
    Dialect,
    as_utf8,
    dialect_of,
    encoding_of,
    legacy_encoding,
    physical_lines,
    records,
)
from goldenthread.facts.intake.errors import Unreadable
from goldenthread.facts.intake.headers import Header, find_header, header_names
from goldenthread.facts.intake.mending import patch_for, patched
from goldenthread.facts.intake.tables import BrokenRow, TextTable, quoted, scan_names
from goldenthread.facts.sources import FileLayout, SourceDefinition

MAX_LINE_BYTES = 4 << 20
MENDING_ROUNDS = 4
_REASONS = {
    "MISSING COLUMNS": "wanted {width} cells, found {found}",
    "TOO MANY COLUMNS": "wanted {width} cells, found {found}",
    "UNQUOTED VALUE": "wanted every quote that opens a cell to close at its end",
    "LINE SIZE OVER MAXIMUM": f"wanted a row of at most {MAX_LINE_BYTES:,} bytes",
    "INVALID STATE": "wanted cells that quotes and delimiters tell apart",
}


class MixedBytes(Exception):
    """The file is not the UTF-8 its beginning promised."""


class Mended(Exception):
    """Some rows had stray quotes; ``table`` is the same table with those rows written properly."""

    def __init__(self, table: TextTable) -> None:
        super().__init__()
        self.table = table


def open_text(
    file: Path,
    layout: FileLayout,
    definition: SourceDefinition | None,
    scratch: Path,
    *,
    trusted: bool = True,
) -> TextTable:
    """The table in a text file. With ``trusted=False`` the whole file is rewritten first: bytes that are not
    UTF-8 are read in the encoding they most likely are, and all line ends become one kind.

    Raises Unreadable when no dialect explains the file or its header does not fit its rows.
    """
    encoding = encoding_of(file, layout)
    if not trusted:
        file, encoding = _rewritten(file, encoding, scratch), "utf-8"
    file = as_utf8(file, "utf-8" if encoding == "utf-8-sig" else encoding, scratch)
    with file.open("rb") as stream:
        start = stream.read(SAMPLE_BYTES)
    sample = start.decode("utf-8", errors="replace").removeprefix("\ufeff")
    if not sample.strip():
        raise Unreadable("The file holds only blank lines. Ask for the extract to be sent again.")
    if file.stat().st_size > SAMPLE_BYTES:
        # The last line of a sample is cut short and would look ragged.
        sample = sample[: max(sample.rfind("\n"), sample.rfind("\r")) + 1]
        if not sample:
            raise Unreadable(
                f"The first line is longer than {SAMPLE_BYTES:,} bytes, which no header of a table is. "
                "Send the columns that the source names, or one row to a line."
            )
    dialect = dialect_of(sample, layout)
    rows = records(sample, dialect)
    header = find_header(rows, layout, definition)
    body = [row for row in rows[header.skip_rows + header.header_rows :] if row]
    header = _fitted(header, body, rows)
    if dialect.quote and dialect.escape != dialect.quote:
        file, sample, dialect = _quotes_doubled(file, sample, dialect, scratch)
    body_file, skip = _body(file, sample, dialect, header, scratch)
    return _text_table(header.names, body_file, skip, dialect, scratch)


def _text_table(
    names: tuple[str, ...], file: Path, skip: int, dialect: Dialect, scratch: Path, *, mended: int = 0
) -> TextTable:
    width = len(names)

    def broken(connection: duckdb.DuckDBPyConnection) -> Sequence[BrokenRow]:
        found = _rejects(connection, file)
        better = _mended(found, names, file, skip, dialect, scratch, mended)
        if better:
            raise Mended(better)
        return _broken_rows(found, file, skip, width, dialect)

    scan = _scan(file, skip, width, dialect)
    return TextTable(
        names, scan, broken=broken, mended_rows=mended, decimal=dialect.decimal, guarded=True
    )


def _mended(
    found: Sequence[_Reject],
    names: tuple[str, ...],
    file: Path,
    skip: int,
    dialect: Dialect,
    scratch: Path,
    earlier: int,
) -> TextTable | None:
    # What follows a stray quote may hide another; each round starts from the file that the last one wrote.
    targets = [scratch / f"mended{number}.csv" for number in range(MENDING_ROUNDS)]
    target = next((one for one in targets if not one.exists()), None)
    if target is None:
        return None
    patches = [patch_for(one.text.encode(), one.position, dialect, len(names)) for one in found]
    applied = patched(file, [patch for patch in patches if patch], target) if any(patches) else []
    if not applied:
        return None
    return _text_table(names, target, skip, dialect, scratch, mended=earlier + len(applied))


def _fitted(header: Header, body: Sequence[Sequence[str]], rows: Sequence[Sequence[str]]) -> Header:
    """The header with as many names as its rows have cells, when an honest reading allows that."""
    if not body:
        return header
    widths = [len(row) for row in body]
    width = max(set(widths), key=lambda one: (widths.count(one), one))
    if widths.count(width) * 2 < len(widths):
        raise Unreadable(
            f"No delimiter explains this file: its rows have between {min(widths)} and {max(widths)} cells. "
            "Name the delimiter in the source definition (file: {delimiter: ...}), or send a workbook."
        )
    names = header.names
    if header.header_rows == 0:
        return Header(header.skip_rows, 0, header_names([], width))
    above = rows[header.skip_rows : header.skip_rows + header.header_rows]
    surplus = [row[width:] for row in above]
    if len(names) > width and not any(cell.strip() for row in surplus for cell in row):
        names = names[:width]
    if len(names) != width:
        raise Unreadable(
            f"The header has {len(names)} names and most rows below it have {width} cells, so that names "
            "cannot be matched with columns. Correct the header, or name its place in the source definition "
            "(file: {skip_rows: ..., header_rows: ...})."
        )
    return Header(header.skip_rows, header.header_rows, names)


def _quotes_doubled(file: Path, sample: str, dialect: Dialect, scratch: Path) -> tuple[Path, str, Dialect]:
    """A copy in which escaped quotes are doubled quotes, so that one way of quoting is left to deal with.

    A backslash before anything but a quote is a backslash: Windows paths and apostrophes keep theirs.
    """
    escape, quote = re.escape(dialect.escape), dialect.quote
    quotes = (rf"(?<!{escape})((?:{escape}{escape})*){escape}{quote}", rf"\1{quote * 2}")
    twins = (escape * 2, dialect.escape) if dialect.escape != "\\" else ("(?!)", "")

    def doubled(text: str) -> str:
        return re.sub(*twins, re.sub(*quotes, text))

    target = scratch / "doubled.csv"
    with (
        file.open("r", encoding="utf-8", newline="\n") as source,
        target.open("w", encoding="utf-8", newline="") as sink,
    ):
        sink.writelines(map(doubled, source))
    return target, doubled(sample), replace(dialect, escape=quote)


def _body(file: Path, sample: str, dialect: Dialect, header: Header, scratch: Path) -> tuple[Path, int]:
    """Where the data rows stand: a file, and how many of its lines to skip (0 or 1)."""
    lines = physical_lines(sample, dialect, header.skip_rows + header.header_rows)
    if lines <= 1:
        return file, lines
    above = "".join(sample.splitlines(keepends=True)[:lines]).encode()
    target = scratch / "body.csv"
    with file.open("rb") as source, target.open("wb") as sink:
        bom = 3 if source.read(3) == b"\xef\xbb\xbf" else 0
        source.seek(bom + len(above))
        shutil.copyfileobj(source, sink, 1 << 20)
    return target, 0


def _scan(file: Path, skip: int, width: int, dialect: Dialect) -> str:
    columns = ", ".join(f"'{name}': 'VARCHAR'" for name in scan_names(width))
    return (
        f"read_csv({quoted(str(file))}, auto_detect=false, header=false, skip={skip}, "
        f"delim={quoted(dialect.delimiter)}, quote={quoted(dialect.quote)}, escape={quoted(dialect.escape)}, "
        f"columns={{{columns}}}, store_rejects=true, rejects_limit=0, max_line_size={MAX_LINE_BYTES})"
    )


@dataclass(frozen=True)
class _Reject:
    line: int
    position: int
    kind: str
    text: str
    message: str


def _rejects(connection: duckdb.DuckDBPyConnection, file: Path) -> list[_Reject]:
    """The rows the scan left out, one per row: a row that lacks two cells is listed twice."""
    found = connection.execute(
        "SELECT DISTINCT ON (line) line, line_byte_position - 1, byte_position - 1, error_type::VARCHAR, "
        "csv_line, error_message FROM reject_errors ORDER BY line, byte_position, column_idx"
    ).fetchall()
    if any(kind == "INVALID ENCODING" for _, _, _, kind, _, _ in found):
        raise MixedBytes
    rejects = []
    with file.open("rb") as stream:
        for line, start, fault, kind, text, message in found:
            content = (text or "").encode()
            if fault is not None and not start <= fault <= start + len(content) + 1:
                # The scan sometimes quotes the row before the faulty one; the place of the fault is right.
                start, content = _line_around(stream, fault)
            rejects.append(_Reject(line, start or 0, kind, content.decode(errors="replace"), message))
    return rejects


def _line_around(stream: BinaryIO, place: int) -> tuple[int, bytes]:
    low = max(0, place - MAX_LINE_BYTES)
    stream.seek(low)
    before = stream.read(place - low)
    start = low + max(before.rfind(b"\n"), before.rfind(b"\r")) + 1
    stream.seek(start)
    line = stream.readline(MAX_LINE_BYTES)
    return start, re.split(rb"[\r\n]", line, maxsplit=1)[0]


def _broken_rows(
    found: Sequence[_Reject], file: Path, skip: int, width: int, dialect: Dialect
) -> list[BrokenRow]:
    blanks = _blank_lines(file, dialect.quote) if found else []
    rows = []
    for one in found:
        above = sum(blank <= one.position for blank in blanks)
        cells = re.search(r"Found: (\d+)", one.message)
        reason = _REASONS.get(one.kind, "wanted a row that can be read").format(
            width=width, found=cells.group(1) if cells else "more"
        )
        rows.append(BrokenRow(one.line - skip - above, one.text.strip("\r\n"), reason))
    return rows


def _blank_lines(file: Path, quote: str) -> list[int]:
    """Byte positions of the blank lines outside quotes: the scan passes over them but counts them as
    lines.
    """
    with file.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content:
        found, quotes, place = [], 0, 0
        for match in re.finditer(rb"(?:\n\r?\n)|(?:\r\r(?!\n))", content):
            quotes += content[place : match.start()].count(quote.encode()) if quote else 0
            place = match.start()
            if quotes % 2 == 0:
                found.append(match.start() + 1)
        return found


def _rewritten(file: Path, encoding: str, scratch: Path) -> Path:
    content = file.read_bytes() if encoding in ("utf-8", "utf-8-sig") else None
    target = scratch / "rewritten.txt"
    if content is not None:
        try:
            content.decode("utf-8")
        except UnicodeDecodeError as error:
            encoding = legacy_encoding(
                content[max(0, error.start - SAMPLE_BYTES) : error.start + SAMPLE_BYTES]
            )
    with (
        file.open("r", encoding=encoding, newline=None, errors="replace") as source,
        target.open("w", encoding="utf-8", newline="\n") as sink,
    ):
        shutil.copyfileobj(source, sink, 1 << 20)
    return target
