from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldenthread.calc.periods import FiscalCalendar, Grain, Period

JULY = FiscalCalendar(7)
CALENDAR_YEAR = FiscalCalendar(1)
days = st.dates(date(1990, 1, 1), date(2090, 12, 31))
calendars = st.integers(1, 12).map(FiscalCalendar)
grains = st.sampled_from(Grain)


def month(year, number):
    return JULY.period_of(date(year, number, 1), Grain.MONTH)


@given(days, calendars, grains)
def test_every_day_is_in_its_period_and_periods_touch(day, calendar, grain):
    period = calendar.period_of(day, grain)
    assert day in period
    assert period.end not in period
    assert period.start in period
    assert calendar.next(period).start == period.end
    assert calendar.previous(calendar.next(period)) == period
    assert calendar.from_key(period.key, grain) == period
    assert calendar.period_of(period.last_day, grain) == period


@given(days, calendars)
def test_years_start_in_their_month_and_quarters_divide_them(day, calendar):
    year = calendar.period_of(day, Grain.YEAR)
    assert (year.start.month, year.start.day) == (calendar.starts_month, 1)
    assert year.days in (365, 366)
    quarters = calendar.periods_between(year.start, year.end, Grain.QUARTER)
    assert [calendar.quarter(quarter.start) for quarter in quarters] == [1, 2, 3, 4]
    assert (quarters[0].start, quarters[-1].end) == (year.start, year.end)
    months = calendar.periods_between(year.start, year.end, Grain.MONTH)
    assert [calendar.quarter(each.start) for each in months] == [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4]
    later_than_january = calendar.starts_month > 1
    assert calendar.fiscal_year(day) == year.start.year + later_than_january


@given(days, st.integers(0, 800), calendars, grains)
def test_periods_between_hold_each_day_once(start, length, calendar, grain):
    end = start + timedelta(days=length)
    periods = calendar.periods_between(start, end, grain)
    for step in range(length):
        assert sum(start + timedelta(days=step) in period for period in periods) == 1
    assert all(period.start < end and start < period.end for period in periods)


@given(days, calendars, grains, st.integers(-30, 30))
def test_shifting_is_the_same_as_stepping(day, calendar, grain, steps):
    period = calendar.period_of(day, grain)
    stepped = period
    for _ in range(abs(steps)):
        stepped = calendar.next(stepped) if steps > 0 else calendar.previous(stepped)
    assert calendar.shift(period, steps) == stepped


def test_a_week_starts_on_monday():
    week = JULY.period_of(date(2026, 10, 18), Grain.WEEK)
    assert week == Period(date(2026, 10, 12), date(2026, 10, 19), Grain.WEEK)
    assert week.key == "2026-10-12"


@pytest.mark.parametrize(
    ("grain", "day", "earlier"),
    [
        (Grain.DAY, date(2026, 10, 12), date(2025, 10, 12)),
        (Grain.DAY, date(2024, 2, 29), date(2023, 2, 28)),
        (Grain.WEEK, date(2026, 10, 12), date(2025, 10, 13)),
        (Grain.MONTH, date(2024, 2, 1), date(2023, 2, 1)),
        (Grain.QUARTER, date(2026, 10, 1), date(2025, 10, 1)),
        (Grain.YEAR, date(2026, 7, 1), date(2025, 7, 1)),
    ],
)
def test_the_same_period_a_year_before(grain, day, earlier):
    assert JULY.year_before(JULY.period_of(day, grain)) == JULY.period_of(earlier, grain)


@pytest.mark.parametrize(
    ("grain", "label", "short", "phrase"),
    [
        (Grain.DAY, "October 12, 2026", "Oct 12", "on October 12, 2026"),
        (Grain.WEEK, "Week of October 12, 2026", "Oct 12", "in the week of October 12, 2026"),
        (Grain.MONTH, "October 2026", "Oct", "in October 2026"),
        (Grain.QUARTER, "FY2027 Q2", "Q2", "in FY2027 Q2"),
        (Grain.YEAR, "FY2027", "FY2027", "in FY2027"),
    ],
)
def test_names(grain, label, short, phrase):
    period = JULY.period_of(date(2026, 10, 12), grain)
    assert JULY.label(period) == label
    assert JULY.short_label(period) == short
    assert JULY.phrase(period) == phrase


def test_a_fiscal_year_from_january_is_the_calendar_year():
    assert CALENDAR_YEAR.label(CALENDAR_YEAR.period_of(date(2026, 12, 31), Grain.QUARTER)) == "FY2026 Q4"
    assert JULY.label(JULY.period_of(date(2026, 6, 30), Grain.YEAR)) == "FY2026"


def test_year_to_date():
    assert JULY.year_to_date(month(2026, 10)) == (date(2026, 7, 1), date(2026, 11, 1))
    assert JULY.year_to_date(month(2026, 6)) == (date(2025, 7, 1), date(2026, 7, 1))
    into_new_year = JULY.period_of(date(2026, 6, 29), Grain.WEEK)
    assert JULY.year_to_date(into_new_year) == (date(2026, 7, 1), date(2026, 7, 6))


def test_expected_and_late():
    october = month(2026, 10)
    assert october.expected_on(5) == date(2026, 11, 6)
    assert not october.is_late(today=date(2026, 11, 6), lag_days=5)
    assert october.is_late(today=date(2026, 11, 7), lag_days=5)
    assert JULY.last_complete(Grain.MONTH, today=date(2026, 11, 5), lag_days=5) == month(2026, 9)
    assert JULY.last_complete(Grain.MONTH, today=date(2026, 11, 6), lag_days=5) == october


@given(days, calendars, grains, st.integers(0, 400))
def test_the_last_complete_period_is_expected_and_the_next_is_not(today, calendar, grain, lag_days):
    period = calendar.last_complete(grain, today=today, lag_days=lag_days)
    assert period.expected_on(lag_days) <= today
    assert calendar.next(period).expected_on(lag_days) > today


def test_gaps_are_kept():
    values = {month(2026, 10): 3.0, month(2026, 7): 1.0}
    assert JULY.with_gaps(values) == (
        (month(2026, 7), 1.0),
        (month(2026, 8), None),
        (month(2026, 9), None),
        (month(2026, 10), 3.0),
    )
    assert JULY.with_gaps({}) == ()


def test_one_series_has_one_length_of_period():
    with pytest.raises(ValueError, match="Found periods of month and year in one series"):
        JULY.with_gaps({month(2026, 7): 1.0, JULY.period_of(date(2026, 7, 1), Grain.YEAR): 2.0})


def test_a_key_must_be_a_first_day():
    with pytest.raises(ValueError, match=r"Found 2026-10-02 as the start of a month; wanted .*2026-10-01"):
        JULY.from_key("2026-10-02", Grain.MONTH)


@pytest.mark.parametrize("month_number", [0, 13])
def test_a_fiscal_year_starts_in_a_month(month_number):
    with pytest.raises(ValueError, match=f"Found {month_number} as the first month"):
        FiscalCalendar(month_number)


def test_an_empty_interval_has_no_periods():
    assert JULY.periods_between(date(2026, 7, 1), date(2026, 7, 1), Grain.DAY) == ()
