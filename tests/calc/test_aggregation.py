import csv
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldenthread.calc.aggregation import RolledUp, rate, roll_up_amounts, roll_up_rates, too_few, total

amounts = st.none() | st.integers(0, 10**6).map(float)


@pytest.mark.parametrize(
    ("numerator", "denominator", "expected"),
    [(57, 100, 57.0), (0, 4, 0.0), (None, 4, None), (1, None, None), (3, 0, None), (0, 0, None)],
)
def test_rate(numerator, denominator, expected):
    assert rate(numerator, denominator, per=100) == expected


@given(st.integers(0, 1000), st.integers(1, 1000), st.sampled_from([1, 100, 1000, 100_000]))
def test_a_rate_is_the_float_nearest_to_the_exact_one(numerator, denominator, per):
    assert rate(numerator, denominator, per=per) == float(Fraction(numerator * per, denominator))


@given(st.lists(amounts))
def test_totals_skip_what_is_missing(parts):
    present = [part for part in parts if part is not None]
    assert total(parts) == (sum(present) if present else None)
    rolled = roll_up_amounts(parts)
    assert rolled == RolledUp(total(parts), None, len(parts), len(parts) - len(present))


@given(st.lists(st.tuples(amounts, amounts)))
def test_a_part_with_one_side_adds_neither(parts):
    whole = [(n, d) for n, d in parts if None not in (n, d)]
    rolled = roll_up_rates(parts)
    assert rolled.numerator == (sum(n for n, _ in whole) if whole else None)
    assert rolled.denominator == (sum(d for _, d in whole) if whole else None)
    assert (rolled.parts, rolled.missing) == (len(parts), len(parts) - len(whole))


def test_a_parent_rate_is_no_mean_of_rates():
    rolled = roll_up_rates([(1, 1), (0, 99)])
    assert rate(rolled.numerator, rolled.denominator, per=100) == 1


@pytest.mark.parametrize(("denominator", "expected"), [(4, True), (5, False), (0, True), (None, False)])
def test_too_few(denominator, expected):
    assert too_few(denominator, 5) is expected


def test_a_published_overall_rate_is_the_weighted_one(samples):
    """Ambulances on time: the ten cells of area and priority roll up to the published rate of each month."""
    with (samples / "austin" / "EMS_-_Incidents_by_Month.csv").open(newline="") as file:
        months = list(csv.DictReader(file))
    cells = [f"{area} P{priority}" for area in ("Austin", "Travis County") for priority in range(1, 6)]
    plain_means_off = 0
    for month in months:
        counts = [float(month[f"{cell} Incidents"] or 0) for cell in cells]
        percents = [float(month[f"{cell} On-Time Compliance"] or 0) for cell in cells]
        on_time = [count * percent / 100 for count, percent in zip(counts, percents, strict=True)]
        rolled = roll_up_rates(zip(on_time, counts, strict=True))
        published = float(month["Overall On-Time Compliance"])
        assert rate(rolled.numerator, rolled.denominator, per=100) == pytest.approx(published, abs=0.6)
        plain_means_off += abs(sum(percents) / len(percents) - published) > 0.6
    assert len(months) == 115
    assert plain_means_off > 100
