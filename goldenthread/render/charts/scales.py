"""From values to pixels, with ticks a person would choose."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from goldenthread.calc.formatting import format_number, format_value

_STEPS = (1, 2, 2.5, 5, 10)
_DURATION_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400)
_MOST_DECIMALS = 6


@dataclass(frozen=True)
class Tick:
    value: float
    text: str


@dataclass(frozen=True)
class Scale:
    """A value axis: `low` at the pixel `start`, `high` at the pixel `end`."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """The pixel of a value; outside the scale the pixel of its nearest end."""
        inside = min(max(value, self.low), self.high)
        return self.start + (inside - self.low) / (self.high - self.low) * (self.end - self.start)


def px(pixels: float) -> str:
    """A coordinate as SVG writes it, in whole tenths and never with a comma."""
    text = f"{pixels:.1f}"
    return text.removesuffix(".0")


def nice_step(span: float, intervals: int, unit: str) -> float:
    """The smallest round step with which at most `intervals` of them reach across `span`."""
    raw = span / intervals
    if unit == "duration":
        fitting = next((step for step in _DURATION_STEPS if step >= raw), None)
        if fitting is not None:
            return fitting
    power = 10.0 ** math.floor(math.log10(raw))
    return next(step * power for step in _STEPS if step * power >= raw * (1 - 1e-9))


def nice_ticks(
    values: Iterable[float],
    unit: str,
    *,
    intervals: int = 6,
    floor: float | None = None,
    ceiling: float | None = None,
    from_zero: bool = False,
) -> tuple[Tick, ...]:
    """Ticks from at or below the smallest value to at or above the largest.

    `floor` and `ceiling` are what the values cannot pass (0 and 100 for a share): no tick lies beyond them.
    Without a single value the axis goes from 0 to 1.
    """
    known = list(values)
    low, high = (min(known), max(known)) if known else (0.0, 1.0)
    if from_zero:
        low, high = min(low, 0.0), max(high, 0.0)
    if low == high:
        spare = abs(low) * 0.1 or 1.0
        low, high = (low, high + spare) if from_zero else (low - spare, high + spare)
    step = nice_step(high - low, intervals, unit)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    if last - first > intervals:
        step = nice_step((high - low) * (1 + 1 / intervals), intervals, unit)
        first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    ticks = [number * step for number in range(first, last + 1)]
    inside = [
        tick for tick in ticks if (floor is None or tick >= floor) and (ceiling is None or tick <= ceiling)
    ]
    chosen = inside if len(inside) >= 2 else ticks
    decimals = _decimals_of(step)
    return tuple(Tick(tick, tick_text(tick, unit, decimals)) for tick in chosen)


def tick_text(value: float, unit: str, decimals: int) -> str:
    """A value at an axis: with a sign for money and as a clock for a duration, else the bare number."""
    if unit in {"currency", "duration"}:
        return format_value(value, unit, decimals if unit == "currency" else None)
    return format_number(value, decimals)


def _decimals_of(step: float) -> int:
    return next(
        (digits for digits in range(_MOST_DECIMALS) if math.isclose(round(step, digits), step, rel_tol=1e-6)),
        _MOST_DECIMALS,
    )
