"""What one reading of a file found, as plain values that survive JSON."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass
from typing import Any, Self

from goldenthread.facts.drift import NO_DRIFT, Drift

ACCEPTED, REJECTS, PLACES = "accepted.parquet", "rejects.parquet", "places.parquet"
EXAMPLES = 3


@dataclass(frozen=True)
class Example:
    """One refused cell: data row (from 1) and what stood there, None for nothing."""

    row: int
    value: str | None


@dataclass(frozen=True)
class Reason:
    """Why rows were refused: the column as the file calls it, what was wanted, how often, the first few."""

    column: str
    reason: str
    count: int
    examples: tuple[Example, ...]


@dataclass(frozen=True)
class Report:
    """The outcome of reading one file.

    ``rows`` = ``accepted`` + ``rejected``, counted in rows, not cells; ``blank_rows`` come on top.
    ``mended_rows`` had stray quotes and could be read in only one way that gives them all their cells; they
    are among ``rows``. ``period`` is the first and last local day of the accepted rows, None without a time
    column or rows. ``worker_columns`` is what the file calls the column that names a worker.
    ``skipped_times`` and ``repeated_times`` count local clock times that the change to or from daylight
    saving time skipped or repeated. ``drift`` says which change of the definition would fit the file."""

    rows: int
    accepted: int
    rejected: int
    blank_rows: int
    mended_rows: int
    period: tuple[dt.date, dt.date] | None
    rows_per_day: tuple[tuple[dt.date, int], ...]
    reasons: tuple[Reason, ...]
    worker_columns: tuple[str, ...]
    missing_columns: tuple[str, ...]
    extra_columns: tuple[str, ...]
    skipped_times: int
    repeated_times: int
    drift: Drift = NO_DRIFT

    def as_dict(self) -> dict[str, Any]:
        """Plain lists, dicts, text and numbers; days are ISO text."""
        plain = asdict(self)
        plain["period"] = [day.isoformat() for day in self.period] if self.period else None
        plain["rows_per_day"] = [[day.isoformat(), count] for day, count in self.rows_per_day]
        return plain

    @classmethod
    def from_dict(cls, plain: dict[str, Any]) -> Self:
        """The report that ``as_dict`` described, also after a trip through JSON."""
        day = dt.date.fromisoformat
        period = plain["period"]
        return cls(
            **{
                **plain,
                "period": (day(period[0]), day(period[1])) if period else None,
                "rows_per_day": tuple((day(at), count) for at, count in plain["rows_per_day"]),
                "reasons": tuple(
                    Reason(
                        one["column"],
                        one["reason"],
                        one["count"],
                        tuple(Example(**example) for example in one["examples"]),
                    )
                    for one in plain["reasons"]
                ),
                "worker_columns": tuple(plain["worker_columns"]),
                "missing_columns": tuple(plain["missing_columns"]),
                "extra_columns": tuple(plain["extra_columns"]),
                "drift": Drift.from_dict(plain["drift"]),
            }
        )
