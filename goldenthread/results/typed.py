"""Typed values as observations: each unit's own, and where parts can be added up, the units above."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from goldenthread.calc import aggregation
from goldenthread.calc.periods import FiscalCalendar, Grain
from goldenthread.record.measures.models import TypedState, TypedValue
from goldenthread.record.orgs.tree import Tree
from goldenthread.results.composing import ROWS
from goldenthread.results.pieces import Piece


@dataclass(frozen=True)
class _Typed:
    numerator: float | None
    denominator: float | None
    value: float | None


def typed_rows(pieces: Sequence[Piece], tree: Tree, calendar: FiscalCalendar) -> pa.Table:
    """``composing.ROWS`` of every manual measure, for its own periods and for longer ones that were typed.

    What a unit typed for itself stands. A unit that typed nothing sums what units below it typed: numerators
    and denominators of a rate, or plain amounts that add up. A rate typed without its two sides cannot be
    summed, and the unit above then has a row without a value: not available.
    """
    rows = []
    by_measure = {piece.measure: piece for piece in pieces}
    for (measure, grain, start), typed in _counting(by_measure).items():
        piece = by_measure[measure]
        ancestors = tree.as_of(calendar.period_of(start, Grain(grain)).last_day)
        above = defaultdict(list)
        for unit, one in typed.items():
            for ancestor in ancestors.ancestors(unit):
                if ancestor not in typed:
                    above[ancestor].append(one)
        together = {unit: _rolled_up(piece, parts) for unit, parts in above.items()}
        rows += [_row(piece, unit, grain, start, one) for unit, one in (typed | together).items()]
    return pa.Table.from_pylist(rows, schema=ROWS)


def _counting(pieces: dict[int, Piece]) -> dict[tuple[int, str, date], dict[str, _Typed]]:
    """What is typed and counts: approved, or handed in where no approval is asked."""
    rows = TypedValue.objects.filter(measure__in=pieces).values_list(
        "measure_id", "grain", "period_start", "unit__key", "state", "numerator", "denominator", "value"
    )
    found: dict[tuple[int, str, date], dict[str, _Typed]] = defaultdict(dict)
    for measure, grain, start, unit, state, *numbers in rows:
        handed_in = state == TypedState.SUBMITTED and not pieces[measure].definition.approval
        if state == TypedState.APPROVED or handed_in:
            found[(measure, grain, start)][unit] = _Typed(*numbers)
    return found


def _rolled_up(piece: Piece, parts: Iterable[_Typed]) -> _Typed:
    parts = list(parts)
    if all(part.numerator is not None and part.denominator is not None for part in parts):
        sums = aggregation.roll_up_rates((part.numerator, part.denominator) for part in parts)
        return _Typed(sums.numerator, sums.denominator, None)
    if piece.definition.is_sum:
        return _Typed(None, None, aggregation.roll_up_amounts(part.value for part in parts).numerator)
    return _Typed(None, None, None)


def _row(piece: Piece, unit: str, grain: str, start: date, typed: _Typed) -> dict[str, object]:
    rate = aggregation.rate(typed.numerator, typed.denominator, per=piece.definition.show_as.per)
    return {
        "version": piece.version,
        "unit": unit,
        "grain": grain,
        "period_start": start,
        "category": None,
        "numerator": typed.value if typed.numerator is None and piece.definition.is_sum else typed.numerator,
        "denominator": typed.denominator,
        "value": rate if typed.denominator is not None else typed.value,
        "facts": 1,
        "contributors": None,
    }
