import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldenthread.calc.direction import Better
from goldenthread.calc.lenses import (
    Answer,
    Lens,
    LensResult,
    Target,
    held_or_improved,
    met_target,
    met_within_tolerance,
    trend,
)
from goldenthread.calc.spc import Meaning, Rule, analyze

YES, NO, NOT_APPLICABLE = Answer.YES, Answer.NO, Answer.NOT_APPLICABLE
HIGHER, LOWER, IN_RANGE, NONE = Better.HIGHER, Better.LOWER, Better.IN_RANGE, Better.NONE
AT_85 = Target(value=85, tolerance=3)
RANGE = Target(low=3, high=5, tolerance=1)
ORDINARY = [5, 6, 4, 5, 6, 5, 4, 6, 5, 4, 5, 6]


@pytest.mark.parametrize(
    ("value", "target", "better", "met", "bound", "within", "tolerance_bound"),
    [
        (85, AT_85, HIGHER, YES, 85, YES, 82),
        (85.1, AT_85, LOWER, NO, 85, YES, 88),
        (81.4, AT_85, HIGHER, NO, 85, NO, 82),
        (82, AT_85, HIGHER, NO, 85, YES, 82),
        (88, AT_85, LOWER, NO, 85, YES, 88),
        (88.1, AT_85, LOWER, NO, 85, NO, 88),
        (85, AT_85, LOWER, YES, 85, YES, 88),
        (85, AT_85, IN_RANGE, YES, 85, YES, 82),
        (86, AT_85, IN_RANGE, NO, 85, YES, 88),
        (3, RANGE, IN_RANGE, YES, 3, YES, 2),
        (4.9, RANGE, IN_RANGE, YES, 5, YES, 6),
        (2, RANGE, IN_RANGE, NO, 3, YES, 2),
        (6.5, RANGE, IN_RANGE, NO, 5, NO, 6),
        (4, RANGE, HIGHER, YES, 3, YES, 2),
        (9, RANGE, HIGHER, YES, 3, YES, 2),
        (5.5, RANGE, LOWER, NO, 5, YES, 6),
        (9, Target(low=3), IN_RANGE, YES, 3, YES, 3),
        (2, Target(low=3), IN_RANGE, NO, 3, NO, 3),
        (9, Target(high=3), IN_RANGE, NO, 3, NO, 3),
        (9, Target(high=3), HIGHER, NOT_APPLICABLE, None, NOT_APPLICABLE, None),
        (9, Target(low=3), LOWER, NOT_APPLICABLE, None, NOT_APPLICABLE, None),
        (9, AT_85, NONE, NOT_APPLICABLE, None, NOT_APPLICABLE, None),
        (None, AT_85, HIGHER, NOT_APPLICABLE, None, NOT_APPLICABLE, None),
        (9, None, HIGHER, NOT_APPLICABLE, None, NOT_APPLICABLE, None),
    ],
)
def test_target_and_tolerance(value, target, better, met, bound, within, tolerance_bound):
    gap = None if bound is None else pytest.approx(value - bound)
    assert met_target(value, target, better) == LensResult(Lens.TARGET, met, bound=bound, gap=gap)
    gap = None if tolerance_bound is None else pytest.approx(value - tolerance_bound)
    assert met_within_tolerance(value, target, better) == LensResult(
        Lens.TOLERANCE, within, bound=tolerance_bound, gap=gap
    )


def test_a_bound_made_by_arithmetic_is_met_by_its_decimal():
    assert met_within_tolerance(0.6, Target(value=0.9, tolerance=0.3), HIGHER).answer is YES


@given(
    st.floats(-100, 100), st.floats(-100, 100), st.floats(0, 50), st.sampled_from([HIGHER, LOWER, IN_RANGE])
)
def test_what_is_met_is_within_tolerance(value, wanted, tolerance, better):
    target = Target(value=wanted, tolerance=tolerance)
    if met_target(value, target, better).answer is YES:
        assert met_within_tolerance(value, target, better).answer is YES


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "wanted either a value, or a low or high end or both"),
        ({"value": 1, "low": 0}, "wanted either a value, or a low or high end or both"),
        ({"low": 5, "high": 3}, "Found a target from 5 to 3; wanted the lower number first"),
        ({"value": 1, "tolerance": -1}, "Found a tolerance of -1; wanted 0 or more"),
    ],
)
def test_targets_that_cannot_be(fields, sentence):
    with pytest.raises(ValueError, match=sentence):
        Target(**fields)


@pytest.mark.parametrize(
    ("value", "previous", "better", "answer"),
    [
        (81.4, 80.1, HIGHER, YES),
        (80.1, 80.1, HIGHER, YES),
        (80.0, 80.1, HIGHER, NO),
        (80.0, 80.1, LOWER, YES),
        (80.1, 80.1, LOWER, YES),
        (80.2, 80.1, LOWER, NO),
        (4, 9, IN_RANGE, YES),  # back inside 3 to 5
        (6, 2, IN_RANGE, YES),  # as far outside as before
        (7, 2, IN_RANGE, NO),
        (2, 4, IN_RANGE, NO),
    ],
)
def test_against_last_year(value, previous, better, answer):
    assert held_or_improved(value, previous, better, target=RANGE) == LensResult(
        Lens.YEAR, answer, gap=value - previous, previous=previous
    )


def test_against_last_year_without_a_judgment():
    assert held_or_improved(None, 1, HIGHER) == LensResult(Lens.YEAR, NOT_APPLICABLE, previous=1)
    assert held_or_improved(1, None, HIGHER) == LensResult(Lens.YEAR, NOT_APPLICABLE)
    no_way_is_better = LensResult(Lens.YEAR, NOT_APPLICABLE, gap=1, previous=1)
    assert held_or_improved(2, 1, NONE) == no_way_is_better
    assert held_or_improved(2, 1, IN_RANGE) == no_way_is_better


@pytest.mark.parametrize(
    ("values", "better", "answer", "meaning", "rule"),
    [
        ([*ORDINARY, 5], HIGHER, YES, Meaning.ORDINARY, None),
        ([*ORDINARY, 50], HIGHER, YES, Meaning.IMPROVEMENT, Rule.OUTSIDE),
        ([*ORDINARY, 50], LOWER, NO, Meaning.CONCERN, Rule.OUTSIDE),
        ([*ORDINARY, 50], NONE, NOT_APPLICABLE, Meaning.NEUTRAL_HIGH, Rule.OUTSIDE),
        ([*ORDINARY, 50, None], LOWER, NO, Meaning.CONCERN, Rule.OUTSIDE),
    ],
)
def test_trend(values, better, answer, meaning, rule):
    behavior = analyze(values, better=better, fix_after=12)
    assert trend(behavior) == LensResult(Lens.TREND, answer, meaning=meaning, rule=rule, since=0)


def test_trend_speaks_of_the_latest_segment():
    behavior = analyze([*ORDINARY, *ORDINARY], better=HIGHER, rebased_at=[12])
    assert trend(behavior).since == 12
    short = analyze([*ORDINARY, 50], better=HIGHER, rebased_at=[12])
    assert trend(short) == LensResult(Lens.TREND, NOT_APPLICABLE)
    assert trend(analyze([None], better=HIGHER)) == LensResult(Lens.TREND, NOT_APPLICABLE)
