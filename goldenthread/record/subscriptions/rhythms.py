"""When a mail is due. Holidays are days like others: a mail on one does no harm."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import models
from django.utils.translation import gettext_lazy as _

SENT_FROM = time(7)
"""The time of day, where the organization is, from which on a mail of that day goes."""
_FRIDAY = 4
_MONDAY = 0


class Rhythm(models.TextChoices):
    """How often a mail comes. Values are stored."""

    DAILY = "daily", _("Every weekday")
    WEEKLY = "weekly", _("Every Monday")
    MONTHLY = "monthly", _("On the first weekday of each month")


def due_after(rhythm: Rhythm, day: date) -> date:
    """The first day after this one on which a mail is due."""
    day += timedelta(days=1)
    while not _IS_DUE[rhythm](day):
        day += timedelta(days=1)
    return day


def sent_from(day: date, zone: ZoneInfo) -> datetime:
    """From when on a mail of that day goes."""
    return datetime.combine(day, SENT_FROM, zone)


def _is_weekday(day: date) -> bool:
    return day.weekday() <= _FRIDAY


def _is_first_weekday(day: date) -> bool:
    """The first of a month, or the Monday after a weekend that it began with."""
    return _is_weekday(day) and (day.day == 1 or (day.weekday() == _MONDAY and day.day <= 3))


_IS_DUE: Mapping[Rhythm, Callable[[date], bool]] = {
    Rhythm.DAILY: _is_weekday,
    Rhythm.WEEKLY: lambda day: day.weekday() == _MONDAY,
    Rhythm.MONTHLY: _is_first_weekday,
}
