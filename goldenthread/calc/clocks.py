"""Working days, and clocks that say whether something was done in time."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class WorkingCalendar:
    """Which days are worked: `weekdays` (0 is Monday) less `holidays`."""

    weekdays: frozenset[int] = frozenset(range(5))
    holidays: frozenset[date] = frozenset()
    _worked_holidays: tuple[date, ...] = field(init=False, repr=False, compare=False)
    """The holidays that would else be worked, in order."""

    def __post_init__(self) -> None:
        if not self.weekdays or not self.weekdays <= frozenset(range(7)):
            raise ValueError(
                f"Found {sorted(self.weekdays)} as working weekdays; wanted one or more of 0 (Monday) to 6."
            )
        worked = sorted(day for day in self.holidays if day.weekday() in self.weekdays)
        object.__setattr__(self, "_worked_holidays", tuple(worked))

    def is_working(self, day: date) -> bool:
        return day.weekday() in self.weekdays and day not in self.holidays

    def days_between(self, start: date, end: date) -> int:
        """The working days in `[start, end)`: `start` counts if it is one, `end` does not.

        Monday to Tuesday is 1, a day to itself 0, Friday to Monday 1, Saturday to Monday 0. Negative when
        `end` is before `start`.
        """
        if end < start:
            return -self.days_between(end, start)
        weeks, rest = divmod((end - start).days, 7)
        in_rest = sum((start.weekday() + step) % 7 in self.weekdays for step in range(rest))
        holidays = bisect_left(self._worked_holidays, end) - bisect_left(self._worked_holidays, start)
        return weeks * len(self.weekdays) + in_rest - holidays


class Counting(StrEnum):
    """Which days a clock counts."""

    CALENDAR = "calendar"
    WORKING = "working"


class Timeliness(StrEnum):
    ON_TIME = "on_time"
    LATE = "late"
    RUNNING = "running"
    PAUSED = "paused"
    OVERDUE = "overdue"


@dataclass(frozen=True)
class Pause:
    """The clock stands still in `[start, end)`; without an end it still does."""

    start: date
    end: date | None = None

    def __contains__(self, day: date) -> bool:
        return self.start <= day and (self.end is None or day < self.end)


@dataclass(frozen=True)
class Clock:
    """`days` are allowed, and `tolerance` more before a thing counts as late."""

    days: int
    counting: Counting = Counting.CALENDAR
    calendar: WorkingCalendar = WorkingCalendar()
    tolerance: int = 0

    def __post_init__(self) -> None:
        if self.days < 0 or self.tolerance < 0:
            raise ValueError(
                f"Found a clock of {self.days} days with a tolerance of {self.tolerance}; wanted 0 or more."
            )

    def elapsed(self, start: date, end: date, pauses: Iterable[Pause] = ()) -> int:
        """The days counted in `[start, end)`, less the paused ones; ValueError when `end` comes first."""
        if end < start:
            raise ValueError(f"Found an end on {end}, before the start on {start}; wanted it on or after.")
        paused = _merge(start, end, pauses)
        return self._count(start, end) - sum(self._count(first, after) for first, after in paused)

    def due(self, start: date, pauses: Sequence[Pause] = ()) -> date | None:
        """The last day on which it is done in time, tolerance left aside.

        None while a pause without an end covers that day: nobody can say yet.
        """
        for pause in pauses:
            if pause.end is None and self.elapsed(start, max(start, pause.start), pauses) <= self.days:
                return None
        return _nth_counted_day(
            start, self.days, lambda day: self._counts(day) and not any(day in pause for pause in pauses)
        )

    def read(self, start: date, done: date | None, *, today: date, pauses: Sequence[Pause] = ()) -> "Reading":
        """Where the clock stands: finished in time or late, or still running, paused or overdue `today`."""
        until = today if done is None else done
        elapsed = self.elapsed(start, until, pauses)
        in_time = elapsed <= self.days + self.tolerance
        if done is not None:
            state = Timeliness.ON_TIME if in_time else Timeliness.LATE
        elif not in_time:
            state = Timeliness.OVERDUE
        elif any(today in pause for pause in pauses):
            state = Timeliness.PAUSED
        else:
            state = Timeliness.RUNNING
        return Reading(state, elapsed, self.days - elapsed, self.due(start, pauses))

    def _counts(self, day: date) -> bool:
        return self.counting is Counting.CALENDAR or self.calendar.is_working(day)

    def _count(self, start: date, end: date) -> int:
        if self.counting is Counting.CALENDAR:
            return (end - start).days
        return self.calendar.days_between(start, end)


@dataclass(frozen=True)
class Reading:
    """`elapsed` and `left` are in the days the clock counts; `left` is negative past the allowed days."""

    state: Timeliness
    elapsed: int
    left: int
    due: date | None


def _merge(start: date, end: date, pauses: Iterable[Pause]) -> list[tuple[date, date]]:
    """The pauses cut to `[start, end)`, in order and without overlap, so that no day is taken off twice."""
    cut = sorted((max(pause.start, start), min(pause.end or end, end)) for pause in pauses)
    merged: list[tuple[date, date]] = []
    reached = start
    for first, after in cut:
        if after > max(first, reached):
            merged.append((max(first, reached), after))
            reached = after
    return merged


def _nth_counted_day(start: date, days: int, counts: Callable[[date], bool]) -> date:
    """The counted day that has `days` counted days in `[start, it)`."""
    if days < 0:
        raise ValueError(f"Found {days} days to add; wanted 0 or more.")
    day, passed = start, 0
    while passed < days or not counts(day):
        passed += counts(day)
        day += ONE_DAY
    return day
