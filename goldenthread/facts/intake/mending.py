"""Rows whose quotes are not escaped, read the one way that gives them the cells they should have."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from goldenthread.facts.intake.dialects import Dialect


@dataclass(frozen=True)
class Patch:
    """Bytes of a file to be replaced: where they start, what stands there, what should."""

    position: int
    old: bytes
    new: bytes


def patch_for(text: bytes, position: int, dialect: Dialect, width: int) -> Patch | None:
    """How to write broken rows so that every reader agrees, or None when nothing tells their cells apart.

    A quote is taken to close a cell only where a delimiter or the end of the line follows: ``"Boots, 10"
    tall",x`` is two cells. Each line must then have exactly ``width`` cells; a cell that runs over several
    lines and has stray quotes besides could end anywhere and stays broken."""
    if not dialect.quote or dialect.quote.encode() not in text:
        return None
    written = [_written(line, dialect, width) for line in text.splitlines(keepends=True)]
    return None if None in written else Patch(position, text, b"".join(line for line in written if line))


def _written(line: bytes, dialect: Dialect, width: int) -> bytes | None:
    content = line.rstrip(b"\r\n")
    if not content:
        return line
    try:
        cells = _cells(content.decode(), dialect)
    except UnicodeDecodeError:
        return None
    if cells is None or len(cells) != width:
        return None
    quote = dialect.quote
    row = dialect.delimiter.join(f"{quote}{cell.replace(quote, quote * 2)}{quote}" for cell in cells)
    return row.encode() + line[len(content) :]


def _cells(row: str, dialect: Dialect) -> list[str] | None:
    quote, delimiter = re.escape(dialect.quote), re.escape(dialect.delimiter)
    one_cell = re.compile(
        rf"(?:{quote}(?P<inside>.*?){quote}|(?P<plain>(?:[^{quote}].*?)?))(?P<end>{delimiter}|$)"
    )
    cells, place = [], 0
    while match := one_cell.match(row, place):
        inside = match["inside"]
        cells.append(match["plain"] if inside is None else inside.replace(dialect.quote * 2, dialect.quote))
        if not match["end"]:
            return cells
        place = match.end()
    return None


def patched(file: Path, patches: Sequence[Patch], target: Path) -> list[Patch]:
    """Copy ``file`` to ``target`` with the patches whose old bytes stand where they should; returns those."""
    applied = []
    with file.open("rb") as source, target.open("wb") as sink:
        for patch in sorted(patches, key=lambda one: one.position):
            while (left := patch.position - source.tell()) > 0:
                sink.write(source.read(min(left, 1 << 20)))
            if source.tell() == patch.position and source.read(len(patch.old)) == patch.old:
                sink.write(patch.new)
                applied.append(patch)
            else:
                source.seek(patch.position)
        while chunk := source.read(1 << 20):
            sink.write(chunk)
    return applied
