"""The same measure for several units on one scale, in alphabetical order: never a ranking."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from goldenthread.render.charts import marks
from goldenthread.render.charts.scales import Scale, nice_ticks, px
from goldenthread.render.charts.values import ChartPoint, Direction, Mark, TargetStep

_WIDTH, _HEIGHT, _EDGE = 208.0, 66.0, 7.0


@dataclass(frozen=True)
class Multiple:
    """One unit: its points, its own limits, and in words its last value and signal."""

    name: str
    last_value: str
    signal: str
    points: tuple[ChartPoint, ...]
    mark: Mark = Mark.ORDINARY
    direction: Direction | None = None
    lower: float | None = None
    upper: float | None = None
    average: float | None = None
    targets: tuple[TargetStep, ...] = ()
    href: str = ""


@dataclass(frozen=True)
class Multiples:
    """All units as one piece of HTML, and the scale they share, for the note below them."""

    html: SafeString
    scale_from: str
    scale_to: str


def draw_multiples(units: Sequence[Multiple], unit: str) -> Multiples:
    """A grid of small charts. The drawings are hidden from screen readers: name, value and signal are words.

    The order is alphabetical whatever order comes in.
    """
    ticks = nice_ticks([value for one in units for value in _values(one)], unit, intervals=10)
    scale = Scale(ticks[0].value, ticks[-1].value, _HEIGHT - 6, 6)
    ordered = sorted(units, key=lambda one: one.name.casefold())
    html = render_to_string(
        "render/charts/multiples.html",
        {
            "width": px(_WIDTH),
            "height": px(_HEIGHT),
            "units": [
                {
                    "name": one.name,
                    "href": one.href,
                    "last_value": one.last_value,
                    "signal": one.signal,
                    "mark": one.mark.value,
                    "icon": marks.icon(one.mark, one.direction),
                    "drawing": _drawing(one, scale),
                }
                for one in ordered
            ],
        },
    )
    return Multiples(html=html, scale_from=ticks[0].text, scale_to=ticks[-1].text)


def _values(one: Multiple) -> list[float]:
    points = [point.value for point in one.points]
    targets = [step.value for step in one.targets]
    return [value for value in (*points, *targets, one.lower, one.upper, one.average) if value is not None]


def _drawing(one: Multiple, scale: Scale) -> dict[str, object]:
    gap = (_WIDTH - 2 * _EDGE) / max(len(one.points) - 1, 1)
    top = scale.at(one.upper) if one.upper is not None else None
    bottom = scale.at(one.lower) if one.lower is not None else None
    last = len(one.points) - 1
    parts: list[list[str]] = [[]]
    for index, point in enumerate(one.points):
        if point.value is None:
            parts.append([])
        else:
            parts[-1].append(f"{px(_EDGE + index * gap)} {px(scale.at(point.value))}")
    return {
        "band": (px(top or 0), px((_HEIGHT if bottom is None else bottom) - (top or 0)))
        if top is not None or bottom is not None
        else None,
        "limits": [px(y) for y in (top, bottom) if y is not None],
        "average": px(scale.at(one.average)) if one.average is not None else "",
        "targets": [
            f"M{px(_EDGE + (step.first - 0.5) * gap if step.first > 0 else 0)} {px(scale.at(step.value))}"
            f"H{px(_EDGE + (step.last + 0.5) * gap if step.last < last else _WIDTH)}"
            for step in one.targets
        ],
        "lines": ["M" + "L".join(part) for part in parts if len(part) > 1],
        "points": [
            marks.shape(
                point.mark, _EDGE + index * gap, scale.at(point.value), direction=point.direction, radius=2.3
            )
            for index, point in enumerate(one.points)
            if point.value is not None
        ],
    }
