"""Sides of many measures, for every unit and period at once, from the facts of their sources."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from goldenthread.calc.clocks import WorkingCalendar
from goldenthread.calc.periods import FiscalCalendar, Grain
from goldenthread.facts.engines import Engine
from goldenthread.facts.formulas.answers import NO_ANSWERS
from goldenthread.facts.formulas.derived import Derived
from goldenthread.facts.formulas.deriving import with_derived
from goldenthread.facts.formulas.kept import Clock, clock_of, kept_answers, kept_days, names_of
from goldenthread.facts.formulas.scan import Scan
from goldenthread.facts.formulas.spent import spent_answers
from goldenthread.facts.formulas.stock import stock_answers
from goldenthread.facts.formulas.tallies import tallied_answers
from goldenthread.facts.formulas.timeline import Wanted
from goldenthread.facts.formulas.vocabulary import Side, Word
from goldenthread.facts.formulas.whereabouts import PlacedBy, Tree, WhereaboutsTables, ids_inside
from goldenthread.facts.scope import Scope
from goldenthread.facts.store.days import day_column
from goldenthread.facts.store.tallies import Kept


@dataclass(frozen=True)
class WantedSide:
    """One side of one measure: over which periods, and split by which column of its source, if any."""

    id: str
    side: Side
    grains: tuple[Grain, ...]
    breakdown: str | None = None
    year_to_date: bool = False


@dataclass(frozen=True)
class SourceFacts:
    """Where the facts of a source lie, their columns, its time column, and what places its facts. `version`
    is that of the store, and `kept` are tallies of these very facts, by clock."""

    files: Sequence[Path]
    schema: pa.Schema
    time: str | None = None
    placement: PlacedBy | None = None
    derived: Mapping[str, Derived] = field(default_factory=dict)
    version: int | None = None
    kept: Mapping[Clock, Kept] = field(default_factory=dict)

    def tallies_for(self, side: Side) -> Kept | None:
        """The tallies that a side can be answered from."""
        clock = clock_of(side, self.time)
        kept = self.kept.get(clock) if clock else None
        return kept if kept and kept.files and set(names_of(side)) <= set(kept.columns) else None

    @property
    def columns(self) -> frozenset[str]:
        """Every column a side may name, with those that are derived when read."""
        return frozenset(self.schema.names) | self.derived.keys()


def compute_sides(
    engine: Engine,
    sources: Mapping[str, SourceFacts],
    wanted: Iterable[WantedSide],
    whereabouts: WhereaboutsTables,
    calendar: FiscalCalendar,
    *,
    working_calendar: WorkingCalendar,
    timezone: str,
    window: tuple[date, date] | None,
    scope: Scope,
    inside: Collection[str] | None = None,
) -> pa.Table:
    """The value of every wanted side, for each unit `scope` sees and each period that overlaps `window`; of
    the units `inside` alone when given, and then only the facts that can count for one of them are worked on.
    That takes a window, for without one the last fact of all ends the periods of a stock.

    `window` is `(first day, last day)`, or None for everything; periods come whole, so facts around the
    window are read where a period reaches beyond it. A change on a day also changes the year to date and
    the stock (`open`) of later periods: widen the window to the last day for those. `timezone` is that of
    the local days.

    Columns: `id`, `unit`, `grain` (a Grain or `year_to_date`), `period_start`, `category` (null without
    breakdown, NO_CATEGORY where the column is missing), `value` (null when no fact says anything), `weight`
    (of a mean: `value` is the sum and `weight` the count; else null), `n` (facts that met the conditions),
    `contributors` (distinct workers behind them; null when the source names none).

    A fact that lasts (`spent`) counts on each day it touches. A unit has rows for the periods in which its
    source has any fact, whether or not it meets the conditions, so 0 and nothing stay apart. A fact without
    a time is in no period; one without a known worker or unit is in NOT_ASSIGNED and in the top unit. Sides
    of an unknown source have no rows. Every side must name its source in `side.source`; ValueError for
    `value_of`, which stands on other measures.
    """
    if inside is not None and window is None:
        raise ValueError(
            f"Found no window for {len(inside)} units inside; wanted the days they are asked for."
        )
    tree = Tree.of(whereabouts.closure)
    answers = []
    for key, sides in _sharing_a_scan(wanted, sources).items():
        source = sources[key.source]
        if not source.files:
            continue
        with engine.session() as session:
            scan = Scan(
                session=session,
                source=source.files,
                schema=source.schema,
                placement=source.placement,
                derived=source.derived,
                breakdown=key.breakdown,
                whereabouts=whereabouts,
                tree=tree,
                wanted=Wanted(key.grains, key.year_to_date, calendar, window),
                working_calendar=working_calendar,
                timezone=timezone,
                scope=scope,
                ids=None if inside is None else ids_inside(source.placement, inside, whereabouts),
            )
            if key.kept:
                tallied = source.tallies_for(sides[0].side)
                assert tallied is not None
                answer = partial(kept_answers, scan, tallied)
            else:
                answer = partial(_LASTING.get(key.lasting, tallied_answers), scan, key.times)
            answers += [
                answer({one.id: one.side for one in sides[first : first + _MOST_SIDES]})
                for first in range(0, len(sides), _MOST_SIDES)
            ]
    found = pa.concat_tables(answers) if answers else NO_ANSWERS
    return found if inside is None else found.filter(pc.is_in(found["unit"], pa.array(inside, pa.string())))


_MOST_SIDES = 200
"""As many are computed in one scan. With 2,000, a row of tallies is so wide that those of five thousand
workers over three years neither fit into a gigabyte nor can be laid aside."""
_LASTING: Mapping[Word | None, Callable[[Scan, tuple[str, ...], Mapping[str, Side]], pa.Table]] = {
    Word.OPEN: stock_answers,
    Word.SPENT: spent_answers,
}


def days_with_facts(
    engine: Engine,
    source: SourceFacts,
    time: str,
    window: tuple[date, date],
    *,
    working_calendar: WorkingCalendar,
) -> frozenset[date]:
    """The local days inside the window (ends included) on which a source has any fact, by a time column."""
    kept = source.kept.get(Clock((time,), lasts=False))
    with engine.session() as session:
        if kept is not None and kept.files:
            return kept_days(session, kept, window)
        day = time if time in source.derived else day_column(time, source.schema)
        facts = session.table(source.files, source.schema)
        facts = with_derived(session, facts, source.derived, [time], source.schema, working_calendar)
        facts = facts.filter(facts[day].between(*window))
        return frozenset(session.execute(facts.select(day=facts[day]).distinct())["day"].to_pylist())


@dataclass(frozen=True)
class _ScanKey:
    """What sides must share to be computed in one scan."""

    source: str
    times: tuple[str, ...]
    lasting: Word | None
    breakdown: str | None
    grains: tuple[Grain, ...]
    year_to_date: bool
    kept: bool


def _sharing_a_scan(
    wanted: Iterable[WantedSide], sources: Mapping[str, SourceFacts]
) -> dict[_ScanKey, list[WantedSide]]:
    scans: dict[_ScanKey, list[WantedSide]] = defaultdict(list)
    for one in wanted:
        side = one.side
        if side.word is Word.VALUE_OF:
            raise ValueError(
                f"Found value_of in {one.id}; wanted a side with facts. Its value is another measure's."
            )
        if side.source is None:
            raise ValueError(f"Found no source in {one.id}; wanted the name of one.")
        if side.source not in sources:
            continue
        own = (side.time or sources[side.source].time,)
        times = (side.from_, side.until) if side.word.lasts else own
        known = tuple(time for time in times if time is not None)
        if not known:
            raise ValueError(f"Found no time column in {one.id} or its source {side.source}; wanted one.")
        lasting = side.word if side.word.lasts else None
        grains = tuple(sorted(set(one.grains)))
        to_date = one.year_to_date and side.word is not Word.OPEN
        kept = one.breakdown is None and sources[side.source].tallies_for(side) is not None
        scans[_ScanKey(side.source, known, lasting, one.breakdown, grains, to_date, kept)].append(one)
    return scans
