"""Which days a file covers: bars, the same as a table, and what is striking about them in a sentence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from goldenthread.calc.clocks import WorkingCalendar
from goldenthread.calc.formatting import format_day, format_number
from goldenthread.calc.periods import FiscalCalendar, Grain
from goldenthread.render.charts.day_bars import DayBars, DayCount, draw_day_bars
from goldenthread.render.charts.values import Drawing
from goldenthread.render.tables import Cell, Column, Row, Table
from goldenthread.web.desk.presenters.dataside import day_of_week, days_words
from goldenthread.web.desk.presenters.moments import WEEKDAYS

_MOST_WEEKDAYS, _MOST_DAYS, _MOST_MONTHS = 16, 45, 48
# A day with fewer rows than this share of the fullest is one of stragglers: rows that came late, or were
# touched again.
_STRAGGLERS = 0.05
_NAMED = 2


@dataclass(frozen=True)
class Coverage:
    """The days of a file. ``covered`` is "13 of 13"."""

    covered: str
    finding: str
    drawing: Drawing
    table: Table


def coverage(
    per_day: Sequence[tuple[date, int]],
    *,
    last_before: date | None,
    calendar: FiscalCalendar,
    working: WorkingCalendar,
    this_year: int,
) -> Coverage:
    """``per_day`` are the days with rows and how many, in order, at least one; ``last_before`` is the last
    day that earlier files cover; ``this_year`` needs no mention."""
    counts = dict(per_day)
    first, last = per_day[0][0], per_day[-1][0]
    every = [first + timedelta(days=step) for step in range((last - first).days + 1)]
    period = days_words(first, last, this_year=this_year)
    finding = " ".join([f"{period}.", *_finding(counts, every, last_before, working)])
    bars = _bars(counts, every, last_before, calendar)
    return Coverage(
        covered=_("%(days)s of %(all)s")
        % {"days": format_number(len(counts)), "all": format_number(len(every))},
        finding=finding,
        drawing=draw_day_bars(DayBars(finding, bars)),
        table=_table(counts, every, last_before),
    )


def _finding(
    counts: Mapping[date, int], every: Sequence[date], last_before: date | None, working: WorkingCalendar
) -> list[str]:
    said = []
    if last_before is not None:
        said.append(_("The files before end %(day)s.") % {"day": day_of_week(last_before)})
    start = next(day for day in every if counts.get(day, 0) >= _STRAGGLERS * max(counts.values()))
    older = sum(count for day, count in counts.items() if day < start)
    if older:
        said.append(
            ngettext("%(rows)s row is from before %(day)s.", "%(rows)s rows are from before %(day)s.", older)
            % {"rows": format_number(older), "day": format_day(start)}
        )
    return [*said, _gaps(counts, [day for day in every if day >= start], working)]


def _gaps(counts: Mapping[date, int], every: Sequence[date], working: WorkingCalendar) -> str:
    """Working days without rows; of an extract that has rows on few days, only how many."""
    worked = [day for day in every if working.is_working(day)]
    gaps = [day for day in worked if day not in counts]
    if 2 * len(gaps) > len(worked):
        return ngettext("Rows on %(count)s day.", "Rows on %(count)s days.", len(counts)) % {
            "count": format_number(len(counts))
        }
    if not gaps:
        return _("Every working day is here.")
    named = ", ".join(day_of_week(day) for day in gaps[:_NAMED])
    rest = len(gaps) - _NAMED
    if rest <= 0:
        return _("No rows on %(days)s.") % {"days": named}
    return ngettext(
        "No rows on %(days)s and %(rest)s more working day.",
        "No rows on %(days)s and %(rest)s more working days.",
        rest,
    ) % {"days": named, "rest": format_number(rest)}


def _bars(
    counts: Mapping[date, int], every: Sequence[date], last_before: date | None, calendar: FiscalCalendar
) -> tuple[DayCount, ...]:
    """Days; of a long file months, of a very long one years."""

    def is_new(day: date) -> bool:
        return last_before is not None and day > last_before

    if len(every) <= _MOST_DAYS:
        few = len(every) <= _MOST_WEEKDAYS
        return tuple(
            DayCount(
                f"{WEEKDAYS[day.weekday()]} {day.day}" if few else f"{day.month}/{day.day}",
                counts.get(day, 0),
                is_new(day),
            )
            for day in every
        )
    end = every[-1] + timedelta(days=1)
    months = calendar.periods_between(every[0], end, Grain.MONTH)
    periods = months if len(months) <= _MOST_MONTHS else calendar.periods_between(every[0], end, Grain.YEAR)
    totals: dict[date, int] = defaultdict(int)
    for day, count in counts.items():
        totals[calendar.period_of(day, periods[0].grain).start] += count
    return tuple(
        DayCount(
            f"{calendar.short_label(one)} ’{one.start:%y}"
            if one.grain is Grain.MONTH
            else calendar.label(one),
            totals[one.start],
            is_new(one.start),
        )
        for one in periods
    )


def _table(counts: Mapping[date, int], every: Sequence[date], last_before: date | None) -> Table:
    """Every day of a file that has few; of a long one, those with rows."""
    shown = every if len(every) <= _MOST_DAYS else sorted(counts)
    columns = (Column(_("Day")), Column(_("Rows"), number=True), Column(_("New in this batch")))
    rows = (
        Row(
            (
                Cell(f"{day_of_week(day)}, {day.year}", value=day),
                Cell(format_number(counts.get(day, 0)), value=counts.get(day, 0)),
                Cell(_("new") if last_before is None or day > last_before else ""),
            )
        )
        for day in shown
    )
    return Table(_("Rows of each day"), columns, tuple(rows))
