"""For how long something is kept, and from which day on it may go."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

_MONTHS = 12


@dataclass(frozen=True)
class KeptFor:
    """A time by the calendar: years and months first, then days."""

    days: int = 0
    months: int = 0
    years: int = 0

    def until(self, start: date) -> date:
        """The first day on which what began on ``start`` is kept no longer.

        Where the month has no such day, the first of the next one: a month from January 31 ends on March 1,
        and a year from February 29 does. Nothing goes earlier than its last whole day.
        """
        months = start.year * _MONTHS + start.month - 1 + self.years * _MONTHS + self.months
        year, month = divmod(months, _MONTHS)
        month += 1
        days = monthrange(year, month)[1]
        kept = date(year, month, min(start.day, days))
        return kept + timedelta(days=self.days + (start.day > days))

    def is_over(self, start: date, *, today: date) -> bool:
        """Whether what began on ``start`` may go today."""
        return today >= self.until(start)
