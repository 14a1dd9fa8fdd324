"""Spans of days of one length, one after the other: what a range of days that somebody asks for is compared
with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from goldenthread.calc.periods import FiscalCalendar, Grain, Period


@dataclass(frozen=True)
class SpanCalendar(FiscalCalendar):
    """A calendar whose periods of grain DAY are spans of `length` days, one of which begins on `first`."""

    first: date = date.min
    length: int = 1

    def period_of(self, day: date, grain: Grain) -> Period:
        """The span that holds `day`; other grains are as in any calendar."""
        if grain is not Grain.DAY:
            return super().period_of(day, grain)
        start = day - timedelta(days=(day - self.first).days % self.length)
        return Period(start, start + timedelta(days=self.length), grain)

    def shift(self, period: Period, steps: int) -> Period:
        """The span `steps` later, or earlier when negative."""
        if period.grain is not Grain.DAY:
            return super().shift(period, steps)
        return self.period_of(period.start + timedelta(days=steps * self.length), period.grain)

    def label(self, period: Period) -> str:
        """ "October 3, 2026 to October 9, 2026"; of one day its date."""
        if period.grain is not Grain.DAY or self.length == 1:
            return super().label(period)
        last = period._replace(start=period.last_day)
        return f"{super().label(period)} to {super().label(last)}"
