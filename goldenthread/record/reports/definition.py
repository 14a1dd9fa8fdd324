"""The shape of a report's YAML. What it refers to is checked in ``checks.py``."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field

from goldenthread.calc.periods import Grain
from goldenthread.definitions import Definition, Words
from goldenthread.facts.formulas.vocabulary import Side
from goldenthread.record.measures.definition import MeasureDefinition, Number, ShowAs, with_bare_conditions
from goldenthread.record.orgs.keys import Key
from goldenthread.record.sources.fields import plain_data

MOST_COLUMNS = 12
"""What fits a page, and what anybody takes in."""


class Window(StrEnum):
    """The days a report is asked for. Weeks start on Monday, quarters are fiscal."""

    TODAY = "today"
    YESTERDAY = "yesterday"
    LAST_WEEK = "last_week"
    LAST_MONTH = "last_month"
    LAST_QUARTER = "last_quarter"

    @property
    def grain(self) -> Grain:
        return _GRAINS[self]


_GRAINS = {
    Window.TODAY: Grain.DAY,
    Window.YESTERDAY: Grain.DAY,
    Window.LAST_WEEK: Grain.WEEK,
    Window.LAST_MONTH: Grain.MONTH,
    Window.LAST_QUARTER: Grain.QUARTER,
}


class Use(StrEnum):
    """What the numbers of a single worker are for."""

    MONITOR = "monitor"
    DEVELOP = "develop"
    EVALUATE = "evaluate"


class ForWorkers(Definition):
    """That a column is shown of single workers, too: for what, and until which day at the longest."""

    use: Use
    review: datetime.date


class Column(Definition):
    """One number of a report: a formula as a measure has it, with its own ``source`` or the report's."""

    id: Key
    title: Words = Field(max_length=60)
    description: str = ""
    source: Key | None = None
    numerator: Side
    denominator: Side | None = None
    show_as: ShowAs = ShowAs()
    minimum_denominator: Annotated[Number, Field(ge=0)] = 0
    workers: ForWorkers | None = None


class OpenWork(Definition):
    """What is open now, in the order in which it falls due: the things that ``column`` counts, which is one
    with ``open``. ``item`` names each, ``due`` is the derived day by which the clock wants it, ``beside`` are
    columns shown with it, and ``by`` the one whose words, such as programs, are told apart. What falls due in
    ``soon`` days is due soon; ``threshold`` percent of what falls due is wanted in time."""

    column: Key
    item: str
    due: str
    beside: tuple[str, ...] = Field(default=(), max_length=4)
    by: str | None = None
    soon: int = Field(default=7, ge=1, le=366)
    threshold: Annotated[Number, Field(gt=0, le=100)] | None = None


class ReportDefinition(Definition):
    """A report, as its author wrote it: its columns in order, for ``unit`` (the whole organization without
    one) and every unit below it. ``windows`` come in the order in which the page offers them, the first is
    where it opens. ``indicators`` are the measures it stands behind: the key indicators of the unit.
    ``by`` is the column of a source whose words, such as programs, are told apart. ``open_work`` opens the
    list behind what one of the columns counts as open."""

    report: Key
    title: Words = Field(max_length=300)
    description: str = ""
    serves: Key | None = None
    unit: Key | None = None
    source: Key | None = None
    columns: tuple[Column, ...] = Field(min_length=1, max_length=MOST_COLUMNS)
    windows: tuple[Window, ...] = Field(default=tuple(Window), min_length=1)
    indicators: tuple[Key, ...] = ()
    by: str | None = None
    open_work: OpenWork | None = None

    @property
    def counting_open(self) -> Column | None:
        """The column that counts what is open; None without ``open_work``."""
        wanted = self.open_work.column if self.open_work else None
        return next((one for one in self.columns if one.id == wanted), None)

    def formula_of(self, column: Column) -> dict[str, Any]:
        """What the column counts, as plain data: staff are asked about this, and not about its title."""
        data = plain_data(column)
        sides = {key: data[key] for key in ("numerator", "denominator") if key in data}
        return {"source": column.source or self.source, **sides}

    def as_measures(self, grain: Grain) -> Iterator[MeasureDefinition]:
        """Each column as the measure it would be over periods of this length, its id as the key."""
        for column in self.columns:
            yield MeasureDefinition(
                measure=column.id,
                title=column.title,
                description=column.description,
                serves=self.serves,
                unit=self.unit,
                source=column.source or self.source,
                numerator=column.numerator,
                denominator=column.denominator,
                show_as=column.show_as,
                frequency=grain,
                minimum_denominator=column.minimum_denominator,
            )


def as_data(definition: ReportDefinition) -> dict[str, Any]:
    """The definition as the plain data of its YAML: no key at its default."""
    data = plain_data(definition)
    data["columns"] = [with_bare_conditions(column) for column in data["columns"]]
    return data
