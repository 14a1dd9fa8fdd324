"""Values whose facts were let go: they stand as they were computed, and no computation writes over them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce

import pyarrow as pa
import pyarrow.compute as pc
from django.db.models import Q

from goldenthread.calc.periods import YEAR_TO_DATE, FiscalCalendar, Grain
from goldenthread.record.measures.models import Observation
from goldenthread.record.measures.queries import active_definitions
from goldenthread.record.sources.queries import facts_held_from
from goldenthread.results.pieces import Piece


@dataclass(frozen=True)
class Horizon:
    """From which period on values may be computed: by grain (or year to date) the start of the first."""

    own: date
    first: Mapping[str, date]

    def of_rows(self, rows: pa.Table) -> pa.Table:
        """Those of ``composing.ROWS`` that may be written."""
        beyond = [
            pc.and_(
                pc.equal(rows["grain"], grain),
                pc.greater_equal(rows["period_start"], pa.scalar(start, pa.date32())),
            )
            for grain, start in self.first.items()
        ]
        return rows.filter(reduce(pc.or_, beyond))

    def of_observations(self) -> Q:
        """The condition by which observations are those that may be written over."""
        return reduce(
            Q.__or__, (Q(grain=grain, period_start__gte=start) for grain, start in self.first.items())
        )

    def of_periods(self, periods: Iterable[tuple[str, date]]) -> set[tuple[str, date]]:
        """Those of (grain, start) that may be computed."""
        return {(grain, start) for grain, start in periods if start >= self.first.get(grain, date.max)}


def first_held(keys: Collection[str]) -> date | None:
    """The first day from which all facts of these sources are held; None when none were let go."""
    return max((day for key, day in facts_held_from().items() if key in keys), default=None)


def held_from_of(measure: str) -> date | None:
    """The same for the facts that a measure is made of, in all its history."""
    keys = {
        key for one in active_definitions([measure]) for span in one.spans for key in span.definition.sources
    }
    return first_held(keys)


def by_horizon(pieces: Sequence[Piece], calendar: FiscalCalendar) -> list[tuple[Horizon | None, list[Piece]]]:
    """The pieces, those together that may be computed from the same periods on; None is from the first.

    All definitions of a measure share its horizon: what one may not write over, none may.
    """
    let_go = facts_held_from()
    since: dict[int, date] = {}
    for piece in pieces:
        days = [let_go[key] for key in piece.definition.sources & let_go.keys()]
        if days:
            since[piece.measure] = max(*days, since.get(piece.measure, date.min))
    alike: dict[tuple[tuple[str, date], ...], list[Piece]] = defaultdict(list)
    for piece in pieces:
        day = since.get(piece.measure)
        alike[tuple(sorted(_first_periods(piece, day, calendar).items())) if day else ()].append(piece)
    return [(_horizon(dict(first), some) if first else None, some) for first, some in alike.items()]


def _horizon(first: Mapping[str, date], pieces: Sequence[Piece]) -> Horizon:
    return Horizon(first[pieces[0].frequency], first)


def _first_periods(piece: Piece, since: date, calendar: FiscalCalendar) -> dict[str, date]:
    """A longer period that began earlier may still be summed, where all its own periods are kept."""
    own = _first_whole(since, piece.frequency, calendar)
    year = calendar.period_of(own, Grain.YEAR)
    summed = piece.adds_up and _parts_are_kept(piece, year.start, own)
    first: dict[str, date] = {str(piece.frequency): own}
    for grain in piece.coarser:
        begun = calendar.period_of(own, grain).start
        first[str(grain)] = begun if summed else _first_whole(since, grain, calendar)
    if piece.has_year_to_date:
        first[YEAR_TO_DATE] = own if summed else _first_whole(since, Grain.YEAR, calendar)
    return first


def _first_whole(since: date, grain: Grain, calendar: FiscalCalendar) -> date:
    period = calendar.period_of(since, grain)
    return period.start if period.start == since else period.end


def _parts_are_kept(piece: Piece, start: date, end: date) -> bool:
    """Whether what is stored of these days is by this version of the definition, and no other."""
    stored = Observation.objects.filter(
        measure=piece.measure, grain=str(piece.frequency), period_start__gte=start, period_start__lt=end
    )
    return set(stored.values_list("version", flat=True).distinct()) == {piece.version}
