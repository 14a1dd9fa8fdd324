"""The text of an inventory, read by the same child process as every extract."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

from goldenthread.facts.columns import ROW
from goldenthread.facts.intake import Unreadable
from goldenthread.facts.intake.child import read_limited
from goldenthread.facts.intake.report import ACCEPTED, Report
from goldenthread.facts.inventory import InventoryMapping
from goldenthread.facts.sources import Column, SourceDefinition

TextRow = dict[str, str | None]


@dataclass(frozen=True)
class TextOfFile:
    """Every row as text by column name, with its row number; and the first day that each header matched by
    a pattern names."""

    rows: tuple[tuple[int, TextRow], ...]
    headers: dict[str, dict[str, datetime.date]]
    report: Report


def text_of(file: Path, definition: SourceDefinition, *, out: Path, timezone: str, batch: int) -> TextOfFile:
    """Read ``file`` into ``out`` and give its text. Raises Unreadable when the file as a whole, or one of
    the columns that the mapping names, cannot be read."""
    mapping = mapping_of(definition)
    names: tuple[str, ...] = mapping.columns
    report = _read(file, definition, names, out=out, timezone=timezone, batch=batch)
    if report.missing_columns:
        raise Unreadable(
            f"The file has no column {_listed(report.missing_columns)}, which the inventory of "
            f"“{definition.source}” names. It has {_listed(report.extra_columns) or 'no other columns'}. "
            "Correct the file or the definition."
        )
    headers = matched(mapping.patterns, report.extra_columns)
    if headers:
        names = (*names, *dict.fromkeys(name for found in headers.values() for name in found))
        report = _read(file, definition, names, out=out, timezone=timezone, batch=batch)
    return TextOfFile(rows_of(out, names), headers, report)


def matched(patterns: Sequence[str], headers: Sequence[str]) -> dict[str, dict[str, datetime.date]]:
    """For each date format the headers it reads, and the date that each of them names."""
    found = {pattern: _dated(pattern, headers) for pattern in patterns}
    for pattern, dates in found.items():
        if not dates:
            raise Unreadable(
                f"No column is named like {datetime.date(2025, 1, 1).strftime(pattern)}, as matching: "
                f"“{pattern}” wants. Correct the file or the definition."
            )
    return found


def rows_of(out: Path, names: Sequence[str]) -> tuple[tuple[int, TextRow], ...]:
    """The rows that were read into ``out``, in the order of the file."""
    table = pq.read_table(out / ACCEPTED)
    columns = [table.column(_column(index)).to_pylist() for index in range(len(names))]
    numbers = table.column(ROW).to_pylist()
    return tuple(
        (number, dict(zip(names, cells, strict=True)))
        for number, *cells in zip(numbers, *columns, strict=True)
    )


def _dated(pattern: str, headers: Sequence[str]) -> dict[str, datetime.date]:
    dates = {}
    for header in headers:
        try:
            named = datetime.datetime.strptime(header.strip(), pattern).replace(tzinfo=datetime.UTC)
        except ValueError:
            continue
        dates[header] = named.date()
    return dates


def _read(
    file: Path, definition: SourceDefinition, names: Sequence[str], *, out: Path, timezone: str, batch: int
) -> Report:
    text = SourceDefinition(
        source=definition.source,
        file=definition.file,
        columns={
            _column(i): Column.model_validate({"type": "text", "from": name}) for i, name in enumerate(names)
        },
    )
    return read_limited(file, text, out=out, timezone=timezone, batch=batch)


def _column(index: int) -> str:
    return f"cell_{index}"


def mapping_of(definition: SourceDefinition) -> InventoryMapping:
    """The mapping of an inventory; ValueError for a source of another kind."""
    if definition.inventory is None:
        raise ValueError(f"Found the source {definition.source}; wanted one of kind: inventory.")
    return definition.inventory


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"“{name}”" for name in names)
