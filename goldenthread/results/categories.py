"""A report told apart by the words of a column, such as programs: for one unit, counted when somebody asks.

Open to whoever the report itself is open to, who could count the same from the numbers of single workers.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from goldenthread.calc.periods import FiscalCalendar, Period
from goldenthread.facts.formulas.vocabulary import NO_CATEGORY
from goldenthread.facts.scope import Scope
from goldenthread.record.measures.definition import MeasureDefinition
from goldenthread.record.reports.definition import ReportDefinition, Window
from goldenthread.results.breakdowns import with_empty_ones
from goldenthread.results.compute import split_from_facts
from goldenthread.results.reports import (
    Days,
    Freshness,
    Stretch,
    computation,
    counted_tiles,
    freshness_of,
    is_for,
    is_open,
    pieces_of,
    stretch_of,
)
from goldenthread.results.seen import Stored, stored_of
from goldenthread.results.surroundings import Surroundings
from goldenthread.results.values import Tile


@dataclass(frozen=True)
class CategoryLine:
    """A category with its number in each column that is told apart."""

    category: str
    tiles: tuple[Tile, ...]


@dataclass(frozen=True)
class CategoryReport:
    """The columns of a report by the words of ``by``: a line for each category by name, NO_CATEGORY last, and
    what the unit has as a whole. ``untold`` are the titles of the columns whose sources lack that column."""

    definition: ReportDefinition
    calendar: FiscalCalendar
    period: Period
    label: str
    by: str
    name: str
    columns: tuple[MeasureDefinition, ...]
    untold: tuple[str, ...]
    whole: tuple[Tile, ...]
    lines: tuple[CategoryLine, ...]
    freshness: tuple[Freshness, ...]


def category_report(
    definition: ReportDefinition,
    unit: str,
    asked: Window | Days,
    scope: Scope,
    *,
    around: Surroundings,
) -> CategoryReport | None:
    """The report of a unit told apart. None where the report itself has none for this viewer, or tells
    nothing apart."""
    if definition.by is None or unit not in around.names or not is_open(unit, scope):
        return None
    if not is_for(definition, unit, around):
        return None
    stretch = stretch_of(asked, around.calendar, today=around.today)
    around = around.by(stretch.calendar)
    setting = around.at(unit)
    measures = tuple(definition.as_measures(stretch.asked.grain))
    told, past = _counted(measures, unit, definition.by, stretch, scope, around)
    columns = tuple(measures[number] for number in told)
    categories = sorted(
        {one for number in told for one in past[number]}, key=lambda one: (one == NO_CATEGORY, one.casefold())
    )
    return CategoryReport(
        definition=definition,
        calendar=stretch.calendar,
        period=stretch.asked,
        label=stretch.calendar.label(stretch.asked),
        by=definition.by,
        name=around.names[unit],
        columns=columns,
        untold=tuple(one.title for number, one in enumerate(measures) if number not in told),
        whole=counted_tiles(columns, {unit: setting}, stretch, scope)[unit] if columns else (),
        lines=tuple(
            CategoryLine(
                category,
                tuple(
                    stretch.tile(measures[number], past[number].get(category, {}), setting) for number in told
                ),
            )
            for category in categories
        ),
        freshness=freshness_of(columns),
    )


def _counted(
    measures: tuple[MeasureDefinition, ...],
    unit: str,
    by: str,
    stretch: Stretch,
    scope: Scope,
    around: Surroundings,
) -> tuple[list[int], dict[int, dict[str, dict[Period, Stored]]]]:
    """The places of the columns that can be told apart, and what each category has in each period."""
    pieces, rows = split_from_facts(
        pieces_of(measures), by, computation(stretch, [unit], scope, around.today)
    )
    found: dict[int, dict[str, dict[Period, Stored]]] = defaultdict(lambda: defaultdict(dict))
    for row in rows.to_pylist():
        period = stretch.calendar.period_of(row["period_start"], stretch.asked.grain)
        found[row["version"]][row["category"]][period] = stored_of(row, definition=0)
    told = [one.version for one in pieces]
    categories = {one for number in told for one in found[number]}
    whole = {
        number: with_empty_ones({one: found[number][one] for one in categories}, measures[number])
        for number in told
    }
    return told, whole
