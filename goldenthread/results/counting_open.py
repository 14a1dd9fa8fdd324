"""What a report counts as open, and by which clock."""

from __future__ import annotations

from dataclasses import dataclass

from goldenthread.calc.periods import Grain
from goldenthread.facts.formulas.derived import OnTime
from goldenthread.facts.formulas.open_things import Inside, OpenThings, Wanted, open_things
from goldenthread.facts.scope import Scope
from goldenthread.record.measures.definition import MeasureDefinition
from goldenthread.record.orgs import queries as orgs
from goldenthread.record.reports.definition import Column, OpenWork, ReportDefinition
from goldenthread.record.sources import queries as sources
from goldenthread.record.sources.checks import clocks_by_due_day
from goldenthread.results.compute import as_arrow
from goldenthread.results.facts import engine, source_facts, table_of
from goldenthread.results.surroundings import Surroundings


@dataclass(frozen=True)
class OpenCounting:
    """What the list of a report holds: the things that ``column`` counts as open, by ``clock``. ``titles``
    name the thing and what stands beside it."""

    asked: OpenWork
    column: Column
    measure: MeasureDefinition
    source: str
    clock: OnTime
    clock_name: str
    titles: tuple[str, ...]

    @classmethod
    def of(cls, definition: ReportDefinition) -> OpenCounting | None:
        """None for a report without such a list."""
        asked, column = definition.open_work, definition.counting_open
        if asked is None or column is None:
            return None
        measure = next(one for one in definition.as_measures(Grain.WEEK) if one.measure == column.id)
        key = column.numerator.source or measure.source or ""
        source = sources.definitions([key])[key]
        clock_name = source.derived[asked.due]["due"]
        titles = [
            (source.columns[one].title if one in source.columns else None)
            or one.replace("_", " ").capitalize()
            for one in (asked.item, *asked.beside)
        ]
        clock = clocks_by_due_day(source)[asked.due]
        return cls(asked, column, measure, key, clock, clock_name, tuple(titles))

    def things(
        self, inside: Inside, scope: Scope, around: Surroundings, *, first: int, most: int
    ) -> OpenThings | None:
        """None where nothing was loaded yet."""
        if not table_of(self.source).exists:
            return None
        return open_things(
            engine(),
            source_facts(sources.definitions([self.source])[self.source]),
            Wanted(
                self.column.numerator,
                self.clock,
                around.today,
                (self.asked.item, *self.asked.beside),
                self.asked.by,
            ),
            inside,
            as_arrow(orgs.whereabouts()),
            orgs.working_calendar(),
            first=first,
            most=most,
            scope=scope,
        )
