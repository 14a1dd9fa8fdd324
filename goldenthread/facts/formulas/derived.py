"""Columns a source derives from its others: time elapsed, whether a clock was kept, and until when."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, Self

from pydantic import Field, model_validator

from goldenthread.calc.clocks import Counting
from goldenthread.definitions import Definition

ElapsedUnit = Literal["days", "working_days", "hours", "minutes", "seconds"]


class OnTime(Definition):
    """A clock: `done` within `days` of `start`, or by the day in the column `due`.

    `paused` is a column of days on which the clock stood still, taken off only when every column of
    `pause_reasons` holds one of its values. `tolerance` days more still count as on time. Without `done`, or
    without a start or due day, there is no answer yet: the column is missing there.
    """

    done: str
    start: str | None = None
    days: int | None = Field(default=None, ge=0)
    due: str | None = None
    counting: Counting = Counting.CALENDAR
    paused: str | None = None
    pause_reasons: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    tolerance: int = Field(default=0, ge=0)

    @model_validator(mode="after")
    def _one_clock(self) -> Self:
        if self.due is None and (self.start is None or self.days is None):
            raise ValueError("either due, or start with days")
        if self.due is not None and (self.start is not None or self.days is not None):
            raise ValueError("either due, or start with days, not both")
        if self.pause_reasons and self.paused is None:
            raise ValueError("paused, the column with the days on hold, beside pause_reasons")
        return self


class Derived(Definition):
    """One derived column: `{elapsed: hours, from: opened_at, until: closed_at}`, `{on_time: {...}}`, or
    `{due: in_time}`, the last day in time by the clock of another derived column, tolerance left aside.

    Elapsed days are calendar days between the two local dates, working days those in `[from, until)`, and
    hours, minutes and seconds the exact time between two datetimes. An end before its start gives a missing
    value: a negative duration is an error in the extract and must not pull an average down.
    """

    elapsed: ElapsedUnit | None = None
    from_: str | None = Field(default=None, alias="from")
    until: str | None = None
    on_time: OnTime | None = None
    due: str | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if [self.elapsed, self.on_time, self.due].count(None) != 2:
            raise ValueError("one of elapsed, on_time, due")
        if self.elapsed is None and (self.from_ or self.until):
            raise ValueError("from and until only with elapsed")
        if self.elapsed is not None and not (self.from_ and self.until):
            raise ValueError(
                "elapsed with from and until, such as {elapsed: days, from: opened, until: closed}"
            )
        return self

    @property
    def type(self) -> str:
        """Its column type, in the words of a source."""
        return "number" if self.elapsed else "date" if self.due else "yes_no"

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the source it reads; those of a due day are its clock's."""
        if self.on_time is None:
            return tuple(name for name in (self.from_, self.until) if name)
        clock = self.on_time
        named = (clock.done, clock.start, clock.due, clock.paused, *clock.pause_reasons)
        return tuple(name for name in named if name)


def clock_of(one: Derived, derived: Mapping[str, Derived]) -> OnTime | None:
    """The clock that a derived column says something of."""
    return derived[one.due].on_time if one.due is not None else one.on_time
