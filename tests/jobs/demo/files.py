"""Reads generated extracts without any of the product's own reading."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path

Row = Mapping[str, str]


def read(file: Path, *, delimiter: str = ",") -> list[Row]:
    """All rows of one file."""
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, delimiter=delimiter))


def rows(folder: Path, source: str, *, delimiter: str = ",") -> list[Row]:
    """All rows of the extracts of a source, in the order of their file names."""
    files = sorted((folder / "extracts" / source).iterdir())
    return [row for file in files for row in read(file, delimiter=delimiter)]


def us_day(text: str) -> date:
    return date(int(text[6:10]), int(text[:2]), int(text[3:5]))


def month(day: date) -> date:
    return day.replace(day=1)


def share_by_month(
    found: Iterable[Row], when: Callable[[Row], date], hit: Callable[[Row], bool]
) -> dict[date, float]:
    """For each month, the percent of rows for which `hit` holds, months in order."""
    counts: dict[date, list[int]] = defaultdict(lambda: [0, 0])
    for row in found:
        count = counts[month(when(row))]
        count[0] += hit(row)
        count[1] += 1
    return {key: 100 * counts[key][0] / counts[key][1] for key in sorted(counts)}
