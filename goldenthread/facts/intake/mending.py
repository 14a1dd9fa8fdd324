"""Rows whose quotes are not escaped, read the one way that gives them the cells they should have."""

from __future__ import annotations

import csv
import io
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


def patch_for(line: bytes, position: int, dialect: Dialect, width: int) -> Patch | None:
    """How to write a broken row so that every reader agrees, or None when nothing tells its cells apart.

    A quote is taken to close a cell only where a delimiter or the end of the row follows; ``"Boots, 10" tall",x`` is
    two cells. The row must then have exactly ``width`` cells.
    """
    quote, text = dialect.quote, line.decode("utf-8", errors="replace")
    stripped = text.strip("\r\n")
    if not quote or quote not in stripped or "\ufffd" in stripped:
        return None
    q, delimiter = re.escape(quote), re.escape(dialect.delimiter)
    pattern = re.compile(
        rf"(?:{q}(.*?){q}(?={delimiter}|$)|([^{q}].*?|)(?={delimiter}|$))({delimiter}|$)", re.DOTALL
    )
    cells, place = [], 0
    while place <= len(stripped):
        match = pattern.match(stripped, place)
        if match is None:
            return None
        inside, plain, end = match.groups()
        cells.append(plain if inside is None else inside.replace(quote * 2, quote))
        if not end:
            break
        place = match.end()
    if len(cells) != width:
        return None
    buffer = io.StringIO()
    csv.writer(buffer, delimiter="\x1f", quotechar=quote, quoting=csv.QUOTE_ALL, lineterminator="").writerow(
        cells
    )
    # The csv module writes one-character delimiters only; no cell can hold the one used here.
    row = buffer.getvalue().replace(f"{quote}\x1f{quote}", f"{quote}{dialect.delimiter}{quote}")
    return None if "\x1f" in stripped else Patch(position, line, text.replace(stripped, row, 1).encode())


def patched(file: Path, patches: Sequence[Patch], target: Path) -> list[Patch]:
    """Copy ``file`` to ``target`` with the patches whose old bytes really stand where they should; returns those."""
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
