"""The rules on series small enough to read, and against the slow twin on any series."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldenthread.calc.direction import Better
from goldenthread.calc.spc import (
    Capability,
    Limits,
    Meaning,
    Rule,
    Settings,
    Side,
    Signal,
    analyze,
    capability,
    compute_limits,
    compute_trended_limits,
)
from tests.calc.spc import twin

ORDINARY = [5, 6, 4, 5, 6, 5, 4, 6, 5, 4, 5, 6]
TWIN_LABELS = {
    (Rule.OUTSIDE, Side.HIGH): "Above UCL",
    (Rule.OUTSIDE, Side.LOW): "Below LCL",
    (Rule.TREND, Side.HIGH): "Trend Increasing",
    (Rule.TREND, Side.LOW): "Trend Decreasing",
    (Rule.NEAR_LIMIT, Side.HIGH): "2 in 3 Above CL",
    (Rule.NEAR_LIMIT, Side.LOW): "2 in 3 Below CL",
    (Rule.SHIFT, Side.HIGH): "Shift Above CL",
    (Rule.SHIFT, Side.LOW): "Shift Below CL",
}


def signals(values, **options):
    return [point.signal for point in analyze(values, better=Better.HIGHER, **options).points]


def rules_at(values, **options):
    return [signal and signal.rule for signal in signals(values, **options)]


# Eighths are exact in binary, so the fraction twin and the float code compare the same numbers, and a
# narrow choice makes ties, flat stretches and points exactly on the mean frequent.
narrow = st.integers(-6, 6).map(lambda n: n / 8)
wide = st.integers(-4000, 4000).map(lambda n: n / 8)
walk = st.lists(st.sampled_from([-1, 1, 1, 1, 0, 2]), min_size=1, max_size=40).map(
    lambda steps: [sum(steps[: i + 1]) / 8 for i in range(len(steps))]
)
series = st.one_of(
    st.lists(st.one_of(st.none(), narrow), max_size=40),
    st.lists(st.one_of(st.none(), wide), max_size=40),
    walk,
)
small_settings = st.builds(
    Settings,
    shift=st.integers(2, 8),
    trend=st.integers(2, 8),
    screen=st.booleans(),
    minimum_points=st.sampled_from([1, 5, 12]),
)


@given(series, small_settings, st.sets(st.integers(0, 39), max_size=3), st.none() | st.integers(1, 15))
def test_agrees_with_the_slow_twin(values, settings, rebased_at, fix_after):
    rebased_at = {index for index in rebased_at if index < len(values)}
    behavior = analyze(
        values, better=Better.HIGHER, rebased_at=sorted(rebased_at), fix_after=fix_after, settings=settings
    )
    expected = twin.labels(
        values,
        shift=settings.shift,
        trend=settings.trend,
        screen=settings.screen,
        minimum_points=settings.minimum_points,
        rebased_at=rebased_at,
        fix_after=fix_after,
    )
    found = []
    for point in behavior.points:
        if point.value is None or behavior.segments[point.segment].limits is None:
            assert point.signal is None
            found.append(None)
        else:
            found.append(
                TWIN_LABELS[point.signal.rule, point.signal.side] if point.signal else "Common Cause"
            )
    assert found == expected


@given(st.lists(wide, min_size=1, max_size=40), st.booleans())
def test_limits_agree_with_the_slow_twin(values, screen):
    limits = compute_limits(values, screen=screen)
    found = (limits.mean, limits.lower, limits.upper, limits.near_lower, limits.near_upper)
    expected = [None if each is None else float(each) for each in twin.limits(values, screen=screen)]
    assert [each is None for each in found] == [each is None for each in expected]
    assert [e for e in found if e is not None] == pytest.approx([e for e in expected if e is not None])


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=1).map(lambda one: one * 14))
def test_points_that_never_differ_are_on_their_mean(values):
    assert signals(values) == [None] * 14


@given(series, st.data())
def test_a_gap_changes_nothing_for_its_neighbors(values, data):
    at = data.draw(st.integers(0, len(values)))
    with_gap = [*values[:at], None, *values[at:]]
    found = signals(with_gap)
    assert found[at] is None
    assert found[:at] + found[at + 1 :] == signals(values)


@given(st.lists(wide, min_size=12, max_size=20), st.lists(wide, min_size=12, max_size=20))
def test_no_rule_looks_across_a_new_segment(before, after):
    assert signals(before + after, rebased_at=[len(before)]) == signals(before) + signals(after)


@given(series)
def test_seen_from_below_every_signal_turns_over(values):
    upside_down = [None if value is None else -value for value in values]
    turned = [s and Signal(s.rule, Side(-s.side)) for s in signals(values)]
    assert signals(upside_down) == turned


def test_a_point_equal_to_a_limit_is_inside():
    values = [0, 1] * 10
    limits = compute_limits(values, screen=True)
    at_limit = [limits.upper, limits.lower]
    assert rules_at(values + at_limit, fix_after=20)[-2:] == [None, None]
    beyond = [limits.upper + 1e-9, limits.lower - 1e-9]
    assert rules_at(values + beyond, fix_after=20)[-2:] == [Rule.OUTSIDE, Rule.OUTSIDE]


def test_six_rising_points_are_no_trend_and_a_tie_breaks_one():
    base = [0, 10] * 6
    assert Rule.TREND not in rules_at([*base, 1, 2, 3, 4, 5, 6, 0], fix_after=12)
    assert rules_at([*base, 1, 2, 3, 4, 5, 6, 7, 0], fix_after=12)[12:19] == [Rule.TREND] * 7
    assert Rule.TREND not in rules_at([*base, 1, 2, 3, 4, 4, 5, 6, 7, 0], fix_after=12)


def test_the_turning_point_of_two_trends_belongs_to_the_later():
    values = [0, 20] * 6 + [1, 2, 3, 4, 5, 6, 7, 6, 5, 4, 3, 2, 1]
    found = signals(values, fix_after=12)[12:]
    assert [s.side for s in found] == [Side.HIGH] * 6 + [Side.LOW] * 7


def test_two_in_three_needs_all_three_on_one_side():
    base = [0, 4, 0, 4, 0, 4, 0, 4, 0, 4, 0, 4]
    near = 10.0
    assert rules_at([*base, near, 3, near], fix_after=12)[-3:] == [Rule.NEAR_LIMIT, None, Rule.NEAR_LIMIT]
    assert rules_at([*base, near, 1, near], fix_after=12)[-3:] == [None, None, None]
    on_the_mean = 2
    assert rules_at([*base, near, on_the_mean, near], fix_after=12)[-3:] == [None, None, None]


def test_below_twelve_points_there_are_no_limits_and_no_signals():
    behavior = analyze([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 100], better=Better.HIGHER)
    (segment,) = behavior.segments
    assert segment.limits is None
    assert segment.median == 6
    assert segment.count == 11
    assert {point.meaning for point in behavior.points} == {Meaning.ORDINARY}
    assert behavior.latest_limits is None


def test_an_empty_series_has_no_segment():
    behavior = analyze([], better=Better.HIGHER)
    assert (behavior.points, behavior.segments, behavior.last, behavior.latest_limits) == ((), (), None, None)


def test_the_last_point_is_the_last_with_a_value():
    behavior = analyze([1, 2, None, None], better=Better.HIGHER, rebased_at=[2])
    assert behavior.last.value == 2
    assert behavior.segments[1].median is None


def test_where_neither_way_is_better_signals_are_high_or_low():
    found = [p.meaning for p in analyze([*ORDINARY, 50, -50], better=Better.NONE, fix_after=12).points]
    assert found[-2:] == [Meaning.NEUTRAL_HIGH, Meaning.NEUTRAL_LOW]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ((0, 10), Meaning.CONCERN),  # 50 is above what is wanted, and went up
        ((90, 99), Meaning.IMPROVEMENT),  # still below, on the way up
        ((40, 60), Meaning.NEUTRAL_HIGH),  # inside
        (None, Meaning.NEUTRAL_HIGH),
    ],
)
def test_a_wanted_range_says_which_way_is_better(wanted, expected):
    values = [*ORDINARY, 50]
    behavior = analyze(values, better=Better.IN_RANGE, fix_after=12, wanted=[wanted] * len(values))
    assert behavior.last.meaning is expected


def test_there_must_be_a_wanted_range_for_each_value():
    with pytest.raises(ValueError, match="Found 1 wanted ranges for 2 values; wanted as many"):
        analyze([1, 2], better=Better.IN_RANGE, wanted=[(0, 1)])


@pytest.mark.parametrize("at", [-1, 3])
def test_a_segment_must_start_inside_the_series(at):
    with pytest.raises(ValueError, match=f"Found a new segment at point {at}; wanted 0 to 2"):
        analyze([1, 2, 3], better=Better.HIGHER, rebased_at=[at])


def test_a_baseline_needs_a_point():
    with pytest.raises(ValueError, match="Found 0 as the points of a baseline"):
        analyze([1, 2, 3], better=Better.HIGHER, fix_after=0)


@pytest.mark.parametrize("setting", ["shift", "trend", "minimum_points"])
def test_settings_refuse_what_would_flag_everything(setting):
    with pytest.raises(ValueError, match=f"Found 0 for {setting}"):
        Settings(**{setting: 0})


def test_one_value_has_a_mean_and_no_limits():
    limits = compute_limits([5], screen=True)
    assert (limits.mean, limits.lower, limits.upper_range) == (5, None, None)


def test_a_trend_of_an_odd_number_leaves_the_middle_out():
    limits = compute_trended_limits([1, 2, 99, 4, 5])
    assert limits.slope == 1
    assert [limits.at(i)[1] for i in range(5)] == [1, 2, 3, 4, 5]


def test_a_trend_needs_two_values():
    with pytest.raises(ValueError, match="Found 1 values for a trend; wanted 2 or more"):
        compute_trended_limits([1])


NORMAL = Limits(mean=80.0, average_moving_range=2.0)  # 74.68 to 85.32


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (74, None, Capability.ALWAYS),
        (86, None, Capability.NEVER),
        (80, None, Capability.SOMETIMES),
        (NORMAL.lower, None, Capability.SOMETIMES),
        (NORMAL.upper, None, Capability.SOMETIMES),
        (None, 86, Capability.ALWAYS),
        (None, 74, Capability.NEVER),
        (None, NORMAL.upper, Capability.SOMETIMES),
        (None, NORMAL.lower, Capability.SOMETIMES),
        (70, 90, Capability.ALWAYS),
        (70, 80, Capability.SOMETIMES),
        (80, 90, Capability.SOMETIMES),
        (60, 70, Capability.NEVER),
        (90, 95, Capability.NEVER),
        (None, None, None),
    ],
)
def test_capability(low, high, expected):
    assert capability(NORMAL, low=low, high=high) is expected


@pytest.mark.parametrize("limits", [None, Limits(mean=80.0, average_moving_range=None)])
def test_no_capability_without_limits(limits):
    assert capability(limits, low=1) is None
