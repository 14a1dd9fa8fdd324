"""Days folded into the fewest classes that every wanted period and every epoch of the tree is made of."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import pyarrow as pa

from goldenthread.calc.periods import YEAR_TO_DATE, FiscalCalendar, Grain, Period
from goldenthread.facts.formulas.whereabouts import Tree

_FINEST_FIRST = (Grain.DAY, Grain.WEEK, Grain.MONTH, Grain.QUARTER, Grain.YEAR)
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Wanted:
    """The periods asked for: every period of `grains` that overlaps the days `[first, last]`, or all."""

    grains: tuple[Grain, ...]
    year_to_date: bool
    calendar: FiscalCalendar
    window: tuple[date, date] | None

    @property
    def finest(self) -> Grain:
        return min(self.grains, key=_FINEST_FIRST.index)

    def span(self) -> tuple[date, date] | None:
        """The days `[first, last]` whose facts the wanted periods are made of; None for all."""
        if self.window is None:
            return None
        first, last = self.window
        grains = {*self.grains, Grain.YEAR} if self.year_to_date else set(self.grains)
        return (
            min(self.calendar.period_of(first, grain).start for grain in grains),
            max(self.calendar.period_of(last, grain).last_day for grain in grains),
        )

    def overlaps(self, period: Period) -> bool:
        if self.window is None:
            return True
        first, last = self.window
        return period.start <= last and first <= period.last_day


@dataclass(frozen=True)
class Timeline:
    """`days(day, klass)`; the epoch of each class; for each grain the pairs of class and period start."""

    days: pa.Table
    epochs: Sequence[int]
    periods: dict[str, list[tuple[int, date]]]


def timeline(days: Collection[date], wanted: Wanted, tree: Tree) -> Timeline:
    """The timeline of the days that occur. A day between two of them needs no class."""
    calendar, grains = wanted.calendar, wanted.grains
    splitting = (*grains, Grain.YEAR) if wanted.year_to_date else grains
    classes: dict[tuple[int, ...], int] = {}
    members: dict[int, list[Period]] = {}
    epochs: list[int] = []
    of_day: list[int] = []
    ordered = sorted(days)
    for day in ordered:
        epoch = tree.epoch(day)
        periods = [calendar.period_of(day, grain) for grain in splitting]
        signature = (epoch, *(period.start.toordinal() for period in periods))
        klass = classes.setdefault(signature, len(classes))
        if klass == len(epochs):
            epochs.append(epoch)
            members[klass] = periods
        of_day.append(klass)
    rows: dict[str, list[tuple[int, date]]] = {
        grain: [
            (klass, periods[position].start)
            for klass, periods in members.items()
            if wanted.overlaps(periods[position])
        ]
        for position, grain in enumerate(grains)
    }
    if wanted.year_to_date and ordered:
        rows[YEAR_TO_DATE] = list(_to_date(members, wanted, ordered[-1]))
    return Timeline(
        days=pa.table({"day": pa.array(ordered, pa.date32()), "klass": pa.array(of_day, pa.int32())}),
        epochs=epochs,
        periods=rows,
    )


def _to_date(members: dict[int, list[Period]], wanted: Wanted, last_day: date) -> Iterable[tuple[int, date]]:
    """Each class with every later period of its fiscal year, up to the last day there is."""
    calendar, finest = wanted.calendar, wanted.finest
    position = wanted.grains.index(finest)
    for klass, periods in members.items():
        own, year = periods[position], periods[-1]
        for period in calendar.periods_between(own.start, min(year.end, last_day + ONE_DAY), finest):
            in_year = calendar.year_to_date(period)[0] == year.start
            if in_year and (wanted.window is None or period.last_day >= wanted.window[0]):
                yield klass, period.start


def stock_periods(days: Sequence[date], wanted: Wanted, grain: Grain) -> tuple[Period, ...]:
    """The periods at whose ends a stock is counted: of the window, or from the first day to the last."""
    if wanted.window is not None:
        first, last = wanted.window
    elif days:
        first, last = min(days), max(days)
    else:
        return ()
    return wanted.calendar.periods_between(first, last + ONE_DAY, grain)
