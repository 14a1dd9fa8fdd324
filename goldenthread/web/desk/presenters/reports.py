"""A report of one unit, and the list of those one may open."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from goldenthread.calc.formatting import format_day
from goldenthread.calc.periods import FiscalCalendar, Period
from goldenthread.calc.spc import Meaning
from goldenthread.record.framework.queries import Node
from goldenthread.record.reports.definition import Window
from goldenthread.record.reports.models import Report
from goldenthread.render.charts.values import Mark
from goldenthread.render.tables import Cell, Column, Row, Table
from goldenthread.results.reports import Days, Freshness, Line, OpenReport, UnitReport
from goldenthread.results.values import Point, Tile
from goldenthread.web.desk.presenters.measure import Switch
from goldenthread.web.desk.presenters.measures_in_line import MOST_TILES, RangeTile, has_number
from goldenthread.web.desk.presenters.moments import as_of_words
from goldenthread.web.desk.presenters.multiples import column_words
from goldenthread.web.desk.presenters.notices import count_words
from goldenthread.web.desk.presenters.parts import (
    Link,
    Option,
    Step,
    ends_words,
    file_links,
    latest_words,
    named,
    normal_range,
    point_words,
    range_bar,
    range_words,
    signal_of,
)
from goldenthread.web.desk.presenters.thread import thread_steps

_LEAST_PAST = 2
"""One row is what stands above already."""


@dataclass(frozen=True)
class ReportPage:
    """Everything the page of a report shows. ``behind`` says which facts have not come yet, and ``last_day``
    leads to the last one that has facts, where those asked for have none."""

    title: str
    eyebrow: str
    lead: str
    verdict: str
    behind: str
    last_day: Link | None
    days: Switch
    range_open: bool
    tiles: tuple[RangeTile, ...]
    table: Table
    table_title: str
    table_links: tuple[Link, ...]
    past: Table | None
    description: str
    seen_by: str
    above: tuple[Link, ...]
    workers: str
    open_work: str
    by: Link | None
    steps: tuple[Step, ...]
    as_of: str


@dataclass(frozen=True)
class ReportLinks:
    """A report with the units one may open it for."""

    title: str
    description: str
    units: tuple[Link, ...]


@dataclass(frozen=True)
class ReportsPage:
    """The list of reports; ``of_workers`` leads to what is said of numbers of single workers, ``defined`` to
    the definitions that the reader may change."""

    reports: tuple[ReportLinks, ...]
    of_workers: tuple[Link, ...]
    defined: tuple[Link, ...]


def report_page(
    report: UnitReport, asked: Window | Days, *, above: Sequence[tuple[str, str]], path: Sequence[Node]
) -> ReportPage:
    """``above`` are key and name of the units above that the reader may open it for, nearest first; ``path``
    leads from the outcome to the service it serves."""
    definition, whole = report.definition, report.whole
    return ReportPage(
        title=whole.name,
        eyebrow=definition.title,
        lead=f"{report.label}.",
        verdict=verdict_of(whole.tiles),
        behind=behind_words(report.freshness, report.period),
        last_day=_last_day(report),
        days=Switch(
            _("Days"),
            tuple(
                Option(WINDOW_WORDS[one](), _address(definition.report, whole.unit, one), one is asked)
                for one in definition.windows
            ),
        ),
        range_open=isinstance(asked, Days),
        tiles=most_tiles(whole.tiles),
        table=report_table(report, asked),
        table_title=_("Units below") if report.parts else _("All numbers"),
        table_links=file_links("unit_report_file", whole.unit, definition.report, **asked_in_address(asked)),
        past=table_of_past(definition.title, whole.name, whole.tiles, report.calendar),
        description=definition.description,
        seen_by=seen_by_words(whole.name),
        above=tuple(Link(name, _address(definition.report, key, asked)) for key, name in above),
        workers=_workers(report),
        open_work=reverse("desk:unit_open_work", args=[whole.unit, definition.report])
        if definition.open_work
        else "",
        by=_told_apart(report, asked),
        steps=thread_steps(path, whole.name) if path else (),
        as_of=as_of_freshness(report.freshness),
    )


def seen_by_words(unit: str) -> str:
    """Who may read a report of a unit."""
    return _(
        "Whoever may see the numbers of single workers of %(unit)s: its supervisor and the one above."
        " Nobody is named here. Where only one person did the work, the numbers are theirs."
    ) % {"unit": unit}


def report_table(report: UnitReport, asked: Window | Days) -> Table:
    """A row for each unit below, by name, and the whole last; of a unit without any, a row for each number
    with its normal range."""
    caption = _("%(report)s of %(unit)s, %(days)s") % {
        "report": report.definition.title,
        "unit": report.whole.name,
        "days": report.label,
    }
    if not report.parts:
        return _table_of_numbers(report, caption)
    columns = (Column(_("Unit")), *(Column(one.title, number=True) for one in report.definition.columns))
    rows = tuple(
        _row_of_unit(one, _address(report.definition.report, one.unit, asked)) for one in report.parts
    )
    note = _("Each unit is compared with its own past, never with another. In alphabetical order.")
    return Table(caption, columns, (*rows, _row_of_unit(report.whole, "", total=True)), note)


def _table_of_numbers(report: UnitReport, caption: str) -> Table:
    columns = (
        Column(_("Number")),
        Column(report.label, number=True),
        Column(_("Normal range")),
        Column(_("Against its own past")),
    )
    rows = tuple(row_of_number(one) for one in report.whole.tiles)
    return Table(caption, columns, rows, _("Compared with the unit’s own past."))


def table_of_past(title: str, name: str, tiles: Sequence[Tile], calendar: FiscalCalendar) -> Table | None:
    """Each number over the last periods, the newest first; None where there is no past."""
    periods = sorted({point.period for one in tiles for point in one.recent}, reverse=True)
    if len(periods) < _LEAST_PAST:
        return None
    points = [{point.period: point for point in one.recent} for one in tiles]
    rows = tuple(
        Row(
            (
                Cell(calendar.label(period)),
                *(_past_cell(one, known.get(period)) for one, known in zip(tiles, points, strict=True)),
            )
        )
        for period in periods
    )
    columns = (Column(_("Days")), *(Column(one.measure.title, number=True) for one in tiles))
    caption = _("%(report)s of %(name)s over time") % {"report": title, "name": name}
    return Table(caption, columns, rows)


def _past_cell(tile: Tile, point: Point | None) -> Cell:
    return Cell(point_words(tile.measure, point, tile.folds_into), value=point.value if point else None)


def reports_page(
    reports: Sequence[OpenReport], of_workers: Sequence[tuple[str, str]], defined: Sequence[Report]
) -> ReportsPage:
    """``of_workers`` are key and title of the reports with numbers of single workers, and ``defined`` those
    that the reader may change."""
    return ReportsPage(
        reports=tuple(
            ReportLinks(
                one.title,
                one.description,
                tuple(
                    Link(name, reverse("desk:unit_report", args=[key, one.key])) for key, name in one.units
                ),
            )
            for one in reports
        ),
        of_workers=tuple(Link(title, reverse("desk:report_uses", args=[key])) for key, title in of_workers),
        defined=tuple(
            Link(
                _("%(title)s, used no more") % {"title": one.title} if one.retired_on else one.title,
                reverse("desk:report_edit", args=[one.key]),
            )
            for one in defined
        ),
    )


def asked_in_address(asked: Window | Days) -> dict[str, str]:
    """The days as the query of an address."""
    if isinstance(asked, Window):
        return {"days": asked.value}
    return {"since": asked.first.isoformat(), "until": asked.last.isoformat()}


WINDOW_WORDS = {
    Window.TODAY: lambda: _("Today"),
    Window.YESTERDAY: lambda: _("Yesterday"),
    Window.LAST_WEEK: lambda: _("Last week"),
    Window.LAST_MONTH: lambda: _("Last month"),
    Window.LAST_QUARTER: lambda: _("Last quarter"),
}


def _address(report: str, unit: str, asked: Window | Days) -> str:
    return f"{reverse('desk:unit_report', args=[unit, report])}?{urlencode(asked_in_address(asked))}"


def _workers(report: UnitReport) -> str:
    """Where its numbers stand for each worker; empty when none of them ever does."""
    if all(one.workers is None for one in report.definition.columns):
        return ""
    return reverse("desk:unit_workers", args=[report.whole.unit, report.definition.report])


def _told_apart(report: UnitReport, asked: Window | Days) -> Link | None:
    """Where the same is told apart by a column."""
    definition = report.definition
    if definition.by is None:
        return None
    address = reverse("desk:report_categories", args=[report.whole.unit, definition.report])
    words = _("By %(column)s") % {"column": column_words(definition.by)}
    return Link(words, f"{address}?{urlencode(asked_in_address(asked))}")


def verdict_of(tiles: Sequence[Tile]) -> str:
    """What was outside its own normal range, by name."""
    if is_empty(tiles):
        return _("Nothing was counted.")
    if any(one.latest and one.latest.provisional for one in tiles):
        return _("Not over yet, and nothing is judged before it is.")
    judged = [one for one in tiles if one.latest is not None and normal_range(one) is not None]
    outside = [one for one in judged if one.latest is not None and one.latest.meaning is not Meaning.ORDINARY]
    if not judged:
        return _("There is too little of the past to say what is normal here.")
    if not outside:
        return ngettext(
            "The one number that has a normal range stayed inside it.",
            "All %(count)s numbers that have a normal range stayed inside it.",
            len(judged),
        ) % {"count": count_words(len(judged))}
    return _("More than normal variation: %(named)s.") % {"named": named([_said(one) for one in outside])}


def _said(one: Tile) -> str:
    return f"{one.measure.title} ({signal_of(one).words.lower()})"


def is_outside(one: Tile) -> bool:
    """Whether the days asked for are outside what is normal for this number."""
    return (
        one.latest is not None
        and not one.latest.provisional
        and normal_range(one) is not None
        and one.latest.meaning is not Meaning.ORDINARY
    )


def as_of_freshness(freshness: Collection[Freshness]) -> str:
    """Of when the oldest of these facts are; where the product fills all of them itself, of now."""
    if not freshness:
        return as_of_words(timezone.now())
    return as_of_words(min((one.loaded_at for one in freshness if one.loaded_at is not None), default=None))


def behind_words(freshness: Iterable[Freshness], period: Period) -> str:
    """Which facts do not reach the end of these days."""
    said = []
    for one in freshness:
        if one.until is None:
            said.append(_("Nothing of “%(source)s” was loaded yet.") % {"source": one.title})
        elif one.until < period.last_day:
            said.append(
                _("“%(source)s” reaches to %(day)s.") % {"source": one.title, "day": format_day(one.until)}
            )
    return " ".join(said)


def _last_day(report: UnitReport) -> Link | None:
    reached = [one.until for one in report.freshness if one.until and one.until < report.period.start]
    if not is_empty(report.whole.tiles) or not reached:
        return None
    day = max(reached)
    address = _address(report.definition.report, report.whole.unit, Days(day, day))
    return Link(_("Show %(day)s") % {"day": format_day(day)}, address)


def is_empty(tiles: Iterable[Tile]) -> bool:
    """Whether nothing was counted."""
    return all(one.latest is None for one in tiles)


def _has_no_range(one: Tile) -> bool:
    return normal_range(one) is None


def most_tiles(tiles: Sequence[Tile]) -> tuple[RangeTile, ...]:
    """The first few numbers in their normal ranges, those that have one before the others."""
    return tuple(_tile(one) for one in sorted(tiles, key=_has_no_range)[:MOST_TILES])


def _tile(one: Tile) -> RangeTile:
    return RangeTile(
        one.measure.title, "", latest_words(one), has_number(one), range_words(one), range_bar(one)
    )


def row_of_number(one: Tile) -> Row:
    """A number with its normal range."""
    point = one.latest
    return Row(
        (
            Cell(one.measure.title),
            Cell(latest_words(one), value=point.value if point else None),
            Cell(ends_words(one) or _("None yet"), drawing=range_bar(one)),
            Cell(signal_of(one).words),
        )
    )


def _row_of_unit(line: Line, href: str, *, total: bool = False) -> Row:
    return Row((Cell(line.name, href=href), *(cell_of(one) for one in line.tiles)), total=total)


def cell_of(one: Tile) -> Cell:
    """A number, with its signal where it is one."""
    point = one.latest
    signal = signal_of(one)
    is_signal = signal.mark not in (Mark.ORDINARY, Mark.PROVISIONAL)
    return Cell(
        latest_words(one),
        value=point.value if point else None,
        below=signal.words if point is not None and is_signal else "",
    )
