"""When mail is due, compared with a calendar read day by day."""

from __future__ import annotations

import calendar
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from goldenthread.record.subscriptions.rhythms import Rhythm, due_after, sent_from

DAYS = [date(2026, 1, 1) + timedelta(days=n) for n in range(1_500)]


def is_due(rhythm: Rhythm, day: date) -> bool:
    """As the words on the page say it."""
    name = calendar.day_name[day.weekday()]
    weekdays = [
        date(day.year, day.month, n)
        for n in range(1, 10)
        if calendar.day_name[date(day.year, day.month, n).weekday()] not in ("Saturday", "Sunday")
    ]
    return {
        Rhythm.DAILY: name not in ("Saturday", "Sunday"),
        Rhythm.WEEKLY: name == "Monday",
        Rhythm.MONTHLY: day == weekdays[0],
    }[rhythm]


@pytest.mark.parametrize("rhythm", Rhythm)
def test_it_is_due_on_the_next_of_its_days(rhythm: Rhythm) -> None:
    for number, day in enumerate(DAYS[:-70]):
        wanted = next(one for one in DAYS[number + 1 :] if is_due(rhythm, one))
        assert due_after(rhythm, day) == wanted


def test_it_goes_from_seven_in_the_morning_where_the_organization_is() -> None:
    for month, offset in ((7, -7), (1, -8)):
        at = sent_from(date(2026, month, 6), ZoneInfo("America/Los_Angeles"))
        assert at == datetime.fromisoformat(f"2026-{month:02}-06T07:00:00{offset:+03}:00")
