"""Denominators that are other measures' values, such as a population."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from goldenthread.calc import aggregation
from goldenthread.calc.periods import YEAR_TO_DATE, FiscalCalendar, Grain
from goldenthread.facts.scope import NOT_ASSIGNED
from goldenthread.record.measures.models import Observation
from goldenthread.results.composing import ROWS
from goldenthread.results.pieces import Piece

_Values = dict[tuple[str, str], tuple[list[date], list[float]]]


def with_borrowed_denominators(
    rows: pa.Table, pieces: Sequence[Piece], calendar: FiscalCalendar, *, tree: str
) -> pa.Table:
    """The rows, those of a ``value_of`` denominator with the latest value at or before their period.

    The other measure's value is that of the same unit; a unit without one has no rate.
    """
    borrowing = {piece.version: piece for piece in pieces if piece.value_of}
    if not borrowing:
        return rows
    values = _values({piece.value_of for piece in borrowing.values() if piece.value_of}, tree)
    is_mine = pc.is_in(rows["version"], pa.array(borrowing, pa.int64()))
    filled = []
    for row in rows.filter(is_mine).to_pylist():
        piece = borrowing[row["version"]]
        grain = piece.frequency if row["grain"] == YEAR_TO_DATE else Grain(row["grain"])
        last_day = calendar.period_of(row["period_start"], grain).last_day
        denominator = _latest(values, piece.value_of or "", row["unit"], last_day)
        value = aggregation.rate(row["numerator"], denominator, per=piece.definition.show_as.per)
        filled.append({**row, "denominator": denominator, "value": value})
    others = rows.filter(pc.invert(is_mine))
    return pa.concat_tables([others, pa.Table.from_pylist(filled, schema=ROWS)])


def _values(measures: set[str], tree: str) -> _Values:
    found: _Values = defaultdict(lambda: ([], []))
    stored = Observation.objects.filter(measure__key__in=measures, tree=tree, value__isnull=False)
    rows = stored.order_by("period_start").values_list(
        "measure__key", "measure__frequency", "grain", "unit__key", "period_start", "value"
    )
    for key, frequency, grain, unit, start, value in rows:
        if grain == frequency and value is not None:
            starts, numbers = found[(key, unit or NOT_ASSIGNED)]
            starts.append(start)
            numbers.append(value)
    return found


def _latest(values: _Values, measure: str, unit: str, day: date) -> float | None:
    if (measure, unit) not in values:
        return None
    starts, numbers = values[(measure, unit)]
    index = bisect_right(starts, day)
    return numbers[index - 1] if index else None
