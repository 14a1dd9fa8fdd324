"""Rows that the facts of a window do not hold: the other parts of longer periods, and counts of zero."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence, Set
from datetime import date, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from django.db.models import CharField, QuerySet
from django.db.models.functions import Cast

from goldenthread.calc.periods import FiscalCalendar, Grain, Period
from goldenthread.facts.formulas.vocabulary import Word
from goldenthread.facts.scope import NOT_ASSIGNED
from goldenthread.record.measures.models import Observation
from goldenthread.record.orgs.days import Days
from goldenthread.record.orgs.models import Unit
from goldenthread.record.orgs.tree import Tree
from goldenthread.results.composing import ROWS
from goldenthread.results.pieces import Piece

_ONE_DAY = timedelta(days=1)


def kept_rows(
    pieces: Sequence[Piece], calendar: FiscalCalendar, window: tuple[date, date], *, tree: str
) -> pa.Table:
    """What is stored of the pieces' own periods in the fiscal years of ``window``, outside the window."""
    years = calendar.periods_between(window[0], window[1] + _ONE_DAY, Grain.YEAR)
    tables = [ROWS.empty_table()]
    for frequency in {piece.frequency for piece in pieces}:
        mine = [piece for piece in pieces if piece.frequency is frequency]
        fresh = calendar.periods_between(window[0], window[1] + _ONE_DAY, frequency)
        stored = (
            _observations(mine)
            .filter(grain=frequency, tree=tree)
            .filter(period_start__gte=years[0].start, period_start__lt=years[-1].end)
            .exclude(period_start__in=[period.start for period in fresh])
        )
        tables.append(_rows_of(stored, frequency))
    return pa.concat_tables(tables)


def rows_before(pieces: Sequence[Piece], calendar: FiscalCalendar, day: date, *, tree: str) -> pa.Table:
    """What is stored of the pieces' own periods in the fiscal year of ``day``, before that day."""
    year = calendar.period_of(day, Grain.YEAR)
    tables = [ROWS.empty_table()]
    for frequency in {piece.frequency for piece in pieces}:
        mine = [piece for piece in pieces if piece.frequency is frequency]
        stored = _observations(mine).filter(
            grain=frequency, tree=tree, period_start__gte=year.start, period_start__lt=day
        )
        tables.append(_rows_of(stored, frequency))
    return pa.concat_tables(tables)


def _rows_of(stored: QuerySet[Observation], frequency: Grain) -> pa.Table:
    rows = list(stored.values_list(*_COLUMNS).iterator(chunk_size=10_000))
    return _as_rows(rows, frequency) if rows else ROWS.empty_table()


def _observations(pieces: Collection[Piece]) -> QuerySet[Observation]:
    # The measures say nothing more, but it is by them that the index begins.
    return Observation.objects.filter(
        measure__in={piece.measure for piece in pieces}, version__in={piece.version for piece in pieces}
    )


# Of hundreds of thousands of rows, parsing days and looking units up would cost more than reading them.
_COLUMNS = (
    "version_id",
    "unit_id",
    Cast("period_start", CharField()),
    "numerator",
    "denominator",
    "value",
    "facts",
    "contributors",
)


def _as_rows(stored: Sequence[tuple[Any, ...]], frequency: Grain) -> pa.Table:
    version, unit, start, *numbers = zip(*stored, strict=True)
    held = pa.array(unit, pa.int64()).dictionary_encode()
    keys = dict(Unit.objects.values_list("pk", "key"))
    names = pa.array([keys[pk] for pk in held.dictionary.to_pylist()], pa.string())
    count = len(stored)
    return pa.Table.from_arrays(
        [
            pa.array(version, pa.int64()),
            names.take(held.indices).fill_null(NOT_ASSIGNED),
            pa.repeat(str(frequency), count),
            pa.array(start, pa.string()).cast(pa.date32()),
            pa.nulls(count, pa.string()),
            *(pa.array(values, ROWS.field(index).type) for index, values in enumerate(numbers, start=5)),
        ],
        schema=ROWS,
    )


Covered = Callable[[Piece, Grain, Mapping[str, Set[date]]], Set[date]]
"""The starts of the periods of a grain with facts that a piece could count; those that all units have, who
are given with theirs, may be left out."""


def with_zeros(
    rows: pa.Table,
    pieces: Sequence[Piece],
    lives: Tree,
    calendar: FiscalCalendar,
    *,
    is_part: bool,
    covered: Covered | None = None,
) -> pa.Table:
    """The rows, and a zero for each unit that counts things, in each covered period without any.

    The extract covers a period when it holds facts of it for the whole organization. A unit counts things
    when it ever had one, also where ``rows`` are only part of all there are; before it existed, and after, it
    has no row. ``covered`` says which periods are, where ``rows`` hold nothing of the whole.
    """
    counting = {piece.version: piece for piece in pieces if _counts_things(piece)}
    if not counting or lives.top is None:
        return rows
    mine = rows.filter(pc.is_in(rows["version"], pa.array(counting, pa.int64())))
    there: dict[tuple[int, str], dict[str, set[date]]] = defaultdict(lambda: defaultdict(set))
    places = zip(
        *(mine[name].to_pylist() for name in ("version", "grain", "unit", "period_start")), strict=True
    )
    for version, grain, unit, start in places:
        there[(version, grain)][unit].add(start)
    if is_part:
        stored = _observations(counting.values()).filter(tree="event")
        for version, grain, unit in stored.values_list("version_id", "grain", "unit__key").distinct():
            if unit is not None and (version, grain) in there:
                there[(version, grain)].setdefault(unit, set())
    zeros = []
    for (version, grain), units in there.items():
        holding = units[lives.top] if covered is None else covered(counting[version], Grain(grain), units)
        for unit, starts in units.items():
            if unit != NOT_ASSIGNED:
                zeros += [
                    (version, unit, grain, start)
                    for start in holding - starts
                    if _existed(lives, unit, calendar.period_of(start, Grain(grain)))
                ]
    return pa.concat_tables([rows, _zero_rows(zeros)]) if zeros else rows


def _counts_things(piece: Piece) -> bool:
    numerator = piece.definition.numerator
    is_count = numerator is not None and numerator.word in (Word.COUNT, Word.COUNT_DISTINCT)
    return is_count and piece.definition.denominator is None


def _existed(lives: Tree, unit: str, period: Period) -> bool:
    return not (lives.life(unit) & Days(period.start, period.end)).is_empty


def _zero_rows(places: Sequence[tuple[int, str, str, date]]) -> pa.Table:
    versions, units, grains, starts = zip(*places, strict=True)
    count = len(places)
    zeros = pa.repeat(0.0, count)
    return pa.Table.from_arrays(
        [
            pa.array(versions, pa.int64()),
            pa.array(units, pa.string()),
            pa.array(grains, pa.string()),
            pa.array(starts, pa.date32()),
            pa.nulls(count, pa.string()),
            zeros,
            pa.nulls(count, pa.float64()),
            zeros,
            pa.repeat(0, count),
            pa.nulls(count, pa.int64()),
        ],
        schema=ROWS,
    )
