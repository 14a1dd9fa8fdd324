"""Which periods belong to which longer ones, and which a window of days touches."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from goldenthread.calc.periods import YEAR_TO_DATE, FiscalCalendar, Grain
from goldenthread.results.pieces import Piece

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Step:
    """A measure's own period and a longer one it is part of, which holds the days [begins, ends).

    ``longer`` is a grain or year to date. A year to date is filed under its last period's start, not its own.
    """

    grain: str
    period_start: date
    longer: str
    longer_start: date
    begins: date
    ends: date


def longer_steps(rows: pa.Table, pieces: Sequence[Piece], calendar: FiscalCalendar) -> list[Step]:
    """Every way from a period in ``rows`` that is its measure's own to a longer one.

    A year to date ends with each period of the fiscal year up to the last one there is.
    """
    steps: list[Step] = []
    for frequency in sorted({piece.frequency for piece in pieces}):
        some = next(piece for piece in pieces if piece.frequency is frequency)
        mine = rows.filter(pc.equal(rows["grain"], str(frequency)))
        starts = sorted(mine["period_start"].unique().to_pylist())
        for start in starts:
            for grain in some.coarser:
                longer = calendar.period_of(start, grain)
                steps.append(Step(frequency, start, grain, longer.start, longer.start, longer.end))
            if some.has_year_to_date:
                year = calendar.period_of(start, Grain.YEAR)
                last = min(year.end, starts[-1] + _ONE_DAY)
                steps += [
                    Step(frequency, start, YEAR_TO_DATE, period.start, year.start, period.end)
                    for period in calendar.periods_between(start, last, frequency)
                ]
    return steps


def periods_touched(
    pieces: Sequence[Piece], calendar: FiscalCalendar, window: tuple[date, date] | None, *, longer: bool
) -> set[tuple[str, date]] | None:
    """The (grain, start) that days inside ``window`` can change; None without a window.

    With ``longer``, longer periods were summed from parts and are touched from the window's first day to the
    end of its fiscal year; otherwise only those that overlap the window were computed.
    """
    if window is None:
        return None
    first, last = window
    found: set[tuple[str, date]] = set()
    for piece in pieces:
        found |= {
            (piece.frequency, one.start)
            for one in calendar.periods_between(first, last + _ONE_DAY, piece.frequency)
        }
        for grain in piece.coarser:
            found |= {(grain, one.start) for one in calendar.periods_between(first, last + _ONE_DAY, grain)}
        if piece.has_year_to_date:
            end = calendar.period_of(last, Grain.YEAR).end if longer else last + _ONE_DAY
            found |= {
                (YEAR_TO_DATE, one.start) for one in calendar.periods_between(first, end, piece.frequency)
            }
    return found


def own_periods(
    pieces: Sequence[Piece], calendar: FiscalCalendar, window: tuple[date, date] | None
) -> dict[str, list[date]] | None:
    """The first days of the pieces' own periods that overlap ``window``, by grain; None without a window."""
    if window is None:
        return None
    return {
        str(grain): [one.start for one in calendar.periods_between(window[0], window[1] + _ONE_DAY, grain)]
        for grain in {piece.frequency for piece in pieces}
    }


def only_periods(rows: pa.Table, periods: Collection[tuple[str, date]]) -> pa.Table:
    """The rows of these (grain, start)."""
    tables = []
    for grain in {grain for grain, _ in periods}:
        starts = pa.array([start for name, start in periods if name == grain], pa.date32())
        wanted = pc.and_(pc.equal(rows["grain"], grain), pc.is_in(rows["period_start"], starts))
        tables.append(rows.filter(wanted))
    return pa.concat_tables(tables) if tables else rows.slice(0, 0)
