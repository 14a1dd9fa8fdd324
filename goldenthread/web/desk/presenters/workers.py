"""Numbers of single workers: of each in a unit, of one, and what they are used for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from goldenthread.calc.spc import Meaning
from goldenthread.record.reports.definition import ReportDefinition, Use, Window
from goldenthread.record.reports.models import Consultation
from goldenthread.record.reports.uses import ColumnUse
from goldenthread.render.tables import Cell, Column, Row, Table
from goldenthread.results.reports import Days
from goldenthread.results.values import Tile
from goldenthread.results.workers import WorkersReport
from goldenthread.web.desk.presenters.definition import side_words
from goldenthread.web.desk.presenters.measure import Switch
from goldenthread.web.desk.presenters.measures_in_line import RangeTile
from goldenthread.web.desk.presenters.moments import full_day
from goldenthread.web.desk.presenters.notices import count_words
from goldenthread.web.desk.presenters.parts import Link, Option, file_links, normal_range
from goldenthread.web.desk.presenters.reports import (
    WINDOW_WORDS,
    as_of_freshness,
    asked_in_address,
    cell_of,
    is_empty,
    most_tiles,
    row_of_number,
    table_of_past,
    verdict_of,
)

USE_WORDS = {
    Use.MONITOR: lambda: _("to see how the work goes"),
    Use.DEVELOP: lambda: _("to talk about what one could learn"),
    Use.EVALUATE: lambda: _("to evaluate"),
}
"""What the numbers of one worker are for, after “used”."""


@dataclass(frozen=True)
class WorkersPage:
    """Everything the pages of workers show."""

    title: str
    eyebrow: str
    lead: str
    verdict: str
    days: Switch
    range_open: bool
    tiles: tuple[RangeTile, ...]
    table: Table | None
    past: Table | None
    table_links: tuple[Link, ...]
    nothing: str
    links: tuple[Link, ...]
    as_of: str


@dataclass(frozen=True)
class Said:
    """What staff said at one time."""

    when: str
    about: str
    words: str


@dataclass(frozen=True)
class UsesPage:
    """What each column of a report is used for, of single workers."""

    title: str
    verdict: str
    table: Table | None
    masked: tuple[Link, ...]
    said: tuple[Said, ...]


def workers_page(
    report: WorkersReport, asked: Window | Days, *, unit_name: str, is_masked: bool
) -> WorkersPage:
    """Each worker of a unit, by name."""
    definition, unit = report.definition, report.unit or ""
    here = reverse("desk:unit_workers", args=[unit, definition.report])
    table: Table | None = None
    files: tuple[Link, ...] = ()
    if report.columns and report.lines:
        table = workers_table(report, asked, unit_name=unit_name, is_masked=is_masked)
        files = file_links("unit_workers_file", unit, definition.report, **asked_in_address(asked))
    links = [Link(_("What it is used for"), reverse("desk:report_uses", args=[definition.report]))]
    if not is_masked:
        whole = reverse("desk:unit_report", args=[unit, definition.report])
        links.append(Link(_("The unit as a whole"), whole))
    return WorkersPage(
        title=unit_name,
        eyebrow=_("%(report)s, each worker") % {"report": definition.title},
        lead=f"{report.label}.",
        verdict=_of_all(report, is_masked=is_masked),
        days=_days(definition, here, asked),
        range_open=isinstance(asked, Days),
        tiles=(),
        table=table,
        past=None,
        table_links=files,
        nothing=_nothing(report),
        links=tuple(links),
        as_of=as_of_freshness(report.freshness),
    )


def workers_table(report: WorkersReport, asked: Window | Days, *, unit_name: str, is_masked: bool) -> Table:
    """A row for each worker of a unit, by name."""
    here = reverse("desk:unit_workers", args=[report.unit or "", report.definition.report])
    columns = (Column(_("Worker")), *(Column(one.title, number=True) for one in report.columns))
    rows = tuple(
        Row(
            (
                Cell(line.name, href="" if is_masked else _address(f"{here}{line.person}/", asked)),
                *map(cell_of, line.tiles),
            )
        )
        for line in report.lines
    )
    note = _("Everybody is compared with their own past, never with another. In alphabetical order.")
    if report.few_left_out:
        note = f"{note} {_few_left_out()}"
    caption = _("%(report)s of the workers of %(unit)s, %(days)s") % {
        "report": report.definition.title,
        "unit": unit_name,
        "days": report.label,
    }
    return Table(caption, columns, rows, note)


def worker_page(
    report: WorkersReport, asked: Window | Days, *, here: str, uses: Mapping[str, Use], is_own: bool
) -> WorkersPage:
    """One worker: each number with its normal range and its use. ``here`` is the address of the page."""
    definition = report.definition
    line = next(iter(report.lines), None)
    tiles = line.tiles if line else ()
    table = None
    if tiles:
        columns = (
            Column(_("Number")),
            Column(report.label, number=True),
            Column(_("Normal range")),
            Column(_("Against its own past")),
            Column(_("Used")),
        )
        rows = tuple(
            Row((*row_of_number(tile).cells, Cell(USE_WORDS[uses[column.id]]())))
            for tile, column in zip(tiles, report.columns, strict=True)
        )
        caption = _("%(report)s of %(name)s") % {
            "report": definition.title,
            "name": line.name if line else "",
        }
        table = Table(caption, columns, rows, _("Compared with the own past, never with another person."))
    links = [Link(_("What it is used for"), reverse("desk:report_uses", args=[definition.report]))]
    if definition.open_work and definition.open_work.column in uses:
        links.insert(0, Link(_("What is open, by when it falls due"), f"{here}open/"))
    if is_own:
        links.append(Link(_("Who looked at it"), reverse("desk:who_looked")))
    else:
        unit = report.unit or ""
        links.append(
            Link(_("All workers of the unit"), reverse("desk:unit_workers", args=[unit, definition.report]))
        )
    return WorkersPage(
        title=_("My work") if is_own else (line.name if line else ""),
        eyebrow=definition.title,
        lead=f"{report.label}.",
        verdict=verdict_of(tiles) if tiles else _nothing(report),
        days=_days(definition, here, asked),
        range_open=isinstance(asked, Days),
        tiles=most_tiles(tiles),
        table=table,
        past=table_of_past(definition.title, line.name, tiles, report.calendar) if line else None,
        table_links=(),
        nothing=_nothing(report),
        links=tuple(links),
        as_of=as_of_freshness(report.freshness),
    )


def uses_page(
    title: str,
    definition: ReportDefinition,
    uses: Sequence[ColumnUse],
    said: Sequence[Consultation],
    *,
    masked: Sequence[tuple[str, str]],
) -> UsesPage:
    """``said`` with the newest first; ``masked`` are key and name of the units whose workers the reader sees
    under pseudonyms."""
    columns = (Column(_("Number")), Column(_("Counted")), Column(_("To be used")), Column(_("How it stands")))
    titles = {one.id: one.title for one in definition.columns}
    rows = tuple(_row_of_use(one) for one in uses)
    closed = [one for one in uses if one.in_force is None]
    verdict = _("No number of this report is shown of single workers.")
    if uses and not closed:
        verdict = _("Staff were asked about every number that is shown of single workers.")
    elif uses:
        verdict = _("Not shown yet, but to analysts under pseudonyms: %(named)s.") % {
            "named": ", ".join(one.column.title for one in closed)
        }
    by_moment: dict[tuple[str, str], list[str]] = {}
    for one in said:
        about = by_moment.setdefault((full_day(one.recorded_at), one.said), [])
        about.append(titles.get(one.column, one.column))
    return UsesPage(
        title=title,
        verdict=verdict,
        table=Table(_("What each number is used for, of single workers"), columns, rows) if rows else None,
        masked=tuple(
            Link(
                _("Each worker of %(unit)s, under pseudonyms") % {"unit": name},
                reverse("desk:unit_workers", args=[key, definition.report]),
            )
            for key, name in masked
        ),
        said=tuple(Said(when, ", ".join(about), words) for (when, words), about in by_moment.items()),
    )


def _row_of_use(one: ColumnUse) -> Row:
    column = one.column
    assert column.workers is not None
    counted = side_words(column.numerator)
    if column.denominator is not None:
        counted = _("%(above)s, out of: %(below)s") % {
            "above": counted,
            "below": side_words(column.denominator),
        }
    review = _("to be reviewed on %(day)s") % {"day": full_day(column.workers.review)}
    return Row(
        (
            Cell(column.title),
            Cell(counted),
            Cell(USE_WORDS[column.workers.use](), below=review),
            Cell(_state(one), below=_coming(one)),
        )
    )


def _of_all(report: WorkersReport, *, is_masked: bool) -> str:
    """How many of those who have a normal range were outside their own: whom, the rows say."""
    if not report.columns or not report.lines:
        return _nothing(report)
    if is_empty(tile for line in report.lines for tile in line.tiles):
        return _("Nothing was counted.")
    if any(tile.latest and tile.latest.provisional for line in report.lines for tile in line.tiles):
        return _("Not over yet, and nothing is judged before it is.")
    judged = [line for line in report.lines if any(_is_judged(tile) for tile in line.tiles)]
    outside = sum(any(_is_outside(tile) for tile in line.tiles) for line in judged)
    said = _("There is too little of the past to say what is normal here.")
    if judged and not outside:
        said = ngettext(
            "The one who has a normal range stayed inside it.",
            "All %(count)s who have a normal range stayed inside their own.",
            len(judged),
        ) % {"count": count_words(len(judged))}
    elif outside:
        said = ngettext(
            "One of the %(all)s who have a normal range was outside their own.",
            "%(count)s of the %(all)s who have a normal range were outside their own.",
            outside,
        ) % {"count": count_words(outside).capitalize(), "all": count_words(len(judged))}
    if is_masked:
        return _("Under pseudonyms, for analysts.") + " " + said
    return said


def _is_judged(tile: Tile) -> bool:
    return tile.latest is not None and normal_range(tile) is not None


def _is_outside(tile: Tile) -> bool:
    return _is_judged(tile) and tile.latest is not None and tile.latest.meaning is not Meaning.ORDINARY


def _state(one: ColumnUse) -> str:
    if one.in_force is None:
        return _("Closed")
    return _("Used %(use)s, until %(day)s") % {
        "use": USE_WORDS[Use(one.in_force.use)](),
        "day": full_day(one.in_force.review_on),
    }


def _coming(one: ColumnUse) -> str:
    if one.coming is not None:
        return _("From %(day)s: used %(use)s") % {
            "day": full_day(one.coming.holds_from),
            "use": USE_WORDS[Use(one.coming.use)](),
        }
    return "" if one.is_agreed else _("Waits for what staff say, by the labor liaison")


def _days(definition: ReportDefinition, here: str, asked: Window | Days) -> Switch:
    return Switch(
        _("Days"),
        tuple(Option(WINDOW_WORDS[one](), _address(here, one), one is asked) for one in definition.windows),
    )


def _address(here: str, asked: Window | Days) -> str:
    return f"{here}?{urlencode(asked_in_address(asked))}"


def _nothing(report: WorkersReport) -> str:
    if not report.columns:
        return _("No number of this report is shown of single workers today.")
    if report.few_left_out:
        return _few_left_out()
    return _("Nobody is a member of this unit today.")


def _few_left_out() -> str:
    return _("Where fewer than five worked together, they are left out: a pseudonym would not hide them.")
