"""How many rows each day of an extract has: gaps and short days show at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from goldenthread.calc.formatting import format_number
from goldenthread.render.charts.labels import width_of
from goldenthread.render.charts.scales import Scale, px
from goldenthread.render.charts.values import Drawing, KeyWord

_TOP, _BASE, _HEIGHT = 22.0, 92.0, 130.0


@dataclass(frozen=True)
class DayCount:
    """One day and its rows; 0 is drawn as a word, for a day without rows is what one looks for."""

    label: str
    count: int
    new: bool = False


@dataclass(frozen=True)
class DayBars:
    """The days of an extract in order, at least one. Days that this batch brings are `new`."""

    finding: str
    days: tuple[DayCount, ...]


@dataclass(frozen=True)
class _Frame:
    name: str
    width: float


_FRAMES = (_Frame("wide", 948), _Frame("phone", 288))


def draw_day_bars(chart: DayBars) -> Drawing:
    """Bars from zero, for a wide page and for a phone. Labels without room give way to every other one; where
    numbers are wider than their bars, only the fullest has its own, for there no other bar runs into it."""
    wide, phone = (_render(chart, frame) for frame in _FRAMES)
    html = render_to_string("render/charts/drawing.html", {"wide": wide, "phone": phone, "fits": "full"})
    return Drawing(html=html, key=(KeyWord(_("Bars start at 0")),))


def _render(chart: DayBars, frame: _Frame) -> SafeString:
    pitch = frame.width / len(chart.days)
    scale = Scale(0, max((day.count for day in chart.days), default=0) or 1, _BASE, _TOP)
    every = _every(chart.days, pitch)
    counts = [format_number(day.count) if day.count else _("none") for day in chart.days]
    fullest = max(range(len(counts)), key=lambda index: chart.days[index].count)
    fits = width_of(counts[fullest]) <= pitch
    bars = []
    for index, (day, count) in enumerate(zip(chart.days, counts, strict=True)):
        middle = index * pitch + pitch / 2
        top = min(scale.at(day.count), _BASE - 1 if day.count else _BASE)
        bars.append(
            {
                "x": px(index * pitch + pitch * 0.07),
                "y": px(top),
                "width": px(pitch * 0.86),
                "height": px(_BASE - top),
                "count_x": px(_inside(middle, width_of(count), frame.width)),
                "count_y": px(top - 6),
                "count": count if (fits and width_of(count) <= pitch) or index == fullest else "",
                "label_x": px(_inside(middle, width_of(day.label), frame.width)),
                "label": day.label if index % every == 0 else "",
                "new": day.new,
            }
        )
    fresh = [index for index, day in enumerate(chart.days) if day.new]
    return render_to_string(
        "render/charts/day_bars.svg",
        {
            "frame": frame.name,
            "finding": chart.finding,
            "description": "; ".join(f"{day.label}: {format_number(day.count)}" for day in chart.days) + ".",
            "width": px(frame.width),
            "height": px(_HEIGHT),
            "base": px(_BASE),
            "label_y": px(_BASE + 18),
            "bars": bars,
            "new_x": px(_new_x(fresh, pitch, frame.width)) if fresh else "",
            "new_y": px(_BASE + 35),
        },
    )


def _every(days: Sequence[DayCount], pitch: float) -> int:
    """How many bars a label stands for; the outermost ones are moved inside the frame and need more room."""
    widest = max(width_of(day.label) for day in days)
    room = widest + 6 + max(0.0, widest - pitch) / 2
    every = 1
    while every * pitch < room and every < len(days):
        every *= 2
    return every


def _new_x(fresh: Sequence[int], pitch: float, width: float) -> float:
    """The middle of the new days, moved so that the words below them stay inside."""
    middle = (fresh[0] + fresh[-1] + 1) / 2 * pitch
    return _inside(middle, width_of(_("new in this batch")) + 4, width)


def _inside(middle: float, words: float, width: float) -> float:
    """The middle of words of some width, moved so that they stay inside the frame."""
    return min(max(middle, words / 2), width - words / 2)
