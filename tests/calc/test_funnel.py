import math
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldenthread.calc.chi_square import EXACT_UP_TO_DEGREES, chi_square_quantile
from goldenthread.calc.funnel import FunnelUnit, Position, poisson_limits, proportion_funnel, rate_funnel

OFFICES = [
    FunnelUnit("Fairview", 820, 1000),
    FunnelUnit("Harbor", 355, 500),
    FunnelUnit("Mill Creek", 399, 500),
    FunnelUnit("Old Town", 995, 1200),
]


# FunnelPlotR's own test of its Poisson limits.
@pytest.mark.parametrize(
    ("expected", "ll95", "ul95", "ll998", "ul998"),
    [
        (15, 0.5596924, 1.649348, 0.3862650, 2.082907),
        (20, 0.6108260, 1.544419, 0.4479107, 1.902094),
        (30, 0.6746958, 1.427562, 0.5289724, 1.702771),
    ],
)
def test_poisson_limits_equal_the_reference(expected, ll95, ul95, ll998, ul998):
    limits = poisson_limits(expected)
    assert (limits.lower_95, limits.lower_998) == pytest.approx((ll95, ll998), abs=5e-8)
    assert (limits.upper_95, limits.upper_998) == pytest.approx((ul95, ul998), abs=5e-7)


@given(st.integers(1, 150), st.sampled_from([0.001, 0.025, 0.5, 0.975, 0.999]))
def test_the_chi_square_of_even_degrees_is_a_sum_of_poisson_chances(half, chance):
    """P(chi-square of 2k < x) is the chance that a Poisson count with mean x/2 is k or more."""
    mean = chi_square_quantile(chance, 2 * half) / 2
    terms = accumulate(range(1, half), lambda term, k: term * mean / k, initial=math.exp(-mean))
    assert 1 - math.fsum(terms) == pytest.approx(chance, rel=1e-9)


def test_the_chi_square_of_one_degree_is_a_squared_normal():
    assert chi_square_quantile(0.95, 1) == pytest.approx(1.959963984540054**2, rel=1e-12)


def test_the_approximation_takes_over_without_a_step():
    exact = chi_square_quantile(0.001, EXACT_UP_TO_DEGREES)
    approximate = chi_square_quantile(0.001, math.nextafter(EXACT_UP_TO_DEGREES, math.inf))
    assert approximate == pytest.approx(exact, rel=3e-6)


