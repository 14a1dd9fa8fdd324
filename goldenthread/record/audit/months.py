"""Months of the audit log, in UTC: the parts in which it is closed and, much later, dropped."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

_WRITTEN = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")


@dataclass(frozen=True, order=True)
class Month:
    """A calendar month; as text 2026-03."""

    year: int
    number: int

    @classmethod
    def of(cls, at: datetime) -> Month:
        """The month in which a moment lies."""
        utc = at.astimezone(UTC)
        return cls(utc.year, utc.month)

    @classmethod
    def parse(cls, text: str) -> Month:
        """The month that is written; ValueError when none is."""
        match = _WRITTEN.fullmatch(text)
        if match is None:
            raise ValueError(f"Found “{text}”; wanted a month, such as 2026-03.")
        return cls(int(match[1]), int(match[2]))

    @property
    def next(self) -> Month:
        return Month(self.year + 1, 1) if self.number == 12 else Month(self.year, self.number + 1)

    @property
    def end(self) -> datetime:
        """The first moment after it."""
        return datetime(self.next.year, self.next.number, 1, tzinfo=UTC)

    def __str__(self) -> str:
        return f"{self.year}-{self.number:02}"
