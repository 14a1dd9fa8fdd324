"""What is open on a day, by a clock: counted, and one by one in the order in which it falls due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from goldenthread.calc.clocks import WorkingCalendar
from goldenthread.facts.engines import Engine, Session
from goldenthread.facts.formulas.compute import SourceFacts
from goldenthread.facts.formulas.conditions import holds
from goldenthread.facts.formulas.derived import Derived, OnTime
from goldenthread.facts.formulas.deriving import with_derived
from goldenthread.facts.formulas.rollup import NOWHERE
from goldenthread.facts.formulas.scan import placed
from goldenthread.facts.formulas.vocabulary import NO_CATEGORY, Side
from goldenthread.facts.formulas.whereabouts import Places, WhereaboutsTables
from goldenthread.facts.scope import NOT_ASSIGNED, Scope
from goldenthread.facts.store.days import day_column

_STRICT, _LENIENT, _DUE, _LAST, _TODAY = "_strict", "_lenient", "_due", "_last", "_today"


@dataclass(frozen=True)
class Wanted:
    """The things that an ``open`` side counts on ``today``, by the clock that says when each is due.
    ``shown`` are columns of the source to list, the first of which names a thing; ``by`` is one to tell apart
    in the counts."""

    side: Side
    clock: OnTime
    today: date
    shown: tuple[str, ...]
    by: str | None = None


@dataclass(frozen=True)
class Inside:
    """Whose things are wanted: of the members of these units today, or of this worker wherever they are."""

    units: frozenset[str] = frozenset()
    worker: str | None = None

    def holds(self, worker: str | None, unit: str) -> bool:
        return worker == self.worker if self.worker is not None else unit in self.units


@dataclass(frozen=True)
class OpenThings:
    """``counts(worker, unit, opened, due, last, by, n)`` and ``rows(worker, unit, opened, due, last, shown0,
    shown1, ...)``. ``last`` is the last day that still counts as in time, tolerance included; both days are
    null where the clock cannot say. ``worker`` is null where the source names none."""

    counts: pa.Table
    rows: pa.Table


def open_things(
    engine: Engine,
    source: SourceFacts,
    wanted: Wanted,
    inside: Inside,
    whereabouts: WhereaboutsTables,
    working_calendar: WorkingCalendar,
    *,
    first: int,
    most: int,
    scope: Scope,
) -> OpenThings:
    """Everything open, and the things from number ``first`` (0 is the first) on, ``most`` at most: by due
    day, then by the day they were opened, then by name; what has no due day comes last.

    A thing is where its worker, or its unit, is today. What is of nobody whom ``scope`` opens is left out.
    """
    with engine.session() as session:
        facts = _open(session, source, wanted, working_calendar)
        today = facts.mutate(**{_TODAY: ibis.literal(wanted.today)})
        facts, places = placed(session, today, _TODAY, source.placement, whereabouts)
        facts = facts.filter(facts.place.isin(_open_places(places, inside, scope)))
        opened = facts[day_column(wanted.side.from_ or "", source.schema)]
        days = {"place": facts.place, "opened": opened, "due": facts[_DUE], "last": facts[_LAST]}
        by = facts[wanted.by].cast("string").fill_null(NO_CATEGORY) if wanted.by else ibis.literal("")
        counts = facts.group_by(**days, by=by).aggregate(n=facts.count())
        shown = {f"shown{number}": facts[name] for number, name in enumerate(wanted.shown)}
        rows = facts.select(**days, **shown)
        ordered = rows.order_by([rows.due.asc(nulls_first=False), rows.opened, rows.shown0])
        return OpenThings(
            _named(session.execute(counts), places),
            _named(session.execute(ordered.limit(most, offset=first)), places),
        )


def _open(session: Session, source: SourceFacts, wanted: Wanted, calendar: WorkingCalendar) -> ir.Table:
    """The facts that are open on the day and meet the side's conditions, each with its due days."""
    side, clock = wanted.side, wanted.clock
    facts = session.table(source.files, source.schema)
    opened, closed = (facts[day_column(one or "", source.schema)] for one in (side.from_, side.until))
    today = ibis.literal(wanted.today)
    facts = facts.filter((opened <= today) & (closed.isnull() | (closed > today)))
    lenient = clock.model_copy(update={"days": (clock.days or 0) + clock.tolerance})
    clocks = {_STRICT: Derived(on_time=clock), _LENIENT: Derived(on_time=lenient)}
    days = {_DUE: Derived(due=_STRICT), _LAST: Derived(due=_LENIENT)}
    derived = {**source.derived, **clocks, **days}
    needed = [*side.where, *wanted.shown, *([wanted.by] if wanted.by else []), _DUE, _LAST]
    facts = with_derived(session, facts, derived, needed, source.schema, calendar)
    meets = holds(facts, side.where, source.schema)
    return facts if meets is None else facts.filter(meets)


def _open_places(places: Places, inside: Inside, scope: Scope) -> Sequence[int]:
    found = [
        number
        for number, (worker, unit) in enumerate(zip(places.workers, places.units, strict=True))
        if inside.holds(worker, unit) and _sees(scope, worker, unit)
    ]
    if inside.holds(None, NOT_ASSIGNED) and scope.sees_unit(NOT_ASSIGNED):
        found.append(NOWHERE)
    return found


def _sees(scope: Scope, worker: str | None, unit: str) -> bool:
    return scope.sees_unit(unit) or (worker is not None and scope.sees_person(worker))


def _named(found: pa.Table, places: Places) -> pa.Table:
    """With worker and unit instead of the number of the place."""
    # The last ones are those of NOWHERE, which is -1.
    workers, units = [*places.workers, None], [*places.units, NOT_ASSIGNED]
    numbers = found["place"].to_pylist()
    named = found.drop_columns("place")
    named = named.append_column("worker", pa.array([workers[one] for one in numbers], pa.string()))
    return named.append_column("unit", pa.array([units[one] for one in numbers], pa.string()))
