from __future__ import annotations

from collections import Counter
from datetime import date

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from goldenthread.jobs.demo.drawing import exactly, months, per_day, weekdays
from goldenthread.jobs.demo.story import month_of


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2)), max_size=60), st.integers(0, 100))
def test_exactly_chooses_the_rounded_share_of_each_group(groups: list[tuple[int, int]], percent: int):
    first, second = np.array([a for a, _ in groups], int), np.array([b for _, b in groups], int)
    share = np.full(len(groups), percent / 100)

    chosen = exactly(np.random.default_rng(1), [first, second], share)

    found = Counter(group for group, one in zip(groups, chosen.tolist(), strict=True) if one)
    for group, size in Counter(groups).items():
        assert found[group] == round(size * percent / 100)


def test_rows_that_lean_away_are_chosen_last():
    lean = np.array([0.0, 5.0, 0.0, 5.0])

    chosen = exactly(np.random.default_rng(1), [np.zeros(4)], np.full(4, 0.5), lean=lean)

    assert chosen.tolist() == [True, False, True, False]


def test_weekdays_and_months_agree_with_the_calendar():
    days = np.arange(np.datetime64("1969-12-20"), np.datetime64("2028-03-02"))
    plain = days.astype(object)

    assert weekdays(days).tolist() == [day.weekday() for day in plain]
    assert months(days).tolist() == [month_of(day) for day in plain]


def test_days_repeat_about_as_often_as_expected():
    days = np.arange(np.datetime64(date(2026, 1, 1)), np.datetime64(date(2026, 12, 31)))

    drawn = per_day(np.random.default_rng(3), days, 20.0)

    assert abs(len(drawn) / len(days) - 20) < 0.5
