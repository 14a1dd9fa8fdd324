"""One reading of a source's facts: by one time column, for one breakdown, with what places them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from goldenthread.calc.clocks import WorkingCalendar
from goldenthread.facts.engines import Session
from goldenthread.facts.formulas.derived import Derived
from goldenthread.facts.formulas.deriving import with_derived
from goldenthread.facts.formulas.rollup import CATEGORY, NOWHERE
from goldenthread.facts.formulas.timeline import Wanted
from goldenthread.facts.formulas.vocabulary import NO_CATEGORY, Side
from goldenthread.facts.formulas.whereabouts import (
    NO_PLACES,
    PlacedBy,
    Places,
    Tree,
    WhereaboutsTables,
    places_of,
)
from goldenthread.facts.scope import Scope
from goldenthread.facts.store.days import day_column


@dataclass(frozen=True)
class Scan:
    session: Session
    source: Sequence[Path]
    schema: pa.Schema
    placement: PlacedBy | None
    derived: Mapping[str, Derived]
    breakdown: str | None
    whereabouts: WhereaboutsTables
    tree: Tree
    wanted: Wanted
    working_calendar: WorkingCalendar
    timezone: str
    scope: Scope
    ids: frozenset[str] | None
    """Of whom facts are read; of everybody when None."""

    @property
    def counts_people(self) -> bool:
        return self.placement is not None and self.placement.names == "worker"

    def day(self, time: str) -> str:
        """The column with the local day of a time column; a derived one is a day itself."""
        return time if time in self.derived else day_column(time, self.schema)

    def facts(self, sides: Iterable[Side], day: str, span: tuple[date | None, date | None]) -> ir.Table:
        """The facts whose `day` lies in `span` (ends included), with the derived columns the sides name."""
        facts = self._of_ids(self.session.table(self.source, self.schema))
        needed = [column for side in sides for column in side.columns]
        needed += [self.breakdown] if self.breakdown else []
        # The fewer facts, the less to derive; but for a day that is derived itself.
        if day in self.derived:
            return _within(self._derived(facts, needed), day, span)
        return self._derived(_within(facts, day, span), needed)

    def _of_ids(self, facts: ir.Table) -> ir.Table:
        if self.ids is None or self.placement is None:
            return facts
        ids = self.session.memory(pa.table({"_id": pa.array(sorted(self.ids), pa.string())}))
        return facts.semi_join(ids, facts[self.placement.column].cast("string") == ids["_id"])

    def _derived(self, facts: ir.Table, needed: Iterable[str]) -> ir.Table:
        return with_derived(self.session, facts, self.derived, needed, self.schema, self.working_calendar)

    def days_of_periods(self, facts: ir.Table, day: str) -> list[date]:
        """The days that make up the wanted periods, at least those that occur. A year to date ends with the
        last that does; without one, looking which occur takes longer than knowing of all of them."""
        first, last = self.wanted.span() or (None, None)
        if first is None or last is None or self.wanted.year_to_date:
            return self.days(facts, day)
        return [first + timedelta(days=step) for step in range((last - first).days + 1)]

    def days(self, facts: ir.Table, day: str) -> list[date]:
        """The days that occur, in no order."""
        found = self.session.execute(facts.select(day=facts[day]).distinct())["day"].to_pylist()
        return [one for one in found if one is not None]

    def placed(self, facts: ir.Table, day: str) -> tuple[ir.Table, Places]:
        """As the function of that name."""
        return placed(self.session, facts, day, self.placement, self.whereabouts, ids=self.ids)

    def group_keys(self, facts: ir.Table) -> dict[str, ir.Value]:
        """What every base table is grouped by: the place and, with a breakdown, the category."""
        keys = {"place": facts.place}
        if self.breakdown is not None:
            keys[CATEGORY] = facts[self.breakdown].cast("string").fill_null(NO_CATEGORY)
        return keys


def placed(
    session: Session,
    facts: ir.Table,
    day: str,
    placement: PlacedBy | None,
    whereabouts: WhereaboutsTables,
    *,
    ids: Collection[str] | None = None,
) -> tuple[ir.Table, Places]:
    """`facts` with the number of each one's `place` on its `day`, NOWHERE for none, and the places. Every id
    in them is one of `ids`, where they are known."""
    if placement is None:
        return facts.mutate(place=ibis.literal(NOWHERE, "int32")), NO_PLACES
    own = facts[placement.column].cast("string")
    if ids is None:
        ids = session.execute(facts.select(id=own).distinct())["id"].to_pylist()
    places = places_of(placement, sorted(one for one in ids if one is not None), whereabouts)
    spans = session.memory(places.spans)
    there = [own == spans.id, facts[day] >= spans.start, facts[day] < spans.end]
    facts = facts.left_join(spans, there)
    return facts.mutate(place=facts.place.fill_null(NOWHERE)), places


def _within(facts: ir.Table, day: str, span: tuple[date | None, date | None]) -> ir.Table:
    first, last = span
    facts = facts.filter(facts[day].notnull())
    if first is not None:
        facts = facts.filter(facts[day] >= first)
    return facts if last is None else facts.filter(facts[day] <= last)
