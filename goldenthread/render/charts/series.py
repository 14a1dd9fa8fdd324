"""Values in time: a process behavior chart, and below twelve points a run chart."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from goldenthread.render.charts import marks, series_words
from goldenthread.render.charts.series_layout import PHONE, WIDE, Canvas
from goldenthread.render.charts.series_view import view_of
from goldenthread.render.charts.values import (
    Drawing,
    KeyWord,
    Mark,
    SeriesChart,
)

MOST_POINTS_ON_A_PHONE = 24


def draw_series(chart: SeriesChart) -> Drawing:
    """The chart for a wide page, and its latest segment for a phone. A chart without points is refused."""
    if not chart.points:
        raise ValueError("A chart of no periods was asked for: show what is expected and when instead.")
    latest = latest_part(chart)
    wide, wide_axis = _render(chart, WIDE)
    phone, phone_axis = _render(latest, PHONE)
    html = render_to_string("render/charts/drawing.html", {"wide": wide, "phone": phone, "fits": "page"})
    return Drawing(html=html, key=(*_key(chart), *_axis_words(wide_axis, phone_axis)))


def latest_part(chart: SeriesChart) -> SeriesChart:
    """The chart from the start of its last segment on, and at most its last 24 points; limits stay whole."""
    last_segment = max((segment.first for segment in chart.segments), default=0)
    start = max(last_segment, len(chart.points) - MOST_POINTS_ON_A_PHONE)
    return replace(
        chart,
        points=chart.points[start:],
        segments=tuple(
            replace(one, first=max(one.first - start, 0), last=one.last - start)
            for one in chart.segments
            if one.last >= start
        ),
        targets=tuple(
            replace(one, first=max(one.first - start, 0), last=one.last - start)
            for one in chart.targets
            if one.last >= start
        ),
        changes=tuple(replace(one, at=one.at - start) for one in chart.changes if one.at > start),
        notes=tuple(replace(one, at=one.at - start) for one in chart.notes if one.at >= start),
    )


def _render(chart: SeriesChart, canvas: Canvas) -> tuple[SafeString, str]:
    """The SVG, and where its axis starts."""
    view = view_of(chart, canvas)
    svg = render_to_string(
        "render/charts/series.svg",
        {"chart": view, "finding": chart.finding, "description": series_words.description(chart)},
    )
    return svg, view.axis_start


def _key(chart: SeriesChart) -> Iterable[KeyWord]:
    shown = [point for point in chart.points if point.value is not None]
    for mark in Mark:
        first = next((point for point in shown if point.mark is mark), None)
        if first is not None:
            yield KeyWord(series_words.mark_words(mark, chart.period_noun), marks.icon(mark, first.direction))
    if chart.has_limits:
        yield KeyWord(_("shaded: normal range"))


def _axis_words(wide: str, phone: str) -> tuple[KeyWord, ...]:
    if wide == phone:
        return (KeyWord(_("Axis starts at %(value)s") % {"value": wide}),)
    return (
        KeyWord(_("Axis starts at %(value)s") % {"value": wide}, only="wide"),
        KeyWord(_("Axis starts at %(value)s") % {"value": phone}, only="phone"),
    )
