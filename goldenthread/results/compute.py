"""Observations of many measures at once: for all levels of the organization, from facts and typed values.

The only writer of observations. Longer periods are summed from a measure's own where that is right, so that
after a load only the periods it touched are read again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial

import pyarrow as pa
import pyarrow.compute as pc
from django.db import transaction

from goldenthread.calc.clocks import WorkingCalendar
from goldenthread.calc.folding import FEWEST
from goldenthread.calc.periods import FiscalCalendar, Grain
from goldenthread.facts.formulas.compute import SourceFacts, WantedSide, compute_sides, days_with_facts
from goldenthread.facts.formulas.whereabouts import WhereaboutsTables
from goldenthread.facts.scope import Scope
from goldenthread.progress import Progress
from goldenthread.record.measures.queries import ActiveMeasure
from goldenthread.record.orgs import queries as orgs
from goldenthread.results.borrowing import with_borrowed_denominators
from goldenthread.results.composing import ROWS, compose, lengthened
from goldenthread.results.facts import engine, facts_of, store_engine, table_of
from goldenthread.results.filling import kept_rows, rows_before, with_zeros
from goldenthread.results.folds import Nestings, fold_observations
from goldenthread.results.horizon import Horizon, by_horizon
from goldenthread.results.pieces import NUMERATOR, Piece, in_order, pieces_of
from goldenthread.results.sharing import Sharing
from goldenthread.results.spans import longer_steps, only_periods, own_periods, periods_touched
from goldenthread.results.splitting import SplitRows, breakdowns_of, replace_split_rows
from goldenthread.results.tallying import with_tallies
from goldenthread.results.typed import typed_rows
from goldenthread.results.writing import replace_observations

Window = tuple[date, date]


@dataclass(frozen=True)
class Computed:
    """How many measures were computed, and how many observations written."""

    measures: int
    observations: int


@dataclass(frozen=True)
class Around:
    """What all measures of one computation share. ``tree`` names which tree ``whereabouts`` holds. Values
    from before ``horizon`` stand as they are; those of the versions ``apart`` are written by themselves. Only
    units ``inside`` are wanted, where it says any."""

    calendar: FiscalCalendar
    sharing: Sharing
    working_calendar: WorkingCalendar
    timezone: str
    lives: orgs.Tree
    tree: str
    whereabouts: WhereaboutsTables
    window: Window | None
    scope: Scope
    today: date
    now: datetime
    horizon: Horizon | None = None
    apart: frozenset[int] = frozenset()
    inside: frozenset[str] | None = None

    def within(self, horizon: Horizon | None, *, apart: Iterable[Piece]) -> Around | None:
        """The same for pieces of this horizon; None when the whole window lies before it."""
        window = self.window
        if horizon is not None and window is not None:
            if window[1] < horizon.own:
                return None
            window = (max(window[0], horizon.own), window[1])
        return replace(
            self, window=window, horizon=horizon, apart=frozenset(piece.version for piece in apart)
        )


def compute(
    measures: Sequence[ActiveMeasure],
    *,
    window: Window | None,
    scope: Scope,
    today: date,
    now: datetime,
    progress: Progress | None = None,
) -> Computed:
    """Compute these measures anew: everything, or only what the days of ``window`` (both inside) touch.

    Each measure's new observations appear all at once.
    """
    groups = in_order(pieces_of(measures))
    sharing = Sharing.of_all()
    written = 0
    for tree in trees():
        around = around_of(tree, sharing, window=window, scope=scope, today=today, now=now)
        for number, group in enumerate(groups):
            if progress:
                progress(number / len(groups), f"{len(group)} definitions")
            written += _compute_group(group, around)
    return Computed(len(measures), written)


def trees() -> tuple[str, ...]:
    """Which trees observations are kept for: where it never changed, today's is that of the event."""
    return ("event", "today") if orgs.tree_dates() else ("event",)


def _compute_group(pieces: Sequence[Piece], around: Around) -> int:
    counted = [piece for piece in pieces if not piece.definition.manual]
    typed = [piece for piece in pieces if piece.definition.manual]
    # A stock, and a year to date, also change in every period after the days that changed.
    onward = around.window and (around.window[0], max(around.window[1], around.today))
    written = 0
    for horizon, some in by_horizon(counted, around.calendar):
        adding = [piece for piece in some if piece.adds_up]
        whole = [piece for piece in some if not piece.adds_up]
        here = around.within(horizon, apart=[piece for piece in counted if piece not in adding])
        later = replace(around, window=onward).within(
            horizon, apart=[piece for piece in counted if piece not in whole]
        )
        if adding and here:
            rows = rows_from_facts(adding, here)
            written += _write(adding, _lengthen(rows, adding, here), here, longer=True)
            _split(adding, here)
        if whole and later:
            written += _write(whole, rows_from_facts(whole, later), later, longer=False)
            _split(whole, later)
    if typed:
        rows = typed_rows(typed, around.lives, around.calendar)
        everything = replace(around, window=None)
        written += _write(typed, _lengthen(rows, typed, everything), everything, longer=True)
    return written


