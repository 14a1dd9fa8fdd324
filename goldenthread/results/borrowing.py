"""What a measure takes of others: denominators that are their values, such as a population, and the folds of
whatever counts the same facts."""

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
from goldenthread.results.sharing import Sharing


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
    def any_closed(self) -> bool:
        """Whether any of the values is closed to anybody."""
        return any(one.fold for along in self._along.values() for one in along.values)


class TakenFolds:
    """To whom these pieces are closed because of what they stand on, by one tree. Two queries."""

    def __init__(
        self,
        pieces: Sequence[Piece],
        sharing: Sharing,
        calendar: FiscalCalendar,
        *,
        tree: str,
        since: date | None,
    ) -> None:
        """``since`` is the first day of the earliest period that will be asked for; None asks for any."""
        self._lenders = Lenders(pieces, calendar, tree=tree)
        self._followed = {piece.version: tuple(sharing.followed_by(piece)) for piece in pieces}
        firsts = {one.measure for some in self._followed.values() for one in some}
        rows = Observation.objects.filter(
            measure__in=firsts, tree=tree, fold__gt=0, period_start__gte=since or date.min
        )
        self._folds = {
            (measure, unit or NOT_ASSIGNED, grain, start): Fold(fold)
            for measure, unit, grain, start, fold in rows.values_list(
                "measure_id", "unit__key", "grain", "period_start", "fold"
            )
        }

    @property
    def any_lent(self) -> bool:
        """Whether a denominator is a value that is closed to anybody."""
        return self._lenders.any_closed

    def at(self, piece: Piece, unit: str, grain: str, start: date) -> Fold:
        """The most closed of the value taken, and of the same facts in other measures."""
        shared = [
            self._folds.get((one.measure, unit, grain, start), Fold.OPEN)
            for one in self._followed[piece.version]
            if one.holds_on(start)
        ]
        return max([self._lenders.fold(piece, unit, grain, start), *shared])


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
