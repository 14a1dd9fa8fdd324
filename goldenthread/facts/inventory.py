"""How a spreadsheet with a row per measure maps to a framework, measures, targets and values."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Annotated, Any, Literal, Self

from pydantic import Field, field_validator, model_validator

from goldenthread.calc.direction import Better
from goldenthread.calc.periods import Grain
from goldenthread.definitions import Definition

UnitKind = Literal["department", "division", "programme", "team", "office", "contracted_provider"]
ElementLevel = Literal["outcome", "service_area", "core_service", "operational_service"]

# Below this a number counts fiscal years from the row's own, from it on it is a fiscal year.
FIRST_YEAR = 1900
_PARTS = {Grain.MONTH: 12, Grain.QUARTER: 4}
_ELEMENTS: tuple[ElementLevel, ...] = ("outcome", "service_area", "core_service", "operational_service")


class InventoryLevel(Definition):
    """One column of the hierarchy, widest first.

    ``unit`` makes each of its names a unit of that kind, ``element`` an element of the framework, or both.
    ``names`` gives a name of the file its title, ``keys`` the key of a unit or element that exists already.
    ``products`` is a column that lists products with semicolons between them.
    """

    column: str
    unit: UnitKind | None = None
    element: ElementLevel | None = None
    description: str | None = None
    products: str | None = None
    names: dict[str, str] = {}
    keys: dict[str, str] = {}

    @model_validator(mode="after")
    def _becomes_something(self) -> Self:
        if self.unit is None and self.element is None:
            raise ValueError("unit, element, or both, because a level must become something")
        return self


class Worded(Definition):
    """A column whose words mean something here: the whole cell (``words``), or how it begins (``begins``).

    Capitals do not matter. A word that is not listed is reported, and nothing is guessed from it; how a cell
    begins is a hint, and one that begins otherwise is not reported.
    """

    column: str
    words: dict[str, str] = {}
    begins: dict[str, str] = {}

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.words and not self.begins:
            raise ValueError("words, begins, or both")
        return self

    @property
    def meanings(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys([*self.words.values(), *self.begins.values()]))

    def meaning(self, cell: str) -> str | None:
        """What the cell means; None when nothing says so."""
        text = cell.strip().casefold()
        for word, meaning in self.words.items():
            if word.casefold() == text:
                return meaning
        for start, meaning in self.begins.items():
            if text.startswith(start.casefold()):
                return meaning
        return None


class ValueColumns(Definition):
    """Columns that hold values of one period length.

    ``columns`` says which period each is: for a year a fiscal year (2019) or the distance from the row's own
    (-1 is the year before), for a quarter 1 to 4 and for a month 1 to 12 of the row's fiscal year, for any of
    them the date on which it starts. ``matching`` reads the periods out of the headers instead, with a date
    format: ``%b-%y`` reads ``Jan-25``. ``filler`` lists what the export writes where nothing was reported; it
    is read as an empty cell.
    """

    grain: Grain
    columns: dict[str, int | datetime.date] = {}
    matching: str | None = None
    filler: tuple[str, ...] = ()

    @field_validator("columns", mode="before")
    @classmethod
    def _names_are_text(cls, value: Any) -> Any:
        return {str(name): period for name, period in value.items()} if isinstance(value, dict) else value

    @field_validator("filler", mode="before")
    @classmethod
    def _one_or_many(cls, value: Any) -> Any:
        many = value if isinstance(value, list | tuple) else [value]
        return [str(one) for one in many]

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        if bool(self.columns) == bool(self.matching):
            raise ValueError("either columns or matching")
        most = _PARTS.get(self.grain)
        for name, period in self.columns.items():
            if isinstance(period, datetime.date) or self.grain is Grain.YEAR:
                continue
            if most is None:
                raise ValueError(f"the first day of the {self.grain} for “{name}”, found {period}")
            if not 1 <= period <= most:
                raise ValueError(f"1 to {most}, or the first day of the {self.grain}, for “{name}”")
        return self

    @property
    def needs_fiscal_year(self) -> bool:
        return any(
            not isinstance(period, datetime.date) and period < FIRST_YEAR for period in self.columns.values()
        )


class ColumnOfIds(Definition):
    """A column with an id for each measure, which stays the same from year to year."""

    column: str


class FiscalYearColumn(Definition):
    """A column with the fiscal year that a row tells of, such as 2020 or FY20."""

    column: str


class InventoryMapping(Definition):
    """What each column of a measure inventory is.

    ``key`` names the columns that together tell one measure from another, in the order in which they make
    its key; ``key: {column: ID}`` takes a column's own ids. ``fiscal_year`` is a column, or the year itself.
    ``under`` is the unit that the highest level belongs to, by default the top one. ``targets`` are columns
    by fiscal year. ``words`` are what stands where a number should, and what it means: no number is made of
    it, its meaning is kept beside the value. ``notes`` are columns kept in the measure's description, by the
    label they get there::

        inventory:
          fiscal_year: {column: FY}
          key: [Department, Measure]
          levels:
            - {column: Department, unit: department, element: outcome}
            - {column: Program, element: service_area, description: Program purpose}
          title: Measure
          frequency: {column: Frequency, words: {Annually: year, Monthly: month}}
          better: {column: Direction, words: {Up: higher, Down: lower}}
          unit_of_measure: {column: Measure, begins: {Percent: percent, Number of: count}}
          targets: {This year's goal: 0, Last year's goal: -1}
          values:
            - {grain: year, columns: {Last year: -1, Two years ago: -2}}
            - {grain: month, columns: {JUL: 7, AUG: 8}, filler: "0"}
          words: {No Goal: no goal was set, New: the measure is new}
    """

    key: Annotated[tuple[str, ...], Field(min_length=1)] | ColumnOfIds
    title: str
    levels: tuple[InventoryLevel, ...] = Field(min_length=1)
    frequency: Grain | Worded
    fiscal_year: int | FiscalYearColumn | None = None
    under: str | None = None
    description: str | None = None
    kind: Worded | None = None
    better: Worded | None = None
    unit_of_measure: Worded | None = None
    notes: dict[str, str] = {}
    targets: dict[str, int] = {}
    values: tuple[ValueColumns, ...] = ()
    words: dict[str, str] = {}

    @field_validator("key", mode="before")
    @classmethod
    def _one_key(cls, value: Any) -> Any:
        return [value] if isinstance(value, str) else value

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        for name, worded, known in (
            ("frequency", self.frequency, tuple(Grain)),
            ("better", self.better, tuple(Better)),
        ):
            if isinstance(worded, Worded) and (unknown := set(worded.meanings) - {str(one) for one in known}):
                raise ValueError(f"{name} words that mean one of {', '.join(known)}, found “{min(unknown)}”")
        relative = any(year < FIRST_YEAR for year in self.targets.values())
        relative = relative or any(group.needs_fiscal_year for group in self.values)
        if relative and self.fiscal_year is None:
            raise ValueError("fiscal_year, because columns are counted from it")
        order = [level.element for level in self.levels if level.element]
        wanted = [one for one in _ELEMENTS if one in order]
        if order != wanted or (order and order != list(_ELEMENTS[: len(order)])):
            raise ValueError(f"elements from the top without a gap ({', '.join(_ELEMENTS)}), widest first")
        return self

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column of the file that the mapping names, once, in the order of the mapping."""
        return tuple(dict.fromkeys(self._named()))

    @property
    def patterns(self) -> tuple[str, ...]:
        """The date formats with which headers are read."""
        return tuple(group.matching for group in self.values if group.matching)

    def _named(self) -> Iterator[str]:
        yield self.title
        yield from self.key if isinstance(self.key, tuple) else (self.key.column,)
        for level in self.levels:
            yield from filter(None, (level.column, level.description, level.products))
        for part in (self.fiscal_year, self.frequency, self.kind, self.better, self.unit_of_measure):
            if isinstance(part, Worded | FiscalYearColumn):
                yield part.column
        yield from filter(None, (self.description,))
        yield from self.notes.values()
        yield from self.targets
        for group in self.values:
            yield from group.columns
