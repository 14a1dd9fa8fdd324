"""Real files loaded by the definitions that ship with the how-tos, and read again as plain text."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from goldenthread.calc.clocks import WorkingCalendar
from goldenthread.calc.periods import FiscalCalendar, Grain
from goldenthread.definitions import read_yaml
from goldenthread.facts.engines.embedded import EmbeddedEngine
from goldenthread.facts.formulas.compute import SourceFacts, WantedSide, compute_sides
from goldenthread.facts.formulas.derived import Derived
from goldenthread.facts.formulas.vocabulary import Side
from goldenthread.facts.intake.reading import read
from goldenthread.facts.intake.report import ACCEPTED, REJECTS, Report
from goldenthread.facts.scope import NOT_ASSIGNED
from goldenthread.facts.sources import SourceDefinition
from goldenthread.record.sources.checks import read_source
from tests.builders import system_scope
from tests.facts.formulas.plain import World
from tests.facts.formulas.running import whereabouts

HOW_TO = Path(__file__).parents[2] / "docs" / "how-to" / "sources"


@dataclass(frozen=True)
class Loaded:
    """A file as the product reads it."""

    definition: SourceDefinition
    report: Report
    folder: Path

    @property
    def rows(self) -> list[dict[str, Any]]:
        return pq.read_table(self.folder / ACCEPTED).to_pylist()

    @property
    def rejects(self) -> list[dict[str, Any]]:
        return pq.read_table(self.folder / REJECTS).to_pylist()

    def by_category(
        self, side: dict[str, Any], breakdown: str, grain: Grain
    ) -> dict[tuple[date, str], float]:
        """The values of a side for each period and category, over all facts."""
        one = Side.model_validate({"source": self.definition.source, **side})
        facts = SourceFacts(
            files=[self.folder / ACCEPTED],
            schema=pq.read_schema(self.folder / ACCEPTED),
            time=self.definition.time or one.time,
            derived={name: Derived.model_validate(shape) for name, shape in self.definition.derived.items()},
        )
        with EmbeddedEngine([self.folder]) as engine:
            table = compute_sides(
                engine,
                {self.definition.source: facts},
                [WantedSide("side", one, (grain,), breakdown)],
                whereabouts(World(parents=[("city", None, None, None)])),
                FiscalCalendar(),
                working_calendar=WorkingCalendar(),
                timezone="UTC",
                window=None,
                scope=system_scope(),
            )
        found = [row for row in table.to_pylist() if row["unit"] == NOT_ASSIGNED]
        return {
            (row["period_start"], row["category"]): row["value"] / (row["weight"] or 1)
            for row in found
            if row["value"] is not None
        }


def load(name: str, file: Path, out: Path) -> Loaded:
    """Read ``file`` by the shipped definition ``name``."""
    definition = read_source(read_yaml(HOW_TO / f"{name}.yaml"))
    report = read(file, definition, out=out, timezone=definition.timezone or "UTC", batch=1)
    return Loaded(definition, report, out)


def plain_rows(file: Path) -> list[dict[str, str]]:
    """The file as the csv module reads it."""
    with file.open(encoding="utf-8-sig", newline="") as text:
        return list(csv.DictReader(text))


def write_rows(file: Path, rows: Iterable[dict[str, str]]) -> Path:
    """The rows as a CSV file, the columns those of the first."""
    listed = list(rows)
    with file.open("w", encoding="utf-8", newline="") as text:
        writer = csv.DictWriter(text, list(listed[0]))
        writer.writeheader()
        writer.writerows(listed)
    return file


def comparable(rows: Iterable[dict[str, Any]]) -> set[str]:
    """Rows as text, so that two loads can be compared as sets."""
    return {json.dumps(row, default=str, sort_keys=True) for row in rows}
