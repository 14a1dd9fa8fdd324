from __future__ import annotations

from datetime import date, timedelta

import pytest

from goldenthread.calc import spc
from goldenthread.calc.direction import Better
from goldenthread.jobs.demo.story import Story, first_day, month_of, ordinary


def test_months_count_on_across_years():
    assert [first_day(month_of(date(2026, 12, 31)) + step) for step in (0, 1)] == [
        date(2026, 12, 1),
        date(2027, 1, 1),
    ]


@pytest.mark.parametrize("offset", range(36))
@pytest.mark.parametrize("length", [12, 30, 31])
def test_ordinary_months_hold_no_signal(offset: int, length: int):
    values = [ordinary(month, offset=offset) for month in range(24_300, 24_300 + length)]

    behavior = spc.analyze(values, better=Better.HIGHER)

    assert [point.signal for point in behavior.points if point.signal] == []


@pytest.mark.parametrize(
    ("today", "moved", "callbacks"),
    [
        (date(2026, 7, 1), 0, date(2025, 4, 1)),
        (date(2026, 10, 13), 0, date(2025, 7, 1)),
        (date(2026, 12, 31), 0, date(2025, 7, 1)),
        (date(2027, 6, 30), 0, date(2026, 1, 1)),
        (date(2027, 7, 1), 1, date(2026, 4, 1)),
        (date(2031, 2, 3), 4, date(2029, 10, 1)),
    ],
)
def test_the_story_moves_with_the_calendar(today: date, moved: int, callbacks: date):
    assert (Story(today).years_moved, Story(today).callbacks_began) == (moved, callbacks)


@pytest.mark.parametrize("week", range(53))
def test_calls_improved_whenever_the_demo_is_made(week: int):
    story = Story(date(2026, 7, 1) + timedelta(days=7 * week))
    span = range(story.first_month, story.last_complete_month + 1)

    behavior = spc.analyze(
        [100 * story.answered_in_time(month) for month in span],
        better=Better.HIGHER,
        rebased_at=[month_of(story.callbacks_began) - story.first_month],
    )

    before, since = behavior.segments
    assert since.limits.mean - before.limits.mean > 6
    surge = behavior.points[story.surge_month - story.first_month]
    assert surge.meaning is spc.Meaning.CONCERN
    assert behavior.last.meaning is spc.Meaning.IMPROVEMENT


@pytest.mark.parametrize("day", range(14))
def test_the_in_home_file_misses_the_last_whole_week(day: int):
    story = Story(date(2026, 10, 5) + timedelta(days=day))
    last_whole_week_ended = story.today - timedelta(days=story.today.isoweekday())

    assert story.in_home_until.isoweekday() == 7
    assert story.in_home_until == last_whole_week_ended - timedelta(days=7)
