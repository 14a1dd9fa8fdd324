"""What is open, by when it falls due: of a unit, and of one worker."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from goldenthread.calc.formatting import format_number, format_value
from goldenthread.calc.periods import FiscalCalendar
from goldenthread.render.tables import Cell, Column, Row, Table, Tone
from goldenthread.results.open_work import (
    MOST_ITEMS,
    Age,
    Counts,
    Item,
    Line,
    OpenReport,
    Urgency,
)
from goldenthread.web.desk.presenters.backlog import Backlog, backlog_of, promises_of
from goldenthread.web.desk.presenters.batch import Count
from goldenthread.web.desk.presenters.moments import full_day, short_day
from goldenthread.web.desk.presenters.multiples import category_words
from goldenthread.web.desk.presenters.parts import Link, Step, file_links
from goldenthread.web.desk.presenters.reports import as_of_freshness
from goldenthread.web.desk.presenters.unit import PageLink, Pages

URGENCY_WORDS = {
    Urgency.OVERDUE: lambda: _("Overdue"),
    Urgency.SOON: lambda: _("Due soon"),
    Urgency.LATER: lambda: _("Due later"),
    Urgency.UNDATED: lambda: _("No due day"),
}


@dataclass(frozen=True)
class OpenPage:
    """Everything a page of open work shows. ``tables`` are who has it and ``kinds`` what it is, each with its
    title."""

    title: str
    eyebrow: str
    lead: str
    verdict: str
    counts: tuple[Count, ...]
    promises: tuple[str, ...]
    tables: tuple[tuple[str, Table], ...]
    kinds: tuple[tuple[str, Table], ...]
    backlog: Backlog | None
    items: Table | None
    items_links: tuple[Link, ...]
    pages: Pages | None
    seen_by: str
    links: tuple[Link, ...]
    steps: tuple[Step, ...]
    as_of: str


def unit_open_page(
    report: OpenReport,
    unit: str,
    calendar: FiscalCalendar,
    *,
    page: int,
    above: Sequence[tuple[str, str]],
    steps: tuple[Step, ...],
) -> OpenPage:
    """``above`` are key and name of the units above that the reader may open it for."""
    key = report.definition.report
    here = reverse("desk:unit_open_work", args=[unit, key])
    tables = [
        (_("Units below"), _lines_table(report, _("Unit"), report.parts, lambda one: _of_unit(one, key))),
        (
            _("Each worker"),
            _lines_table(
                report,
                _("Worker"),
                report.workers,
                lambda one: reverse("desk:worker_open_work", args=[unit, key, one]),
            ),
        ),
    ]
    return OpenPage(
        title=report.name,
        eyebrow=_("%(report)s, open work") % {"report": report.definition.title},
        lead=f"{short_day(report.today)}.",
        verdict=_verdict(report),
        counts=_counts(report),
        promises=tuple(promises_of(report.outlook, calendar)) if report.outlook else (),
        tables=tuple((title, table) for title, table in tables if table.rows),
        kinds=tuple(_kinds(report)),
        backlog=backlog_of(report.outlook, calendar) if report.outlook and report.outlook.weeks else None,
        items=items_table(report) if report.items else None,
        items_links=file_links("unit_open_work_file", unit, key),
        pages=_pages(report, here, page),
        seen_by=_seen_by(report),
        links=(
            Link(_("All numbers of this report"), reverse("desk:unit_report", args=[unit, key])),
            *(Link(_("The same for %(unit)s") % {"unit": name}, _of_unit(one, key)) for one, name in above),
        ),
        steps=steps,
        as_of=as_of_freshness(report.freshness),
    )


def worker_open_page(
    report: OpenReport,
    *,
    here: str,
    page: int,
    files: tuple[Link, ...],
    links: tuple[Link, ...],
    is_own: bool,
) -> OpenPage:
    """One worker's list; ``here`` is the address of the page."""
    return OpenPage(
        title=_("My open work") if is_own else report.name,
        eyebrow=_("%(report)s, open work") % {"report": report.definition.title},
        lead=f"{short_day(report.today)}.",
        verdict=_verdict(report),
        counts=_counts(report),
        promises=(),
        tables=(),
        kinds=tuple(_kinds(report)),
        backlog=None,
        items=items_table(report) if report.items else None,
        items_links=files,
        pages=_pages(report, here, page),
        seen_by="",
        links=links,
        steps=(),
        as_of=as_of_freshness(report.freshness),
    )


