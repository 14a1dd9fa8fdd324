from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldenthread.calc.formatting import (
    decimals_to_tell_apart,
    format_day,
    format_difference,
    format_exactly,
    format_number,
    format_value,
)


@pytest.mark.parametrize(
    ("value", "unit", "decimals", "text"),
    [
        (81.4, "percent", None, "81.4%"),
        (85.0, "percent", None, "85%"),
        (82, "percent", 1, "82.0%"),
        (84.96, "percent", 2, "84.96%"),
        (1240, "count", None, "1,240"),
        (1240, "", None, "1,240"),
        (0, "number", None, "0"),
        (-0.01, "number", None, "0"),
        (2.25, "number", None, "2.3"),
        (0.15, "number", None, "0.2"),
        (-2.5, "number", 0, "-3"),
        (4.2, "days", None, "4.2 days"),
        (1, "days", None, "1 day"),
        (1, "working_days", None, "1 working day"),
        (3, "working_days", None, "3 working days"),
        (1, "days", 1, "1.0 days"),
        (12, "miles", None, "12 miles"),
        (1234.5, "currency", None, "$1,234.50"),
        (1234, "currency", None, "$1,234"),
        (-1234.5, "currency", 0, "-$1,235"),
        (-0.2, "currency", 0, "$0"),
        (522, "duration", None, "8:42"),
        (42, "duration", None, "0:42"),
        (0, "duration", None, "0:00"),
        (3599.6, "duration", None, "1 h 0 min"),
        (17460, "duration", None, "4 h 51 min"),
        (-522, "duration", None, "-8:42"),
        (-0.2, "duration", None, "0:00"),
        (3_600_000, "duration", None, "1,000 h 0 min"),
    ],
)
def test_values(value, unit, decimals, text):
    assert format_value(value, unit, decimals) == text


@pytest.mark.parametrize(
    ("difference", "unit", "text"),
    [
        (-3.6, "percent", "3.6 points"),
        (1, "percent", "1 point"),
        (-2, "days", "2 days"),
        (-400, "currency", "$400"),
        (30, "duration", "0:30"),
    ],
)
def test_differences(difference, unit, text):
    assert format_difference(difference, unit) == text


@pytest.mark.parametrize(
    ("left", "right", "decimals"),
    [
        (84.96, 85, 2),
        (84.9996, 85, 4),
        (81.4, 85, None),
        (85, 85, None),
        (85.00000000001, 85, 6),
    ],
)
def test_two_values_that_differ_do_not_look_the_same(left, right, decimals):
    assert decimals_to_tell_apart(left, right) == decimals


def test_decimals_that_were_asked_for_stay_when_they_suffice():
    assert decimals_to_tell_apart(84.4, 85, 0) == 0
    assert decimals_to_tell_apart(84.6, 85, 0) == 1


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (85, "percent", "85%"),
        (82.5, "percent", "82.5%"),
        (99.95, "percent", "99.95%"),
        (0.125, "number", "0.125"),
        (1 / 3, "number", "0.333333"),
        (1234.5, "currency", "$1,234.50"),
        (0.005, "currency", "$0.005"),
        (522, "duration", "8:42"),
    ],
)
def test_a_target_is_not_rounded(value, unit, text):
    assert format_exactly(value, unit) == text


def test_days():
    assert format_day(date(2026, 10, 3)) == "October 3"


@given(st.floats(-1e12, 1e12), st.integers(0, 6))
def test_a_formatted_number_is_the_number_rounded(value, decimals):
    text = format_number(value, decimals).replace(",", "")
    assert abs(float(text) - value) <= 0.5 * 10**-decimals * (1 + 1e-9) + abs(value) * 1e-15
    assert not text.startswith("-0") or float(text) != 0
