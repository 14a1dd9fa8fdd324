"""Numerators and denominators are summed; the rate is derived last."""

import math
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class RolledUp:
    """Sums over the parts that had data, and how many had none."""

    numerator: float | None
    denominator: float | None
    parts: int
    missing: int


def rate(numerator: float | None, denominator: float | None, *, per: float = 1) -> float | None:
    """`numerator` for every `per` of `denominator` (100 gives percent); None without data or over zero.

    Multiplied before it is divided: 57 / 100 * 100 is 56.99999999999999, 57 * 100 / 100 is 57.
    """
    if numerator is None or denominator is None or denominator == 0:
        return None
    return numerator * per / denominator


def total(amounts: Iterable[float | None]) -> float | None:
    """The sum of the amounts that are there; None when none is."""
    present = [amount for amount in amounts if amount is not None]
    return math.fsum(present) if present else None


def roll_up_rates(parts: Iterable[tuple[float | None, float | None]]) -> RolledUp:
    """Sums (numerator, denominator) pairs, for units of one parent or periods of one year.

    A part with only one of its two sides counts as missing: adding its numerator without its
    denominator would raise the parent's rate.
    """
    pairs = list(parts)
    whole = [(n, d) for n, d in pairs if n is not None and d is not None]
    return RolledUp(
        numerator=total(n for n, _ in whole),
        denominator=total(d for _, d in whole),
        parts=len(pairs),
        missing=len(pairs) - len(whole),
    )


def roll_up_amounts(parts: Iterable[float | None]) -> RolledUp:
    """Sums plain amounts, for a measure without a denominator."""
    amounts = list(parts)
    return RolledUp(
        numerator=total(amounts),
        denominator=None,
        parts=len(amounts),
        missing=sum(amount is None for amount in amounts),
    )


def too_few(denominator: float | None, minimum: float) -> bool:
    """Whether there is something to count, but less than `minimum`: shown as counts and not judged."""
    return denominator is not None and denominator < minimum
