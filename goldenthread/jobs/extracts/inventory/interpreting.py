"""Rows of text into measures, places, targets and values, by the mapping. Reads and writes nothing."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from goldenthread.calc.direction import Better
from goldenthread.calc.periods import FiscalCalendar, Grain, Period
from goldenthread.facts.inventory import (
    FIRST_YEAR,
    ColumnOfIds,
    FiscalYearColumn,
    InventoryLevel,
    InventoryMapping,
    ValueColumns,
    Worded,
)
from goldenthread.jobs.extracts.inventory.cells import Cell, printing, read_cell
from goldenthread.jobs.extracts.inventory.columns import TextRow
from goldenthread.jobs.extracts.inventory.keys import again, key_of
from goldenthread.jobs.extracts.inventory.rows import (
    InventoryRow,
    PeriodValue,
    Place,
    TroubledCell,
    YearTarget,
)

_YEAR = re.compile(r"(?:FY\s*)?(?:(\d{4})|(\d\d))", re.IGNORECASE)
_LONGEST_NAME, _LONGEST_TITLE = 200, 300


class _RowRefused(Exception):
    """A cell without which its row cannot become a measure; it is in the list of troubled cells."""


@dataclass
class Interpreter:
    """Takes one row after the other and keeps what it found. ``headers`` maps each ``matching`` pattern to
    the columns it read and the day each names."""

    mapping: InventoryMapping
    calendar: FiscalCalendar
    headers: Mapping[str, Mapping[str, datetime.date]]
    rows: list[InventoryRow] = field(default_factory=list)
    places: dict[str, Place] = field(default_factory=dict)
    cells: list[TroubledCell] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    _first_rows: dict[str, list[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._words = {word.casefold(): meaning for word, meaning in self.mapping.words.items()}

    def take(self, number: int, row: TextRow) -> None:
        """One row of the file; refused rows leave a troubled cell behind and nothing else."""
        try:
            self.rows.append(self._measure(_RowReader(number, row, self.mapping, self.cells)))
        except _RowRefused:
            return

    def _measure(self, cells: _RowReader) -> InventoryRow:
        title = cells.needed(self.mapping.title, "the name of the measure")
        frequency = cells.frequency()
        year = cells.fiscal_year()
        unit, serves = self._place(cells)
        targets = tuple(self._targets(cells, year))
        better = cells.meaning("direction", self.mapping.better)
        return InventoryRow(
            row=cells.number,
            key=self._key(cells, title),
            title=title[:_LONGEST_TITLE],
            description=self._description(cells, targets),
            frequency=frequency,
            kind=cells.meaning("kind", self.mapping.kind),
            better=Better(better) if better else None,
            unit_of_measure=cells.meaning("unit of measure", self.mapping.unit_of_measure),
            unit=unit,
            serves=serves,
            targets=targets,
            values=tuple(self._values(cells, year)),
        )

    def _key(self, cells: _RowReader, title: str) -> str:
        wanted = self.mapping.key
        if isinstance(wanted, ColumnOfIds):
            names = [cells.needed(wanted.column, "the id of the measure")]
        else:
            names = [cells.text(column) for column in wanted]
        key = key_of(names)
        if not key:
            cells.refuse(self.mapping.title, title, "wanted a name with letters or digits in it")
        earlier = self._first_rows.setdefault(key, [])
        earlier.append(cells.number)
        if len(earlier) == 1:
            return key
        self.remarks.append(
            f"Row {cells.number:,} is the same measure as row {earlier[0]:,}: “{title}”. Both are kept; "
            "retire one of them if they are one."
        )
        return again(key, len(earlier))

    def _place(self, cells: _RowReader) -> tuple[str | None, str | None]:
        """The unit and the element of the framework that a row belongs to, noting every level on the way."""
        names: list[str] = []
        unit, element = self.mapping.under, None
        for level in self.mapping.levels:
            name = cells.text(level.column)
            if not name:
                # What stands lower would hang in the air under a framework without gaps.
                break
            names.append(name)
            key = _named(level.keys, name) or key_of(names)
            if key not in self.places:
                self.places[key] = _place(level, key, name, cells, unit=unit, element=element)
            unit = key if level.unit else unit
            element = key if level.element else element
        return unit, element

    def _targets(self, cells: _RowReader, year: int | None) -> Iterator[YearTarget]:
        for column, which in self.mapping.targets.items():
            cell = self._number(cells, column)
            span = self._year(_absolute(which, year))
            if cell.text is not None and (cell.number is not None or cell.meaning):
                yield YearTarget(span.start, span.end, cell.number, cell.note if cell.is_words else "")

    def _values(self, cells: _RowReader, year: int | None) -> Iterator[PeriodValue]:
        for group in self.mapping.values:
            for column, period in self._columns(group, year):
                if cells.text(column) in group.filler:
                    continue
                cell = self._number(cells, column)
                if cell.number is not None:
                    yield PeriodValue(period, cell.number)
                elif cell.meaning:
                    yield PeriodValue(period, None, cell.note)

    def _number(self, cells: _RowReader, column: str) -> Cell:
        cell = read_cell(cells.text(column), self._words)
        if cell.is_words:
            known = f"no number: “{cell.text}” means {cell.meaning}"
            unknown = "wanted a number, or a word that the definition explains under words:"
            cells.trouble(column, cell.text, known if cell.meaning else unknown)
        return cell

    def _columns(self, group: ValueColumns, year: int | None) -> Iterator[tuple[str, Period]]:
        if group.matching:
            for column, day in self.headers[group.matching].items():
                yield column, self.calendar.period_of(day, group.grain)
            return
        for column, which in group.columns.items():
            if isinstance(which, datetime.date):
                yield column, self.calendar.period_of(which, group.grain)
            elif group.grain is Grain.YEAR:
                yield column, self._year(_absolute(which, year))
            else:
                assert year is not None
                yield column, self._part_of_year(group.grain, which, year)

    def _year(self, fiscal_year: int) -> Period:
        january = datetime.date(fiscal_year, 1, 1)
        start = self.calendar.period_of(january, Grain.YEAR)
        # A fiscal year has the number of the calendar year it ends in.
        return start if self.calendar.fiscal_year(january) == fiscal_year else self.calendar.previous(start)

    def _part_of_year(self, grain: Grain, number: int, fiscal_year: int) -> Period:
        periods = self.calendar.periods_between(*_span(self._year(fiscal_year)), grain)
        if grain is Grain.QUARTER:
            return periods[number - 1]
        return next(period for period in periods if period.start.month == number)

    def _description(self, cells: _RowReader, targets: Sequence[YearTarget]) -> str:
        lines = [cells.text(self.mapping.description)] if self.mapping.description else []
        lines += [
            f"{label}: {text}" for label, column in self.mapping.notes.items() if (text := cells.text(column))
        ]
        # A target in words cannot be judged against; it would be lost if the description did not keep it.
        lines += [
            f"Target for FY{self.calendar.fiscal_year(target.start)}: {target.words}"
            for target in targets
            if target.words
        ]
        return "\n".join(line for line in lines if line)


@dataclass(frozen=True)
class _RowReader:
    """The cells of one row, and where trouble with them is noted."""

    number: int
    cells: TextRow
    mapping: InventoryMapping
    troubled: list[TroubledCell]

    def text(self, column: str) -> str:
        return printing(self.cells[column])

    def needed(self, column: str, what: str) -> str:
        text = self.text(column)
        if not text:
            self.refuse(column, None, f"wanted {what}")
        return text

    def trouble(self, column: str, value: str | None, reason: str) -> None:
        self.troubled.append(TroubledCell(self.number, column, value, reason))

    def refuse(self, column: str, value: str | None, reason: str) -> None:
        self.troubled.append(TroubledCell(self.number, column, value, reason, refuses_row=True))
        raise _RowRefused

    def frequency(self) -> Grain:
        said = self.mapping.frequency
        if isinstance(said, Grain):
            return said
        text = self.needed(said.column, "how often the measure is reported")
        meaning = said.meaning(text)
        if meaning is None:
            self.refuse(said.column, text, f"wanted {_words_of(said)}")
        return Grain(str(meaning))

    def meaning(self, what: str, worded: Worded | None) -> str | None:
        if worded is None:
            return None
        text = self.text(worded.column)
        meaning = worded.meaning(text) if text else None
        if text and meaning is None and not worded.begins:
            self.trouble(worded.column, text, f"wanted {_words_of(worded)}; the {what} stays open")
        return meaning

    def fiscal_year(self) -> int | None:
        said = self.mapping.fiscal_year
        if not isinstance(said, FiscalYearColumn):
            return said
        text = self.needed(said.column, "a fiscal year such as 2027 or FY27")
        found = _YEAR.fullmatch(text)
        if found is None:
            self.refuse(said.column, text, "wanted a fiscal year such as 2027 or FY27")
            return None
        return int(found[1]) if found[1] else 2000 + int(found[2])


def _place(
    level: InventoryLevel, key: str, name: str, cells: _RowReader, *, unit: str | None, element: str | None
) -> Place:
    products = cells.text(level.products).split(";") if level.products else []
    return Place(
        key=key,
        name=(_named(level.names, name) or name)[:_LONGEST_NAME],
        unit_kind=level.unit,
        unit_parent=unit if level.unit else None,
        level=level.element,
        element_parent=element if level.element else None,
        description=cells.text(level.description) if level.description else "",
        products=tuple(dict.fromkeys(one.strip() for one in products if one.strip())),
    )


def _named(names: Mapping[str, str], name: str) -> str | None:
    return next((given for word, given in names.items() if word.casefold() == name.casefold()), None)


def _words_of(worded: Worded) -> str:
    words = [f"“{word}”" for word in worded.words] + [f"“{start}…”" for start in worded.begins]
    return f"one of {', '.join(words)}"


def _absolute(which: int, year: int | None) -> int:
    if which >= FIRST_YEAR:
        return which
    assert year is not None
    return year + which


def _span(period: Period) -> tuple[datetime.date, datetime.date]:
    return period.start, period.end
