"""Finds out how a text file is written: its encoding, its delimiter, its quotes."""

from __future__ import annotations

import codecs
import csv
import re
from collections import Counter
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from goldenthread.facts.intake.errors import Unreadable
from goldenthread.facts.sources import FileLayout

SAMPLE_BYTES = 1 << 18
# Where a quote is never closed, all of a sample is one cell.
csv.field_size_limit(SAMPLE_BYTES)
DELIMITERS = (",", ";", "\t", "|", ", ", "^", " ")
STRONG_DELIMITERS = (",", ";", "\t", "|")
# A comma inside a number is no delimiter.
_NUMBER = re.compile(r"[-+(]?[$€£]?[\d.,\s]+%?\)?")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True)
class Dialect:
    """How records and cells are told apart; ``escape`` is what stands before a quote inside a quoted cell,
    ``decimal`` what stands before the decimals of a number."""

    delimiter: str
    quote: str = '"'
    escape: str = '"'
    decimal: str = "."


def encoding_of(file: Path, layout: FileLayout) -> str:
    """The name of the file's encoding; what the definition says is taken, if it can read the file's start."""
    with file.open("rb") as stream:
        sample = stream.read(SAMPLE_BYTES)
    bom = next((name for mark, name in _BOMS if sample.startswith(mark)), None)
    if bom:
        return bom
    if layout.encoding:
        try:
            codecs.lookup(layout.encoding)
        except LookupError as error:
            raise Unreadable(
                f"The source definition names an unknown encoding, “{layout.encoding}”."
            ) from error
        if codecs.lookup(layout.encoding).name != "utf-8":
            return layout.encoding
    if sample.count(0) > len(sample) // 4:
        return "utf-16-le" if sample[1::2].count(0) > sample[::2].count(0) else "utf-16-be"
    try:
        # A sample may end inside a character; the decoder keeps what is incomplete to itself.
        codecs.getincrementaldecoder("utf-8")().decode(sample)
        return "utf-8"
    except UnicodeDecodeError:
        return legacy_encoding(sample)


def legacy_encoding(sample: bytes) -> str:
    """The likeliest encoding of bytes that are not UTF-8.

    Statistics need text to work on: they are asked only where a good part of the bytes is not ASCII, as in
    Korean or Cyrillic files; a stray accent or pound sign is Windows-1252, as most office programs write it.
    """
    foreign = sum(byte > 127 for byte in sample)
    if foreign > 40 and foreign > len(sample) // 20:
        # A slow import that few files need.
        from charset_normalizer import from_bytes

        guess = from_bytes(sample[: 1 << 15]).best()
        if guess is not None:
            return guess.encoding
    try:
        sample.decode("cp1252")
    except UnicodeDecodeError:
        return "latin-1"
    return "cp1252"


def as_utf8(file: Path, encoding: str, scratch: Path) -> Path:
    """The file itself when it is UTF-8, else a copy that is. Raises Unreadable where the bytes do not fit."""
    if encoding == "utf-8":
        return file
    target = scratch / "utf8.txt"
    try:
        with (
            file.open("r", encoding=encoding, newline="") as source,
            target.open("w", encoding="utf-8", newline="") as sink,
        ):
            while chunk := source.read(1 << 20):
                sink.write(chunk)
    except (UnicodeError, LookupError) as error:
        raise Unreadable(
            f"The file looks like {encoding} text, but some of its bytes are not. "
            "Name its encoding in the source definition (file: {encoding: ...})."
        ) from error
    return target


def dialect_of(sample: str, layout: FileLayout) -> Dialect:
    """The dialect that explains the start of a file best, as far as the layout does not name it."""
    if layout.delimiter:
        delimiters: tuple[str, ...] = (layout.delimiter,)
    else:
        delimiters = tuple(one for one in DELIMITERS if one in sample) or (",",)
    candidates = [
        Dialect(delimiter, quote, escape, layout.decimal)
        for delimiter in delimiters
        for quote in ((layout.quote,) if layout.quote else _quotes(sample, delimiter))
        for escape in ((layout.escape,) if layout.escape else _escapes(sample, quote))
    ]
    lines = sample.splitlines(keepends=True)[:400]
    return max(candidates, key=lambda dialect: _score(lines, dialect))


def records(sample: str, dialect: Dialect, limit: int = 400) -> list[list[str]]:
    """The first records of a sample as the dialect reads them; a blank line is an empty record."""
    return list(islice(csv.reader(sample.splitlines(keepends=True), **_options(dialect)), limit))


def physical_lines(sample: str, dialect: Dialect, count: int) -> int:
    """How many lines of the file its first ``count`` records take."""
    rows = csv.reader(sample.splitlines(keepends=True), **_options(dialect))
    for _ in islice(rows, count):
        pass
    return rows.line_num


def _options(dialect: Dialect) -> dict[str, Any]:
    return {
        "delimiter": dialect.delimiter[0],
        "skipinitialspace": len(dialect.delimiter) > 1,
        "quotechar": dialect.quote or None,
        "quoting": csv.QUOTE_MINIMAL if dialect.quote else csv.QUOTE_NONE,
        "doublequote": dialect.escape == dialect.quote,
        "escapechar": dialect.escape if dialect.escape != dialect.quote else None,
    }


def _quotes(sample: str, delimiter: str) -> tuple[str, ...]:
    edge = re.escape(delimiter)
    opened = len(re.findall(rf"(?:^|{edge})'[^'\r\n]*'(?={edge}|\s*$)", sample, re.MULTILINE))
    return ('"', "'") if opened else ('"',)


def _escapes(sample: str, quote: str) -> tuple[str, ...]:
    return (quote, "\\") if f"\\{quote}" in sample else (quote,)


def _score(lines: list[str], dialect: Dialect) -> tuple[float, int]:
    """How well a dialect explains the lines; the best of several candidates is the one to believe.

    The product of three shares: rows of the most common width; cells free of what looks like another
    delimiter; and width / (width + 1), for a wrong delimiter sees few columns and some ragged rows must not
    outweigh that.
    """
    widths: Counter[int] = Counter()
    broken = cells = foreign = 0
    others = [one for one in STRONG_DELIMITERS if one not in dialect.delimiter]
    rows = csv.reader(lines, strict=True, **_options(dialect))
    while True:
        try:
            row = next(rows)
        except StopIteration:
            break
        except csv.Error:
            broken += 1
            continue
        if row:
            widths[len(row)] += 1
            cells += len(row)
            foreign += sum(any(one in cell for one in others) and not _NUMBER.fullmatch(cell) for cell in row)
    if not widths:
        return (0.0, 0)
    width, agreeing = max(widths.items(), key=lambda item: (item[1], item[0]))
    share = agreeing / (sum(widths.values()) + broken)
    return (share * (1 - foreign / cells) * width / (width + 1), width)
