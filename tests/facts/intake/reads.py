"""Reads small files the way a test wants to look at them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from goldenthread.definitions import check, read_yaml
from goldenthread.facts.intake import Report, read
from goldenthread.facts.sources import SourceDefinition


@dataclass(frozen=True)
class Outcome:
    """A report with the rows behind it."""

    report: Report
    accepted: list[dict[str, Any]]
    rejects: list[dict[str, Any]]

    def values(self, column: str) -> list[Any]:
        return [row[column] for row in self.accepted]


def source(text: str) -> SourceDefinition:
    """A definition from the YAML below ``source: extract``."""
    return check(SourceDefinition, read_yaml(f"source: extract\n{text}"))


def columns(**types: str) -> SourceDefinition:
    """A definition with nothing but columns: ``columns(wait="{type: number}")``."""
    lines = [f"  {name}: {shape}" for name, shape in types.items()]
    return source("columns:\n" + "\n".join(lines))


def outcome(
    file: Path,
    definition: SourceDefinition,
    out: Path,
    timezone: str = "America/New_York",
    received: dt.datetime | None = None,
) -> Outcome:
    """Read ``file`` in this process."""
    report = read(file, definition, out=out, timezone=timezone, batch=1, received=received)
    return Outcome(
        report,
        pq.read_table(out / "accepted.parquet").to_pylist(),
        pq.read_table(out / "rejects.parquet").to_pylist(),
    )


def outcome_of(content: str | bytes, definition: SourceDefinition, folder: Path, **options: Any) -> Outcome:
    """Read a file of this content."""
    file = folder / "extract"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return outcome(file, definition, folder / "out", **options)
