"""What is proposed where a file differs from the definition of its source: which lines change, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from goldenthread.definitions import dump_yaml
from goldenthread.facts.drift import Change, Drift, in_words
from goldenthread.facts.sources import AnyOf, Column
from goldenthread.record.sources import queries
from goldenthread.record.sources.fields import plain_data
from goldenthread.record.sources.models import Batch, BatchState

ENOUGH_TO_WAIT = 0.1
"""A file that needs a change for so many of its rows is not loaded before somebody has looked at it."""
OPEN = (BatchState.REFUSED, BatchState.WAITING)


@dataclass(frozen=True)
class ProposedLine:
    """One key of a column, as it is and as it would be, both in YAML (``now`` is empty where there is none),
    and why."""

    column: str
    now: str
    then: str
    why: str


@dataclass(frozen=True)
class Proposed:
    """What would change in the definition, the whole definition after that, and in sentences what else
    differs."""

    lines: tuple[ProposedLine, ...]
    text: str
    told: tuple[str, ...]


def proposed(batch: Batch) -> Proposed | None:
    """What is proposed for a file that is refused or waits; None when nothing differs, and once the
    definition is another than the file was read by."""
    if batch.state not in OPEN or batch.source_version != batch.source.version:
        return None
    drift = drift_of(batch)
    if not (drift.changes or drift.told):
        return None
    definition = queries.definition_of(batch.source)
    data: dict[str, Any] = plain_data(definition)
    lines = []
    for change in drift.changes:
        shape = data["columns"][change.column]
        now, then = shape.get(change.key), _joined(definition.columns[change.column], change)
        shape[change.key] = then
        lines.append(
            ProposedLine(change.column, _written(change.key, now), _written(change.key, then), change.why)
        )
    return Proposed(tuple(lines), dump_yaml(data), drift.told)


def drift_of(batch: Batch) -> Drift:
    """In what a file was found to differ when it was read."""
    return Drift.from_dict(batch.report.get("drift") or {})


def is_held(batch: Batch) -> bool:
    """Whether a file waits for a person who looks at what is proposed: nothing loads it by itself."""
    return batch.state == BatchState.WAITING and _holds(drift_of(batch))


def message_of(batch: Batch) -> str:
    """Why a file was refused or is held, and what is proposed, for whoever hears of it and has no page before
    them."""
    drift = drift_of(batch)
    if batch.state not in OPEN or not drift.changes or not (batch.message or is_held(batch)):
        return batch.message
    said = (
        batch.message or "It is not loaded by itself, because it differs from the definition of its source."
    )
    return (
        f"{said} Proposed: {' '.join(map(in_words, drift.changes))} Its page has a button that accepts this."
    )


def _holds(drift: Drift) -> bool:
    return any(change.share >= ENOUGH_TO_WAIT for change in drift.changes)


def _joined(column: Column, change: Change) -> Any:
    """What a key becomes, so that what was read until now is read as before."""
    if change.key == "from":
        read_from = column.from_
        before = read_from.any if isinstance(read_from, AnyOf) else (read_from or change.column,)
        return {"any": [*before, *change.add]}
    return [*getattr(column, change.key), *change.add]


def _written(key: str, value: Any) -> str:
    return "" if value is None else dump_yaml({key: value}).rstrip()
