"""Days, weeks, months, and fiscal quarters and years as half-open date intervals."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple, TypeVar

T = TypeVar("T")

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


class Grain(StrEnum):
    """How long one period is. Quarter and year are fiscal; a week starts on Monday."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


YEAR_TO_DATE = "year_to_date"
"""Beside the grains: from the start of the fiscal year to the end of each period of a finer grain."""


_MONTHS_PER = {Grain.MONTH: 1, Grain.QUARTER: 3, Grain.YEAR: 12}


class Period(NamedTuple):
    """The days from `start` up to, not including, `end`.

    A tuple: a page compares and looks up thousands of them, which tuples do without running any Python.
    """

    start: date
    end: date
    grain: Grain

    @property
    def key(self) -> str:
        """The ISO date of the first day; with the grain it names the period."""
        return self.start.isoformat()

    @property
    def last_day(self) -> date:
        return self.end - timedelta(days=1)

    @property
    def days(self) -> int:
        return (self.end - self.start).days

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.start <= day < self.end

    def expected_on(self, lag_days: int = 0) -> date:
        """The day on which its numbers should be there: `lag_days` after the period has ended."""
        return self.end + timedelta(days=lag_days)

    def is_late(self, *, today: date, lag_days: int = 0) -> bool:
        """Whether the day its numbers were expected on has passed."""
        return today > self.expected_on(lag_days)


@dataclass(frozen=True)
class FiscalCalendar:
    """A year that starts on the first day of `starts_month` (1 to 12).

    A fiscal year is named by the calendar year it ends in: with July, FY2027 runs from July 1, 2026
    to June 30, 2027. With January it is the calendar year.
    """

    starts_month: int = 1

    def __post_init__(self) -> None:
        if not 1 <= self.starts_month <= 12:
            raise ValueError(
                f"Found {self.starts_month} as the first month of the fiscal year; wanted a number, 1 to 12."
            )

    def period_of(self, day: date, grain: Grain) -> Period:
        """The period of that grain which holds `day`."""
        return _period_of(self.starts_month, day, grain)

    def from_key(self, key: str, grain: Grain) -> Period:
        """The period whose `key` this is. ValueError when no period of that grain starts on that day."""
        day = date.fromisoformat(key)
        period = self.period_of(day, grain)
        if period.start != day:
            raise ValueError(
                f"Found {key} as the start of a {grain}; wanted its first day, such as {period.key}."
            )
        return period

    def shift(self, period: Period, steps: int) -> Period:
        """The period `steps` later, or earlier when negative."""
        if period.grain is Grain.DAY:
            start = period.start + timedelta(days=steps)
        elif period.grain is Grain.WEEK:
            start = period.start + timedelta(weeks=steps)
        else:
            start = _add_months(period.start, steps * _MONTHS_PER[period.grain])
        return self.period_of(start, period.grain)

    def previous(self, period: Period) -> Period:
        return self.shift(period, -1)

    def next(self, period: Period) -> Period:
        return self.shift(period, 1)

    def year_before(self, period: Period) -> Period:
        """The same period a year earlier.

        A week goes back 52 weeks, so that it holds the same weekdays; February 29 goes back to February 28.
        """
        if period.grain is Grain.WEEK:
            return self.shift(period, -52)
        if period.grain is Grain.DAY and (period.start.month, period.start.day) == (2, 29):
            return self.period_of(date(period.start.year - 1, 2, 28), Grain.DAY)
        return self.period_of(period.start.replace(year=period.start.year - 1), period.grain)

    def periods_between(self, start: date, end: date, grain: Grain) -> tuple[Period, ...]:
        """Every period that holds a day of `[start, end)`, oldest first; none when the interval is empty."""
        return _periods_between(self, start, end, grain)

    def with_gaps(self, values: Mapping[Period, T]) -> tuple[tuple[Period, T | None], ...]:
        """`values` in order of time, with every period between the first and the last; a gap is None.

        All periods must be of one grain, else ValueError.
        """
        if not values:
            return ()
        grains = sorted({period.grain for period in values})
        if len(grains) > 1:
            raise ValueError(f"Found periods of {' and '.join(grains)} in one series; wanted one length.")
        first, last = min(values), max(values)
        return tuple(
            (period, values.get(period))
            for period in self.periods_between(first.start, last.end, first.grain)
        )

    def last_complete(self, grain: Grain, *, today: date, lag_days: int = 0) -> Period:
        """The latest period whose numbers are expected by `today`: it ended `lag_days` or more ago."""
        return self.previous(self.period_of(today - timedelta(days=lag_days), grain))

    def year_to_date(self, period: Period) -> tuple[date, date]:
        """`[start, end)` from the start of the fiscal year to the end of `period`.

        A week that crosses into a new fiscal year belongs to the new one, without its days of the old.
        """
        return self.period_of(period.last_day, Grain.YEAR).start, period.end

    def fiscal_year(self, day: date) -> int:
        """The number of the fiscal year that holds `day`."""
        return self.period_of(day, Grain.YEAR).last_day.year

    def quarter(self, day: date) -> int:
        """1 to 4, the fiscal quarter that holds `day`."""
        return (day.month - self.starts_month) % 12 // 3 + 1

    def label(self, period: Period) -> str:
        """What a heading calls the period: "October 2026", "FY2027 Q2", "Week of October 12, 2026"."""
        return _label(self, period)

    def short_label(self, period: Period) -> str:
        """What an axis calls the period, with the year beneath it: "Oct 12", "Oct", "Q2", "FY2027"."""
        month = MONTHS[period.start.month - 1][:3]
        match period.grain:
            case Grain.DAY | Grain.WEEK:
                return f"{month} {period.start.day}"
            case Grain.MONTH:
                return month
            case Grain.QUARTER:
                return f"Q{self.quarter(period.start)}"
            case _:
                return self.label(period)

    def phrase(self, period: Period) -> str:
        """The period inside a sentence: "in October 2026", "on October 12, 2026"."""
        match period.grain:
            case Grain.DAY:
                return f"on {self.label(period)}"
            case Grain.WEEK:
                return f"in the week of {_long_date(period.start)}"
            case _:
                return f"in {self.label(period)}"


