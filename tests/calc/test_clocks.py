from datetime import date, timedelta

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldenthread.calc.clocks import Clock, Counting, Pause, Reading, Timeliness, WorkingCalendar

OFFICE = WorkingCalendar(holidays=frozenset({date(2026, 11, 26), date(2026, 11, 27), date(2026, 11, 28)}))
MONDAY, SATURDAY = date(2026, 10, 12), date(2026, 10, 17)
days = st.dates(date(2026, 1, 1), date(2026, 12, 31))
calendars = st.builds(
    WorkingCalendar,
    weekdays=st.frozensets(st.integers(0, 6), min_size=1),
    holidays=st.frozensets(days, max_size=20),
)
pauses = st.lists(
    st.tuples(days, st.integers(0, 40)).map(lambda p: Pause(p[0], p[0] + timedelta(days=p[1]))), max_size=3
)
clocks = st.builds(
    Clock,
    days=st.integers(0, 60),
    counting=st.sampled_from(Counting),
    calendar=calendars,
    tolerance=st.integers(0, 5),
)


def every_day(start, end):
    return [start + timedelta(days=step) for step in range((end - start).days)]


def slow_elapsed(clock, start, end, paused):
    return sum(
        (clock.counting is Counting.CALENDAR or clock.calendar.is_working(day))
        and not any(p.start <= day and (p.end is None or day < p.end) for p in paused)
        for day in every_day(start, end)
    )


@pytest.mark.parametrize(
    ("start", "end", "between"),
    [
        (MONDAY, MONDAY + timedelta(days=1), 1),
        (MONDAY, MONDAY, 0),
        (date(2026, 10, 16), date(2026, 10, 19), 1),  # Friday to Monday
        (SATURDAY, date(2026, 10, 19), 0),
        (date(2026, 11, 25), date(2026, 11, 30), 1),  # over Thanksgiving
        (date(2026, 10, 19), date(2026, 10, 16), -1),
    ],
)
def test_working_days_between(start, end, between):
    assert OFFICE.days_between(start, end) == between


@given(calendars, days, days)
def test_working_days_agree_with_counting_them(calendar, start, end):
    first, after = min(start, end), max(start, end)
    expected = sum(calendar.is_working(day) for day in every_day(first, after))
    assert calendar.days_between(first, after) == expected
    assert calendar.days_between(after, first) == -expected


@given(calendars, days, days)
def test_working_days_agree_with_numpy(calendar, start, end):
    mask = [day in calendar.weekdays for day in range(7)]
    holidays = sorted(calendar.holidays)
    first, after = min(start, end), max(start, end)
    assert calendar.days_between(first, after) == numpy.busday_count(
        first, after, weekmask=mask, holidays=holidays
    )


@pytest.mark.parametrize("weekdays", [frozenset(), frozenset({7})])
def test_someone_works_on_some_weekday(weekdays):
    with pytest.raises(ValueError, match="as working weekdays; wanted one or more of 0"):
        WorkingCalendar(weekdays=weekdays)


@given(clocks, days, st.integers(0, 200), pauses)
def test_elapsed_agrees_with_counting_days(clock, start, length, paused):
    end = start + timedelta(days=length)
    assert clock.elapsed(start, end, paused) == slow_elapsed(clock, start, end, paused)


@given(clocks, days, st.integers(0, 120), pauses)
def test_done_by_the_due_day_is_on_time_and_later_by_more_than_the_tolerance_is_not(
    clock, start, length, paused
):
    """Due and elapsed are two ways to say the same."""
    strict = Clock(clock.days, clock.counting, clock.calendar)
    done = start + timedelta(days=length)
    reading = strict.read(start, done, today=done, pauses=paused)
    assert (reading.state is Timeliness.ON_TIME) == (done <= strict.due(start, paused))
    lenient = clock.read(start, done, today=done, pauses=paused)
    assert (lenient.state is Timeliness.ON_TIME) == (lenient.elapsed <= clock.days + clock.tolerance)


def test_a_clock_of_ninety_days():
    clock = Clock(90)
    start = date(2026, 1, 1)
    assert clock.due(start) == date(2026, 4, 1)
    assert clock.read(start, date(2026, 4, 1), today=date(2026, 5, 1)) == Reading(
        Timeliness.ON_TIME, 90, 0, date(2026, 4, 1)
    )
    assert clock.read(start, date(2026, 4, 2), today=date(2026, 5, 1)).state is Timeliness.LATE
    assert clock.read(start, None, today=date(2026, 4, 1)) == Reading(
        Timeliness.RUNNING, 90, 0, date(2026, 4, 1)
    )
    assert clock.read(start, None, today=date(2026, 4, 3)) == Reading(
        Timeliness.OVERDUE, 92, -2, date(2026, 4, 1)
    )


def test_tolerance_is_added_to_the_allowed_days():
    clock = Clock(5, Counting.WORKING, OFFICE, tolerance=2)
    assert clock.read(MONDAY, date(2026, 10, 21), today=MONDAY).state is Timeliness.ON_TIME
    assert clock.read(MONDAY, date(2026, 10, 22), today=MONDAY).state is Timeliness.LATE
    assert clock.due(MONDAY) == date(2026, 10, 19)


def test_overlapping_pauses_take_a_day_off_once():
    paused = [Pause(date(2026, 10, 13), date(2026, 10, 16)), Pause(date(2026, 10, 14), date(2026, 10, 15))]
    assert Clock(3).elapsed(MONDAY, date(2026, 10, 17), paused) == 2


def test_an_open_pause_stops_the_clock_and_leaves_the_due_day_open():
    clock, paused = Clock(5), [Pause(date(2026, 10, 14))]
    assert clock.read(MONDAY, None, today=date(2026, 12, 1), pauses=paused) == Reading(
        Timeliness.PAUSED, 2, 3, None
    )
    assert clock.read(MONDAY, None, today=date(2026, 10, 13), pauses=paused).state is Timeliness.RUNNING


def test_a_pause_that_begins_after_the_due_day_does_not_move_it():
    assert Clock(5).due(MONDAY, [Pause(date(2026, 10, 18))]) == date(2026, 10, 17)
    assert Clock(5).due(MONDAY, [Pause(date(2026, 10, 17))]) is None
    assert Clock(5).due(MONDAY, [Pause(date(2026, 10, 1))]) is None


def test_nothing_ends_before_it_starts():
    with pytest.raises(ValueError, match="Found an end on 2026-10-11, before the start on 2026-10-12"):
        Clock(5).elapsed(MONDAY, date(2026, 10, 11))


@pytest.mark.parametrize("fields", [{"days": -1}, {"days": 1, "tolerance": -1}])
def test_no_negative_clocks(fields):
    with pytest.raises(ValueError, match="wanted 0 or more"):
        Clock(**fields)
