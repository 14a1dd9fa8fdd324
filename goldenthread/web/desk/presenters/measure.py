"""A measure's page: its verdict, four lenses, chart and table, definition, and the data behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from goldenthread.calc.formatting import format_number
from goldenthread.calc.lenses import Answer, Lens, LensResult
from goldenthread.calc.periods import FiscalCalendar, Grain
from goldenthread.calc.spc import Meaning
from goldenthread.record.framework.queries import Node
from goldenthread.record.measures.definition import MeasureDefinition
from goldenthread.record.measures.models import Measure
from goldenthread.record.sources.models import Batch
from goldenthread.render.charts.marks import icon, target_icon
from goldenthread.render.charts.series import draw_series
from goldenthread.render.charts.values import (
    Change,
    ChartPoint,
    ChartSegment,
    Drawing,
    Mark,
    PointNote,
    SeriesChart,
    TargetStep,
)
from goldenthread.render.tables import Cell, Column, Row, Table
from goldenthread.results.series import YEAR_TO_DATE
from goldenthread.results.values import Point, Series
from goldenthread.results.verdicts import lens_words
from goldenthread.web.desk.presenters.definition import definition_facts
from goldenthread.web.desk.presenters.parts import Option, Step, mark_of, scale_of, value_words
from goldenthread.web.desk.presenters.service import Fact
from goldenthread.web.desk.presenters.thread import thread_steps


@dataclass(frozen=True)
class Shown:
    """What of a measure the address asks for."""

    unit: str
    grain: str | None
    tree: str
    as_table: bool

    def kept(self) -> tuple[tuple[str, str], ...]:
        """What a form that changes the unit must carry along."""
        asked = {"by": self.grain, "view": "table" if self.as_table else None}
        return tuple((word, value) for word, value in asked.items() if value)

    def address(self, key: str, name: str = "desk:measure", **changed: str | None) -> str:
        """The same page with something else of it."""
        asked = {"unit": self.unit, "by": self.grain, "view": "table" if self.as_table else None}
        asked |= {"tree": "today" if self.tree == "today" else None, **changed}
        kept = {word: value for word, value in asked.items() if value}
        return f"{reverse(name, args=[key])}?{urlencode(kept)}"


@dataclass(frozen=True)
class UnitChoice:
    """A unit the same measure can be seen for."""

    key: str
    name: str
    current: bool


@dataclass(frozen=True)
class LensShown:
    """One lens of the strip; see components/lens_strip.html."""

    question: str
    answer: str
    detail: str
    tone: str
    icon: str


@dataclass(frozen=True)
class File:
    """Where a file is and how large."""

    href: str
    size: int


@dataclass(frozen=True)
class Group:
    """A part of the side navigation."""

    title: str
    items: tuple[Option, ...]


@dataclass(frozen=True)
class MeasurePage:
    """Everything the page of one measure shows."""

    title: str
    eyebrow: str
    verdict: str
    lenses: tuple[LensShown, ...]
    chart_title: str
    finding: str
    drawing: Drawing | None
    table: Table
    as_table: bool
    chart_href: str
    table_href: str
    csv: File
    periods: tuple[Option, ...]
    units: tuple[UnitChoice, ...]
    kept: tuple[tuple[str, str], ...]
    groups: tuple[Group, ...]
    definition: tuple[Fact, ...]
    data: tuple[Fact, ...]
    steps: tuple[Step, ...]


def measure_page(
    series: Series,
    definition: MeasureDefinition,
    shown: Shown,
    *,
    record: Measure,
    siblings: Sequence[tuple[str, str]],
    path: Sequence[Node],
    units: Sequence[tuple[str, str]],
    batch: Batch | None,
    calendar: FiscalCalendar,
    csv_size: int,
) -> MeasurePage:
    """The page of ``series``; ``path`` leads from the outcome to the service it serves."""
    key = series.measure.key
    finding = series.capability_sentence or _("Each point is one %(period)s.") % {"period": _noun(series)}
    chart = _chart(series, calendar)
    return MeasurePage(
        title=series.measure.title,
        eyebrow=series.unit_name,
        verdict=series.verdict,
        lenses=tuple(_lens(one, series) for one in series.lenses),
        chart_title=_chart_title(series),
        finding=finding,
        drawing=draw_series(chart) if any(point.value is not None for point in series.points) else None,
        table=values_table(series),
        as_table=shown.as_table,
        chart_href=shown.address(key, view=None),
        table_href=shown.address(key, view="table"),
        csv=File(shown.address(key, "desk:measure_csv", view=None), csv_size),
        periods=_periods(series, shown),
        units=tuple(UnitChoice(unit, name, unit == series.unit) for unit, name in units),
        kept=shown.kept(),
        groups=_groups(key, siblings, path),
        definition=definition_facts(definition, record),
        data=_data(series, batch),
        steps=(*thread_steps(path), Step(_("Measure"), series.measure.title)),
    )


def values_table(series: Series) -> Table:
    """Every period with its numerator, denominator, value and what it says; as shown and as filed."""
    unit = "%" if series.measure.unit == "percent" else series.measure.unit.replace("_", " ")
    columns = (
        Column(_("Period")),
        Column(_("Numerator"), number=True),
        Column(_("Denominator"), number=True),
        Column(_("Value"), unit=unit, number=True),
        Column(_("Target"), number=True),
        Column(_("What it says")),
    )
    rows = tuple(_row(point, series) for point in reversed(series.points))
    title = _("%(measure)s, %(unit)s") % {"measure": series.measure.title, "unit": series.unit_name}
    return Table(title, columns, rows)


def _row(point: Point, series: Series) -> Row:
    target = point.target.value if point.target else None
    return Row(
        (
            Cell(point.label, value=point.period.start),
            _number(point.numerator),
            _number(point.denominator),
            Cell(value_words(series.measure, point.value), value=point.value),
            _number(target),
            Cell(_says(point)),
        )
    )


def _number(value: float | None) -> Cell:
    return Cell("" if value is None else format_number(value), value=value)


def _says(point: Point) -> str:
    words = {
        "no_data": _("No data"),
        "too_few": _("Too few to judge"),
        "not_available": _("Not available: its parts cannot be added up"),
    }
    said = [words[point.status]] if point.status in words else []
    if point.provisional:
        said.append(_("Provisional, may still change"))
    meaning = {
        Meaning.IMPROVEMENT: _("Better than normal"),
        Meaning.CONCERN: _("Worse than normal"),
        Meaning.NEUTRAL_HIGH: _("Above normal"),
        Meaning.NEUTRAL_LOW: _("Below normal"),
    }.get(point.meaning)
    if meaning:
        said.append(meaning)
    if len(point.reported) > 1:
        said.append(_("Restated: first reported as %(value)s") % {"value": point.reported[0].value})
    return ". ".join(said) or _("Normal variation")


def _lens(result: LensResult, series: Series) -> LensShown:
    questions = {
        Lens.TARGET: _("Met the target?"),
        Lens.TOLERANCE: _("Met, or within tolerance?"),
        Lens.YEAR: _("Held or better than a year ago?"),
        Lens.TREND: _("Against its own past"),
    }
    words = lens_words(result, scale_of(series.measure))
    if result.lens is Lens.TREND:
        mark = {Meaning.IMPROVEMENT: Mark.BETTER, Meaning.CONCERN: Mark.WORSE}.get(
            result.meaning or Meaning.ORDINARY, Mark.ORDINARY
        )
        shape = icon(mark)
    else:
        shape = (
            target_icon(met=result.answer is Answer.YES) if result.answer is not Answer.NOT_APPLICABLE else ""
        )
    tone = {Answer.YES: "better", Answer.NO: "worse"}.get(result.answer, "")
    if result.lens is Lens.TREND and result.meaning in (None, Meaning.ORDINARY):
        tone = ""
    return LensShown(questions[result.lens], words.answer, words.detail, tone, shape)


def _chart(series: Series, calendar: FiscalCalendar) -> SeriesChart:
    starts = {point.period.start: index for index, point in enumerate(series.points)}
    return SeriesChart(
        finding=series.verdict,
        points=tuple(_chart_point(point, series, calendar) for point in series.points),
        unit=series.measure.unit,
        decimals=series.measure.decimals,
        segments=tuple(
            ChartSegment(
                one.start,
                one.stop - 1,
                one.limits.mean if one.limits else one.median,
                one.limits.lower if one.limits else None,
                one.limits.upper if one.limits else None,
            )
            for one in series.segments
            if one.median is not None
        ),
        targets=_target_steps(series),
        changes=tuple(
            Change(starts[note.period.start], note.text, note.detail, note.kind == "definition")
            for note in series.notes
            if note.kind != "annotation" and starts[note.period.start]
        ),
        notes=tuple(
            PointNote(starts[note.period.start], note.text)
            for note in series.notes
            if note.kind == "annotation"
        ),
        floor=0.0 if all((point.value or 0) >= 0 for point in series.points) else None,
        ceiling=100.0 if series.measure.unit == "percent" else None,
        period_noun=_noun(series),
    )


def _chart_point(point: Point, series: Series, calendar: FiscalCalendar) -> ChartPoint:
    mark, direction = mark_of(point)
    year = "" if series.grain is Grain.YEAR else str(point.period.start.year)
    missing = "" if point.value is not None else _says(point).lower()
    return ChartPoint(
        point.label, calendar.short_label(point.period), point.value, mark, direction, year, missing
    )


def _target_steps(series: Series) -> tuple[TargetStep, ...]:
    """Runs of points that share a target; a range is two lines."""
    steps = []
    for target, run in groupby(enumerate(series.points), key=lambda pair: pair[1].target):
        indexes = [index for index, _point in run]
        if target is None:
            continue
        ends = (
            [("", target.value)] if target.value is not None else [("low", target.low), ("high", target.high)]
        )
        steps += [
            TargetStep(indexes[0], indexes[-1], value, name) for name, value in ends if value is not None
        ]
    return tuple(steps)


def _chart_title(series: Series) -> str:
    if series.is_year_to_date:
        return _("Fiscal year to date, by %(period)s") % {"period": series.grain}
    unit = {"percent": _("Percent"), "count": _("Count")}.get(series.measure.unit, series.measure.unit)
    return _("%(unit)s, each %(period)s") % {
        "unit": str(unit).replace("_", " ").capitalize(),
        "period": _noun(series),
    }


def _noun(series: Series) -> str:
    return str(series.grain)


def _periods(series: Series, shown: Shown) -> tuple[Option, ...]:
    own = series.measure.frequency
    longer = {
        Grain.DAY: (Grain.MONTH, Grain.QUARTER, Grain.YEAR),
        Grain.WEEK: (Grain.MONTH, Grain.QUARTER, Grain.YEAR),
        Grain.MONTH: (Grain.QUARTER, Grain.YEAR),
        Grain.QUARTER: (Grain.YEAR,),
        Grain.YEAR: (),
    }[own]
    names = {
        Grain.DAY: _("Days"),
        Grain.WEEK: _("Weeks"),
        Grain.MONTH: _("Months"),
        Grain.QUARTER: _("Quarters"),
        Grain.YEAR: _("Years"),
    }
    key = series.measure.key
    choices: list[tuple[str, str | None]] = [(names[own], None), *((names[one], str(one)) for one in longer)]
    if own in (Grain.MONTH, Grain.QUARTER):
        choices.append((_("Year to date"), YEAR_TO_DATE))
    return tuple(Option(name, shown.address(key, by=by), shown.grain == by) for name, by in choices)


def _groups(key: str, siblings: Sequence[tuple[str, str]], path: Sequence[Node]) -> tuple[Group, ...]:
    here = (
        ("#chart", _("Chart")),
        ("#definition", _("How it is measured")),
        ("#data", _("Data behind it")),
    )
    groups = []
    if siblings and path:
        items = tuple(
            Option(title, reverse("desk:measure", args=[one]), one == key) for one, title in siblings
        )
        groups.append(Group(path[-1].fields.name, items))
    groups.append(Group(_("On this page"), tuple(Option(title, anchor, False) for anchor, title in here)))
    return tuple(groups)


def _data(series: Series, batch: Batch | None) -> tuple[Fact, ...]:
    facts = []
    if batch is not None and batch.loaded_at is not None:
        facts.append(
            Fact(
                _("Last batch"),
                _("Batch %(number)s, %(day)s")
                % {"number": batch.pk, "day": date_format(batch.loaded_at, "F j, P")},
                reverse("desk:batch", args=[batch.pk]),
            )
        )
        facts.append(
            Fact(
                _("Rows"),
                _("Accepted %(accepted)s. Refused %(rejected)s.")
                % {"accepted": f"{batch.accepted or 0:,}", "rejected": f"{batch.rejected or 0:,}"},
            )
        )
    latest = series.latest
    if latest is not None:
        facts.append(
            Fact(_("Behind %(period)s") % {"period": latest.label}, _("%s facts") % f"{latest.facts:,}")
        )
    facts.append(Fact(_("Next value expected"), date_format(series.next_expected, "F j, Y")))
    return tuple(facts)
