"""Which periods belong to which longer ones, and which a window of days touches."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pyarrow as pa

from goldenthread.calc.periods import FiscalCalendar, Grain
from goldenthread.facts.formulas import YEAR_TO_DATE
from goldenthread.results.pieces import Piece

Step = tuple[str, date, str, date]
_ONE_DAY = timedelta(days=1)


def longer_steps(rows: pa.Table, pieces: Sequence[Piece], calendar: FiscalCalendar) -> list[Step]:
    """(grain, start, longer grain, its start) for every period in ``rows`` that is its measure's own.

    A year to date ends with each period of the fiscal year up to the last one there is.
    """
    steps: list[Step] = []
    for frequency in sorted({piece.frequency for piece in pieces}):
        some = next(piece for piece in pieces if piece.frequency is frequency)
        mine = rows.filter(pa.compute.equal(rows["grain"], str(frequency)))
        starts = sorted(mine["period_start"].unique().to_pylist())
        for start in starts:
            steps += [
                (frequency, start, grain, calendar.period_of(start, grain).start) for grain in some.coarser
            ]
            if some.has_year_to_date:
                year = calendar.period_of(start, Grain.YEAR)
                last = min(year.end, starts[-1] + _ONE_DAY)
                later = calendar.periods_between(start, last, frequency)
                steps += [(frequency, start, YEAR_TO_DATE, period.start) for period in later]
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
