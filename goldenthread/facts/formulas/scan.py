"""One reading of a source's facts: by one time column, for one breakdown, with everything that places them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

import ibis.expr.types as ir
import pyarrow as pa

from goldenthread.calc.clocks import WorkingCalendar
from goldenthread.facts.engines import Session
from goldenthread.facts.formulas.answers import NO_CATEGORY
from goldenthread.facts.formulas.derived import Derived, with_derived
from goldenthread.facts.formulas.rollup import CATEGORY
from goldenthread.facts.formulas.timeline import Wanted
from goldenthread.facts.formulas.vocabulary import Side
from goldenthread.facts.formulas.whereabouts import Placement, Places, Tree, Whereabouts, places_of
from goldenthread.facts.scope import Scope
from goldenthread.facts.store.days import day_column


@dataclass(frozen=True)
class Scan:
    session: Session
    source: Sequence[Path]
    schema: pa.Schema
    placement: Placement | None
    derived: Mapping[str, Derived]
    breakdown: str | None
    whereabouts: Whereabouts
    tree: Tree
    wanted: Wanted
    working_calendar: WorkingCalendar
    scope: Scope

    @property
    def by_category(self) -> tuple[str, ...]:
        return (CATEGORY,) if self.breakdown else ()

    @property
    def counts_people(self) -> bool:
        return self.placement is not None and self.placement.names == "worker"

    def day(self, time: str) -> str:
        return day_column(time, self.schema)

    def facts(self, sides: Iterable[Side], day: str, span: tuple[date | None, date | None]) -> ir.Table:
        """The facts whose `day` lies in `span` (ends included), with the derived columns the sides name."""
        facts = self.session.table(self.source, self.schema)
        first, last = span
        facts = facts.filter(facts[day].notnull())
        if first is not None:
            facts = facts.filter(facts[day] >= first)
        if last is not None:
            facts = facts.filter(facts[day] <= last)
        needed = [column for side in sides for column in side.columns]
        needed += [self.breakdown] if self.breakdown else []
        return with_derived(self.session, facts, self.derived, needed, self.schema, self.working_calendar)

    def days(self, facts: ir.Table, day: str) -> list[date]:
        """The days that occur, in no order."""
        found = self.session.execute(facts.select(day=facts[day]).distinct())["day"].to_pylist()
        return [one for one in found if one is not None]

    def standing(self, facts: ir.Table, day: str) -> tuple[ir.Table, ir.Table | None]:
        """`facts` with the number of each one's `place` on its `day`, and the places; None if nothing places them."""
        if self.placement is None:
            return facts, None
        ids = facts.select(id=facts[self.placement.column].cast("string")).distinct()
        found = self.session.execute(ids)["id"].to_pylist()
        places = places_of(self.placement, [one for one in found if one is not None], self.whereabouts)
        spans = self.session.memory(places.spans)
        facts = facts.left_join(
            spans,
            [
                facts[self.placement.column].cast("string") == spans.id,
                facts[day] >= spans.start,
                facts[day] < spans.end,
            ],
        )
        return facts, self.session.memory(places.places)

    def category(self, facts: ir.Table) -> dict[str, ir.Value]:
        """The breakdown as a named column to group by; none without one."""
        if self.breakdown is None:
            return {}
        return {CATEGORY: facts[self.breakdown].cast("string").fill_null(NO_CATEGORY)}

    def tree_tables(self, epochs: Iterable[int]) -> tuple[ir.Table, ir.Table]:
        """The ancestors `scope` sees and the units that existed, in these epochs."""
        these = frozenset(epochs)
        memory = self.session.memory
        return memory(self.tree.ancestors(these, self.scope)), memory(self.tree.units(these))
