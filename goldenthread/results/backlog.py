"""A backlog by week, what may become of it, and what was promised about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from goldenthread.calc.backlog import Expected, Promise, drift_forecast
from goldenthread.calc.clocks import Counting, WorkingCalendar
from goldenthread.calc.periods import Grain, Period
from goldenthread.facts.formulas.derived import OnTime
from goldenthread.facts.formulas.vocabulary import Condition, Side
from goldenthread.facts.scope import Scope
from goldenthread.record.measures.definition import MeasureDefinition
from goldenthread.record.orgs import queries as orgs
from goldenthread.results.counting_open import OpenCounting
from goldenthread.results.reports import Stretch, counted
from goldenthread.results.seen import Stored
from goldenthread.results.surroundings import Surroundings

PAST_WEEKS = 26
COMING_WEEKS = 8
PACE_WEEKS = 4
"""What would be overdue by then is shared out over so many weeks, and compared with as many."""


@dataclass(frozen=True)
class Week:
    """What came in and was done in a week, and what was open at its end; None where nothing was loaded."""

    period: Period
    received: int
    done: int
    open: int | None


@dataclass(frozen=True)
class Outlook:
    """The last weeks, the oldest first; what may be open at the end of each of the next; and the promises of
    this month and the next, each with its month."""

    weeks: tuple[Week, ...]
    expected: tuple[Expected, ...]
    promises: tuple[tuple[Period, Promise], ...]
    overdue_by_then: int

    @property
    def pace(self) -> float:
        """How many were done a week of late."""
        recent = self.weeks[-PACE_WEEKS:]
        return sum(one.done for one in recent) / len(recent) if recent else 0.0

    @property
    def pace_wanted(self) -> float:
        """How many a week leave nothing overdue in ``PACE_WEEKS`` weeks."""
        return self.overdue_by_then / PACE_WEEKS


def outlook_of(
    counting: OpenCounting, unit: str, overdue_by_then: int, scope: Scope, *, around: Surroundings
) -> Outlook:
    """Of a unit, of which so many things are overdue in ``PACE_WEEKS`` weeks if nothing is done."""
    weeks = _weeks(counting, unit, scope, around)
    levels = [one.open for one in weeks if one.open is not None]
    return Outlook(
        weeks=weeks,
        # A gap in the past is a week of which nobody knows how it changed.
        expected=drift_forecast(levels, COMING_WEEKS) if len(levels) == len(weeks) else (),
        promises=tuple(_promises(counting, unit, scope, around)),
        overdue_by_then=overdue_by_then,
    )


def _weeks(counting: OpenCounting, unit: str, scope: Scope, around: Surroundings) -> tuple[Week, ...]:
    """Those that are over, from the first of which anything is known."""
    side, calendar = counting.column.numerator, around.calendar
    last = calendar.previous(calendar.period_of(around.today, Grain.WEEK))
    stretch = Stretch(calendar, last, calendar.shift(last, 1 - PAST_WEEKS))
    measures = [
        _measure(counting, "open", side, Grain.WEEK),
        _measure(counting, "received", _side(counting, side.from_, side.where), Grain.WEEK),
        _measure(counting, "done", _side(counting, side.until, side.where), Grain.WEEK),
    ]
    found = counted(measures, [unit], stretch, scope, today=around.today)[unit]
    periods = [calendar.shift(stretch.first, step) for step in range(PAST_WEEKS)]
    weeks = [
        Week(
            one,
            _number(found["received"].get(one)),
            _number(found["done"].get(one)),
            _number(found["open"][one]) if one in found["open"] else None,
        )
        for one in periods
    ]
    known = next((number for number, one in enumerate(weeks) if one.open is not None), len(weeks))
    return tuple(weeks[known:])


def _promises(
    counting: OpenCounting, unit: str, scope: Scope, around: Surroundings
) -> Iterator[tuple[Period, Promise]]:
    """Of this month and the next, where anything is due then."""
    if counting.asked.threshold is None:
        return
    side, due, calendar = counting.column.numerator, counting.asked.due, around.calendar
    month = calendar.period_of(around.today, Grain.MONTH)
    stretch = Stretch(calendar, calendar.shift(month, 1), month)
    still = Condition(at_least=_first_still_in_time(counting.clock, orgs.working_calendar(), around.today))
    kept = {**side.where, counting.clock_name: Condition.model_validate(True)}
    left = {**side.where, side.until or "": Condition(missing=True), due: still}
    measures = [
        _measure(counting, "due", _side(counting, due, side.where), Grain.MONTH),
        _measure(counting, "kept", _side(counting, due, kept), Grain.MONTH),
        _measure(counting, "left", _side(counting, due, left), Grain.MONTH),
    ]
    found = counted(measures, [unit], stretch, scope, today=around.today)[unit]
    for one in (month, stretch.asked):
        numbers = [_number(found[key].get(one)) for key in ("due", "kept", "left")]
        if numbers[0]:
            yield one, Promise(counting.asked.threshold, *numbers)


def _side(counting: OpenCounting, time: str | None, where: Mapping[str, Condition]) -> Side:
    side = counting.column.numerator
    return Side(count=side.subject, source=side.source, time=time, where=dict(where))


def _measure(counting: OpenCounting, key: str, side: Side, grain: Grain) -> MeasureDefinition:
    return counting.measure.model_copy(update={"measure": key, "numerator": side, "frequency": grain})


def _first_still_in_time(clock: OnTime, calendar: WorkingCalendar, today: date) -> date:
    """The earliest due day of what counts as in time when it is done today."""
    if clock.counting is Counting.CALENDAR:
        return today - timedelta(days=clock.tolerance)
    day = today
    while calendar.days_between(day - timedelta(days=1), today) <= clock.tolerance:
        day -= timedelta(days=1)
    return day


def _number(stored: Stored | None) -> int:
    return round(stored.value) if stored is not None and stored.value is not None else 0