def test_a_far_tail_of_few_degrees():
    """The density beyond the quantile, summed by Simpson's rule, is the chance that was left."""
    shape, start, width, steps = 0.005, chi_square_quantile(1 - 1e-9, 0.01) / 2, 40, 4000
    weights = [1, *[4, 2] * (steps // 2 - 1), 4, 1]
    beyond = math.fsum(
        weight * (t := start + width * i / steps) ** (shape - 1) * math.exp(-t)
        for i, weight in enumerate(weights)
    )
    assert beyond * width / steps / 3 / math.gamma(shape) == pytest.approx(1e-9, rel=1e-5)


@pytest.mark.parametrize(("chance", "degrees"), [(0, 1), (1, 1), (0.5, 0)])
def test_what_no_quantile_exists_for(chance, degrees):
    with pytest.raises(ValueError, match="wanted a chance between 0 and 1 and degrees above 0"):
        chi_square_quantile(chance, degrees)


def slow_quantile(values, share):
    """R's default quantile (type 7)."""
    ordered = sorted(values)
    at = (len(ordered) - 1) * share
    low = math.floor(at)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (at - low) * (ordered[high] - ordered[low])


def slow_dispersion(scores, errors):
    low, high = slow_quantile(scores, 0.1), slow_quantile(scores, 0.9)
    winsorized = [low if z < low else high if z > high else z for z in scores]
    n = len(scores)
    phi = sum(z * z for z in winsorized) / n
    if n * phi < n - 1:
        return phi, 0.0
    w = [1 / s**2 for s in errors]
    return phi, max(0.0, (n * phi - (n - 1)) / (sum(w) - sum(x * x for x in w) / sum(w)))


units = st.lists(
    st.tuples(st.integers(1, 2000), st.floats(0, 1)).map(lambda p: (round(p[0] * p[1]), p[0])),
    min_size=2,
    max_size=15,
)


@given(units)
def test_proportions_agree_with_the_slow_twin(pairs):
    funnel = proportion_funnel([FunnelUnit(str(i), n, d) for i, (n, d) in enumerate(pairs)])
    center = sum(n for n, _ in pairs) / sum(d for _, d in pairs)
    errors = [1 / (2 * math.sqrt(d)) for _, d in pairs]
    scores = [
        (math.asin(math.sqrt(n / d)) - math.asin(math.sqrt(center))) / s
        for (n, d), s in zip(pairs, errors, strict=True)
    ]
    phi, tau2 = slow_dispersion(scores, errors)
    assert funnel.center == pytest.approx(center)
    assert funnel.dispersion == pytest.approx(phi, abs=1e-9)
    assert funnel.between == pytest.approx(tau2, abs=1e-9)
    for point, (n, d), s in zip(funnel.points, pairs, errors, strict=True):
        assert point.value == n / d
        for z, lower, upper in (
            (1.959964, point.limits.lower_95, point.limits.upper_95),
            (3.090232, point.limits.lower_998, point.limits.upper_998),
        ):
            angle, reach = math.asin(math.sqrt(center)), z * math.sqrt(s**2 + tau2)
            assert lower == pytest.approx(math.sin(angle - reach) ** 2 if reach < angle else 0, abs=1e-9)
            room = math.pi / 2 - angle
            assert upper == pytest.approx(math.sin(angle + reach) ** 2 if reach < room else 1, abs=1e-9)


rates = st.lists(st.tuples(st.integers(0, 300), st.integers(1, 500)), min_size=2, max_size=12)


@given(rates.filter(lambda pairs: any(n for n, _ in pairs)))
def test_rates_agree_with_the_slow_twin(pairs):
    funnel = rate_funnel([FunnelUnit(str(i), n, d) for i, (n, d) in enumerate(pairs)])
    center = sum(n for n, _ in pairs) / sum(d for _, d in pairs)
    expected = [center * d for _, d in pairs]
    errors = [1 / (2 * math.sqrt(e)) for e in expected]
    scores = [(math.sqrt(n / e) - 1) / s for (n, _), e, s in zip(pairs, expected, errors, strict=True)]
    phi, tau2 = slow_dispersion(scores, errors)
    assert (funnel.dispersion, funnel.between) == pytest.approx((phi, tau2), abs=1e-9)
    for point, e, s in zip(funnel.points, expected, errors, strict=True):
        if funnel.between:
            reach = 3.090232 * math.sqrt(s**2 + tau2)
            assert point.limits.upper_998 == pytest.approx(center * (1 + reach) ** 2)
            assert point.limits.lower_998 == pytest.approx(center * max(0, 1 - reach) ** 2)
        else:
            assert point.limits.upper_998 == pytest.approx(center * poisson_limits(e).upper_998)
            assert point.limits.lower_95 == pytest.approx(center * poisson_limits(e).lower_95)


def test_offices_that_differ_as_chance_would_make_them():
    shares = {"a": 810, "b": 820, "c": 815, "d": 825, "e": 812, "f": 818}
    alike = [FunnelUnit(name, share, 1000) for name, share in shares.items()]
    funnel = proportion_funnel(alike)
    assert funnel.between == 0
    assert {point.position for point in funnel.points} == {Position.INSIDE}
    assert [point.key for point in funnel.points] == list(shares)


def test_one_office_far_below_the_others():
    many = [FunnelUnit(f"office {i}", 820, 1000) for i in range(12)]
    funnel = proportion_funnel([*many, FunnelUnit("Harbor", 700, 1000)])
    assert funnel.points[-1].position is Position.VERY_LOW
    assert {point.position for point in funnel.points[:-1]} == {Position.INSIDE}


@pytest.mark.parametrize(
    ("value", "position"),
    [
        (2.09, Position.VERY_HIGH),
        (1.7, Position.HIGH),
        (1.0, Position.INSIDE),
        (0.5, Position.LOW),
        (0.3, Position.VERY_LOW),
    ],
)
def test_positions(value, position):
    assert poisson_limits(15).position(value) is position


def test_a_value_equal_to_a_limit_is_inside_it():
    limits = poisson_limits(15)
    assert limits.position(limits.upper_95) is Position.INSIDE
    assert limits.position(limits.upper_998) is Position.HIGH
    assert limits.position(limits.lower_95) is Position.INSIDE
    assert limits.position(limits.lower_998) is Position.LOW


def test_curves_narrow_as_units_grow():
    for funnel in (proportion_funnel(OFFICES), rate_funnel(OFFICES)):
        small, large = funnel.limits_at(50), funnel.limits_at(5000)
        assert small.lower_998 < large.lower_998 < funnel.center < large.upper_998 < small.upper_998
        assert small.lower_998 < small.lower_95 < small.upper_95 < small.upper_998


@pytest.mark.parametrize("funnel", [proportion_funnel, rate_funnel])
def test_no_funnel_of_one_unit(funnel):
    assert funnel([FunnelUnit("a", 1, 2), FunnelUnit("b", 0, 0)]) is None
    assert funnel([]) is None


def test_no_rate_funnel_when_nothing_was_counted():
    assert rate_funnel([FunnelUnit("a", 0, 2), FunnelUnit("b", 0, 3)]) is None


def test_a_share_is_part_of_a_whole():
    with pytest.raises(ValueError, match="Found 3 of 2 for a; wanted a part of the whole"):
        proportion_funnel([FunnelUnit("a", 3, 2)])
    with pytest.raises(ValueError, match="Found -1 for a; wanted a count, 0 or more"):
        rate_funnel([FunnelUnit("a", -1, 2)])
