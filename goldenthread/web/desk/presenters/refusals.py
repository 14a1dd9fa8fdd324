"""Why rows are refused, and what somebody can do about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from goldenthread.calc.formatting import format_number
from goldenthread.facts.intake.headers import matching_form
from goldenthread.facts.intake.repairs import REPEATED_KEY
from goldenthread.facts.sources import SourceDefinition
from goldenthread.jobs.rejects import Mask, RefusedCell, column_labels
from goldenthread.render.csv import csv_lines
from goldenthread.render.tables import Cell, Column, Row, Table
from goldenthread.web.desk.presenters.parts import Link

_WANTED, _EMPTY = "wanted ", ", which this column must have"
_LONGEST = 60
_FILED = (
    Column("Row", number=True),
    Column("Column"),
    Column("Found"),
    Column("Wanted"),
    Column("Same key as row", number=True),
)


@dataclass(frozen=True)
class Quoted:
    """A word from the extract, with what stands before it; an empty cell is said in words."""

    before: str
    word: str


@dataclass(frozen=True)
class Refusal:
    """One reason: how many cells, of which column, an example, and what can be done."""

    count: str
    title: str
    column: str
    example: Quoted
    link: Link | None
    advice: str


@dataclass(frozen=True)
class RefusedRow:
    """One refused cell in a line."""

    row: str
    column: str
    found: str
    wanted: str


def refusals(
    reasons: Sequence[Mapping[str, Any]], definition: SourceDefinition, *, mask: Mask, steward: str
) -> tuple[Refusal, ...]:
    """``reasons`` as the batch's report holds them."""
    return tuple(_refusal(one, definition, mask, steward) for one in reasons)


def refused_rows(cells: Sequence[RefusedCell]) -> tuple[RefusedRow, ...]:
    """The cells in lines of a table."""
    return tuple(
        RefusedRow(
            format_number(cell.row),
            cell.column or _("the whole row"),
            shortened(cell.value),
            _wanted_words(cell),
        )
        for cell in cells
    )


def refused_lines(cells: Iterable[RefusedCell]) -> Iterator[str]:
    """The cells as lines of CSV, one by one: there may be millions."""
    header = [column.name for column in _FILED]
    return csv_lines(header, ((one.row, one.column, one.value, one.reason, one.other_row) for one in cells))


def refused_table(cells: Iterable[RefusedCell], title: str) -> Table:
    """The cells as a table for a workbook."""
    rows = (
        Row(
            (
                Cell(value=one.row),
                Cell(one.column),
                Cell(one.value or ""),
                Cell(one.reason),
                Cell(value=one.other_row),
            )
        )
        for one in cells
    )
    return Table(title, _FILED, tuple(rows))


def shortened(value: str | None) -> str:
    """The value as far as a table has room for it; empty for nothing."""
    if not value:
        return ""
    return value if len(value) <= _LONGEST else f"{value[: _LONGEST - 1]}…"


def _refusal(reason: Mapping[str, Any], definition: SourceDefinition, mask: Mask, steward: str) -> Refusal:
    column, words = reason["column"], reason["reason"]
    example = reason["examples"][0]
    where = _("row %(row)s:") % {"row": format_number(example["row"])}
    found = mask(column, example["value"])
    link, advice = _remedy(words, column, example["value"], definition, steward)
    return Refusal(
        count=format_number(reason["count"]),
        title=_title(words),
        column=column or _("the whole row"),
        example=Quoted(where if found else f"{where} {_('nothing')}", shortened(found)),
        link=link,
        advice=advice,
    )


def _title(reason: str) -> str:
    """The reason as a heading: "Not a number, 0 or more", "Empty, and must not be"."""
    if reason == REPEATED_KEY:
        return _("Same key twice in this file")
    if reason.endswith(_EMPTY):
        return _("Empty, and must not be")
    wanted = reason.removeprefix(_WANTED)
    if wanted != reason and wanted.startswith(("a ", "an ", "one of ", "yes or no", "text")):
        return _("Not %(wanted)s") % {"wanted": wanted}
    return f"{reason[:1].upper()}{reason[1:]}"


def _wanted_words(cell: RefusedCell) -> str:
    if cell.reason == REPEATED_KEY and cell.other_row is not None:
        return _("one row for each key; row %(row)s has it and is kept") % {
            "row": format_number(cell.other_row)
        }
    return cell.reason.removeprefix(_WANTED)


def _remedy(
    reason: str, label: str, value: str | None, definition: SourceDefinition, steward: str
) -> tuple[Link | None, str]:
    """What can be changed in the source, if anything, and what to do besides."""
    if reason == REPEATED_KEY:
        return None, _("The first row is kept")
    ask = _("Ask %(steward)s") % {"steward": steward} if steward else _("Correct the extract")
    name = _column_of(label, definition)
    if name is None or not value or reason.endswith(_EMPTY):
        return None, ask
    if definition.worker is not None and name == definition.worker.column:
        return None, ask
    column = definition.columns[name]
    if column.values:
        link = Link(_("Add it as a value"), _edit(definition, name, "value", value))
        return link, _("or correct the extract")
    is_word = not any(letter.isdigit() for letter in value) and len(value) <= _LONGEST
    if reason.startswith(_WANTED) and is_word:
        link = Link(_("Treat it as missing"), _edit(definition, name, "missing", value))
        return link, _("for this source")
    return None, ask


def _edit(definition: SourceDefinition, column: str, what: str, value: str) -> str:
    query = urlencode({"column": column, what: value})
    return f"{reverse('desk:source_edit', args=[definition.source])}?{query}"


def _column_of(label: str, definition: SourceDefinition) -> str | None:
    """The column of the definition that a file calls ``label``."""
    wanted = matching_form(label)
    for name, column in definition.columns.items():
        if wanted in {matching_form(one) for one in column_labels(name, column)}:
            return name
    return None


def refused_words(count: int) -> str:
    """ "86 are refused with a reason each"."""
    return ngettext(
        "%(count)s is refused with its reason", "%(count)s are refused with a reason each", count
    ) % {"count": format_number(count)}
