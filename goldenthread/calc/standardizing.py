"""Units beside each other, each against what its own mix of cases would lead one to expect.

Indirect standardization: what is expected of a unit is what it would have counted, had every case of a
stratum
counted as often as in all units together. Limits of observed over expected are those of ``funnel``: exact
Poisson for counts; for shares the arcsine square root, with the variance of a sum of unlike chances,
sum of n p (1 - p) over the strata, in place of the binomial one. With one stratum both are the plain funnel.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from goldenthread.calc.funnel import (
    FunnelLimits,
    FunnelUnit,
    Position,
    dispersion_of,
    limits_around,
    rate_funnel,
    share_at,
)


@dataclass(frozen=True)
class MixedUnit:
    """``strata`` are (numerator, denominator) by stratum; ``judged`` as in a ``FunnelUnit``."""

    key: str
    strata: Mapping[str, tuple[float, float]]
    judged: bool = True


@dataclass(frozen=True)
class Expected:
    """``variance`` is that of what is observed of a share, by chance alone."""

    key: str
    observed: float
    cases: float
    expected: float
    variance: float
    judged: bool


@dataclass(frozen=True)
class AdjustedPoint:
    """``limits`` are on the scale of ``ratio``, observed over expected."""

    key: str
    observed: float
    expected: float
    ratio: float
    limits: FunnelLimits
    position: Position | None


@dataclass(frozen=True)
class AdjustedFunnel:
    """``points`` in the order given, around a ratio of 1; ``dispersion`` and ``between`` as in a
    ``Funnel``."""

    dispersion: float
    between: float
    points: tuple[AdjustedPoint, ...]
    limits_at: Callable[[float], FunnelLimits]
    """The limits for a unit with the average mix and this much expected, above 0, to draw the curves."""


def stratum_rates(units: Sequence[MixedUnit]) -> dict[str, float]:
    """The rate of each stratum in all units together; strata without a denominator have none."""
    above: dict[str, list[float]] = {}
    below: dict[str, list[float]] = {}
    for unit in units:
        for stratum, (numerator, denominator) in unit.strata.items():
            above.setdefault(stratum, []).append(numerator)
            below.setdefault(stratum, []).append(denominator)
    return {
        stratum: math.fsum(above[stratum]) / whole
        for stratum in above
        if (whole := math.fsum(below[stratum]))
    }


def expected_of(units: Sequence[MixedUnit]) -> tuple[Expected, ...]:
    """What the mix of each unit leads one to expect; what is observed sums to what is expected."""
    rates = stratum_rates(units)
    return tuple(
        Expected(
            key=unit.key,
            observed=math.fsum(numerator for numerator, _ in unit.strata.values()),
            cases=math.fsum(denominator for _, denominator in unit.strata.values()),
            expected=math.fsum(below * rates.get(stratum, 0) for stratum, (_, below) in unit.strata.items()),
            variance=math.fsum(
                below * rate * (1 - rate)
                for stratum, (_, below) in unit.strata.items()
                if (rate := rates.get(stratum))
            ),
            judged=unit.judged,
        )
        for unit in units
    )


def adjusted_rates(units: Sequence[MixedUnit]) -> AdjustedFunnel | None:
    """The funnel of counts over an exposure. Units of which nothing is expected are left out; None when fewer
    than two judged ones remain."""
    found = [one for one in expected_of(units) if one.expected > 0]
    funnel = rate_funnel([FunnelUnit(one.key, one.observed, one.expected, one.judged) for one in found])
    if funnel is None:
        return None
    points = tuple(
        AdjustedPoint(one.key, one.observed, one.expected, point.value, point.limits, point.position)
        for one, point in zip(found, funnel.points, strict=True)
    )
    return AdjustedFunnel(funnel.dispersion, funnel.between, points, funnel.limits_at)


def adjusted_shares(units: Sequence[MixedUnit]) -> AdjustedFunnel | None:
    """The funnel of shares, each numerator a part of its denominator. Units of which nothing is expected are
    left out; None when fewer than two judged ones remain whose mix leaves anything to chance."""
    found = [one for one in expected_of(units) if one.expected > 0]
    open_to_chance = [one for one in found if one.judged and one.variance > 0]
    if len(open_to_chance) < 2:
        return None
    errors = [_angle_error(one.expected / one.cases, one.variance, one.cases) for one in open_to_chance]
    scores = [
        (_angle(one.observed / one.cases) - _angle(one.expected / one.cases)) / error
        for one, error in zip(open_to_chance, errors, strict=True)
    ]
    dispersion, between = dispersion_of(scores, errors)

    def limits(share: float, error: float) -> FunnelLimits:
        spread = math.sqrt(error**2 + between)
        around = limits_around(lambda z: share_at(_angle(share) + z * spread))
        return _with_one(around.times(1 / share))

    cases = math.fsum(one.cases for one in found)
    share = math.fsum(one.expected for one in found) / cases
    variance = math.fsum(one.variance for one in found) / cases

    def limits_at(expected: float) -> FunnelLimits:
        size = expected / share
        return limits(share, _angle_error(share, variance * size, size))

    points = []
    for one in found:
        own = one.expected / one.cases
        error = _angle_error(own, one.variance, one.cases) if one.variance else 0.0
        ratio, within = one.observed / one.expected, limits(own, error)
        position = within.position(ratio) if one.judged else None
        points.append(AdjustedPoint(one.key, one.observed, one.expected, ratio, within, position))
    return AdjustedFunnel(dispersion, between, tuple(points), limits_at)


def _angle(share: float) -> float:
    """A share made of sums may be past 1 by a rounding."""
    return math.asin(math.sqrt(min(share, 1.0)))


def _angle_error(share: float, variance: float, cases: float) -> float:
    """The standard error of the angle of a share; 1 / (2 sqrt(cases)) when the variance is binomial."""
    return math.sqrt(variance / (share * (1 - share))) / (2 * cases)


def _with_one(limits: FunnelLimits) -> FunnelLimits:
    """As expected is always inside, also where the way through the angle rounds."""
    return FunnelLimits(
        min(limits.lower_95, 1.0),
        max(limits.upper_95, 1.0),
        min(limits.lower_998, 1.0),
        max(limits.upper_998, 1.0),
    )
