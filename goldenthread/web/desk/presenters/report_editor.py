"""The page on which a report is defined: what each of its columns would count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from goldenthread.record.reports.definition import Column, ReportDefinition
from goldenthread.render import tables
from goldenthread.render.tables import Cell, Row, Table
from goldenthread.results.values import Tile
from goldenthread.web.desk.presenters.definition import side_words
from goldenthread.web.desk.presenters.parts import ends_words, latest_words

FIRST_TEXT = """\
report: phone_activity
title: Phone activity
source: calls
columns:
  - {id: handled, title: Calls handled, numerator: {count: calls, where: {outcome: answered}}}
  - {id: call_time, title: Average call time, numerator: {mean: talk_seconds}, show_as: {unit: duration}}
"""
"""What a new report begins with: one to change."""


@dataclass(frozen=True)
class ColumnsShown:
    """What the columns of a report would count; see desk/report_preview.html."""

    sentence: str
    table: Table | None


def columns_shown(definition: ReportDefinition, tiles: Sequence[Tile] | None) -> ColumnsShown:
    """``tiles`` None: the unit that keeps the report is not open to the reader."""
    if tiles is None:
        return ColumnsShown(_("You cannot see numbers of the unit that keeps it."), None)
    columns = (
        tables.Column(_("Column")),
        tables.Column(_("Last month with a value"), number=True),
        tables.Column(_("Normal range of a month")),
    )
    rows = tuple(_row(*pair) for pair in zip(definition.columns, tiles, strict=True))
    unit = tiles[0].unit_name
    caption = _("Columns of %(title)s") % {"title": definition.title}
    return ColumnsShown(_("Whole months of %(unit)s.") % {"unit": unit}, Table(caption, columns, rows))


def _row(column: Column, tile: Tile) -> Row:
    said = side_words(column.numerator)
    if column.denominator is not None:
        said = _("%(above)s, out of: %(below)s") % {"above": said, "below": side_words(column.denominator)}
    point = tile.latest
    return Row(
        (
            Cell(column.title, below=said),
            Cell(latest_words(tile), below=point.label if point else ""),
            Cell(ends_words(tile) or _("None yet")),
        )
    )
