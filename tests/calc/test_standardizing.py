"""Units against what their mix of cases would lead one to expect: plain loops, reference values, and laws."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldenthread.calc.funnel import FunnelUnit, Position, proportion_funnel, rate_funnel
from goldenthread.calc.standardizing import (
    MixedUnit,
    adjusted_rates,
    adjusted_shares,
    expected_of,
    stratum_rates,
)
from tests.calc.test_funnel import slow_dispersion

Z = {"95": 1.959964, "998": 3.090232}


def mixed(rows):
    """Units of rows like {"food": (8, 10), "cash": (3, 4)}."""
    return [MixedUnit(f"unit {number}", strata) for number, strata in enumerate(rows)]


cell = st.tuples(st.integers(1, 400), st.floats(0, 1)).map(lambda p: (round(p[0] * p[1]), p[0]))
strata = st.dictionaries(st.sampled_from(["food", "cash", "care", ""]), cell, min_size=1)
shares = st.lists(strata, min_size=2, max_size=10)


def slow_expected(rows):
    """(observed, cases, expected, variance) of each unit, one case after the other."""
    found = []
    for row in rows:
        observed = cases = expected = variance = 0.0
        for stratum, (n, d) in row.items():
            all_n = all_d = 0
            for other in rows:
                if stratum in other:
                    all_n += other[stratum][0]
                    all_d += other[stratum][1]
            p = all_n / all_d
            observed, cases = observed + n, cases + d
            for _ in range(d):
                expected += p
                variance += p * (1 - p)
        found.append((observed, cases, expected, variance))
    return found


@given(shares)
def test_what_is_expected_agrees_with_the_slow_twin(rows):
    for one, slow in zip(expected_of(mixed(rows)), slow_expected(rows), strict=True):
        assert (one.observed, one.cases, one.expected, one.variance) == pytest.approx(
            slow, rel=1e-9, abs=1e-9
        )


@given(shares)
def test_shares_agree_with_the_slow_twin(rows):
    slow = [one for one in slow_expected(rows) if one[2] > 1e-9]
    chancy = [one for one in slow if one[3] > 1e-9]
    funnel = adjusted_shares(mixed(rows))
    if len(chancy) < 2:
        assert funnel is None
        return
    errors = [math.sqrt(v / (e / n * (1 - e / n))) / (2 * n) for _, n, e, v in chancy]
    scores = [
        (math.asin(math.sqrt(o / n)) - math.asin(math.sqrt(e / n))) / s
        for (o, n, e, _), s in zip(chancy, errors, strict=True)
    ]
    phi, tau2 = slow_dispersion(scores, errors)
    assert funnel.dispersion == pytest.approx(phi, rel=1e-6, abs=1e-9)
    assert funnel.between == pytest.approx(tau2, rel=1e-6, abs=1e-9)
    for point, (o, n, e, v) in zip(funnel.points, slow, strict=True):
        assert (point.observed, point.expected, point.ratio) == pytest.approx((o, e, o / e))
        if v <= 1e-9:
            assert point.position is Position.INSIDE
            continue
        angle = math.asin(math.sqrt(e / n))
        for name, z in Z.items():
            reach = z * math.sqrt(v / (e / n * (1 - e / n)) / (4 * n * n) + tau2)
            lower = math.sin(angle - reach) ** 2 / (e / n) if reach < angle else 0
            upper = math.sin(angle + reach) ** 2 / (e / n) if reach < math.pi / 2 - angle else n / e
            assert getattr(point.limits, f"lower_{name}") == pytest.approx(lower, rel=1e-6, abs=1e-9)
            assert getattr(point.limits, f"upper_{name}") == pytest.approx(upper, rel=1e-6, abs=1e-9)


# FunnelPlotR's own values of its limits of observed over expected counts.
@pytest.mark.parametrize(
    ("expected", "ll95", "ul95"),
    [(15, 0.5596924, 1.649348), (20, 0.6108260, 1.544419), (30, 0.6746958, 1.427562)],
)
def test_limits_of_counts_are_those_of_the_reference(expected, ll95, ul95):
    """Both strata are rated the same everywhere, so nothing is added for more than chance."""
    units = mixed([{"day": (expected / 3, 100), "night": (expected * 2 / 3, 50)}] * 3)
    funnel = adjusted_rates(units)
    assert funnel.between == 0
    for point in funnel.points:
        assert point.expected == pytest.approx(expected)
        assert point.limits.lower_95 == pytest.approx(ll95, abs=5e-7)
        assert point.limits.upper_95 == pytest.approx(ul95, abs=5e-6)
        if expected == 15:
            assert point.limits.lower_998 == pytest.approx(0.3862650, abs=5e-7)
            assert point.limits.upper_998 == pytest.approx(2.082907, abs=5e-6)


@given(st.lists(cell, min_size=2, max_size=10))
def test_with_one_stratum_it_is_the_plain_funnel(pairs):
    units = mixed([{"all": pair} for pair in pairs])
    plain = [FunnelUnit(one.key, *one.strata["all"]) for one in units]
    for adjusted, counted in (
        (adjusted_shares(units), proportion_funnel(plain)),
        (adjusted_rates(units), rate_funnel(plain)),
    ):
        if adjusted is None:
            assert counted is None or counted.center in (0, 1)
            continue
        assert adjusted.dispersion == pytest.approx(counted.dispersion, rel=1e-6, abs=1e-9)
        assert adjusted.between == pytest.approx(counted.between, rel=1e-6, abs=1e-9)
        for point, as_counted in zip(adjusted.points, counted.points, strict=True):
            assert point.ratio * counted.center == pytest.approx(as_counted.value)
            for name in ("lower_95", "upper_95", "lower_998", "upper_998"):
                limit = getattr(point.limits, name) * counted.center
                assert limit == pytest.approx(getattr(as_counted.limits, name), rel=1e-6, abs=1e-9)
            assert adjusted.limits_at(point.expected).upper_998 == pytest.approx(
                point.limits.upper_998, rel=1e-6
            )


@given(
    st.dictionaries(st.sampled_from(["a", "b", "c"]), st.integers(1, 9), min_size=1),
    st.lists(
        st.dictionaries(st.sampled_from(["a", "b", "c"]), st.integers(1, 50), min_size=1),
        min_size=2,
        max_size=8,
    ),
)
def test_units_at_the_rates_of_all_are_as_expected_whatever_their_mix(tenths, mixes):
    """A stratum's rate is so many tenths; each unit has that share of it."""
    rows = [{name: (count * tenths.get(name, 5), count * 10) for name, count in mix.items()} for mix in mixes]
    for funnel in (adjusted_shares(mixed(rows)), adjusted_rates(mixed(rows))):
        for point in funnel.points:
            assert point.ratio == pytest.approx(1)
            assert point.position is Position.INSIDE
        assert funnel.between == 0


