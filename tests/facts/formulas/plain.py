"""The slow, obvious twin of the formulas: lists of rows, loops, and dates compared one by one."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from goldenthread.calc.periods import YEAR_TO_DATE, FiscalCalendar, Grain, Period
from goldenthread.facts.formulas.compute import WantedSide
from goldenthread.facts.formulas.vocabulary import NO_CATEGORY, Condition, Word
from goldenthread.facts.scope import NOT_ASSIGNED

Row = dict[str, Any]
Key = tuple[str, str, str, date, str | None]
Answer = tuple[float | None, float | None, int, int | None]
Span = tuple[date | None, date | None]


@dataclass(frozen=True)
class World:
    """Half-open spans; None means ever. `parents`: (unit, parent or None for the top, from, to)."""

    parents: Sequence[tuple[str, str | None, date | None, date | None]]
    memberships: Sequence[tuple[str, str, date | None, date | None]] = ()
    person_ids: Sequence[tuple[str, str, str, date | None, date | None]] = ()
    unit_ids: Sequence[tuple[str, str, str, date | None, date | None]] = ()

    def ancestors(self, unit: str, day: date) -> list[str]:
        """The unit and all above it on that day; of NOT_ASSIGNED, the top; none if it did not exist."""
        if unit == NOT_ASSIGNED:
            tops = [one for one, parent, *span in self.parents if parent is None and holds(span, day)]
            return [NOT_ASSIGNED, *tops]
        for one, parent, *span in self.parents:
            if one == unit and holds(span, day):
                return [unit, *(self.ancestors(parent, day) if parent else [])]
        return []


@dataclass(frozen=True)
class PlainSource:
    rows: Sequence[Row]
    time: str
    worker: str | None = None
    unit: str | None = None
    system: str | None = None
    extra: dict[str, Any] = field(default_factory=dict)


def plain_answers(
    sources: dict[str, PlainSource],
    wanted: Iterable[WantedSide],
    world: World,
    calendar: FiscalCalendar,
    window: tuple[date, date] | None = None,
) -> dict[Key, Answer]:
    found: dict[Key, Answer] = {}
    for one in wanted:
        source = sources.get(one.side.source or "")
        if source is not None:
            compute = _stock if one.side.word is Word.OPEN else _flow
            found |= compute(source, one, world, calendar, window)
    return found


def _flow(
    source: PlainSource,
    one: WantedSide,
    world: World,
    calendar: FiscalCalendar,
    window: tuple[date, date] | None,
) -> dict[Key, Answer]:
    time = one.side.time or source.time
    groups: dict[Key, list[Row]] = defaultdict(list)
    days = [row[time] for row in source.rows if row[time] is not None]
    for row in source.rows:
        day = row[time]
        if day is None:
            continue
        for unit in placed(source, row, day, world):
            for grain, start in _periods(one, day, calendar, max(days), window):
                groups[(one.id, unit, grain, start, category(one, row))].append(row)
    return {key: _answer(one, rows, source, time, world) for key, rows in groups.items()}


def _periods(
    one: WantedSide, day: date, calendar: FiscalCalendar, last: date, window: tuple[date, date] | None
) -> Iterable[tuple[str, date]]:
    for grain in one.grains:
        period = calendar.period_of(day, grain)
        if window is None or (period.start <= window[1] and window[0] <= period.last_day):
            yield grain, period.start
    if one.year_to_date:
        finest = min(one.grains, key=list(Grain).index)
        year = calendar.period_of(day, Grain.YEAR)
        for period in calendar.periods_between(year.start, year.end, finest):
            start, end = calendar.year_to_date(period)
            if start <= day < end and period.start <= last:
                yield YEAR_TO_DATE, period.start


def _answer(one: WantedSide, rows: list[Row], source: PlainSource, time: str, world: World) -> Answer:
    side = one.side
    met = [row for row in rows if meets(row, side.where)]
    if side.column is not None:
        met = [row for row in met if row[side.column] is not None]
    values = [row[side.column] for row in met] if side.column else []
    weight = None
    match side.word:
        case Word.COUNT:
            value: float | None = len(met)
        case Word.COUNT_DISTINCT:
            value = len(set(values))
        case Word.SUM:
            value = sum(values) if values else None
        case Word.MEAN:
            value, weight = (sum(values) if values else None), len(values)
        case Word.MEDIAN:
            value = statistics.median(values) if values else None
        case Word.PERCENTILE:
            value = percentile(values, side.at or 0) if values else None
        case Word.MIN:
            value = min(values, default=None)
        case _:
            value = max(values, default=None)
    return value, weight, len(met), people(source, met, time, world)


def _stock(
    source: PlainSource,
    one: WantedSide,
    world: World,
    calendar: FiscalCalendar,
    window: tuple[date, date] | None,
) -> dict[Key, Answer]:
    opened, closed = one.side.from_ or "", one.side.until or ""
    days = [row[name] for row in source.rows for name in (opened, closed) if row[opened] and row[name]]
    if not days:
        return {}
    first, last = window or (min(days), max(days))
    found: dict[Key, Answer] = {}
    for grain in one.grains:
        for period in calendar.periods_between(first, last + timedelta(days=1), grain):
            groups: dict[Key, list[Row]] = defaultdict(list)
            for row in source.rows:
                if row[opened] is not None and row[opened] < period.end:
                    for unit in placed(source, row, row[opened], world):
                        groups[(one.id, unit, grain, period.start, category(one, row))].append(row)
            for key, rows in groups.items():
                still = [
                    row for row in rows if is_open(row, opened, closed, period) and meets(row, one.side.where)
                ]
                found[key] = (len(still), None, len(still), people(source, still, opened, world))
    return found


def is_open(row: Row, opened: str, closed: str, period: Period) -> bool:
    ended = row[closed] is not None and row[closed] < period.end
    return row[opened] < period.end and not ended and (row[closed] is None or row[closed] > row[opened])


def category(one: WantedSide, row: Row) -> str | None:
    if one.breakdown is None:
        return None
    value = row[one.breakdown]
    return NO_CATEGORY if value is None else str(value)


def holds(span: Sequence[date | None], day: date) -> bool:
    start, end = span
    return (start is None or start <= day) and (end is None or day < end)


def placed(source: PlainSource, row: Row, day: date, world: World) -> list[str]:
    """Every unit the row counts for: where it happened and all above, or NOT_ASSIGNED and the top."""
    unit = None
    if source.worker is not None:
        worker = person(source, row, day, world)
        unit = next((u for w, u, *span in world.memberships if w == worker and holds(span, day)), None)
    elif source.unit is not None:
        unit = row[source.unit]
        if source.system is not None:
            unit = next(
                (
                    u
                    for s, i, u, *span in world.unit_ids
                    if (s, i) == (source.system, unit) and holds(span, day)
                ),
                None,
            )
    return (world.ancestors(unit, day) if unit else []) or world.ancestors(NOT_ASSIGNED, day)


def person(source: PlainSource, row: Row, day: date, world: World) -> str | None:
    own = row[source.worker or ""]
    if source.system is None or own is None:
        return own
    known = (p for s, i, p, *span in world.person_ids if (s, i) == (source.system, own) and holds(span, day))
    return next(known, own)


def people(source: PlainSource, rows: Iterable[Row], time: str, world: World) -> int | None:
    if source.worker is None:
        return None
    return len({person(source, row, row[time], world) for row in rows if row[source.worker] is not None})


def percentile(values: Sequence[float], at: float) -> float:
    """Linear between the two nearest ranks, the first value being 0 percent and the last 100."""
    ordered = sorted(values)
    position = (len(ordered) - 1) * at / 100
    low = int(position)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (position - low)


def meets(row: Row, where: dict[str, Condition]) -> bool:
    return all(_meets(row[column], condition) for column, condition in where.items())


def _meets(value: Any, condition: Condition) -> bool:
    if value is None and condition.or_missing:
        return True
    for word, given in condition.said.items():
        if word == "missing":
            true = value is None
        elif value is None:
            true = False
        elif word == "is":
            true = value == given
        elif word == "not":
            true = value not in (given if isinstance(given, tuple) else (given,))
        elif word == "in":
            true = value in given
        elif word == "at_least":
            true = value >= given
        elif word == "at_most":
            true = value <= given
        elif word == "more_than":
            true = value > given
        elif word == "less_than":
            true = value < given
        elif word == "between":
            true = given[0] <= value <= given[1]
        else:
            true = True
        if not true:
            return False
    return True