def rows_from_facts(
    pieces: Sequence[Piece],
    around: Around,
    *,
    longer: bool = True,
    instead: Mapping[str, SourceFacts] | None = None,
) -> pa.Table:
    """``composing.ROWS`` of every unit and period of the window, straight from the facts; without ``longer``
    of the pieces' own periods alone. ``instead`` holds other facts than the stored ones, by source."""
    wanted = [side for piece in pieces for side in (piece.wanted() if longer else piece.own_sides())]
    facts = {**facts_of(_sources_of(pieces)), **(instead or {})}
    if around.inside is not None:
        facts = with_tallies(facts, calendar=around.working_calendar, timezone=around.timezone)
    rows = _composed(wanted, pieces, facts, around)
    if around.horizon is not None:
        rows = around.horizon.of_rows(rows)
    is_part = around.window is not None or around.horizon is not None
    covered = None if around.inside is None else partial(_covered, facts, around)
    return with_zeros(rows, pieces, around.lives, around.calendar, is_part=is_part, covered=covered)


def _covered(
    facts: Mapping[str, SourceFacts],
    around: Around,
    piece: Piece,
    grain: Grain,
    units: Mapping[str, Set[date]],
) -> Set[date]:
    """The facts are asked only when a unit misses a period, which few do: it takes all of them."""
    side, window = piece.side(NUMERATOR), around.window
    if side is None or side.source is None or window is None:
        return set()
    periods = around.calendar.periods_between(window[0], window[1] + timedelta(days=1), grain)
    if all({one.start for one in periods} <= starts for starts in units.values()):
        return set()
    source = facts[side.source]
    days = days_with_facts(
        engine(), source, side.time or source.time or "", window, working_calendar=around.working_calendar
    )
    return {around.calendar.period_of(day, grain).start for day in days}


def split_from_facts(
    pieces: Sequence[Piece], column: str, around: Around
) -> tuple[tuple[Piece, ...], pa.Table]:
    """Those pieces that can be told apart by a column, since all that they count has it; and their own
    periods by its categories, where there is anything to count."""
    facts = facts_of(_sources_of(pieces))
    told = tuple(one for one in pieces if _has(one, column, facts))
    return told, _composed([side for one in told for side in one.own_sides(column)], told, facts, around)


def _has(piece: Piece, column: str, facts: Mapping[str, SourceFacts]) -> bool:
    return all(column in facts[key].columns for key in piece.definition.sources & facts.keys())


def _split(pieces: Sequence[Piece], around: Around) -> None:
    """Keep the pieces' own periods by category too, by the tree of the time of the event."""
    if around.tree != "event":
        return
    facts = facts_of(_sources_of(pieces))
    together: dict[str, list[Piece]] = defaultdict(list)
    for piece in pieces:
        for column in breakdowns_of(piece):
            if _has(piece, column, facts):
                together[column].append(piece)
    split = [
        SplitRows(
            column,
            _composed([side for piece in named for side in piece.own_sides(column)], named, facts, around),
        )
        for column, named in together.items()
    ]
    replace_split_rows(
        split,
        pieces,
        calendar=around.calendar,
        nestings=Nestings(around.lives),
        starts=own_periods(pieces, around.calendar, around.window),
        since=around.horizon.own if around.horizon else None,
        store_versions=_store_versions(pieces),
        now=around.now,
    )


def _composed(
    wanted: Sequence[WantedSide],
    pieces: Sequence[Piece],
    facts: Mapping[str, SourceFacts],
    around: Around,
) -> pa.Table:
    sides = compute_sides(
        engine(),
        facts,
        wanted,
        around.whereabouts,
        around.calendar,
        working_calendar=around.working_calendar,
        timezone=around.timezone,
        window=around.window,
        scope=around.scope,
        inside=around.inside,
    )
    with store_engine().session() as session:
        return compose(session, sides, pieces)


def _lengthen(rows: pa.Table, pieces: Sequence[Piece], around: Around) -> pa.Table:
    """The rows, and the longer periods they are part of, unless those are among the rows themselves.

    Outside the window, and before the horizon, the other parts of longer periods are the kept ones.
    """
    parts = rows
    if around.window is not None:
        parts = pa.concat_tables([rows, kept_rows(pieces, around.calendar, around.window, tree=around.tree)])
    elif around.horizon is not None:
        kept = rows_before(pieces, around.calendar, around.horizon.own, tree=around.tree)
        parts = pa.concat_tables([rows, kept])
    steps = longer_steps(parts, pieces, around.calendar)
    with store_engine().session() as session:
        longer = lengthened(session, parts, pieces, steps)
    longer = _with_people_counted(longer, pieces, around)
    places = ["version", "unit", "grain", "period_start"]
    return pa.concat_tables([rows, longer.join(rows.select(places), places, join_type="left anti")])


