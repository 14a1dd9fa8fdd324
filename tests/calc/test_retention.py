"""For how long something is kept, on every side of every limit: by the rule, and by counting days."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from goldenthread.calc.retention import KeptFor

DAY = timedelta(days=1)
STARTS = [
    date(2023, 2, 28), date(2024, 2, 28), date(2024, 2, 29), date(2024, 3, 1), date(2023, 12, 31),
    date(2024, 1, 1), date(2025, 1, 30), date(2025, 1, 31), date(2025, 3, 31), date(2025, 5, 31),
    date(2026, 3, 8), date(2026, 11, 1), date(2100, 2, 28),
]  # fmt: skip
TIMES = [
    KeptFor(days=1), KeptFor(days=30), KeptFor(days=90), KeptFor(months=1), KeptFor(months=25),
    KeptFor(years=1), KeptFor(years=2), KeptFor(years=7),
]  # fmt: skip


def counted(kept: KeptFor, start: date) -> date:
    """The slow twin: month by month over the calendar, then day by day."""
    year, month = start.year, start.month
    for _ in range(kept.years * 12 + kept.months):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    end, steps = date(year, month, 1), 1
    while steps < start.day and end.month == month:
        end += DAY
        steps += 1
    for _ in range(kept.days):
        end += DAY
    return end


@pytest.mark.parametrize("kept", TIMES, ids=str)
@pytest.mark.parametrize("start", STARTS, ids=str)
@pytest.mark.parametrize("beside", [-1, 0, 1])
def test_it_goes_on_its_day_and_never_before(kept: KeptFor, start: date, beside: int) -> None:
    today = counted(kept, start) + beside * DAY
    assert kept.is_over(start, today=today) is (beside >= 0)


@pytest.mark.parametrize(
    ("kept", "start", "until"),
    [
        (KeptFor(days=90), date(2026, 1, 1), date(2026, 4, 1)),
        (KeptFor(days=90), date(2024, 1, 1), date(2024, 3, 31)),
        (KeptFor(years=1), date(2024, 2, 29), date(2025, 3, 1)),
        (KeptFor(years=4), date(2024, 2, 29), date(2028, 2, 29)),
        (KeptFor(years=2), date(2023, 2, 28), date(2025, 2, 28)),
        (KeptFor(months=1), date(2025, 1, 31), date(2025, 3, 1)),
        (KeptFor(months=1), date(2024, 1, 30), date(2024, 3, 1)),
        (KeptFor(months=25), date(2024, 1, 31), date(2026, 3, 1)),
        (KeptFor(years=7), date(2019, 12, 31), date(2026, 12, 31)),
        (KeptFor(years=1, months=1, days=1), date(2025, 1, 31), date(2026, 3, 2)),
    ],
)
def test_worked_by_hand(kept: KeptFor, start: date, until: date) -> None:
    assert kept.until(start) == until == counted(kept, start)


@pytest.mark.parametrize("zone", ["UTC", "America/Los_Angeles", "Pacific/Kiritimati", "Pacific/Pago_Pago"])
@pytest.mark.parametrize("hour", [0, 6, 11, 13, 23])
def test_the_day_is_the_one_where_the_organization_is(zone: str, hour: int) -> None:
    here = ZoneInfo(zone)
    received = datetime(2026, 3, 1, hour, 30, tzinfo=UTC).astimezone(here).date()
    midnight = datetime.combine(received + 90 * DAY, datetime.min.time(), tzinfo=here)
    kept = KeptFor(days=90)
    assert kept.is_over(received, today=midnight.date())
    assert not kept.is_over(received, today=(midnight - timedelta(seconds=1)).date())
