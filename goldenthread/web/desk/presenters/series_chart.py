"""A judged series as a chart, and the same numbers as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import groupby

from django.utils.translation import gettext as _

from goldenthread.calc.formatting import format_number
from goldenthread.calc.periods import FiscalCalendar, Grain, Period
from goldenthread.calc.spc import Meaning
from goldenthread.render.charts.values import (
    Change,
    ChartPoint,
    ChartSegment,
    PointNote,
    SeriesChart,
    TargetStep,
)
from goldenthread.render.tables import Cell, Column, Row, Table
from goldenthread.results.values import Note, Point, Series
from goldenthread.web.desk.presenters.parts import mark_of, point_words, target_words, value_words

MOST_POINTS = 60
"""More periods than these are points nobody can tell apart; the table and the file hold all."""

Signed = Mapping[date, str]
"""Who re-set the limits on a day, in words, by the day."""


def chart_of(series: Series, calendar: FiscalCalendar, signed: Signed) -> SeriesChart:
    """The last periods, with limits, targets, notes, and who re-set limits when."""
    skipped = max(0, len(series.points) - MOST_POINTS)
    points = series.points[skipped:]
    places = {point.period: index for index, point in enumerate(points)}
    notes = [note for note in series.notes if note.period in places]
    return SeriesChart(
        finding=series.verdict,
        points=tuple(_point(point, series, calendar) for point in points),
        unit=series.measure.unit,
        decimals=series.measure.decimals,
        segments=_segments(series, skipped),
        targets=_target_steps(points),
        changes=tuple(_change(note, places[note.period], signed) for note in notes if _changes(note, places)),
        notes=tuple(PointNote(places[note.period], note.text) for note in notes if note.kind == "annotation"),
        floor=0.0 if all((point.value or 0) >= 0 for point in points) else None,
        ceiling=100.0 if _is_share(series) else None,
        period_noun=str(series.grain),
    )


def chart_title(series: Series) -> str:
    """What the chart shows and how often: "Percent, each month"."""
    if series.is_year_to_date:
        return _("Fiscal year to date, each %(period)s") % {"period": series.grain}
    names = {"percent": _("Percent"), "count": _("Number"), "currency": _("Dollars"), "": _("Value")}
    unit = names.get(series.measure.unit, series.measure.unit.replace("_", " ").capitalize())
    return _("%(unit)s, each %(period)s") % {"unit": unit, "period": series.grain}


def recent_table(whole: Table) -> Table:
    """The newest rows of a table of values, as many as a chart shows; the rest is in the file."""
    if len(whole.rows) <= MOST_POINTS:
        return whole
    note = _("The newest %(shown)s of %(all)s periods; the file has them all.") % {
        "shown": MOST_POINTS,
        "all": format_number(len(whole.rows)),
    }
    return replace(whole, rows=whole.rows[:MOST_POINTS], note=note)


def values_table(series: Series) -> Table:
    """Every period with its two sides, value and what it says, the newest first; as shown and as filed."""
    sides = [Column(_("Counted"), number=True), Column(_("Out of"), number=True)]
    columns = (
        Column(_("Period")),
        *(sides if series.measure.has_denominator else ()),
        Column(_("Value"), number=True),
        Column(_("Target"), number=True),
        Column(_("What it says")),
    )
    rows = tuple(_row(point, series) for point in reversed(series.points))
    title = _("%(measure)s, %(unit)s") % {"measure": series.measure.title, "unit": series.unit_name}
    return Table(title, columns, rows)


def says(point: Point, series: Series) -> str:
    """What there is to say about one value, in words."""
    said = []
    if point.status == "no_data":
        said.append(_("No data"))
    if point.status == "folded":
        said.append(point_words(series.measure, point, series.folds_into))
    if point.status == "too_few":
        said.append(_("Too few to judge"))
    if point.status == "not_available":
        said.append(_("Not available: its parts cannot be added up"))
    if point.provisional:
        said.append(_("Provisional, may still change"))
    if meaning := _MEANINGS.get(point.meaning):
        said.append(str(meaning()))
    if len(point.reported) > 1:
        first = value_words(series.measure, point.reported[0].value)
        said.append(_("Restated, first reported as %(value)s") % {"value": first})
    return ". ".join(said) or _("Normal variation")


_MEANINGS = {
    Meaning.IMPROVEMENT: lambda: _("Better than normal"),
    Meaning.CONCERN: lambda: _("Worse than normal"),
    Meaning.NEUTRAL_HIGH: lambda: _("Above normal"),
    Meaning.NEUTRAL_LOW: lambda: _("Below normal"),
}


def _row(point: Point, series: Series) -> Row:
    target = point.target.value if point.target else None
    sides = [_told(point, one) for one in (point.numerator, point.denominator)]
    return Row(
        (
            Cell(point.label, value=point.period.start),
            *(sides if series.measure.has_denominator else ()),
            _value(point, series),
            Cell(target_words(point.target, series.measure), value=target),
            Cell(says(point, series)),
        )
    )


def _value(point: Point, series: Series) -> Cell:
    if point.status == "folded":
        return Cell(_("folded"))
    return Cell("" if point.value is None else value_words(series.measure, point.value), value=point.value)


def _told(point: Point, side: float | None) -> Cell:
    if point.status == "folded":
        return Cell(_("folded"))
    return Cell("" if side is None else format_number(side), value=side)


def _point(point: Point, series: Series, calendar: FiscalCalendar) -> ChartPoint:
    mark, direction = mark_of(point)
    year = "" if series.grain is Grain.YEAR else str(point.period.start.year)
    # The table has the whole sentence; many in a row leave room for a word.
    missing = _("folded") if point.status == "folded" else says(point, series).lower()
    return ChartPoint(
        point.label,
        calendar.short_label(point.period),
        point.value,
        mark,
        direction,
        year,
        missing if point.value is None else "",
    )


def _segments(series: Series, skipped: int) -> tuple[ChartSegment, ...]:
    return tuple(
        ChartSegment(
            max(one.start - skipped, 0),
            one.stop - 1 - skipped,
            one.limits.mean if one.limits else one.median,
            one.limits.lower if one.limits else None,
            one.limits.upper if one.limits else None,
        )
        for one in series.segments
        if one.median is not None and one.stop > skipped
    )


def _changes(note: Note, places: Mapping[Period, int]) -> bool:
    """Whether it is drawn as a line before a period; there is none before the first."""
    return note.kind != "annotation" and places[note.period] > 0


def _change(note: Note, place: int, signed: Signed) -> Change:
    is_definition = note.kind == "definition"
    detail = note.detail if is_definition else signed.get(note.period.start, "")
    return Change(place, note.text, detail, is_definition)


def _target_steps(points: Sequence[Point]) -> tuple[TargetStep, ...]:
    """Runs of points that share a target; a range is two lines."""
    steps = []
    for target, run in groupby(enumerate(points), key=lambda pair: pair[1].target):
        indexes = [index for index, _point in run]
        if target is None:
            continue
        ends = ((_("Target from"), target.low), (_("Target to"), target.high))
        lines = (("", target.value),) if target.value is not None else ends
        steps += [
            TargetStep(indexes[0], indexes[-1], value, name) for name, value in lines if value is not None
        ]
    return tuple(steps)


def _is_share(series: Series) -> bool:
    """Whether no value can pass 100%: a percent may, a share of what was counted cannot."""
    values = [point.value for point in series.points if point.value is not None]
    return series.measure.unit == "percent" and max(values, default=0) <= 100
