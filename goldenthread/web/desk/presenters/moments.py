"""Days and moments in words, where the organization is."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.formats import date_format
from django.utils.timezone import localtime

from goldenthread.calc.periods import MONTHS

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def moment_words(at: datetime) -> str:
    """ "October 13, 2:04 a.m."."""
    return date_format(localtime(at), "F j, P")


def as_of_words(at: datetime | None) -> str:
    """ "Tuesday, October 13, 2026, 6:10 a.m.", or nothing."""
    return date_format(localtime(at), "l, F j, Y, P") if at else ""


def full_moment(at: datetime) -> str:
    """ "October 13, 2026, 2:04 a.m."."""
    return date_format(localtime(at), "F j, Y, P")


def full_day(day: date) -> str:
    """ "October 13, 2026"; of a moment, its day where the organization is."""
    return date_format(localtime(day) if isinstance(day, datetime) else day, "F j, Y")


def short_day(day: date) -> str:
    """ "Wed, Oct 14": the reader knows the year."""
    return f"{WEEKDAYS[day.weekday()]}, {short_month(day)} {day.day}"


def short_month(day: date) -> str:
    """ "Oct"."""
    return MONTHS[day.month - 1][:3]
