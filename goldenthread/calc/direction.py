"""Which way is better, and when two numbers count as equal."""

import math
from enum import StrEnum


class Better(StrEnum):
    """The way a measure should go. Stored in definitions: renaming a value changes files people wrote."""

    HIGHER = "higher"
    LOWER = "lower"
    IN_RANGE = "in_range"
    NONE = "none"


def same(left: float, right: float) -> bool:
    """Whether two numbers differ by nothing but floating-point noise.

    Bounds are made by arithmetic (0.9 - 0.3 is 0.6000000000000001), and a value that equals its
    target must count as met, so an exact comparison would call a met target missed.
    """
    return math.isclose(left, right, rel_tol=1e-9, abs_tol=1e-12)


def at_least(value: float, bound: float) -> bool:
    """Whether `value` is `bound` or more."""
    return value >= bound or same(value, bound)


def at_most(value: float, bound: float) -> bool:
    """Whether `value` is `bound` or less."""
    return value <= bound or same(value, bound)
