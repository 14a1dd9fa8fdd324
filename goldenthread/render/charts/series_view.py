"""A series chart as its template takes it: coordinates and words, nothing left to compute."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.utils.translation import gettext as _

from goldenthread.calc.formatting import format_value
from goldenthread.render.charts.labels import Box, spread, width_of
from goldenthread.render.charts.marks import Shape, shape
from goldenthread.render.charts.scales import Scale, nice_ticks, px
from goldenthread.render.charts.series_layout import Canvas, Plot
from goldenthread.render.charts.series_words import bare, exact
from goldenthread.render.charts.values import Change, Direction, Mark, PointNote, SeriesChart, TargetStep

MOST_NOTES = 2
_LINE = 15.0
_ROOM = 0.04
_BELOW = 44.0
_LEAST_BETWEEN_PERIODS = 8.0
_LABEL_STEPS = {"month": (1, 3, 6, 12), "quarter": (1, 2, 4), "week": (1, 2, 4), "day": (1, 7)}
"""Every how many periods one may be labelled, so that the same months stand under each year."""


@dataclass(frozen=True)
class Word:
    """Text at a place. `kind` chooses its weight and color, `anchor` is SVG's text-anchor."""

    x: str
    y: str
    text: str
    kind: str = "axis"
    anchor: str = "start"


@dataclass(frozen=True)
class Band:
    """The normal range of one stretch."""

    x: str
    y: str
    width: str
    height: str


@dataclass(frozen=True)
class SeriesView:
    """All the template draws, in drawing order."""

    name: str
    width: str
    height: str
    axis_start: str
    grid: tuple[str, ...]
    bands: tuple[Band, ...]
    limits: tuple[str, ...]
    averages: tuple[str, ...]
    changes: tuple[str, ...]
    targets: tuple[str, ...]
    lines: tuple[str, ...]
    points: tuple[Shape, ...]
    words: tuple[Word, ...]


def view_of(chart: SeriesChart, canvas: Canvas) -> SeriesView:
    """The chart laid out for one rendering."""
    ticks = nice_ticks(
        _all_values(chart),
        chart.unit,
        intervals=canvas.intervals,
        floor=chart.floor,
        ceiling=chart.ceiling,
    )
    left = max(width_of(tick.text) for tick in ticks) + 10
    ends = _end_labels(chart, canvas)
    right = canvas.width - max((width_of(text) + 12 for _value, text, _kind in ends), default=12.0)
    worded = _worded(chart)
    headings = _headings(chart, canvas, Plot(left, right, 0, 1, len(chart.points), Scale(0, 1, 1, 0)), worded)
    top = max((float(word.y) for word in headings), default=0.0) + 12
    bottom = top + canvas.plot_height
    plot = Plot(
        left, right, top, bottom, len(chart.points), Scale(ticks[0].value, ticks[-1].value, bottom, top)
    )
    across = f"M{px(left)} {{y}}H{px(right)}"
    return SeriesView(
        name=canvas.name,
        width=px(canvas.width),
        height=px(bottom + _BELOW),
        axis_start=ticks[0].text,
        grid=tuple(across.format(y=px(plot.y(tick.value))) for tick in ticks),
        bands=tuple(_bands(chart, plot)),
        limits=tuple(_limits(chart, plot)),
        averages=tuple(
            f"M{px(plot.before(one.first))} {px(plot.y(one.average))}H{px(plot.after(one.last))}"
            for one in chart.segments
        ),
        changes=tuple(f"M{px(plot.before(one.at))} 4V{px(bottom)}" for one in chart.changes),
        targets=tuple(
            f"M{px(plot.before(one.first))} {px(plot.y(one.value))}H{px(plot.after(one.last))}"
            for one in chart.targets
        ),
        lines=tuple(_lines(chart, plot)),
        points=tuple(
            shape(
                point.mark, plot.x(index), plot.y(point.value), direction=point.direction, radius=plot.radius
            )
            for index, point in enumerate(chart.points)
            if point.value is not None
        ),
        words=(
            *(Word(px(left - 8), px(plot.y(tick.value) + 4.5), tick.text, "axis", "end") for tick in ticks),
            *_periods(chart, plot),
            *_missing(chart, plot),
            *_earlier_targets(chart, plot),
            *headings,
            *_point_notes(chart, plot, worded),
            *_ends(ends, plot),
        ),
    )


