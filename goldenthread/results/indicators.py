"""Key indicators: the measures of a unit that reports stand behind."""

from __future__ import annotations

from dataclasses import dataclass

from goldenthread.facts.scope import Scope
from goldenthread.record.measures.queries import definitions_called
from goldenthread.record.reports.definition import ReportDefinition
from goldenthread.results.reports import definitions_in_use, is_for, is_open
from goldenthread.results.series import Subject, tiles_of
from goldenthread.results.surroundings import Surroundings
from goldenthread.results.values import Tile


@dataclass(frozen=True)
class Doors:
    """What stands behind the measures of a unit: (key, title) of the reports that are open to the viewer for
    it, by title; whether it has key indicators; and whether any report is for it."""

    reports: tuple[tuple[str, str], ...]
    has_indicators: bool
    has_reports: bool


def doors_of(unit: str, scope: Scope, *, around: Surroundings) -> Doors:
    """The reports and the key indicators of a unit that the viewer sees. One query."""
    every = tuple(definitions_in_use())
    mine = [one for one in every if is_open(unit, scope) and is_for(one, unit, around)]
    return Doors(
        tuple((one.report, one.title) for one in mine),
        any(one.indicators and _nearest(one, unit, around) for one in every),
        any(is_for(one, unit, around) for one in every),
    )


def _nearest(definition: ReportDefinition, unit: str, around: Surroundings) -> str | None:
    """The unit itself where the report is for it, else the one below it that the report is kept by; None
    where it concerns neither."""
    if is_for(definition, unit, around):
        return unit
    kept_by = definition.unit
    if kept_by is None or kept_by not in around.names or unit not in around.at(kept_by).line:
        return None
    return kept_by


@dataclass(frozen=True)
class Indicator:
    """A measure of a unit in one line, and (key, title) of the first report behind it; None where reports of
    that unit are not open to the viewer."""

    tile: Tile
    report: tuple[str, str] | None


def key_indicators(unit: str, scope: Scope, *, around: Surroundings) -> tuple[Indicator, ...]:
    """The measures that reports of a unit, and of the units below it, stand behind: by title of the report,
    in its order. Those without a value, or that the scope does not open, are left out."""
    behind: dict[tuple[str, str], ReportDefinition] = {}
    for one in definitions_in_use():
        if (place := _nearest(one, unit, around)) is not None:
            for measure in one.indicators:
                behind.setdefault((measure, place), one)
    called = definitions_called({measure for measure, _place in behind})
    rows = {definition.measure: (pk, definition) for pk, definition in called.items()}
    subjects = [Subject(*rows[measure], place) for measure, place in behind if measure in rows]
    found = []
    for tile in tiles_of(subjects, scope, around=around):
        report = behind[tile.measure.key, tile.unit]
        door = (report.report, report.title) if is_open(tile.unit, scope) else None
        found.append(Indicator(tile, door))
    return tuple(found)
