"""Funnel limits: how far units may lie apart by chance alone. Never a ranking.

Sources: Spiegelhalter 2005 (Statistics in Medicine 24:1185), and its coding in the R package FunnelPlotR.
"""

import math
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from goldenthread.calc.chi_square import chi_square_quantile

Z_95 = 1.959964
Z_998 = 3.090232


class Position(StrEnum):
    """Where a unit lies: inside the 95% limits, beyond them, or beyond the 99.8% limits as well."""

    INSIDE = "inside"
    HIGH = "high"
    LOW = "low"
    VERY_HIGH = "very_high"
    VERY_LOW = "very_low"


@dataclass(frozen=True)
class FunnelUnit:
    """One that is not ``judged`` has too few: it counts toward the center, for its cases are as real as any,
    but
    not toward the dispersion, for the scores of a handful of cases are not near normal. The sources know no
    minimum."""

    key: str
    numerator: float
    denominator: float
    judged: bool = True


@dataclass(frozen=True)
class FunnelLimits:
    """On the scale of the values: per 1, as a share or a rate."""

    lower_95: float
    upper_95: float
    lower_998: float
    upper_998: float

    def position(self, value: float) -> Position:
        """A value equal to a limit is inside it."""
        if value > self.upper_998:
            return Position.VERY_HIGH
        if value < self.lower_998:
            return Position.VERY_LOW
        if value > self.upper_95:
            return Position.HIGH
        if value < self.lower_95:
            return Position.LOW
        return Position.INSIDE

    def times(self, by: float) -> "FunnelLimits":
        """The limits of values shown per ``by``, which is above 0."""
        return FunnelLimits(self.lower_95 * by, self.upper_95 * by, self.lower_998 * by, self.upper_998 * by)


@dataclass(frozen=True)
class FunnelPoint:
    key: str
    value: float
    denominator: float
    limits: FunnelLimits
    position: Position | None
    """None for a unit that is not judged."""


@dataclass(frozen=True)
class Funnel:
    """`points` in the order given. `center` is the rate of all units together.

    `dispersion` (phi) is 1 when the units differ as chance would make them; `between` (tau squared) is the
    variance between units, on the transformed scale, that the limits allow for.
    """

    center: float
    dispersion: float
    between: float
    points: tuple[FunnelPoint, ...]
    limits_at: Callable[[float], FunnelLimits]
    """The limits for a unit of any denominator above 0, to draw the curves."""


def proportion_funnel(units: Sequence[FunnelUnit]) -> Funnel | None:
    """The funnel of shares (numerator a part of the denominator), by the arcsine square root.

    Units without a denominator are left out; None when fewer than two judged units remain. ValueError when a
    numerator is not between 0 and its denominator.
    """
    for unit in units:
        if not 0 <= unit.numerator <= max(unit.denominator, 0):
            raise ValueError(
                f"Found {unit.numerator} of {unit.denominator} for {unit.key}; wanted a part of the whole."
            )
    counted = [unit for unit in units if unit.denominator > 0]
    judged = [unit for unit in counted if unit.judged]
    if len(judged) < 2:
        return None
    center = _center(counted)
    angle = math.asin(math.sqrt(center))
    errors = [_angle_error(unit.denominator) for unit in judged]
    scores = [
        (math.asin(math.sqrt(unit.numerator / unit.denominator)) - angle) / error
        for unit, error in zip(judged, errors, strict=True)
    ]
    dispersion, between = dispersion_of(scores, errors)

    def limits_at(denominator: float) -> FunnelLimits:
        spread = math.sqrt(_angle_error(denominator) ** 2 + between)
        return limits_around(lambda z: share_at(angle + z * spread))

    return _funnel(counted, center, dispersion, between, limits_at)


def rate_funnel(units: Sequence[FunnelUnit]) -> Funnel | None:
    """The funnel of counts over an exposure (complaints per visit), by exact Poisson limits.

    When the units differ by more than chance, limits are on the square root scale with the variance between
    units added. Units without a denominator are left out; None when fewer than two judged units remain or
    nothing was counted. ValueError when a numerator is negative.
    """
    for unit in units:
        if unit.numerator < 0:
            raise ValueError(f"Found {unit.numerator} for {unit.key}; wanted a count, 0 or more.")
    counted = [unit for unit in units if unit.denominator > 0]
    judged = [unit for unit in counted if unit.judged]
    if len(judged) < 2 or not any(unit.numerator for unit in counted):
        return None
    center = _center(counted)
    expected = [center * unit.denominator for unit in judged]
    errors = [1 / (2 * math.sqrt(each)) for each in expected]
    scores = [
        (math.sqrt(unit.numerator / each) - 1) / error
        for unit, each, error in zip(judged, expected, errors, strict=True)
    ]
    dispersion, between = dispersion_of(scores, errors)

    def limits_at(denominator: float) -> FunnelLimits:
        if not between:
            return poisson_limits(center * denominator).times(center)
        spread = math.sqrt(1 / (4 * center * denominator) + between)
        return limits_around(lambda z: center * max(0.0, 1 + z * spread) ** 2)

    return _funnel(counted, center, dispersion, between, limits_at)


def poisson_limits(expected: float) -> FunnelLimits:
    """Exact limits of observed over expected, for an expected count above 0."""

    def lower(chance: float) -> float:
        return chi_square_quantile(chance, 2 * expected) / 2 / expected

    def upper(chance: float) -> float:
        return chi_square_quantile(1 - chance, 2 * (expected + 1)) / 2 / expected

    return FunnelLimits(lower(0.025), upper(0.025), lower(0.001), upper(0.001))


def _center(units: Sequence[FunnelUnit]) -> float:
    return math.fsum(unit.numerator for unit in units) / math.fsum(unit.denominator for unit in units)


def _angle_error(denominator: float) -> float:
    return 1 / (2 * math.sqrt(denominator))


def share_at(angle: float) -> float:
    """Back from the angle; one past either end is that end, else the curve would turn back on itself."""
    return math.sin(min(max(angle, 0.0), math.pi / 2)) ** 2


def limits_around(value_at: Callable[[float], float]) -> FunnelLimits:
    return FunnelLimits(value_at(-Z_95), value_at(Z_95), value_at(-Z_998), value_at(Z_998))


def dispersion_of(scores: Sequence[float], errors: Sequence[float]) -> tuple[float, float]:
    """(phi, tau squared) from z scores drawn in to their 10% and 90% quantiles (DerSimonian and Laird)."""
    cuts = statistics.quantiles(scores, n=10, method="inclusive")
    drawn_in = [min(max(score, cuts[0]), cuts[-1]) for score in scores]
    n = len(scores)
    phi = math.fsum(score**2 for score in drawn_in) / n
    weights = [1 / error**2 for error in errors]
    all_weights = math.fsum(weights)
    spare = all_weights - math.fsum(weight**2 for weight in weights) / all_weights
    return phi, max(0.0, (n * phi - (n - 1)) / spare)


def _funnel(
    units: Sequence[FunnelUnit],
    center: float,
    dispersion: float,
    between: float,
    limits_at: Callable[[float], FunnelLimits],
) -> Funnel:
    points = []
    for unit in units:
        value, limits = unit.numerator / unit.denominator, limits_at(unit.denominator)
        position = limits.position(value) if unit.judged else None
        points.append(FunnelPoint(unit.key, value, unit.denominator, limits, position))
    return Funnel(center, dispersion, between, tuple(points), limits_at)
