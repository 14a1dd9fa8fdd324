"""A backlog's forecast against worked numbers and simulated offices; promises against trying every count."""

from __future__ import annotations

import random
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldenthread.calc.backlog import LEAST_LEVELS, Promise, drift_forecast


def test_a_worked_example() -> None:
    # Changes 3, -1 six times over: mean 1, standard deviation sqrt(48 / 11) = 2.0889.
    levels = list(accumulate([10, *[3, -1] * 6]))
    first, second = drift_forecast(levels, 2)
    assert first.middle == pytest.approx(23)
    assert second.middle == pytest.approx(24)
    assert first.high - first.middle == pytest.approx(1.2816 * 2.0889 * (1 + 1 / 12) ** 0.5, rel=1e-4)
    assert second.middle - second.low == pytest.approx(1.2816 * 2.0889 * (2 * (1 + 2 / 12)) ** 0.5, rel=1e-4)


def test_too_little_of_the_past_says_nothing() -> None:
    assert drift_forecast([5.0] * (LEAST_LEVELS - 1), 3) == ()
    assert len(drift_forecast([5.0] * LEAST_LEVELS, 3)) == 3


def test_nothing_is_expected_below_zero() -> None:
    levels = [float(level) for level in range(24, 0, -2)]
    assert {(one.low, one.middle) for one in drift_forecast(levels, 6)[1:]} == {(0.0, 0.0)}


@pytest.mark.parametrize("step", [1, 4, 8])
def test_four_of_five_offices_end_up_inside_the_band(step: int) -> None:
    chance = random.Random(step)
    inside, offices = 0, 4000
    for _ in range(offices):
        changes = [chance.gauss(2, 15) for _ in range(25 + step)]
        levels = list(accumulate([500.0, *changes]))
        band = drift_forecast(levels[:26], step)[-1]
        inside += band.low <= levels[-1] <= band.high
    # Eighty percent, less a little because the spread is itself estimated from 25 changes.
    assert 0.76 < inside / offices < 0.83


@given(
    st.integers(1, 300), st.integers(0, 300), st.integers(0, 300), st.sampled_from([0.1, 80, 85.5, 90, 100])
)
def test_what_is_needed_is_the_least_count_that_reaches_the_threshold(due, kept, left, threshold) -> None:
    kept, left = min(kept, due), min(left, due - min(kept, due))
    promise = Promise(threshold, due, kept, left)
    enough = [more for more in range(due + 1) if 1000 * (kept + more) >= round(10 * threshold) * due]
    assert promise.needed == enough[0]
    assert promise.can_be_kept == (promise.best >= threshold - 1e-9)
