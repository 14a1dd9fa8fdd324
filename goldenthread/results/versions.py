"""The versions of a measure's definition: who wrote each, why, and what it changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from goldenthread.record.audit.names import names_of
from goldenthread.record.measures.models import Measure
from goldenthread.record.measures.queries import history


@dataclass(frozen=True)
class Version:
    """``changed`` names the keys of its YAML that differ from the version before; ``data`` is all of it.

    ``formula_from`` is the first day of its formula when the days before kept the one they had.
    """

    number: int
    written_at: datetime
    written_by: str
    why: str
    changed: tuple[str, ...]
    formula_changed: bool
    formula_from: date | None
    data: Mapping[str, Any]


def versions(measure: Measure) -> tuple[Version, ...]:
    """Every version, the newest first. Two queries."""
    rows = list(history(measure))
    names = names_of(row.written_by for row in rows)
    before: list[Mapping[str, Any]] = [row.definition for row in rows[1:]]
    return tuple(
        Version(
            number=row.number,
            written_at=row.written_at,
            written_by=names[row.written_by],
            why=row.why,
            changed=_differing(earlier, row.definition),
            formula_changed=row.formula_changed,
            formula_from=row.formula_from,
            data=row.definition,
        )
        for row, earlier in zip(rows, [*before, {}], strict=True)
    )


def _differing(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(key for key in {**old, **new} if old.get(key) != new.get(key)) if old else ()
