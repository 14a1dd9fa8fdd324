"""The key indicators of a unit on one page, by how often they are counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils.translation import gettext as _

from goldenthread.calc.periods import Grain
from goldenthread.render.tables import Cell, Column, Row, Table
from goldenthread.results.indicators import Indicator
from goldenthread.results.standings import tally_of
from goldenthread.web.desk.presenters.home import tally_sentence
from goldenthread.web.desk.presenters.measures_in_line import (
    filed_cells,
    filed_columns,
    how_to_read,
    measure_cells,
    signals_sentence,
)
from goldenthread.web.desk.presenters.parts import Link, file_links


@dataclass(frozen=True)
class Group:
    """Indicators that are counted equally often."""

    title: str
    table: Table


@dataclass(frozen=True)
class IndicatorsPage:
    """Everything the page shows."""

    verdict: str
    groups: tuple[Group, ...]
    links: tuple[Link, ...]
    note: str


def indicators_page(unit: str, name: str, indicators: Sequence[Indicator]) -> IndicatorsPage:
    """``unit`` and ``name`` are those of the page, which indicators of units below it name."""
    tiles = [one.tile for one in indicators]
    tally = tally_sentence(tally_of([one.met_target.answer for one in tiles]), of="")
    groups = []
    for grain, title in _groups():
        mine = [one for one in indicators if one.tile.measure.frequency is grain]
        if mine:
            groups.append(Group(title, _table(f"{name}, {title.lower()}", unit, mine)))
    return IndicatorsPage(
        verdict=f"{tally} {signals_sentence(tiles, measures=len(tiles))}".strip(),
        groups=tuple(groups),
        links=file_links("indicators_file", unit) if tiles else (),
        note=how_to_read(),
    )


def indicators_table(name: str, indicators: Sequence[Indicator]) -> Table:
    """The same as a file."""
    columns = (*filed_columns(), Column(_("In words")), Column(_("Report behind it")))
    rows = tuple(
        Row((*filed_cells(one.tile), Cell(one.tile.verdict), Cell(one.report[1] if one.report else "")))
        for one in indicators
    )
    return Table(_("Key indicators of %(unit)s") % {"unit": name}, columns, rows)


def _groups() -> tuple[tuple[Grain, str], ...]:
    return (
        (Grain.MONTH, _("Every month")),
        (Grain.WEEK, _("Every week")),
        (Grain.DAY, _("Every day")),
        (Grain.QUARTER, _("Every quarter")),
        (Grain.YEAR, _("Every year")),
    )


def _table(caption: str, unit: str, indicators: Sequence[Indicator]) -> Table:
    """The column of reports is there for whoever may open one."""
    columns: tuple[Column, ...] = (
        Column(_("Indicator")),
        Column(_("Latest"), number=True),
        Column(_("Target"), number=True),
        Column(_("Last 12 periods")),
        Column(_("What it says")),
    )
    rows = [_cells(one, unit) for one in indicators]
    if any(one.report for one in indicators):
        columns = (*columns, Column(_("Report behind it")))
        rows = [(*cells, _door(one)) for cells, one in zip(rows, indicators, strict=True)]
    return Table(caption, columns, tuple(map(Row, rows)))


def _cells(one: Indicator, unit: str) -> tuple[Cell, ...]:
    title, latest, target, past, signal, _standing = measure_cells(one.tile, with_unit=one.tile.unit != unit)
    return title, latest, target, past, replace(signal, below=one.tile.verdict)


def _door(one: Indicator) -> Cell:
    if one.report is None:
        return Cell()
    key, title = one.report
    return Cell(title, href=reverse("desk:unit_report", args=[one.tile.unit, key]))
