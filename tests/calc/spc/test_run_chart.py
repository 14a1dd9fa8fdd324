import math
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldenthread.calc.spc import run_chart

values = st.lists(st.none() | st.integers(0, 6).map(float), max_size=30)


@given(values)
def test_agrees_with_counting_by_hand(series):
    chart = run_chart(series)
    present = sorted(v for v in series if v is not None)
    if not present:
        assert chart is None
        return
    middle = len(present) // 2
    median = present[middle] if len(present) % 2 else (present[middle - 1] + present[middle]) / 2
    above = [v > median for v in series if v is not None and v != median]
    longest = crossings = current = 0
    for i, side in enumerate(above):
        if i and side == above[i - 1]:
            current += 1
        else:
            current = 1
            crossings += i > 0
        longest = max(longest, current)
    assert (chart.median, chart.useful) == (median, len(above))
    assert (chart.longest_run, chart.crossings) == (longest, crossings)
    assert chart.has_long_run == (longest > (round(math.log2(len(above)) + 3) if above else 0))


@pytest.mark.parametrize("useful", range(1, 13))
def test_least_crossings_is_the_coin_quantile(useful):
    """Every outcome of useful - 1 tosses, listed."""
    outcomes = sorted(sum(tosses) for tosses in product((0, 1), repeat=useful - 1))
    share = next(
        k for k in range(useful) if Fraction(sum(o <= k for o in outcomes), len(outcomes)) >= Fraction(1, 20)
    )
    on_the_median = [5.0] * (useful + 1)
    chart = run_chart([9.0] * useful + on_the_median)
    assert (chart.useful, chart.least_crossings) == (useful, share)


def test_a_step_has_a_long_run_and_few_crossings():
    chart = run_chart([1.0] * 10 + [2.0] * 10)
    assert chart.has_long_run
    assert chart.has_few_crossings
    zigzag = run_chart([1.0, 2.0] * 10)
    assert not zigzag.has_long_run
    assert not zigzag.has_few_crossings


def test_points_on_the_median_are_not_useful():
    chart = run_chart([3.0, 3.0, None, 3.0])
    assert (chart.useful, chart.longest_run, chart.has_long_run, chart.has_few_crossings) == (
        0,
        0,
        False,
        False,
    )
