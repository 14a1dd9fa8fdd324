"""Charts beside their number, hidden from screen readers: the number and its words say it all.

Written without a template, for a page shows twenty of them. Nothing is escaped here, for nothing that anybody
wrote comes in: only coordinates and names of our own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.utils.safestring import SafeString

from goldenthread.render.charts.marks import Shape, shape
from goldenthread.render.charts.scales import Scale, px
from goldenthread.render.charts.values import ChartPoint, Direction, Mark

_SPARK_WIDTH, _SPARK_HEIGHT, _SPARK_EDGE = 128.0, 30.0, 5.0


class BarSize(StrEnum):
    """A tile's range bar, or a table row's."""

    TILE = "tile"
    ROW = "row"


_BAR_SIZES = {BarSize.TILE: (216.0, 24.0), BarSize.ROW: (84.0, 20.0)}


@dataclass(frozen=True)
class Sparkline:
    """About twelve points with the normal range and target of the last of them."""

    points: tuple[ChartPoint, ...]
    lower: float | None = None
    upper: float | None = None
    target: float | None = None


@dataclass(frozen=True)
class RangeBar:
    """A value in its own normal range. Each bar has a scale of its own: two bars are never compared."""

    value: float | None
    lower: float
    upper: float
    average: float
    target: float | None = None
    mark: Mark = Mark.ORDINARY
    direction: Direction | None = None


def draw_sparkline(spark: Sparkline) -> SafeString:
    """An SVG of 128 by 30 pixels; the last point carries its shape in full, earlier signals a small one."""
    extras = [one for one in (spark.lower, spark.upper, spark.target) if one is not None]
    scale = _around([*_known(spark.points), *extras], _SPARK_HEIGHT - _SPARK_EDGE, _SPARK_EDGE)
    gap = (_SPARK_WIDTH - 2 * _SPARK_EDGE - 3) / max(len(spark.points) - 1, 1)
    places = [
        (_SPARK_EDGE + index * gap, scale.at(point.value), point)
        for index, point in enumerate(spark.points)
        if point.value is not None
    ]
    parts = []
    if spark.lower is not None or spark.upper is not None:
        top = scale.at(spark.upper) if spark.upper is not None else 0.0
        bottom = scale.at(spark.lower) if spark.lower is not None else _SPARK_HEIGHT
        area = f'y="{px(top)}" width="{px(_SPARK_WIDTH)}" height="{px(bottom - top)}"'
        parts.append(f'<rect class="gt-band" x="0" {area}/>')
    if spark.target is not None:
        parts.append(_path("gt-target", f"M0 {px(scale.at(spark.target))}H{px(_SPARK_WIDTH)}"))
    parts += [_path("gt-line", line) for line in _stretches(spark.points, gap, scale)]
    for x, y, point in places[:-1]:
        if point.mark in {Mark.BETTER, Mark.WORSE, Mark.CHANGED}:
            parts.append(_mark(shape(point.mark, x, y, direction=point.direction, radius=1.7)))
    for x, y, point in places[-1:]:
        parts.append(_mark(shape(point.mark, x, y, direction=point.direction, radius=3.0)))
    return _svg("gt-spark", (_SPARK_WIDTH, _SPARK_HEIGHT), parts)


def draw_range_bar(bar: RangeBar, size: BarSize = BarSize.TILE) -> SafeString:
    """An SVG of 216 by 24 pixels for a tile, 84 by 20 for a table row."""
    width, height = _BAR_SIZES[size]
    middle = height / 2
    shown = [one for one in (bar.value, bar.target) if one is not None]
    low, high = min(bar.lower, *shown, bar.average), max(bar.upper, *shown, bar.average)
    room = (high - low) * 0.25 or 1.0
    scale = Scale(low - room, high + room, 0, width)
    start, end = scale.at(bar.lower), scale.at(bar.upper)
    half = height * 0.28
    parts = [
        _path("gt-range__track", f"M0 {px(middle)}H{px(width)}"),
        f'<rect class="gt-range__band" x="{px(start)}" y="{px(middle - half)}"'
        f' width="{px(max(end - start, 1))}" height="{px(2 * half)}" rx="1"/>',
        _path("gt-range__average", f"M{px(scale.at(bar.average))} {px(middle - half)}v{px(2 * half)}"),
    ]
    if bar.target is not None:
        parts.append(_path("gt-range__target", f"M{px(scale.at(bar.target))} 1V{px(height - 1)}"))
    if bar.value is not None:
        parts.append(_mark(shape(bar.mark, scale.at(bar.value), middle, direction=bar.direction, radius=4)))
    return _svg(f"gt-range gt-range--{size.value}", _BAR_SIZES[size], parts)


def _svg(kind: str, size: tuple[float, float], parts: Iterable[str]) -> SafeString:
    width, height = map(px, size)
    return SafeString(
        f'<svg class="{kind}" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
        f' aria-hidden="true" focusable="false">{"".join(parts)}</svg>'
    )


def _path(kind: str, outline: str) -> str:
    return f'<path class="{kind}" d="{outline}"/>'


def _mark(drawn: Shape) -> str:
    return _path(f"gt-mark gt-mark--{drawn.kind}", drawn.path)


def _known(points: Sequence[ChartPoint]) -> list[float]:
    return [point.value for point in points if point.value is not None]


def _around(values: Sequence[float], bottom: float, top: float) -> Scale:
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    if low == high:
        low, high = low - 1, high + 1
    return Scale(low, high, bottom, top)


def _stretches(points: Sequence[ChartPoint], gap: float, scale: Scale) -> list[str]:
    """A line for each stretch without a gap."""
    stretches: list[list[str]] = [[]]
    for index, point in enumerate(points):
        if point.value is None:
            stretches.append([])
        else:
            stretches[-1].append(f"{px(_SPARK_EDGE + index * gap)} {px(scale.at(point.value))}")
    return ["M" + "L".join(stretch) for stretch in stretches if len(stretch) > 1]
