"""A backlog over time, what may become of it, and what it takes to keep a promise."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from goldenthread.calc.backlog import Expected, Promise
from goldenthread.calc.formatting import format_number, format_value
from goldenthread.calc.periods import FiscalCalendar, Period
from goldenthread.render.charts.series import draw_series
from goldenthread.render.charts.values import ChartPoint, Drawing, Mark, SeriesChart
from goldenthread.render.tables import Cell, Column, Row, Table
from goldenthread.results.backlog import COMING_WEEKS, PACE_WEEKS, Outlook
from goldenthread.web.desk.presenters.moments import short_day

_LEAST_DRAWN = 2
"""A line of one point is none."""


@dataclass(frozen=True)
class Backlog:
    """The weeks of a backlog, those to come with what may be: drawn where there is a past to draw."""

    finding: str
    drawing: Drawing | None
    table: Table


def promises_of(outlook: Outlook, calendar: FiscalCalendar) -> Iterable[str]:
    """What it takes to keep what was promised, and to have nothing overdue."""
    for period, promise in outlook.promises:
        yield f"{calendar.label(period)}: {_promise(promise)}"
    wanted, pace = outlook.pace_wanted, outlook.pace
    if not outlook.overdue_by_then or not outlook.weeks:
        return
    values = {
        "wanted": format_number(wanted),
        "pace": format_number(pace),
        "weeks": PACE_WEEKS,
    }
    if wanted > pace:
        yield (
            _(
                "To have nothing overdue in %(weeks)s weeks takes %(wanted)s a week; of late %(pace)s a week"
                " were done."
            )
            % values
        )
    else:
        yield (
            _(
                "At the pace of late, %(pace)s a week, nothing is overdue in %(weeks)s weeks if what falls"
                " due first is done first: that takes %(wanted)s a week."
            )
            % values
        )


def _promise(promise: Promise) -> str:
    values = {
        "due": format_number(promise.due),
        "kept": format_number(promise.kept),
        "left": format_number(promise.left),
        "late": format_number(promise.due - promise.kept - promise.left),
        "needed": format_number(promise.needed),
        "wanted": format_value(promise.threshold, "percent"),
        "best": format_value(promise.best, "percent"),
    }
    if not promise.can_be_kept:
        return (
            _(
                "of %(due)s known to fall due, %(late)s are late already. Even if the other %(left)s are"
                " done in time it comes to %(best)s, not to %(wanted)s."
            )
            % values
        )
    if not promise.needed:
        return (
            _("of %(due)s known to fall due, %(kept)s were done in time. That is %(wanted)s or more already.")
            % values
        )
    return (
        _(
            "of %(due)s known to fall due, %(kept)s were done in time so far. For %(wanted)s, %(needed)s of"
            " the %(left)s still due must be, too."
        )
        % values
    )


def backlog_of(outlook: Outlook, calendar: FiscalCalendar) -> Backlog:
    weeks, last = outlook.weeks, outlook.weeks[-1]
    coming = [calendar.shift(last.period, step) for step in range(1, len(outlook.expected) + 1)]
    finding = _backlog_finding(outlook)
    points = [
        _point(calendar, one.period, None if one.open is None else float(one.open), Mark.ORDINARY)
        for one in weeks
    ]
    points += [
        _point(calendar, period, one.middle, Mark.EXPECTED)
        for period, one in zip(coming, outlook.expected, strict=True)
    ]
    chart = SeriesChart(finding, tuple(points), "count", decimals=0, floor=0.0, period_noun="week")
    columns = (
        Column(_("Week")),
        Column(_("Came in"), number=True),
        Column(_("Done"), number=True),
        Column(_("Open at its end"), number=True),
    )
    rows = [
        Row(
            (
                Cell(calendar.label(one.period)),
                Cell(format_number(one.received), value=one.received),
                Cell(format_number(one.done), value=one.done),
                Cell(_("Not known") if one.open is None else format_number(one.open), value=one.open),
            )
        )
        for one in weeks[-COMING_WEEKS:]
    ]
    rows += [
        Row((Cell(calendar.label(period)), Cell(""), Cell(""), Cell(_expected_words(one), below=_band(one))))
        for period, one in zip(coming, outlook.expected, strict=True)
    ]
    note = _(
        "What is to come holds if things go on as they did: the mean change of these weeks, and in four of"
        " five cases the range."
    )
    return Backlog(
        finding,
        draw_series(chart) if len(weeks) >= _LEAST_DRAWN else None,
        Table(_("What came in, was done, and was open, by week"), columns, tuple(rows), note),
    )


def _backlog_finding(outlook: Outlook) -> str:
    last = outlook.weeks[-1]
    if last.open is None:
        return _("Nothing was loaded for last week.")
    said = _("%(open)s were open at the end of last week.") % {"open": format_number(last.open)}
    if not outlook.expected:
        return said + " " + _("There is too little of the past to say what it may come to.")
    return (
        said
        + " "
        + _("If things go on as they did, %(about)s in %(weeks)s weeks: in four of five cases %(band)s.")
        % {
            "about": _expected_words(outlook.expected[-1]),
            "weeks": len(outlook.expected),
            "band": _band(outlook.expected[-1]),
        }
    )


def _expected_words(one: Expected) -> str:
    return _("about %(number)s") % {"number": format_number(one.middle, 0)}


def _band(one: Expected) -> str:
    return _("%(low)s to %(high)s") % {
        "low": format_number(one.low, 0),
        "high": format_number(one.high, 0),
    }


def _point(calendar: FiscalCalendar, period: Period, value: float | None, mark: Mark) -> ChartPoint:
    day = short_day(period.start).partition(", ")[2]
    return ChartPoint(
        period_label=calendar.label(period),
        short_label=day,
        value=value,
        mark=mark,
        year_label=str(period.start.year),
        missing=_("not loaded") if value is None else "",
    )
