"""Home: the answer first, then what needs somebody, what is off target, and how well measures are kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from goldenthread.calc.formatting import format_day
from goldenthread.jobs.waiting import Waiting
from goldenthread.record.access.queries import Accounts
from goldenthread.record.notices.enums import NoticeKind
from goldenthread.render.tables import Cell, Column, Row, Table, Tone
from goldenthread.results.overviews import Coming, Missed, Overview, Upkeep
from goldenthread.results.standings import Tally
from goldenthread.web.desk.presenters.first_steps import FirstStep
from goldenthread.web.desk.presenters.measures_in_line import (
    RangeTile,
    filed_cells,
    filed_columns,
    range_tiles,
)
from goldenthread.web.desk.presenters.moments import WEEKDAYS, as_of_words, short_month
from goldenthread.web.desk.presenters.notices import NoticeRow, count_words, notice_rows
from goldenthread.web.desk.presenters.parts import (
    Link,
    file_links,
    latest_words,
    measure_address,
    signal_of,
    sparkline,
    target_words,
)

K = NoticeKind
_COMING = 4


@dataclass(frozen=True)
class DateEntry:
    """Something on a day; see components/date_row.html."""

    weekday: str
    day: int
    month: str
    title: str
    href: str
    below: str


@dataclass(frozen=True)
class Bar:
    """One bar of upkeep; see components/upkeep.html."""

    title: str
    done: int
    total: int


@dataclass(frozen=True)
class Count:
    """A number and what it counts; see components/count_strip.html."""

    number: int
    words: str


@dataclass(frozen=True)
class HomePage:
    """Everything Home shows, in its order."""

    eyebrow: str
    title: str
    verdict: str
    notices: tuple[NoticeRow, ...]
    counts: str
    nothing: FirstStep
    coming: tuple[DateEntry, ...]
    own_title: str
    own_tiles: tuple[RangeTile, ...]
    own_links: tuple[Link, ...]
    has_own_work: bool
    missed_title: str
    missed: Table | None
    missed_links: tuple[Link, ...]
    upkeep_title: str
    upkeep: tuple[Bar, ...]
    upkeep_links: tuple[Link, ...]
    accounts: tuple[Count, ...]
    as_of: str


def home_page(
    waiting: Sequence[Waiting],
    overview: Overview,
    coming: Sequence[Coming],
    *,
    place: str,
    has_own_work: bool,
    may_steward: bool,
    accounts: Accounts | None,
    first: FirstStep | None,
    today: date,
) -> HomePage:
    """``place`` names the unit the page is about; ``has_own_work``: the reader's own numbers stand in a
    report; ``accounts`` is for whoever administers them.

    ``first`` is what to do where nothing is measured yet, for one whom nothing waits for.
    """
    rows = notice_rows(waiting, today=today, may_steward=may_steward)
    nothing = first or FirstStep(_("Nothing needs you today."), _next(coming))
    return HomePage(
        eyebrow=" · ".join(filter(None, (date_format(today, "l, F j"), place))),
        title=_title(rows) if rows else nothing.title,
        verdict=_verdict(overview, place),
        notices=rows,
        counts=_counts(waiting, rows),
        nothing=nothing,
        coming=tuple(_entry(one) for one in coming[:_COMING]),
        own_title=place,
        own_tiles=range_tiles(overview.own),
        own_links=(*_own_work(has_own_work), Link(_("My unit"), reverse("desk:unit_mine"))),
        has_own_work=has_own_work,
        missed_title=_("Off target: %(missed)s of %(judged)s")
        % {"missed": overview.tally.missed, "judged": overview.tally.judged},
        missed=_missed_table(overview.missed, overview.tally.missed) if overview.missed else None,
        missed_links=(_all_measures(overview.measures), *file_links("off_target")),
        upkeep_title=ngettext(
            "Upkeep of your %(count)s measure", "Upkeep of your %(count)s measures", overview.measures
        )
        % {"count": overview.measures},
        upkeep=_bars(overview.upkeep) if may_steward and overview.measures else (),
        upkeep_links=(Link(_("What needs somebody"), reverse("desk:upkeep")),),
        accounts=_account_lines(accounts) if accounts else (),
        as_of=as_of_words(max((one.computed_at for one in overview.standings), default=None)),
    )


def _own_work(has_own_work: bool) -> tuple[Link, ...]:
    return (Link(_("My work"), reverse("desk:my_work")),) if has_own_work else ()


def _title(rows: Sequence[NoticeRow]) -> str:
    many = len(rows)
    first = ngettext("%(count)s thing needs you.", "%(count)s things need you.", many) % {
        "count": count_words(many).capitalize()
    }
    overdue = sum(1 for row in rows if row.overdue)
    if not overdue:
        return first
    second = ngettext("%(count)s is overdue.", "%(count)s are overdue.", overdue) % {
        "count": count_words(overdue).capitalize()
    }
    return f"{first} {second}"


def tally_sentence(tally: Tally, *, of: str) -> str:
    """ "Fourteen of the 18 measures kept in Benefits that have a target met it." Empty when none has one."""
    if not tally.judged:
        return ""
    words = {"met": count_words(tally.met).capitalize(), "judged": count_words(tally.judged), "of": of}
    if tally.met == tally.judged:
        return (
            ngettext(
                "The one measure%(of)s that has a target met it in its last period.",
                "All %(judged)s measures%(of)s that have a target met it in their last period.",
                tally.judged,
            )
            % words
        )
    if tally.judged == 1:
        return _("The one measure%(of)s that has a target missed it in its last period.") % words
    return (
        _("%(met)s of the %(judged)s measures%(of)s that have a target met it in their last period.") % words
    )


def _verdict(overview: Overview, place: str) -> str:
    if not overview.measures:
        return ""
    of = ""
    if place:
        of = (_(" of %(unit)s") if overview.unit else _(" kept in %(unit)s")) % {"unit": place}
    first = tally_sentence(overview.tally, of=of)
    if not first:
        return ngettext(
            "The one measure%(of)s has no target yet.",
            "None of the %(count)s measures%(of)s has a target yet.",
            overview.measures,
        ) % {"count": count_words(overview.measures), "of": of}
    if not overview.ownerless:
        return first
    second = ngettext(
        "Of those that did not, %(count)s has no owner.",
        "Of those that did not, %(count)s have no owner.",
        overview.ownerless,
    ) % {"count": count_words(overview.ownerless)}
    return f"{first} {second}"


def _counts(waiting: Sequence[Waiting], rows: Sequence[NoticeRow]) -> str:
    """ "Overdue 2 · To approve 3 · To assign 3", so that a long list is known before it is read."""
    counts = (
        (_("Overdue"), sum(1 for row in rows if row.overdue)),
        (_("To approve"), _number(waiting, {K.VALUE_TO_APPROVE})),
        (_("To assign"), _number(waiting, {K.MEASURE_WITHOUT_OWNER})),
    )
    return " · ".join(f"{words} {number}" for words, number in counts if number)


def _number(waiting: Iterable[Waiting], kinds: set[NoticeKind]) -> int:
    return sum(len(one.items) for one in waiting if one.kind in kinds)


def _next(coming: Sequence[Coming]) -> str:
    if not coming:
        return _("Nothing is waiting for you, and nothing is due in the next weeks.")
    return _("Next: %(what)s, %(day)s.") % {
        "what": _what(coming[0]),
        "day": format_day(coming[0].day),
    }


def _what(one: Coming) -> str:
    if one.value_of:
        return _("the %(period)s value of %(title)s") % {"period": one.value_of, "title": one.title}
    return _("the review of %(title)s") % {"title": one.title}


def _entry(one: Coming) -> DateEntry:
    below = _("%(period)s value, typed by hand") % {"period": one.value_of} if one.value_of else _("Review")
    return DateEntry(
        weekday=WEEKDAYS[one.day.weekday()],
        day=one.day.day,
        month=short_month(one.day),
        title=one.title,
        href=reverse("desk:measure", args=[one.measure]),
        below=below,
    )


def _missed_table(missed: Sequence[Missed], count: int) -> Table:
    columns = (
        Column(_("Measure")),
        Column(_("Latest"), number=True),
        Column(_("Target"), number=True),
        Column(_("Last 12 periods")),
        Column(_("Against its own past")),
        Column(_("Owner")),
        Column(_("Next review")),
    )
    note = _("Shaded: normal range of the measure. Dashes: target. A rise or fall inside the band is normal.")
    if len(missed) < count:
        note = (
            _("The first %(shown)s of %(count)s by name.") % {"shown": len(missed), "count": count}
            + " "
            + note
        )
    return Table(_("Measures off target"), columns, tuple(_missed_row(one) for one in missed), note)


def missed_file(missed: Sequence[Missed]) -> Table:
    """The measures off target as a file: numbers stay numbers, and the drawing is left out."""
    columns = (*filed_columns(), Column(_("Owner")), Column(_("Next review")))
    rows = tuple(
        Row((*filed_cells(one.tile), Cell(one.owner), Cell(value=one.next_review))) for one in missed
    )
    return Table(_("Measures off target"), columns, rows)


def _missed_row(one: Missed) -> Row:
    tile = one.tile
    signal = signal_of(tile)
    point = tile.latest
    tone = {"better": Tone.BETTER, "worse": Tone.WORSE}.get(signal.mark.value, Tone.PLAIN)
    owner = Cell(one.owner) if one.owner else Cell(_("No owner"), tone=Tone.WORSE)
    return Row(
        (
            Cell(tile.measure.title, href=measure_address(tile.measure.key, tile.unit), below=tile.unit_name),
            Cell(latest_words(tile), below=point.label if point else ""),
            Cell(target_words(point.target if point else None, tile.measure)),
            Cell(drawing=sparkline(tile)),
            Cell(signal.words, icon=signal.icon, tone=tone),
            owner,
            Cell(_month_and_day(one.next_review) if one.next_review else _("none set"), tone=Tone.PLAIN),
        )
    )


def _month_and_day(day: date) -> str:
    return f"{short_month(day)} {day.day}, {day.year}"


def _all_measures(count: int) -> Link:
    title = ngettext("The one measure", "All %(count)s measures", count) % {"count": count}
    return Link(title, reverse("desk:measures"))


def _bars(upkeep: Upkeep) -> tuple[Bar, ...]:
    return (
        Bar(_("Have an owner"), upkeep.owned, upkeep.total),
        Bar(_("Value in on time"), upkeep.in_time, upkeep.total),
        Bar(_("Review date ahead"), upkeep.reviewed, upkeep.total),
        Bar(_("Compute from an extract"), upkeep.computed, upkeep.total),
    )


def _account_lines(accounts: Accounts) -> tuple[Count, ...]:
    return (
        Count(accounts.active, ngettext("account can sign in", "accounts can sign in", accounts.active)),
        Count(
            accounts.without_rights,
            ngettext("holds no right today", "hold no right today", accounts.without_rights),
        ),
        Count(
            accounts.unlinked,
            ngettext("is not linked to a person", "are not linked to a person", accounts.unlinked),
        ),
        Count(
            accounts.ending,
            ngettext("grant ends within 30 days", "grants end within 30 days", accounts.ending),
        ),
    )
