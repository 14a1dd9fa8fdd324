"""Spans of days, one after the other."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldenthread.calc.periods import FiscalCalendar, Grain
from goldenthread.calc.spans import SpanCalendar

DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))


@given(first=DAYS, length=st.integers(1, 400), day=DAYS, steps=st.integers(-30, 30))
def test_every_day_is_in_one_span_and_spans_adjoin(first, length, day, steps):
    calendar = SpanCalendar(7, first, length)
    period = calendar.period_of(day, Grain.DAY)
    assert day in period
    assert period.days == length
    assert (period.start - first).days % length == 0
    assert calendar.shift(period, steps).start == period.start + timedelta(days=steps * length)
    assert calendar.next(period).start == period.end
    between = calendar.periods_between(day, day + timedelta(days=2 * length), Grain.DAY)
    assert [one.start for one in between[:2]] == [period.start, period.end]


@given(day=DAYS, grain=st.sampled_from([Grain.WEEK, Grain.MONTH, Grain.QUARTER, Grain.YEAR]))
def test_longer_periods_are_as_in_any_calendar(day, grain):
    spans, calendar = SpanCalendar(7, date(2026, 1, 1), 9), FiscalCalendar(7)
    assert spans.period_of(day, grain) == calendar.period_of(day, grain)
    assert spans.next(spans.period_of(day, grain)) == calendar.next(calendar.period_of(day, grain))


@pytest.mark.parametrize(
    ("length", "label"), [(1, "October 3, 2026"), (7, "October 3, 2026 to October 9, 2026")]
)
def test_a_span_is_called_by_its_ends(length, label):
    calendar = SpanCalendar(7, date(2026, 10, 3), length)
    assert calendar.label(calendar.period_of(date(2026, 10, 3), Grain.DAY)) == label
