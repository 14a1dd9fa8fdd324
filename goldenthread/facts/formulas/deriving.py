"""The values of derived columns, worked out beside the facts as they are read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

import ibis.expr.types as ir
import pyarrow as pa

from goldenthread.calc.clocks import Counting, WorkingCalendar
from goldenthread.facts.engines import Session
from goldenthread.facts.formulas.derived import Derived, OnTime
from goldenthread.facts.store.days import day_column

_SECONDS = {"hours": 3600.0, "minutes": 60.0, "seconds": 1.0}
_ORIGIN = date(1970, 1, 1)


def with_derived(
    session: Session,
    facts: ir.Table,
    derived: Mapping[str, Derived],
    needed: Iterable[str],
    schema: pa.Schema,
    calendar: WorkingCalendar,
) -> ir.Table:
    """`facts` with those derived columns that are `needed`; elapsed as double, on time as boolean."""
    wanted = {name: derived[name] for name in dict.fromkeys(needed) if name in derived}
    worked = {day_column(time, schema) for one in wanted.values() for time in _worked_times(one)}
    facts = _with_ordinals(session, facts, sorted(worked), calendar)
    columns = {
        name: _elapsed(facts, one, schema) if one.on_time is None else _kept(facts, one.on_time, schema)
        for name, one in wanted.items()
    }
    return facts.mutate(**columns) if columns else facts


def _worked_times(one: Derived) -> tuple[str, ...]:
    """The time columns between which working days are counted."""
    if one.elapsed == "working_days":
        return one.columns
    if one.on_time is not None and one.on_time.counting is Counting.WORKING:
        return (one.on_time.done, one.on_time.due or one.on_time.start or "")
    return ()


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
        stood = facts[clock.paused].fill_null(0)
        for reason, values in clock.pause_reasons.items():
            stood = facts[reason].isin(values).fill_null(False).ifelse(stood, 0)
        taken = taken - stood
    in_time = taken <= (clock.days or 0) + clock.tolerance
    return in_time if clock.start is None else (facts[done] >= facts[since]).ifelse(in_time, None)


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