def _all_values(chart: SeriesChart) -> list[float]:
    """Everything the axis must reach, and a little room so that nothing lies on its edge."""
    values = [point.value for point in chart.points if point.value is not None]
    values += [step.value for step in chart.targets]
    for segment in chart.segments:
        values += [one for one in (segment.average, segment.lower, segment.upper) if one is not None]
    if not values:
        return []
    room = (max(values) - min(values)) * _ROOM
    return [*values, min(values) - room, max(values) + room]


def _bands(chart: SeriesChart, plot: Plot) -> Iterator[Band]:
    """A side without a limit reaches to the edge: nothing on that side would be out of the ordinary."""
    for one in chart.segments:
        if one.lower is None and one.upper is None:
            continue
        top = plot.top if one.upper is None else plot.y(one.upper)
        bottom = plot.bottom if one.lower is None else plot.y(one.lower)
        start, end = plot.before(one.first), plot.after(one.last)
        yield Band(px(start), px(top), px(end - start), px(bottom - top))


def _limits(chart: SeriesChart, plot: Plot) -> Iterator[str]:
    for one in chart.segments:
        for value in (one.upper, one.lower):
            if value is not None:
                yield f"M{px(plot.before(one.first))} {px(plot.y(value))}H{px(plot.after(one.last))}"


def _lines(chart: SeriesChart, plot: Plot) -> Iterator[str]:
    """One line for each stretch without a gap and without a new definition."""
    breaks = {change.at for change in chart.changes if change.new_definition}
    part: list[str] = []
    for index, point in enumerate(chart.points):
        if point.value is None or index in breaks:
            yield from _line(part)
            part = []
        if point.value is not None:
            part.append(f"{px(plot.x(index))} {px(plot.y(point.value))}")
    yield from _line(part)


def _line(part: Sequence[str]) -> Iterator[str]:
    if len(part) > 1:
        yield "M" + "L".join(part)


def _end_labels(chart: SeriesChart, canvas: Canvas) -> list[tuple[float, str, str]]:
    """What the lines are called at their right end: (value, text, kind)."""
    ends: list[tuple[float, str, str]] = []
    last = len(chart.points) - 1
    segment = next((one for one in chart.segments if one.last >= last), None)
    if segment and canvas.names_limits and segment.upper is not None:
        ends.append(
            (segment.upper, _("Upper limit %(value)s") % {"value": bare(segment.upper, chart)}, "limit")
        )
    ends += [
        (step.value, _target_words(step, chart), "target") for step in chart.targets if step.last >= last
    ]
    if (value := chart.points[last].value) is not None:
        text = format_value(value, chart.unit, chart.decimals)
        ends.append((value, _now_words(text, chart.points[last].mark), "now"))
    if segment:
        name = _("Average") if chart.has_limits else _("Median")
        text = f"{name} {bare(segment.average, chart)}" if canvas.names_limits else name
        ends.append((segment.average, text, "average"))
        if canvas.names_limits and segment.lower is not None:
            ends.append(
                (segment.lower, _("Lower limit %(value)s") % {"value": bare(segment.lower, chart)}, "limit")
            )
    return ends


def _target_words(step: TargetStep, chart: SeriesChart) -> str:
    return f"{step.name or _('Target')} {exact(step.value, chart)}"


def _now_words(text: str, mark: Mark) -> str:
    if mark is Mark.PROVISIONAL:
        return _("%(value)s so far") % {"value": text}
    if mark is Mark.EXPECTED:
        return _("about %(value)s") % {"value": text}
    return _("%(value)s now") % {"value": text}


def _ends(ends: Sequence[tuple[float, str, str]], plot: Plot) -> Iterator[Word]:
    heights = spread(
        [plot.y(value) + 4.5 for value, _text, _kind in ends], top=plot.top, bottom=plot.bottom + 4
    )
    for (_value, text, kind), height in zip(ends, heights, strict=True):
        yield Word(px(plot.right + 8), px(height), text, kind)


