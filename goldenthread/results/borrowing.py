"""Denominators that are other measures' values, such as a population."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from goldenthread.calc import aggregation
from goldenthread.calc.folding import Fold
from goldenthread.calc.periods import YEAR_TO_DATE, FiscalCalendar, Grain
from goldenthread.facts.scope import NOT_ASSIGNED
from goldenthread.record.measures.models import Observation
from goldenthread.results.composing import ROWS
from goldenthread.results.pieces import Piece


class Lent(NamedTuple):
    """A value that is another's denominator, and to whom it is closed: so is that other."""

    value: float
    fold: Fold


@dataclass
class _Along:
    """The values of one measure at one unit, the earliest first."""

    starts: list[date] = field(default_factory=list)
    values: list[Lent] = field(default_factory=list)


class Lenders:
    """The measures whose values are denominators of these pieces, by one tree. One query."""

    def __init__(self, pieces: Iterable[Piece], calendar: FiscalCalendar, *, tree: str) -> None:
        self._calendar = calendar
        self._along: dict[tuple[str, str], _Along] = defaultdict(_Along)
        asked = {piece.value_of for piece in pieces if piece.value_of}
        rows = Observation.objects.filter(measure__key__in=asked, tree=tree, value__isnull=False)
        for key, frequency, grain, unit, start, value, fold in rows.order_by("period_start").values_list(
            "measure__key", "measure__frequency", "grain", "unit__key", "period_start", "value", "fold"
        ):
            if grain == frequency and value is not None:
                along = self._along[key, unit or NOT_ASSIGNED]
                along.starts.append(start)
                along.values.append(Lent(value, Fold(fold)))

    def lent(self, piece: Piece, unit: str, grain: str, start: date) -> Lent | None:
        """The latest value of the same unit at or before the period; None where there is none."""
        along = self._along.get((piece.value_of or "", unit))
        if along is None:
            return None
        longest = piece.frequency if grain == YEAR_TO_DATE else Grain(grain)
        index = bisect_right(along.starts, self._calendar.period_of(start, longest).last_day)
        return along.values[index - 1] if index else None

    def fold(self, piece: Piece, unit: str, grain: str, start: date) -> Fold:
        """To whom the value taken is closed."""
        lent = self.lent(piece, unit, grain, start)
        return lent.fold if lent else Fold.OPEN

    @property
    def closed(self) -> frozenset[str]:
        """The measures of which any value is closed to anybody."""
        return frozenset(
            key for (key, _unit), along in self._along.items() if any(one.fold for one in along.values)
        )


def with_borrowed_denominators(
    rows: pa.Table, pieces: Sequence[Piece], calendar: FiscalCalendar, *, tree: str
) -> pa.Table:
    """The rows, those of a ``value_of`` denominator with the latest value at or before their period.

    The other measure's value is that of the same unit; a unit without one has no rate.
    """
    borrowing = {piece.version: piece for piece in pieces if piece.value_of}
    if not borrowing:
        return rows
    lenders = Lenders(borrowing.values(), calendar, tree=tree)
    is_mine = pc.is_in(rows["version"], pa.array(borrowing, pa.int64()))
    filled = []
    for row in rows.filter(is_mine).to_pylist():
        piece = borrowing[row["version"]]
        lent = lenders.lent(piece, row["unit"], row["grain"], row["period_start"])
        denominator = lent.value if lent else None
        value = aggregation.rate(row["numerator"], denominator, per=piece.definition.show_as.per)
        filled.append({**row, "denominator": denominator, "value": value})
    others = rows.filter(pc.invert(is_mine))
    return pa.concat_tables([others, pa.Table.from_pylist(filled, schema=ROWS)])
