"""The values of derived columns, worked out beside the facts as they are read."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from goldenthread.calc.clocks import Counting, WorkingCalendar
from goldenthread.facts.engines import Session
from goldenthread.facts.formulas.derived import Derived, OnTime, clock_of
from goldenthread.facts.store.days import day_column

_SECONDS = {"hours": 3600.0, "minutes": 60.0, "seconds": 1.0}
_ORIGIN = date(1970, 1, 1)
_MOST_PAUSED = 36_500
"""A hundred years: an error in an extract must not lead beyond the last day there is."""


def with_derived(
    session: Session,
    facts: ir.Table,
    derived: Mapping[str, Derived],
    needed: Iterable[str],
    schema: pa.Schema,
    calendar: WorkingCalendar,
) -> ir.Table:
    """`facts` with those derived columns that are `needed`; elapsed as double, on time as boolean, due as
    date."""
    wanted = {name: derived[name] for name in dict.fromkeys(needed) if name in derived}
    clocks = {name: clock_of(one, derived) for name, one in wanted.items()}
    worked = {
        day_column(time, schema) for name, one in wanted.items() for time in _worked_times(one, clocks[name])
    }
    facts = _with_ordinals(session, facts, sorted(worked), calendar)
    for name, one in wanted.items():
        clock = clocks[name]
        if clock is None:
            facts = facts.mutate(**{name: _elapsed(facts, one, schema)})
        elif one.due is None:
            facts = facts.mutate(**{name: _kept(facts, clock, schema)})
        else:
            facts = _with_due(session, facts, name, clock, schema, calendar)
    return facts


def _worked_times(one: Derived, clock: OnTime | None) -> tuple[str, ...]:
    """The time columns between which working days are counted."""
    if one.elapsed == "working_days":
        return one.columns
    if clock is None or clock.counting is Counting.CALENDAR:
        return ()
    since = clock.due or clock.start or ""
    return (since,) if one.due is not None else (clock.done, since)


def _with_ordinals(
    session: Session, facts: ir.Table, columns: Sequence[str], calendar: WorkingCalendar
) -> ir.Table:
    """For each day column, how many working days lie before its day; a difference counts `[from, until)`."""
    for column in columns:
        reach = facts.aggregate(first=facts[column].min(), last=facts[column].max())
        span = session.execute(reach).to_pylist()[0]
        days: list[date] = []
        if span["first"] is not None:
            days = [
                span["first"] + timedelta(days=step)
                for step in range((span["last"] - span["first"]).days + 1)
            ]
        ordinals = session.memory(
            pa.table(
                {
                    _day(column): pa.array(days, pa.date32()),
                    _ordinal(column): pa.array(
                        [calendar.days_between(_ORIGIN, day) for day in days], pa.int64()
                    ),
                }
            )
        )
        facts = facts.left_join(ordinals, facts[column] == ordinals[_day(column)]).drop(_day(column))
    return facts


def _elapsed(facts: ir.Table, one: Derived, schema: pa.Schema) -> ir.Value:
    began, ended = one.columns
    if one.elapsed in _SECONDS:
        start, end = facts[began], facts[ended]
        passed = (exact_seconds(end) - exact_seconds(start)) / _SECONDS[one.elapsed]
    else:
        counting = Counting.WORKING if one.elapsed == "working_days" else Counting.CALENDAR
        start, end = facts[day_column(began, schema)], facts[day_column(ended, schema)]
        passed = _days(facts, day_column(began, schema), day_column(ended, schema), counting)
    return (end >= start).ifelse(passed.cast("float64"), None)


def _kept(facts: ir.Table, clock: OnTime, schema: pa.Schema) -> ir.Value:
    done = day_column(clock.done, schema)
    since = day_column(clock.due or clock.start or "", schema)
    taken = _days(facts, since, done, clock.counting)
    if clock.paused is not None:
        taken = taken - _stood(facts, clock)
    in_time = taken <= (clock.days or 0) + clock.tolerance
    return in_time if clock.start is None else (facts[done] >= facts[since]).ifelse(in_time, None)


def _stood(facts: ir.Table, clock: OnTime) -> ir.Value:
    """The days on which the clock stood still."""
    stood = facts[clock.paused or ""].fill_null(0)
    for reason, values in clock.pause_reasons.items():
        stood = facts[reason].isin(values).fill_null(False).ifelse(stood, 0)
    return stood


def _with_due(
    session: Session,
    facts: ir.Table,
    name: str,
    clock: OnTime,
    schema: pa.Schema,
    calendar: WorkingCalendar,
) -> ir.Table:
    """The last day on which the clock is kept: of those it counts, the one with so many before it."""
    since = day_column(clock.due or clock.start or "", schema)
    allowed = ibis.literal(clock.days or 0)
    if clock.paused is not None:
        allowed = allowed + _stood(facts, clock).clip(-_MOST_PAUSED, _MOST_PAUSED).floor().cast("int64")
    if clock.counting is Counting.CALENDAR:
        return facts.mutate(**{name: (facts[since] + allowed.as_interval("D")).cast("date")})
    facts = facts.mutate(**{_ordinal(name): facts[_ordinal(since)] + allowed})
    reach = facts.aggregate(first=facts[_ordinal(name)].min(), last=facts[_ordinal(name)].max())
    span = session.execute(reach).to_pylist()[0]
    found = [] if span["first"] is None else list(_worked_days(calendar, span["first"], span["last"]))
    days = session.memory(
        pa.table(
            {
                _day(name): pa.array([number for number, _ in found], pa.int64()),
                name: pa.array([day for _, day in found], pa.date32()),
            }
        )
    )
    return facts.left_join(days, facts[_ordinal(name)] == days[_day(name)]).drop(_day(name))


def _worked_days(calendar: WorkingCalendar, first: int, last: int) -> Iterator[tuple[int, date]]:
    """The working days with so many before them, since 1970, each with its number."""
    ordinals = range(date.min.toordinal(), date.max.toordinal())

    def before(ordinal: int) -> int:
        return calendar.days_between(_ORIGIN, date.fromordinal(ordinal))

    place = bisect_left(ordinals, first, key=before)
    number, day = first, date.fromordinal(ordinals[place])
    while number <= last:
        if calendar.is_working(day):
            yield number, day
            number += 1
        day += timedelta(days=1)


def _days(facts: ir.Table, start: str, end: str, counting: Counting) -> ir.Value:
    if counting is Counting.WORKING:
        return facts[_ordinal(end)] - facts[_ordinal(start)]
    return facts[end].delta(facts[start], unit="day")


def exact_seconds(instant: ir.Value) -> ir.Value:
    """Since 1970, with what is less than a second."""
    return instant.epoch_seconds() + instant.microsecond() / 1_000_000


def _ordinal(column: str) -> str:
    return f"_ordinal_{column}"


def _day(column: str) -> str:
    return f"_day_{column}"