# The same few hundred periods are asked for once for each point of each measure of each page.
@lru_cache(maxsize=10_000)
def _period_of(starts_month: int, day: date, grain: Grain) -> Period:
    if grain is Grain.DAY:
        return Period(day, day + timedelta(days=1), grain)
    if grain is Grain.WEEK:
        monday = day - timedelta(days=day.weekday())
        return Period(monday, monday + timedelta(weeks=1), grain)
    length = _MONTHS_PER[grain]
    into_period = (day.month - starts_month) % length
    start = _add_months(day.replace(day=1), -into_period)
    return Period(start, _add_months(start, length), grain)


@lru_cache(maxsize=1_000)
def _periods_between(calendar: FiscalCalendar, start: date, end: date, grain: Grain) -> tuple[Period, ...]:
    found = []
    period = calendar.period_of(start, grain)
    while start < end and period.start < end:
        found.append(period)
        period = calendar.next(period)
    return tuple(found)


@lru_cache(maxsize=10_000)
def _label(calendar: FiscalCalendar, period: Period) -> str:
    match period.grain:
        case Grain.DAY:
            return _long_date(period.start)
        case Grain.WEEK:
            return f"Week of {_long_date(period.start)}"
        case Grain.MONTH:
            return f"{MONTHS[period.start.month - 1]} {period.start.year}"
        case Grain.QUARTER:
            return f"FY{calendar.fiscal_year(period.start)} Q{calendar.quarter(period.start)}"
        case _:
            return f"FY{calendar.fiscal_year(period.start)}"


def _add_months(first_of_month: date, months: int) -> date:
    index = first_of_month.year * 12 + first_of_month.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def _long_date(day: date) -> str:
    return f"{MONTHS[day.month - 1]} {day.day}, {day.year}"
