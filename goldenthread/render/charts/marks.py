"""The shapes of points: the only place that knows that better is a diamond."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from goldenthread.render.charts.scales import px
from goldenthread.render.charts.values import Direction, Mark


@dataclass(frozen=True)
class Shape:
    """A mark as the templates draw it: `kind` chooses its color and stroke, `path` its outline."""

    kind: str
    path: str


def shape(
    mark: Mark, x: float, y: float, *, direction: Direction | None = None, radius: float = 4.0
) -> Shape:
    """The outline of a mark around x, y; shapes with corners are drawn larger, so that all weigh the same."""
    match mark:
        case Mark.BETTER:
            path = _polygon(
                (x, y - radius * 1.5), (x + radius * 1.5, y), (x, y + radius * 1.5), (x - radius * 1.5, y)
            )
        case Mark.WORSE:
            path = _triangle(x, y, radius * 1.4, direction or Direction.UP)
        case Mark.CHANGED:
            side = radius * 1.05
            path = _polygon(
                (x - side, y - side), (x + side, y - side), (x + side, y + side), (x - side, y + side)
            )
        case Mark.EXCEPTIONAL:
            arm = radius * 1.05
            path = (
                f"M{px(x - arm)} {px(y - arm)}L{px(x + arm)} {px(y + arm)}"
                f"M{px(x - arm)} {px(y + arm)}L{px(x + arm)} {px(y - arm)}"
            )
        case _:
            path = _circle(x, y, radius)
    return Shape(mark.value, path)


@cache
def icon(mark: Mark, direction: Direction | None = None) -> SafeString:
    """A mark by itself, 14 pixels square, for a key or beside a signal word. The word says it too."""
    return render_to_string(
        "render/charts/icon.svg", {"mark": shape(mark, 7, 7, direction=direction, radius=3.7)}
    )


def target_icon(*, met: bool) -> SafeString:
    """A value on this or the far side of its target, 20 by 14 pixels, for a lens. Its word says it too."""
    return render_to_string(
        "render/charts/icon_target.svg",
        {"mark": shape(Mark.ORDINARY, 15 if met else 4, 7, radius=3), "met": met},
    )


def _polygon(*corners: tuple[float, float]) -> str:
    return "M" + "L".join(f"{px(x)} {px(y)}" for x, y in corners) + "Z"


def _triangle(x: float, y: float, radius: float, direction: Direction) -> str:
    away = -1 if direction is Direction.UP else 1
    return _polygon(
        (x, y + away * radius),
        (x + radius * 1.05, y - away * radius * 0.75),
        (x - radius * 1.05, y - away * radius * 0.75),
    )


def _circle(x: float, y: float, radius: float) -> str:
    diameter = px(2 * radius)
    return (
        f"M{px(x - radius)} {px(y)}"
        f"a{px(radius)} {px(radius)} 0 1 0 {diameter} 0a{px(radius)} {px(radius)} 0 1 0 -{diameter} 0Z"
    )