@given(shares, st.integers(2, 20))
def test_more_of_the_same_changes_no_ratio_and_draws_the_limits_in(rows, by):
    more = [{name: (n * by, d * by) for name, (n, d) in row.items()} for row in rows]
    once, often = expected_of(mixed(rows)), expected_of(mixed(more))
    assert stratum_rates(mixed(more)) == pytest.approx(stratum_rates(mixed(rows)))
    for one, other in zip(once, often, strict=True):
        assert other.expected == pytest.approx(one.expected * by)
        assert other.variance == pytest.approx(one.variance * by)


@given(shares, st.randoms())
def test_the_order_of_units_and_strata_says_nothing(rows, chance):
    units = mixed(rows)
    shuffled = [replace(one, strata=dict(reversed(one.strata.items()))) for one in units]
    chance.shuffle(shuffled)
    for adjust in (adjusted_shares, adjusted_rates):
        straight, turned = adjust(units), adjust(shuffled)
        if straight is None:
            assert turned is None
            continue
        by_key = {point.key: point for point in turned.points}
        for point in straight.points:
            assert by_key[point.key].ratio == pytest.approx(point.ratio)
            assert by_key[point.key].limits.upper_95 == pytest.approx(point.limits.upper_95, rel=1e-6)


def test_a_hard_mix_is_no_fault_and_a_bad_answer_to_an_easy_one_is():
    """Both answer fewer than 6 of 10 in time: one has the hard cases, the other the easy ones."""
    ordinary = {"easy": (810, 900), "hard": (50, 100)}
    hard, bad = {"easy": (81, 90), "hard": (450, 900)}, {"easy": (500, 900), "hard": (50, 100)}
    rows = [*[ordinary] * 30, hard, bad]
    funnel = adjusted_shares(mixed(rows))
    plain = proportion_funnel(
        [
            FunnelUnit(
                one.key, sum(n for n, _ in one.strata.values()), sum(d for _, d in one.strata.values())
            )
            for one in mixed(rows)
        ]
    )
    hard, bad = funnel.points[-2:]
    assert plain.points[-2].position is Position.VERY_LOW
    assert hard.position is Position.INSIDE
    assert bad.position is Position.VERY_LOW


def test_one_with_too_few_has_no_verdict_and_sways_nobody():
    rows = [{"food": (80, 100), "cash": (50, 100)}] * 5
    few = MixedUnit("few", {"food": (0, 4)}, judged=False)
    for adjust in (adjusted_shares, adjusted_rates):
        without, beside = adjust(mixed(rows)), adjust([*mixed(rows), few])
        assert beside.points[-1].position is None
        assert beside.points[-1].expected == pytest.approx(4 * 400 / 504)
        assert beside.between == without.between == 0
        assert adjust([*mixed(rows[:1]), few]) is None
    plain = [FunnelUnit(str(number), 80, 100) for number in range(5)]
    for funnel_of in (proportion_funnel, rate_funnel):
        found = funnel_of([*plain, FunnelUnit("few", 0, 4, judged=False)])
        assert found.points[-1].position is None
        assert found.center == pytest.approx(400 / 504)
        assert found.between == 0
        assert funnel_of([*plain, FunnelUnit("few", 0, 4)]).dispersion > found.dispersion
        assert funnel_of([plain[0], FunnelUnit("few", 0, 4, judged=False)]) is None


def test_where_a_mix_leaves_nothing_to_chance_there_is_nothing_to_say():
    rows = [
        {"food": (80, 100)},
        {"food": (70, 100)},
        {"sure": (30, 30), "never": (0, 10)},
        {"never": (0, 10)},
    ]
    funnel = adjusted_shares(mixed(rows))
    assert [point.key for point in funnel.points] == ["unit 0", "unit 1", "unit 2"]
    assert funnel.points[-1].ratio == 1
    assert funnel.points[-1].position is Position.INSIDE
    assert adjusted_shares(mixed([{"sure": (5, 5)}] * 3)) is None
