"""Reports: many numbers of one unit over a few days, counted from the facts when somebody asks.

Open to whoever may see the workers of the unit one by one. A few days of a small team say what one person
did, and by other days, other units and the stored values of measures one could take what is folded off what
is not. Everybody else reads measures, whose values are folded together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from django.db.models import Max, Q

from goldenthread.calc.periods import FiscalCalendar, Grain, Period
from goldenthread.calc.spans import SpanCalendar
from goldenthread.facts.scope import NOT_ASSIGNED, Scope
from goldenthread.record.measures.definition import MeasureDefinition
from goldenthread.record.reports.definition import ReportDefinition, Window
from goldenthread.record.reports.queries import current_definition, in_use
from goldenthread.record.sources.models import BatchState, Source
from goldenthread.results.assembling import Known, assemble
from goldenthread.results.compute import Around, around_of, rows_from_facts
from goldenthread.results.pieces import Piece
from goldenthread.results.preview import preview
from goldenthread.results.seen import Stored, stored_of
from goldenthread.results.sharing import Sharing
from goldenthread.results.surroundings import Setting, Surroundings
from goldenthread.results.values import Tile

_PERIODS = {Grain.DAY: 42, Grain.WEEK: 26, Grain.MONTH: 24, Grain.QUARTER: 12}
"""How much of the past makes a normal range: six weeks of days, two years of months, three of quarters."""
_NO_MEASURE = "~column"
_SPANS = 12
"""As few as limits can be drawn from, for a range of days can be long."""


class Days(NamedTuple):
    """A range of days, both inside."""

    first: date
    last: date


@dataclass(frozen=True)
class Line:
    """A unit with its number in each column. The ``latest`` of a tile is that of the days asked for, or None
    where nothing was counted on them."""

    unit: str
    name: str
    tiles: tuple[Tile, ...]


@dataclass(frozen=True)
class Freshness:
    """Until which day the facts of a source reach, and when they came; None where none ever did."""

    title: str
    until: date | None
    loaded_at: datetime | None


@dataclass(frozen=True)
class UnitReport:
    """A report for one unit over the days of ``period``: the unit as a whole, and the units directly below it
    by name. ``period`` is one of ``calendar``."""

    definition: ReportDefinition
    calendar: FiscalCalendar
    period: Period
    label: str
    whole: Line
    parts: tuple[Line, ...]
    freshness: tuple[Freshness, ...]


def is_open(unit: str, scope: Scope) -> bool:
    """Whether reports of this unit are for this viewer."""
    return scope.every_person or unit in scope.workers_of


def days_of(window: Window, calendar: FiscalCalendar, *, today: date) -> Period:
    """The period that a window means today; all but today's are over."""
    current = calendar.period_of(today, window.grain)
    return current if window is Window.TODAY else calendar.previous(current)


def unit_report(
    definition: ReportDefinition,
    unit: str,
    asked: Window | Days,
    scope: Scope,
    *,
    around: Surroundings,
) -> UnitReport | None:
    """The report of a unit, counted now. None when the unit is not to be seen, or is none of those that the
    report is for."""
    if unit not in around.names or not is_open(unit, scope):
        return None
    if not is_for(definition, unit, around):
        return None
    stretch = stretch_of(asked, around.calendar, today=around.today)
    around = around.by(stretch.calendar)
    units = [unit, *sorted(around.below(unit), key=lambda one: around.names[one])]
    measures = tuple(definition.as_measures(stretch.asked.grain))
    tiles = counted_tiles(measures, {one: around.at(one) for one in units}, stretch, scope)
    lines = tuple(Line(one, around.names[one], tiles[one]) for one in units)
    return UnitReport(
        definition=definition,
        calendar=stretch.calendar,
        period=stretch.asked,
        label=stretch.calendar.label(stretch.asked),
        whole=lines[0],
        parts=lines[1:],
        freshness=freshness_of(measures),
    )


def is_for(definition: ReportDefinition, unit: str, around: Surroundings) -> bool:
    """Whether the report is kept by this unit or one above it."""
    return (definition.unit or around.top) in around.at(unit).line


def above_in(report: UnitReport, around: Surroundings) -> tuple[str, ...]:
    """The units above that the report is for, too, nearest first."""
    above = around.at(report.whole.unit).line[1:]
    return tuple(one for one in above if is_for(report.definition, one, around))


@dataclass(frozen=True)
class Stretch:
    """The days asked for as one period of a calendar, and the first of those that it is compared with."""

    calendar: FiscalCalendar
    asked: Period
    first: Period

    def tile(self, measure: MeasureDefinition, past: Mapping[Period, Stored], setting: Setting) -> Tile:
        """A column over the days asked for, judged by its own past."""
        series = assemble(measure, Known(past), setting)
        latest = next((one for one in series.points if one.period == self.asked and one.has_value), None)
        return replace(Tile.of(series), latest=latest)


def stretch_of(asked: Window | Days, calendar: FiscalCalendar, *, today: date) -> Stretch:
    """What is asked for, with enough of the past to say what is normal."""
    if isinstance(asked, Window):
        period = days_of(asked, calendar, today=today)
        return Stretch(calendar, period, calendar.shift(period, 1 - _PERIODS[period.grain]))
    spans = SpanCalendar(calendar.starts_month, asked.first, (asked.last - asked.first).days + 1)
    period = spans.period_of(asked.first, Grain.DAY)
    return Stretch(spans, period, spans.shift(period, 1 - _SPANS))


