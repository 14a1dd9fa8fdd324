"""Something that is kept for a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from goldenthread.jobs.retention.schedule import RecordClass


@dataclass(frozen=True)
class Kept:
    """One thing that is kept: since when the time runs, the days it tells of (half-open), and the ids of the
    people it is about, None when it may be anybody."""

    of: RecordClass
    object_id: str
    since: date
    first_day: date
    day_after: date
    people: frozenset[int] | None = None