def _with_people_counted(rows: pa.Table, pieces: Sequence[Piece], around: Around) -> pa.Table:
    """Longer periods with the people behind them, where the most of their parts would be few: others may have
    worked in each. Only for those measures are the facts read again."""
    few = pc.and_(pc.greater(rows["contributors"], 0), pc.less(rows["contributors"], FEWEST))
    versions = set(rows.filter(few)["version"].to_pylist())
    mine = [piece for piece in pieces if piece.version in versions and not piece.definition.manual]
    if not mine:
        return rows
    if around.window is not None:
        last = around.calendar.period_of(around.window[1], Grain.YEAR).last_day
        around = replace(around, window=(around.window[0], last))
    wanted = [side for piece in mine for side in piece.longer_sides()]
    places = ["version", "unit", "grain", "period_start"]
    counted = _composed(wanted, mine, facts_of(_sources_of(mine)), around).select([*places, "contributors"])
    joined = rows.join(counted.rename_columns([*places, "exact"]), places, join_type="left outer")
    # Of a period that began before the horizon the facts know only some; its kept parts know of the others.
    people = pc.max_element_wise(joined["exact"], joined["contributors"])
    place = joined.column_names.index("contributors")
    return joined.set_column(place, "contributors", people).select(ROWS.names)


def _write(pieces: Sequence[Piece], rows: pa.Table, around: Around, *, longer: bool) -> int:
    periods = periods_touched(pieces, around.calendar, around.window, longer=longer)
    if around.horizon is not None:
        rows = around.horizon.of_rows(rows)
        periods = around.horizon.of_periods(periods) if periods is not None else None
    if periods is not None:
        rows = only_periods(rows, periods)
    with transaction.atomic():
        written = _replace(pieces, rows, around, periods)
        fold_observations(
            pieces,
            around.calendar,
            Nestings(around.lives),
            around.sharing,
            tree=around.tree,
            window=around.window,
            written=rows,
        )
    return written


def _replace(
    pieces: Sequence[Piece], rows: pa.Table, around: Around, periods: set[tuple[str, date]] | None
) -> int:
    return replace_observations(
        with_borrowed_denominators(rows, pieces, around.calendar, tree=around.tree),
        measures={piece.version: piece.measure for piece in pieces},
        tree=around.tree,
        periods=periods,
        horizon=around.horizon,
        apart=around.apart,
        store_versions=_store_versions(pieces),
        now=around.now,
    )


def around_of(
    tree: str,
    sharing: Sharing,
    *,
    window: Window | None,
    scope: Scope,
    today: date,
    now: datetime,
    inside: Collection[str] | None = None,
) -> Around:
    """Who was where by that tree, and the calendars, read once for a whole computation; of people only those
    who may count for units ``inside``, where it says any."""
    placed = orgs.whereabouts(on=today if tree == "today" else None, units=inside)
    organization = orgs.organization()
    return Around(
        calendar=organization.calendar,
        sharing=sharing,
        working_calendar=orgs.working_calendar(organization),
        timezone=organization.timezone,
        lives=orgs.tree(),
        tree=tree,
        whereabouts=as_arrow(placed),
        window=window,
        scope=scope,
        today=today,
        now=now,
        inside=None if inside is None else frozenset(inside),
    )


def as_arrow(placed: orgs.Whereabouts) -> WhereaboutsTables:
    """Who was where, as the formulas take it."""
    days = [("from", pa.date32()), ("to", pa.date32())]

    def table(names: Sequence[str], rows: Iterable[Sequence[object]]) -> pa.Table:
        schema = pa.schema([*((name, pa.string()) for name in names), *days])
        return pa.Table.from_pylist(
            [dict(zip(schema.names, row, strict=True)) for row in rows], schema=schema
        )

    return WhereaboutsTables(
        memberships=table(("worker", "unit"), placed.memberships),
        person_ids=table(("system", "id", "person"), placed.person_ids),
        unit_ids=table(("system", "id", "unit"), placed.unit_ids),
        closure=table(("unit", "ancestor"), placed.closure),
    )


def _sources_of(pieces: Iterable[Piece]) -> set[str]:
    return {key for piece in pieces for key in piece.definition.sources}


def _store_versions(pieces: Sequence[Piece]) -> dict[int, int | None]:
    """For each definition version, that of the facts its numerator was counted from; None for typed
    values."""
    keys = {piece.source for piece in pieces if piece.source is not None}
    held = {key: table_of(key).version() for key in keys if table_of(key).exists}
    return {piece.version: held.get(piece.source or "") for piece in pieces}