def counted_tiles(
    measures: Sequence[MeasureDefinition],
    settings: Mapping[str, Setting],
    stretch: Stretch,
    scope: Scope,
    *,
    placed: Callable[[Around], Around] | None = None,
) -> dict[str, tuple[Tile, ...]]:
    """Each column over the days asked for, of each unit that has a setting: counted now, and judged by its
    own past. ``placed`` says otherwise who counts where. One scan for each source and time column."""
    today = next(iter(settings.values())).today
    values = counted(measures, settings.keys(), stretch, scope, today=today, placed=placed)
    return {
        unit: tuple(stretch.tile(one, values[unit][one.measure], setting) for one in measures)
        for unit, setting in settings.items()
    }


def counted(
    measures: Sequence[MeasureDefinition],
    units: Collection[str],
    stretch: Stretch,
    scope: Scope,
    *,
    today: date,
    placed: Callable[[Around], Around] | None = None,
) -> Mapping[str, Mapping[str, Mapping[Period, Stored]]]:
    """By unit and column what was counted in each period of the stretch, as ``counted_tiles``."""
    computed = computation(stretch, units, scope, today)
    return _counted(measures, stretch, placed(computed) if placed else computed)


def computation(stretch: Stretch, units: Collection[str], scope: Scope, today: date) -> Around:
    """Of these units, by the tree of the day of each fact, in the calendar of the stretch."""
    computed = around_of(
        "event",
        Sharing((), (), {}),
        window=(stretch.first.start, stretch.asked.last_day),
        scope=scope,
        today=today,
        # When it was computed is stored with observations, and nothing of this is stored.
        now=datetime.combine(today, time(), UTC),
        inside=units,
    )
    return replace(computed, calendar=stretch.calendar)


def _counted(
    measures: Sequence[MeasureDefinition], stretch: Stretch, computed: Around
) -> Mapping[str, Mapping[str, Mapping[Period, Stored]]]:
    """By unit and column what was counted in each period."""
    pieces = pieces_of(measures)
    rows = rows_from_facts(pieces, computed, longer=False)
    found: dict[str, dict[str, dict[Period, Stored]]] = defaultdict(lambda: defaultdict(dict))
    for row in rows.to_pylist():
        period = stretch.calendar.period_of(row["period_start"], stretch.asked.grain)
        found[row["unit"]][pieces[row["version"]].key][period] = stored_of(row, definition=0)
    return found


def pieces_of(measures: Sequence[MeasureDefinition]) -> list[Piece]:
    """Columns as what is asked of the facts; the version of each is its place."""
    return [Piece(0, one.measure, number, one, date.min, date.max) for number, one in enumerate(measures)]


def freshness_of(measures: Sequence[MeasureDefinition]) -> tuple[Freshness, ...]:
    """Of each source that the columns count and that files fill, by title."""
    keys = {key for one in measures for key in one.sources}
    loaded = Q(batches__state=BatchState.LOADED)
    rows = Source.objects.filter(key__in=keys).exclude(kind="internal").order_by("title")
    ends = rows.annotate(
        end=Max("batches__period_end", filter=loaded), at=Max("batches__loaded_at", filter=loaded)
    )
    return tuple(
        Freshness(title, end - timedelta(days=1) if end else None, at)
        for title, end, at in ends.values_list("title", "end", "at")
    )


def preview_columns(definition: ReportDefinition, scope: Scope, *, today: date) -> tuple[Tile, ...] | None:
    """Each column over the last months of the unit that keeps the report, folded as a measure would be: for
    whoever writes one. None where that unit is not open to them."""
    tiles = []
    for column in definition.as_measures(Grain.MONTH):
        # Its id may be the key of a measure, with whose values it has nothing to do.
        found = preview(
            column.model_copy(update={"measure": _NO_MEASURE}), definition.unit, scope, today=today
        )
        if found is None:
            return None
        tiles.append(Tile.of(found.series))
    return tuple(tiles)


@dataclass(frozen=True)
class OpenReport:
    """A report with the units that somebody may open it for: (key, name) of the highest of them, by name."""

    key: str
    title: str
    description: str
    units: tuple[tuple[str, str], ...]


def open_reports(scope: Scope, *, around: Surroundings) -> tuple[OpenReport, ...]:
    """Every report in use that is open to the viewer for any unit, by title. One query at most."""
    open_units = [unit for unit in around.names if unit != NOT_ASSIGNED and is_open(unit, scope)]
    found = []
    for definition in definitions_in_use() if open_units else ():
        here = {unit for unit in open_units if is_for(definition, unit, around)}
        highest = [unit for unit in here if here.isdisjoint(around.at(unit).line[1:])]
        units = sorted(((unit, around.names[unit]) for unit in highest), key=lambda pair: pair[1])
        if units:
            found.append(
                OpenReport(definition.report, definition.title, definition.description, tuple(units))
            )
    return tuple(found)


def definitions_in_use() -> Iterator[ReportDefinition]:
    """Of every report that is not retired, by title. One query."""
    return map(current_definition, in_use())