def items_table(report: OpenReport) -> Table:
    """A row for each thing, in the order in which they fall due."""
    first, *beside = report.titles
    has_workers = any(one.worker for one in report.items)
    who = [Column(_("Worker"))] if has_workers else []
    where = [Column(_("Unit"))] if report.parts else []
    columns = (
        Column(first),
        Column(_("Due")),
        Column(_("Standing")),
        Column(_("Open since")),
        *map(Column, beside),
        *who,
        *where,
    )
    rows = tuple(
        Row(
            (
                Cell(one.name),
                Cell(short_or_full(one.due, report.today), value=one.due),
                _standing(one, report.today),
                Cell(short_or_full(one.opened, report.today), value=one.opened),
                *(_beside(value) for value in one.beside),
                *([Cell(one.worker)] if has_workers else []),
                *([Cell(one.unit)] if where else []),
            )
        )
        for one in report.items
    )
    caption = _("%(report)s, open on %(day)s: %(name)s") % {
        "report": report.definition.title,
        "day": full_day(report.today),
        "name": report.name,
    }
    return Table(caption, columns, rows, _("In the order in which they fall due."))


def short_or_full(day: date | None, today: date) -> str:
    """A day near today without its year."""
    if day is None:
        return _("None")
    return short_day(day) if abs((day - today).days) < 180 else full_day(day)


def _standing(one: Item, today: date) -> Cell:
    if one.due is None:
        return Cell(URGENCY_WORDS[one.urgency]())
    days = (one.due - today).days
    if one.urgency is Urgency.OVERDUE:
        words = ngettext("%(count)s day overdue", "%(count)s days overdue", -days)
        return Cell(words % {"count": format_number(-days)}, tone=Tone.WORSE)
    if days < 0:
        return Cell(_("Past its day, still counted as in time"))
    if days == 0:
        return Cell(_("Due today"), tone=Tone.STRONG)
    words = ngettext("Due in %(count)s day", "Due in %(count)s days", days)
    tone = Tone.STRONG if one.urgency is Urgency.SOON else Tone.PLAIN
    return Cell(words % {"count": format_number(days)}, tone=tone)


def _beside(value: object) -> Cell:
    if value is None:
        return Cell("")
    if isinstance(value, date):
        return Cell(full_day(value), value=value)
    if isinstance(value, bool):
        return Cell(_("yes") if value else _("no"))
    if isinstance(value, int | float):
        return Cell(format_number(value), value=value)
    return Cell(str(value))


def _verdict(report: OpenReport) -> str:
    whole, soon = report.whole, report.asked.soon
    if not whole.open:
        return _("Nothing is open.")
    overdue = whole.of(Urgency.OVERDUE)
    values = {"open": format_number(whole.open), "overdue": format_number(overdue)}
    said = _("%(open)s open, none of them overdue.") % values
    if overdue:
        said = (
            ngettext(
                "%(overdue)s of %(open)s open is overdue.",
                "%(overdue)s of %(open)s open are overdue.",
                overdue,
            )
            % values
        )
    coming = whole.of(Urgency.SOON)
    if not coming:
        more = _("Nothing falls due in the next %(days)s days.")
    else:
        more = ngettext(
            "%(count)s falls due in the next %(days)s days.",
            "%(count)s fall due in the next %(days)s days.",
            coming,
        )
    return f"{said} {more % {'count': format_number(coming), 'days': soon}}"


def _counts(report: OpenReport) -> tuple[Count, ...]:
    whole = report.whole
    oldest = (report.today - whole.oldest).days if whole.oldest else None
    found = [
        Count(format_number(whole.open), _("open")),
        Count(format_number(whole.of(Urgency.OVERDUE)), _("overdue"), _tone(whole)),
        Count(
            format_number(whole.of(Urgency.SOON)),
            _("due in %(days)s days") % {"days": report.asked.soon},
        ),
        Count(_("none") if oldest is None else format_value(oldest, "days"), _("open the longest")),
    ]
    if undated := whole.of(Urgency.UNDATED):
        found.append(Count(format_number(undated), _("without a due day")))
    return tuple(found)


