"""What one reading of an inventory holds, as plain values."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from goldenthread.calc.direction import Better
from goldenthread.calc.periods import Grain, Period
from goldenthread.facts.intake.report import Report


@dataclass(frozen=True)
class Place:
    """One name of the hierarchy: the unit and the element of the framework that it becomes.

    ``unit_parent`` and ``element_parent`` are the keys of what stands above, None at the top.
    """

    key: str
    name: str
    unit_kind: str | None
    unit_parent: str | None
    level: str | None
    element_parent: str | None
    description: str = ""
    products: tuple[str, ...] = ()


@dataclass(frozen=True)
class YearTarget:
    """What the file says is aimed at in a fiscal year: a number, or words and no number."""

    start: datetime.date
    end: datetime.date
    value: float | None
    words: str = ""


@dataclass(frozen=True)
class PeriodValue:
    """A value of one period: a number, or a note that says why there is none."""

    period: Period
    value: float | None
    note: str = ""


@dataclass(frozen=True)
class InventoryRow:
    """One measure as the file has it; None where the file says nothing. ``row`` counts data rows from 1."""

    row: int
    key: str
    title: str
    description: str
    frequency: Grain
    kind: str | None
    better: Better | None
    unit_of_measure: str | None
    unit: str | None
    serves: str | None
    targets: tuple[YearTarget, ...]
    values: tuple[PeriodValue, ...]


@dataclass(frozen=True)
class TroubledCell:
    """A cell that is no number, or whose word means nothing: row, column, what stood there, and why.

    ``refuses_row``: without it the measure cannot be loaded.
    """

    row: int
    column: str
    value: str | None
    reason: str
    refuses_row: bool = False


@dataclass(frozen=True)
class InventoryReading:
    """A whole inventory, read: what it would make, what could not be read, and what a person should know."""

    source: str
    rows: tuple[InventoryRow, ...]
    places: tuple[Place, ...]
    cells: tuple[TroubledCell, ...]
    remarks: tuple[str, ...]
    report: Report
