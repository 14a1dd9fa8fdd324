"""Units beside each other by how much they do, inside what chance alone would make of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from goldenthread.calc.formatting import format_value
from goldenthread.render.charts import marks
from goldenthread.render.charts.labels import Box, width_of
from goldenthread.render.charts.scales import Scale, Tick, nice_ticks, px
from goldenthread.render.charts.series_words import mark_words
from goldenthread.render.charts.values import Direction, Drawing, KeyWord, Mark

_CURVE_STEPS = 60


@dataclass(frozen=True)
class FunnelMark:
    """One unit: its value, and its size (the denominator it comes from)."""

    name: str
    size: float
    value: float
    mark: Mark = Mark.ORDINARY
    direction: Direction | None = None


@dataclass(frozen=True)
class FunnelLine:
    """The expected range at one size: 95% inside, 99.8% outside. Over-dispersion is allowed for already."""

    size: float
    lower_95: float
    upper_95: float
    lower_998: float
    upper_998: float


@dataclass(frozen=True)
class FunnelChart:
    """Units, the expected range by size, and `size_words` for that axis ("Calls in September").

    Where `is_ratio`, values are over what is expected, and the line is what is as expected, no average.
    """

    finding: str
    units: tuple[FunnelMark, ...]
    lines: tuple[FunnelLine, ...]
    average: float
    unit: str
    size_words: str
    decimals: int | None = None
    is_ratio: bool = False


@dataclass(frozen=True)
class _Frame:
    name: str
    width: float
    height: float


_FRAMES = (_Frame("wide", 420, 340), _Frame("phone", 288, 300))


def sample_sizes(units: Sequence[FunnelMark]) -> tuple[float, ...]:
    """Sizes at which to compute a smooth funnel: dense where it bends, to a little beyond the largest."""
    largest = max(unit.size for unit in units) * 1.08
    smallest = min(min(unit.size for unit in units) / 2, largest / 30)
    ratio = largest / smallest
    return tuple(smallest * ratio ** (step / _CURVE_STEPS) for step in range(_CURVE_STEPS + 1))


def draw_funnel(chart: FunnelChart) -> Drawing:
    """The funnel for a wide page and for a phone. Units are named, never put in order of their values."""
    wide, phone = (_render(chart, frame) for frame in _FRAMES)
    html = render_to_string("render/charts/drawing.html", {"wide": wide, "phone": phone, "fits": "column"})
    shown = {unit.mark: unit.direction for unit in reversed(chart.units)}
    key = [
        KeyWord(mark_words(mark, _("unit")), marks.icon(mark, shown[mark])) for mark in Mark if mark in shown
    ]
    return Drawing(
        html=html,
        key=(*key, KeyWord(_("dotted: 95 of 100 by chance")), KeyWord(_("dashed: 998 of 1,000 by chance"))),
    )


def _render(chart: FunnelChart, frame: _Frame) -> SafeString:
    spanned = [line for line in chart.lines if line.size >= min(unit.size for unit in chart.units) / 2]
    values = [unit.value for unit in chart.units]
    values += [bound for line in spanned for bound in (line.lower_998, line.upper_998)]
    up = nice_ticks([*values, chart.average], chart.unit, intervals=6)
    along = nice_ticks(
        [max(line.size for line in chart.lines)],
        "count",
        intervals=5 if frame.name == "wide" else 3,
        from_zero=True,
    )
    left = max(width_of(tick.text) for tick in up) + 10
    right, bottom = frame.width - 8, frame.height - 46
    y = Scale(up[0].value, up[-1].value, bottom, 8)
    x = Scale(0, max(line.size for line in chart.lines), left, right)
    average_text = _center_words(chart)
    shapes = [
        marks.shape(unit.mark, x.at(unit.size), y.at(unit.value), direction=unit.direction, radius=4.5)
        for unit in chart.units
    ]
    return render_to_string(
        "render/charts/funnel.svg",
        {
            "frame": frame.name,
            "finding": chart.finding,
            "description": _description(chart),
            "width": px(frame.width),
            "height": px(frame.height),
            "left": px(left),
            "right": px(right),
            "bottom_words": px(bottom + 19),
            "axis_words": px(bottom + 39),
            "middle": px((left + right) / 2),
            "size_words": chart.size_words,
            "up": [
                {"y": px(y.at(tick.value)), "words_y": px(y.at(tick.value) + 4.5), "text": tick.text}
                for tick in up
            ],
            "axis_x": px(left - 8),
            "along": [{"x": px(x.at(tick.value)), "text": tick.text} for tick in _inside(along, x.high)],
            "band": _area(chart.lines, x, y),
            "inner": [
                _curve(chart.lines, x, y, lambda line: line.lower_95),
                _curve(chart.lines, x, y, lambda line: line.upper_95),
            ],
            "outer": [
                _curve(chart.lines, x, y, lambda line: line.lower_998),
                _curve(chart.lines, x, y, lambda line: line.upper_998),
            ],
            "average": px(y.at(chart.average)),
            "average_words_y": px(y.at(chart.average) + 17),
            "average_text": average_text,
            "limit_words_y": px(y.at(chart.lines[-1].lower_998) + 17),
            "marks": shapes,
            "names": _names(chart, x, y, right, average_text),
        },
    )


def _inside(ticks: Sequence[Tick], end: float) -> list[Tick]:
    return [tick for tick in ticks if tick.value <= end]


def _curve(lines: Sequence[FunnelLine], x: Scale, y: Scale, bound: Callable[[FunnelLine], float]) -> str:
    return "M" + "L".join(f"{px(x.at(line.size))} {px(y.at(bound(line)))}" for line in lines)


def _area(lines: Sequence[FunnelLine], x: Scale, y: Scale) -> str:
    back = "L".join(f"{px(x.at(line.size))} {px(y.at(line.lower_998))}" for line in reversed(lines))
    return f"{_curve(lines, x, y, lambda line: line.upper_998)}L{back}Z"


def _names(chart: FunnelChart, x: Scale, y: Scale, right: float, average_text: str) -> list[dict[str, str]]:
    """Each name above, below or beside its point: the first place where it covers nothing.

    Where a chart has no such place left, an ordinary unit's name is read in the table only.
    """
    points = [(x.at(unit.size), y.at(unit.value)) for unit in chart.units]
    center, lowest = y.at(chart.average), y.at(chart.lines[-1].lower_998)
    taken = [Box(px_x - 6, px_y - 6, px_x + 6, px_y + 6) for px_x, px_y in points]
    taken.append(Box(right - width_of(average_text), center + 4, right, center + 20))
    taken.append(Box(right - 70, lowest + 4, right, lowest + 20))
    names: list[dict[str, str]] = []
    placed = sorted(zip(chart.units, points, strict=True), key=lambda pair: pair[0].mark is Mark.ORDINARY)
    for unit, (at_x, at_y) in placed:
        is_ordinary = unit.mark is Mark.ORDINARY
        width = width_of(unit.name)
        middle = min(max(at_x, x.start + width / 2), right - width / 2)
        beside = [at_x - 10 - width / 2, at_x + 10 + width / 2]
        places = [
            Box(center_x - width / 2, at_y + shift - 11, center_x + width / 2, at_y + shift + 4)
            for center_x, shift in [
                *((middle, shift) for shift in (-11, 20)),
                *((one, 4) for one in beside if x.start <= one - width / 2 and one + width / 2 <= right),
                *((middle, shift) for shift in (-26, 35, -41, 50)),
            ]
        ]
        free = (one for one in places if not any(one.touches(other) for other in taken))
        place = next(free, None if is_ordinary else places[0])
        if place is None:
            continue
        taken.append(place)
        kind = "name" if is_ordinary else "headline"
        center_x = (place.left + place.right) / 2
        names.append({"x": px(center_x), "y": px(place.bottom - 4), "text": unit.name, "kind": kind})
    return names


def _description(chart: FunnelChart) -> str:
    units = "; ".join(
        f"{one.name} {format_value(one.value, chart.unit, chart.decimals)}, {mark_words(one.mark, _('unit'))}"
        for one in sorted(chart.units, key=lambda one: one.name.casefold())
    )
    return f"{_center_words(chart)}. {units}."


def _center_words(chart: FunnelChart) -> str:
    words = _("As expected %(value)s") if chart.is_ratio else _("Average %(value)s")
    return words % {"value": format_value(chart.average, chart.unit, chart.decimals)}