def _tone(counts: Counts) -> str:
    return "worse" if counts.of(Urgency.OVERDUE) else ""


def _lines_table(report: OpenReport, noun: str, lines: Sequence[Line], href: Callable[[str], str]) -> Table:
    caption = _("%(report)s, open on %(day)s, by %(noun)s") % {
        "report": report.definition.title,
        "day": full_day(report.today),
        "noun": noun.lower(),
    }
    columns = (
        Column(noun),
        Column(_("Open"), number=True),
        Column(_("Overdue"), number=True),
        Column(_("Due soon"), number=True),
        Column(_("Due later"), number=True),
        Column(_("Oldest"), number=True),
    )
    rows = tuple(_line(one.name, one.counts, report.today, href(one.key)) for one in lines)
    if rows and noun != _("Worker"):
        rows = (*rows, _line(report.name, report.whole, report.today, "", total=True))
    return Table(caption, columns, rows, _("In alphabetical order."))


def _line(name: str, counts: Counts, today: date, href: str, *, total: bool = False) -> Row:
    oldest = (today - counts.oldest).days if counts.oldest else None
    numbers = [counts.open, *(counts.of(one) for one in (Urgency.OVERDUE, Urgency.SOON, Urgency.LATER))]
    return Row(
        (
            Cell(name, href=href),
            *(Cell(format_number(one), value=one) for one in numbers),
            Cell("" if oldest is None else format_value(oldest, "days"), value=oldest),
        ),
        total=total,
    )


def _kinds(report: OpenReport) -> Iterator[tuple[str, Table]]:
    if not report.whole.open:
        return
    if report.asked.by:
        noun = report.asked.by.replace("_", " ").capitalize()
        lines = [Line(one.key, category_words(one.key), one.counts) for one in report.categories]
        table = _lines_table(report, noun, lines, lambda _key: "")
        yield _("By %(noun)s") % {"noun": noun.lower()}, table
    yield _("By age"), _ages_table(report)


def _ages_table(report: OpenReport) -> Table:
    columns = (
        Column(_("Open for")),
        Column(_("Open"), number=True),
        Column(_("Overdue"), number=True),
    )
    rows = tuple(
        Row(
            (
                Cell(_age_words(one)),
                Cell(format_number(one.open), value=one.open),
                Cell(format_number(one.overdue), value=one.overdue),
            )
        )
        for one in report.ages
    )
    caption = _("%(report)s, open on %(day)s, by age") % {
        "report": report.definition.title,
        "day": full_day(report.today),
    }
    return Table(caption, columns, rows)


def _age_words(age: Age) -> str:
    if age.last is None:
        return _("over %(days)s days") % {"days": age.first - 1}
    return _("%(first)s to %(last)s days") % {"first": age.first, "last": age.last}


def _pages(report: OpenReport, here: str, page: int) -> Pages | None:
    last = -(-report.whole.open // MOST_ITEMS)
    if last < 2:
        return None
    shown: Mapping[int, str] = {
        number: f"{here}?page={number}"
        for number in range(1, last + 1)
        if number in (1, last) or abs(number - page) < 5
    }
    return Pages(
        tuple(PageLink(number, href, number == page) for number, href in shown.items()),
        shown.get(page - 1, ""),
        shown.get(page + 1, ""),
        _("%(total)s open, by the day on which they fall due") % {"total": format_number(report.whole.open)},
    )


def _seen_by(report: OpenReport) -> str:
    if report.workers:
        return _(
            "Whoever may see the numbers of single workers of %(unit)s. Staff were asked about this list, and"
            " each look at somebody’s is on that person’s own list."
        ) % {"unit": report.name}
    return _(
        "Whoever may see the numbers of single workers of %(unit)s. No worker is named: staff were not"
        " asked yet what a list by name is used for."
    ) % {"unit": report.name}


def _of_unit(unit: str, report: str) -> str:
    return reverse("desk:unit_open_work", args=[unit, report])
