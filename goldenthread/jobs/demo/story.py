"""What the demo's numbers must show, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

TIMEZONE = ZoneInfo("America/Los_Angeles")
WRITTEN_FOR = 2026
"""The calendar year in which the fiscal year of `library/demo` begins."""

HISTORY_MONTHS = 30
SURVEY_MONTHS = 8
"""Callers have been asked for their opinion only this long: a run chart, no limits yet."""

# Percent of calls answered within a minute, by months since call-backs began. The shift at 0 is the
# improvement, the fall at 6 the renewal surge; from 8 on the line stays above its new average.
_BEFORE_CALLBACKS = (
    *(71.8, 73.4, 72.1, 74.9, 73.0, 70.6, 72.7, 74.2),
    *(71.5, 69.9, 71.2, 73.8, 74.4, 72.5, 73.1),
)
_SINCE_CALLBACKS = (
    *(78.9, 80.6, 80.1, 80.3, 81.1, 79.8, 73.9, 79.1, 81.2),
    *(83.2, 81.3, 82.4, 83.6, 82.6, 81.4, 82.0, 82.5, 82.2),
)
_SURGE_AFTER_MONTHS = 6

# Percent at the Harbor office, the last complete month first: two of five posts are empty; it keeps falling.
_HARBOR = (71.4, 72.6, 74.0, 75.2, 76.3, 77.6, 78.6, 79.7)

# Ups and downs without a signal in them: no long run on one side, no long rise or fall, nothing far out.
_ORDINARY = (
    *(0.4, -0.7, 0.9, 0.1, -0.5, 0.6, -0.9, -0.2, 0.8, -0.4, 0.3, -0.8),
    *(0.7, 0.2, -0.6, 0.9, -0.3, 0.5, -0.9, 0.4, -0.1, 0.8, -0.7, -0.3),
    *(0.6, -0.5, 0.2, 0.9, -0.8, 0.3, -0.4, 0.7, -0.6, 0.5, 0.1, -0.9),
)


def month_of(day: date) -> int:
    """Months counted from year 0, so that they can be added and compared."""
    return day.year * 12 + day.month - 1


def first_day(month: int) -> date:
    """The first day of a month counted as by `month_of`."""
    return date(month // 12, month % 12 + 1, 1)


def ordinary(month: int, *, offset: int = 0) -> float:
    """A swing between -1 and 1 for a month; measures with another `offset` swing at other times."""
    return _ORDINARY[(month + offset) % len(_ORDINARY)]


@dataclass(frozen=True)
class Story:
    """The dates of the story for a demo made on `today`. Months are counted as by `month_of`."""

    today: date

    @cached_property
    def years_moved(self) -> int:
        """How many years later than written everything in `library/demo` happens."""
        began = self.today.year if self.today.month >= 7 else self.today.year - 1
        return began - WRITTEN_FOR

    def written(self, year: int, month: int, day: int = 1) -> date:
        """A date as `library/demo` writes it, moved to where it lies in this demo."""
        return date(year + self.years_moved, month, day)

    @cached_property
    def callbacks_began(self) -> date:
        """The first day of the quarter that lies 15 to 17 months back: enough months before and after it."""
        return first_day((month_of(self.today) - 15) // 3 * 3)

    @cached_property
    def surge_month(self) -> int:
        """Renewal letters for 9,000 homes went out at once."""
        return month_of(self.callbacks_began) + _SURGE_AFTER_MONTHS

    @cached_property
    def moved_unit_on(self) -> date:
        """Code enforcement changed its department."""
        return self.written(2026, 1)

    @cached_property
    def first_month(self) -> int:
        return month_of(self.today) - HISTORY_MONTHS

    @cached_property
    def first_day(self) -> date:
        return first_day(self.first_month)

    @cached_property
    def yesterday(self) -> date:
        return self.today - timedelta(days=1)

    @cached_property
    def last_complete_month(self) -> int:
        return month_of(self.today) - 1

    @cached_property
    def survey_began(self) -> date:
        return first_day(self.last_complete_month - SURVEY_MONTHS + 1)

    @cached_property
    def in_home_until(self) -> date:
        """The last day of the in-home case file, a Sunday: the extract for the week after it never came."""
        return self.today - timedelta(days=self.today.isoweekday() + 7)

    def answered_in_time(self, month: int) -> float:
        """The county's share of calls answered within a minute, 0 to 1."""
        since = month - month_of(self.callbacks_began)
        return (_SINCE_CALLBACKS[since] if since >= 0 else _BEFORE_CALLBACKS[since]) / 100

    def harbor_answered_in_time(self, month: int) -> float:
        """The same for the callers of the Harbor office."""
        ago = max(0, self.last_complete_month - month)
        if ago < len(_HARBOR):
            return _HARBOR[ago] / 100
        return self.answered_in_time(month) - 0.012 + 0.006 * ordinary(month, offset=5)

    def months_ago(self, month: int) -> int:
        """0 for the last complete month and the one that runs, 1 for the one before."""
        return max(0, self.last_complete_month - month)
