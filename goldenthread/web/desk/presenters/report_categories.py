"""A report of one unit told apart by the words of a column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from goldenthread.record.framework.queries import Node
from goldenthread.record.reports.definition import Window
from goldenthread.render.tables import Cell, Column, Row, Table
from goldenthread.results.categories import CategoryLine, CategoryReport
from goldenthread.results.reports import Days
from goldenthread.web.desk.presenters.measure import Switch
from goldenthread.web.desk.presenters.multiples import category_words, column_words
from goldenthread.web.desk.presenters.parts import Link, Option, Step, file_links, named
from goldenthread.web.desk.presenters.reports import (
    WINDOW_WORDS,
    as_of_freshness,
    asked_in_address,
    behind_words,
    cell_of,
    is_outside,
    seen_by_words,
    table_of_past,
    verdict_of,
)
from goldenthread.web.desk.presenters.thread import thread_steps


@dataclass(frozen=True)
class CategoriesPage:
    """Everything the page shows. ``table`` is None where nothing was counted, and ``past`` where no category
    was chosen, or it has no past; ``chosen`` says which one was."""

    title: str
    eyebrow: str
    lead: str
    verdict: str
    behind: str
    days: Switch
    range_open: bool
    table_title: str
    table: Table | None
    table_links: tuple[Link, ...]
    untold: str
    chosen: str
    past: Table | None
    seen_by: str
    links: tuple[Link, ...]
    steps: tuple[Step, ...]
    as_of: str


def categories_page(
    report: CategoryReport,
    unit: str,
    asked: Window | Days,
    category: str | None,
    *,
    path: Sequence[Node],
) -> CategoriesPage:
    """``category`` is the one to show over time; ``path`` leads from the outcome to the service it serves."""
    definition = report.definition
    chosen = next((one for one in report.lines if one.category == category), None)
    past = None
    if chosen is not None:
        words = category_words(chosen.category)
        past = table_of_past(f"{definition.title}: {words}", report.name, chosen.tiles, report.calendar)
    own = reverse("desk:unit_report", args=[unit, definition.report])
    return CategoriesPage(
        title=report.name,
        eyebrow=definition.title,
        lead=f"{report.label}.",
        verdict=_verdict(report),
        behind=behind_words(report.freshness, report.period),
        days=Switch(
            _("Days"),
            tuple(
                Option(WINDOW_WORDS[one](), _address(report, unit, one, category), one is asked)
                for one in definition.windows
            ),
        ),
        range_open=isinstance(asked, Days),
        table_title=_("By %(column)s") % {"column": column_words(report.by)},
        table=categories_table(report, unit, asked) if report.lines else None,
        table_links=file_links("report_categories_file", unit, definition.report, **asked_in_address(asked)),
        untold=_untold(report),
        chosen=category_words(chosen.category) if chosen else "",
        past=past,
        seen_by=seen_by_words(report.name),
        links=(Link(_("The unit as a whole"), f"{own}?{urlencode(asked_in_address(asked))}"),),
        steps=thread_steps(path, report.name) if path else (),
        as_of=as_of_freshness(report.freshness),
    )


def categories_table(report: CategoryReport, unit: str, asked: Window | Days) -> Table:
    """A row for each category by name, and the unit as a whole last."""
    caption = _("%(report)s of %(unit)s by %(column)s, %(days)s") % {
        "report": report.definition.title,
        "unit": report.name,
        "column": column_words(report.by),
        "days": report.label,
    }
    columns = (
        Column(column_words(report.by).capitalize()),
        *(Column(one.title, number=True) for one in report.columns),
    )
    rows = tuple(_row(report, unit, asked, one) for one in report.lines)
    total = Row((Cell(report.name), *(cell_of(one) for one in report.whole)), total=True)
    return Table(caption, columns, (*rows, total), _("In alphabetical order."))


def _row(report: CategoryReport, unit: str, asked: Window | Days, line: CategoryLine) -> Row:
    words = Cell(category_words(line.category), href=_address(report, unit, asked, line.category))
    return Row((words, *(cell_of(one) for one in line.tiles)))


def _verdict(report: CategoryReport) -> str:
    """Which categories have a number outside their own normal range."""
    outside = [category_words(one.category) for one in report.lines if any(map(is_outside, one.tiles))]
    if not outside:
        return verdict_of([tile for one in report.lines for tile in one.tiles])
    return _("More than normal variation in numbers of %(named)s.") % {
        "named": named([f"“{one}”" for one in outside])
    }


def _untold(report: CategoryReport) -> str:
    if not report.untold:
        return ""
    return _("Its facts do not say the %(column)s: %(titles)s.") % {
        "column": column_words(report.by),
        "titles": named([f"“{one}”" for one in report.untold]),
    }


def _address(report: CategoryReport, unit: str, asked: Window | Days, category: str | None) -> str:
    query = asked_in_address(asked) | ({"category": category} if category is not None else {})
    here = reverse("desk:report_categories", args=[unit, report.definition.report])
    return f"{here}?{urlencode(query)}"