def _earlier_targets(chart: SeriesChart, plot: Plot) -> Iterator[Word]:
    """A target that has ended is named at its line, where no point stands; else the table tells it."""
    last = len(chart.points) - 1
    points = [
        Box(plot.x(index) - 5, plot.y(point.value) - 5, plot.x(index) + 5, plot.y(point.value) + 5)
        for index, point in enumerate(chart.points)
        if point.value is not None
    ]
    for step in (one for one in chart.targets if one.last < last):
        text = _target_words(step, chart)
        width, y = width_of(text), plot.y(step.value)
        start, end = plot.before(step.first) + 4, plot.after(step.last) - 4
        places = [
            Box(left, y + down - 12, left + width, y + down)
            for left in (start, end - width)
            for down in (-5, 16)
        ]
        free = [one for one in places if not any(one.touches(point) for point in points)]
        if free and width <= end - start:
            yield Word(px(free[0].left), px(free[0].bottom - 1), text, "target")


def _worded(chart: SeriesChart) -> list[Change | PointNote]:
    """The two latest things that happened; more words would hide the chart. Lines are drawn for all."""
    happened: list[Change | PointNote] = sorted([*chart.changes, *chart.notes], key=lambda one: one.at)
    return happened[-MOST_NOTES:]


def _headings(
    chart: SeriesChart, canvas: Canvas, plot: Plot, worded: Sequence[Change | PointNote]
) -> list[Word]:
    """The words of changes above the plot, each beside its line, on the side with more room."""
    words: list[Word] = []
    taken: list[Box] = []
    for change in (one for one in chart.changes if one in worded):
        lines = [(line, "headline") for line in textwrap.wrap(change.headline, canvas.wrap)]
        if canvas.names_limits:
            lines += [(line, "detail") for line in textwrap.wrap(change.detail, canvas.wrap)]
        x = plot.before(change.at)
        width = max(width_of(line) for line, _kind in lines)
        before = x - plot.left > canvas.width - x or width > canvas.width - x
        box_left, box_right = (x - 6 - width, x) if before else (x, x + 6 + width)
        row = 0
        while any(_box(box_left, box_right, row, len(lines)).touches(other) for other in taken):
            row += 1
        taken.append(_box(box_left, box_right, row, len(lines)))
        at, anchor = (px(x - 6), "end") if before else (px(x + 6), "start")
        words += [
            Word(at, px(14 + (row + place) * _LINE), line, kind, anchor)
            for place, (line, kind) in enumerate(lines)
        ]
    return words


def _box(left: float, right: float, row: int, lines: int) -> Box:
    return Box(left, row * _LINE, right, (row + lines) * _LINE)


def _point_notes(chart: SeriesChart, plot: Plot, worded: Sequence[Change | PointNote]) -> Iterator[Word]:
    for note in (one for one in chart.notes if one in worded):
        point = chart.points[note.at]
        y = plot.bottom - 20 if point.value is None else plot.y(point.value)
        below = point.direction is Direction.DOWN and y + 26 < plot.bottom
        half = width_of(note.text) / 2
        x = min(max(plot.x(note.at), plot.left + half + 2), plot.right - half - 2)
        yield Word(px(x), px(y + 21 if below else y - 12), note.text, "headline", "middle")


def _missing(chart: SeriesChart, plot: Plot) -> Iterator[Word]:
    """One word for each gap, at the foot of the plot."""
    numbered = list(enumerate(chart.points))
    for word, group in groupby(
        numbered, key=lambda pair: "" if pair[1].value is not None else pair[1].missing
    ):
        if word:
            indexes = [index for index, _point in group]
            half = width_of(word) / 2
            x = (plot.x(indexes[0]) + plot.x(indexes[-1])) / 2
            x = min(max(x, plot.left + half), plot.right - half)
            yield Word(px(x), px(plot.bottom - 7), word, "missing", "middle")


def _periods(chart: SeriesChart, plot: Plot) -> Iterator[Word]:
    """Short labels where they have room, always the first; the year below the first label that is in it."""
    widest = max(width_of(point.short_label) for point in chart.points) + _LEAST_BETWEEN_PERIODS
    steps = _LABEL_STEPS.get(chart.period_noun, (1, 2, 5, 10))
    every = next((step for step in steps if step * plot.gap >= widest), steps[-1])
    while every * plot.gap < widest:
        every *= 2
    year = ""
    for index in range(0, len(chart.points), every):
        point = chart.points[index]
        yield Word(px(plot.x(index)), px(plot.bottom + 19), point.short_label, "axis", "middle")
        if point.year_label != year:
            year = point.year_label
            yield Word(px(plot.x(index)), px(plot.bottom + 37), year, "year", "middle")
