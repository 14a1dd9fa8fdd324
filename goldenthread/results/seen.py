"""What one viewer sees of an observation. Every reader of values asks ``Scope.is_closed``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from goldenthread.facts.scope import Scope


class Stored(NamedTuple):
    """One observation as it is seen. ``folded``: few people stand behind it, or behind one beside it that it
    would give away, and so nothing but that is told."""

    numerator: float | None
    denominator: float | None
    value: float | None
    facts: int
    contributors: int | None
    definition: int
    folded: bool = False


def as_seen(scope: Scope, unit: str, fold: int, stored: Stored) -> Stored:
    """The observation, or that it is folded. ``fold`` is what is kept with it."""
    return (
        Stored(None, None, None, 0, None, stored.definition, True) if scope.is_closed(unit, fold) else stored
    )


def stored_of(row: Mapping[str, Any], *, definition: int) -> Stored:
    """A row of ``composing.ROWS``."""
    return Stored(
        numerator=row["numerator"],
        denominator=row["denominator"],
        value=row["value"],
        facts=row["facts"] or 0,
        contributors=row["contributors"],
        definition=definition,
    )
