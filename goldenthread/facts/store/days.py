"""Sets of days, kept as ranges: what a load touched, and which column holds the day of a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import pyarrow as pa

from goldenthread.facts.columns import DAY_SUFFIX, day_of


@dataclass(frozen=True)
class DayRanges:
    """A set of days as half-open ranges in order, none touching the next."""

    ranges: tuple[tuple[date, date], ...] = ()

    @classmethod
    def of(cls, days: Iterable[date]) -> DayRanges:
        merged: list[tuple[date, date]] = []
        for day in sorted(set(days)):
            after = day + timedelta(days=1)
            if merged and merged[-1][1] == day:
                merged[-1] = (merged[-1][0], after)
            else:
                merged.append((day, after))
        return cls(tuple(merged))

    @property
    def first(self) -> date | None:
        return self.ranges[0][0] if self.ranges else None

    @property
    def last(self) -> date | None:
        """The last day itself."""
        return self.ranges[-1][1] - timedelta(days=1) if self.ranges else None

    def with_those_between(self) -> DayRanges:
        """Every day from the first to the last."""
        return DayRanges(((self.ranges[0][0], self.ranges[-1][1]),) if self.ranges else ())

    def __iter__(self) -> Iterator[date]:
        for start, end in self.ranges:
            for step in range((end - start).days):
                yield start + timedelta(days=step)

    def __or__(self, other: DayRanges) -> DayRanges:
        return DayRanges.of([*self, *other])

    def __bool__(self) -> bool:
        return bool(self.ranges)


def day_column(time: str, schema: pa.Schema) -> str:
    """The column that holds the local day of the time column `time`; ValueError when it is no time column."""
    for name in (day_of(time), time):
        if name in schema.names and pa.types.is_date(schema.field(name).type):
            return name
    raise ValueError(
        f"Found {time} as a time column; wanted one of: {', '.join(time_columns(schema)) or 'none here'}."
    )


def time_columns(schema: pa.Schema) -> dict[str, str]:
    """Every time column with the column that holds its local day."""
    return {
        field.name.removesuffix(DAY_SUFFIX): field.name for field in schema if pa.types.is_date(field.type)
    }
