"""The same measure for several units or categories: small charts on one scale, and their table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from goldenthread.calc.formatting import format_number
from goldenthread.calc.spc import Meaning, Segment
from goldenthread.facts.formulas.vocabulary import NO_CATEGORY
from goldenthread.render.charts.multiples import Multiple, draw_multiples
from goldenthread.render.charts.values import ChartPoint, Drawing, Mark, TargetStep
from goldenthread.render.tables import Cell, Column, Row, Table, Tone
from goldenthread.results.breakdowns import Breakdown
from goldenthread.results.comparing import UnitComparison
from goldenthread.results.values import MeasureLine, Point, Series, Tile
from goldenthread.results.verdicts import FEW
from goldenthread.web.desk.presenters.funnel import side_by_side
from goldenthread.web.desk.presenters.notices import count_words
from goldenthread.web.desk.presenters.parts import (
    Link,
    SignalWord,
    mark_of,
    measure_address,
    named,
    point_words,
    signal_at,
    target_words,
    value_words,
)

_RECENT = 12


@dataclass(frozen=True)
class Part:
    """A unit or a category with its recent points and the limits of the latest stretch."""

    name: str
    href: str
    measure: MeasureLine
    points: tuple[Point, ...]
    segment: Segment | None
    folds_into: str

    @property
    def latest(self) -> Point | None:
        """The latest complete value, told or folded."""
        known = [point for point in self.points if point.has_value and not point.provisional]
        return known[-1] if known else None

    @property
    def signal(self) -> SignalWord:
        """What the latest value says against its own past."""
        return signal_at(self.latest, judged=self.is_judged)

    @property
    def is_judged(self) -> bool:
        """Whether its past is long enough for limits."""
        return self.segment is not None and self.segment.limits is not None


@dataclass(frozen=True)
class Comparison:
    """A section of small charts with their finding and their table. ``anchor`` is its place on the page.

    ``beside`` shows the same units in one period, ``compared`` is its table, and ``how`` says how it is
    worked out.
    """

    title: str
    anchor: str
    finding: str
    note: str
    drawing: SafeString
    table: Table
    links: tuple[Link, ...]
    beside: Drawing | None = None
    compared: Table | None = None
    how: tuple[str, ...] = ()


def category_words(category: str) -> str:
    """What a category is called; facts whose column is empty have one too."""
    return _("Not recorded") if category == NO_CATEGORY else category.replace("_", " ")


def column_words(column: str) -> str:
    """What a column is called in a sentence."""
    return column.replace("_", " ")


def by_category(found: Breakdown, *, links: Sequence[Link]) -> Comparison | None:
    """The categories of one column; nothing without a value."""
    parts = [
        _of_series(category_words(one.category), one.series) for one in found.slices if one.series.points
    ]
    noun = column_words(found.column)
    finding = _finding(parts)
    if found.left_out:
        left_out = _("%(count)s more, with fewer facts, are in the file only.")
        finding = f"{finding} {left_out % {'count': format_number(found.left_out)}}"
    title = _("By %(column)s") % {"column": noun}
    return _comparison(title, f"by-{found.column}", noun, finding, parts, links)


def of_units(
    tiles: Sequence[Tile], compared: UnitComparison | None, links: Sequence[Link], note: str
) -> Comparison | None:
    """The units directly below, each beside its own past and, where that can be told, beside the others;
    nothing without a value. ``note`` says what the others could not be compared by."""
    parts = [
        Part(
            one.unit_name,
            measure_address(one.measure.key, one.unit),
            one.measure,
            one.recent,
            one.segment,
            one.folds_into,
        )
        for one in tiles
    ]
    alone = _comparison(_("Units below"), "below", _("unit"), _finding(parts), parts, ())
    if alone is None or compared is None:
        return alone
    beside = side_by_side(compared, tiles)
    words = {measure_address(compared.measure.key, unit): said for unit, said in beside.words.items()}
    return replace(
        alone,
        finding=" ".join(filter(None, (beside.finding, note, alone.finding))),
        links=tuple(links),
        beside=beside.drawing,
        compared=beside.table,
        how=beside.how,
        table=_with_column(alone.table, _("Beside the others"), words),
    )


def _of_series(name: str, series: Series) -> Part:
    segment = series.segments[-1] if series.segments else None
    return Part(name, "", series.measure, series.points[-_RECENT:], segment, series.folds_into)


def _comparison(
    title: str, anchor: str, noun: str, finding: str, parts: Sequence[Part], links: Sequence[Link]
) -> Comparison | None:
    shown = sorted((one for one in parts if one.latest is not None), key=lambda one: one.name.casefold())
    if not shown:
        return None
    drawn = draw_multiples([_multiple(one) for one in shown], shown[0].measure.unit)
    note = _("In alphabetical order on one scale, %(low)s to %(high)s. Not a ranking.") % {
        "low": drawn.scale_from,
        "high": drawn.scale_to,
    }
    return Comparison(title, anchor, finding, note, drawn.html, _table(title, noun, shown), tuple(links))


def _finding(parts: Sequence[Part]) -> str:
    judged = [one for one in parts if one.is_judged]
    if all(one.latest is None or one.latest.status == "folded" for one in parts):
        return _("The latest values are folded: %(few)s stand behind each.") % {"few": FEW}
    if all(one.latest is None or one.latest.status in ("too_few", "folded") for one in parts):
        return _("Each of them has too few behind its latest value to judge it.")
    if not judged:
        return _("Too few periods so far for a verdict on any of them.")
    sentences = []
    for meanings, said in (
        ((Meaning.CONCERN,), _("%(named)s got worse by more than normal variation.")),
        ((Meaning.IMPROVEMENT,), _("%(named)s improved by more than normal variation.")),
        (
            (Meaning.NEUTRAL_HIGH, Meaning.NEUTRAL_LOW),
            _("%(named)s changed by more than normal variation."),
        ),
    ):
        found = [one.name for one in judged if one.latest and one.latest.meaning in meanings]
        if found:
            sentences.append(said % {"named": named(found)})
    if sentences:
        return " ".join(sentences)
    return ngettext(
        "%(named)s changed by no more than normal variation.",
        "None of the %(count)s changed by more than normal variation.",
        len(judged),
    ) % {"named": judged[0].name, "count": count_words(len(judged))}


def _multiple(part: Part) -> Multiple:
    latest, signal = part.latest, part.signal
    is_folded = latest is not None and latest.status == "folded"
    limits = part.segment.limits if part.segment else None
    points = [point for point in part.points if not point.provisional]
    return Multiple(
        name=part.name,
        last_value=_("Folded") if is_folded else value_words(part.measure, latest.value if latest else None),
        signal=signal.words,
        points=tuple(ChartPoint(point.label, "", point.value, *mark_of(point)) for point in points),
        mark=signal.mark,
        direction=signal.direction,
        lower=limits.lower if limits else None,
        upper=limits.upper if limits else None,
        average=limits.mean if limits else None,
        targets=_steps(points),
        href=part.href,
    )


def _steps(points: Sequence[Point]) -> tuple[TargetStep, ...]:
    steps = []
    for value, run in groupby(enumerate(points), key=lambda pair: pair[1].target and pair[1].target.value):
        indexes = [index for index, _point in run]
        if value is not None:
            steps.append(TargetStep(indexes[0], indexes[-1], value))
    return tuple(steps)


def _table(title: str, noun: str, parts: Sequence[Part]) -> Table:
    has_denominator = parts[0].measure.has_denominator
    columns = [Column(noun.capitalize()), Column(_("Latest"), number=True)]
    columns += [Column(_("Counted"), number=True)]
    columns += [Column(_("Out of"), number=True)] if has_denominator else []
    columns += [Column(_("Target"), number=True), Column(_("Against its own past"))]
    return Table(title, tuple(columns), tuple(_row(one, has_denominator=has_denominator) for one in parts))


def _with_column(table: Table, title: str, words: Mapping[str, str]) -> Table:
    """The table with a last column: the words for where each row leads, empty where there are none."""
    rows = (replace(row, cells=(*row.cells, Cell(words.get(row.cells[0].href, "")))) for row in table.rows)
    return replace(table, columns=(*table.columns, Column(title)), rows=tuple(rows))


def _row(part: Part, *, has_denominator: bool) -> Row:
    point, signal = part.latest, part.signal
    assert point is not None
    tone = {Mark.BETTER: Tone.BETTER, Mark.WORSE: Tone.WORSE}.get(signal.mark, Tone.PLAIN)
    cells = [
        Cell(part.name, href=part.href),
        _value(part, point),
        _side(point, point.numerator),
    ]
    cells += [_side(point, point.denominator)] if has_denominator else []
    cells += [
        Cell(target_words(point.target, part.measure)),
        Cell(signal.words, icon=signal.icon, tone=tone),
    ]
    return Row(tuple(cells))


def _value(part: Part, point: Point) -> Cell:
    return Cell(point_words(part.measure, point, part.folds_into), value=point.value, below=point.label)


def _side(point: Point, side: float | None) -> Cell:
    return Cell(_("folded")) if point.status == "folded" else _amount(side)


def _amount(value: float | None) -> Cell:
    return Cell("" if value is None else format_number(value), value=value)


def split_values_table(found: Breakdown, title: str) -> Table:
    """Every period of every category, for a file."""
    columns = (
        Column(column_words(found.column).capitalize()),
        Column(_("Period")),
        Column(_("Numerator"), number=True),
        Column(_("Denominator"), number=True),
        Column(_("Value"), number=True),
    )
    rows = tuple(
        Row(
            (
                Cell(category_words(one.category)),
                Cell(point.label, value=point.period.start),
                _side(point, point.numerator),
                _side(point, point.denominator),
                _side(point, point.value),
            )
        )
        for one in found.slices
        for point in one.series.points
    )
    return Table(title, columns, rows)
