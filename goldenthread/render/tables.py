"""A table as a plain value: shown as HTML, and written as CSV and XLSX with the same rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from django.utils.safestring import SafeString

Value = str | int | float | Decimal | date | datetime | None


class Tone(StrEnum):
    """How a cell is said: weight and color only repeat what its words say."""

    PLAIN = ""
    STRONG = "strong"
    QUIET = "quiet"
    WORSE = "worse"
    BETTER = "better"
    ERROR = "error"
    CODE = "code"


@dataclass(frozen=True)
class Column:
    """`unit` stands below the title ("%", "min:sec"). Numbers are set right."""

    title: str
    unit: str = ""
    number: bool = False

    @property
    def name(self) -> str:
        """The title as one line, with its unit: "Available, %"."""
        return f"{self.title}, {self.unit}" if self.unit else self.title


@dataclass(frozen=True)
class Cell:
    """What a person reads is `text`; what a file carries is `value`, or the text where there is none.

    A state such as "not collected" has a text and no value. `below` is a second, quieter line, `icon` stands
    before the text and `drawing` instead of or beside it: both are SVG made by `render.charts`.
    """

    text: str = ""
    value: Value = None
    href: str = ""
    below: str = ""
    tone: Tone = Tone.PLAIN
    icon: SafeString | None = None
    drawing: SafeString | None = None

    @property
    def filed(self) -> Value:
        """What CSV and XLSX carry."""
        return self.text if self.value is None else self.value


@dataclass(frozen=True)
class Row:
    """The first cell heads its row. A row that `says` something has words instead of its other cells."""

    cells: tuple[Cell, ...]
    total: bool = False
    says: str = ""


@dataclass(frozen=True)
class Table:
    """`caption` names what is in it, for those who hear it and as a file's title; `note` stands below."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    note: str = ""

    def __post_init__(self) -> None:
        for number, row in enumerate(self.rows, start=1):
            wanted = 1 if row.says else len(self.columns)
            if len(row.cells) != wanted:
                raise ValueError(
                    f"Row {number} of the table “{self.caption}” has {len(row.cells)} cells; wanted {wanted}."
                )

    @property
    def lines(self) -> tuple[Line, ...]:
        """The rows as the page shows them."""
        return tuple(
            Line(
                pairs=tuple(zip(row.cells, self.columns, strict=False)),
                says=row.says,
                rest=len(self.columns) - len(row.cells),
                total=row.total,
            )
            for row in self.rows
        )


@dataclass(frozen=True)
class Line:
    """A row beside its columns, as the page shows it. `rest` columns are taken by what the row says."""

    pairs: tuple[tuple[Cell, Column], ...]
    says: str
    rest: int
    total: bool


def filed_rows(table: Table) -> list[list[Value]]:
    """The rows as files carry them, all of the same length; what a row says stands in its second cell."""
    filed: list[list[Value]] = []
    for row in table.rows:
        values: list[Value] = [cell.filed for cell in row.cells]
        if row.says:
            values += [row.says, *[""] * (len(table.columns) - 2)]
        filed.append(values[: len(table.columns)])
    return filed
