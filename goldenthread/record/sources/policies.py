"""What the state of a source or a batch allows, whoever asks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from goldenthread.facts.sources import SourceDefinition
from goldenthread.record.answers import NotAllowed
from goldenthread.record.sources.models import Batch, BatchState, Fetch

S = BatchState

# Reading may begin again: the file is kept, and a restart finds the batch half read. A load that failed
# before its commit goes back to waiting. What was refused or waits is as if just received once the definition
# of its source fits it better.
TRANSITIONS: dict[BatchState, frozenset[BatchState]] = {
    S.RECEIVED: frozenset({S.READING, S.DISCARDED}),
    S.READING: frozenset({S.READING, S.WAITING, S.REFUSED, S.DISCARDED}),
    S.REFUSED: frozenset({S.RECEIVED}),
    S.WAITING: frozenset({S.RECEIVED, S.READING, S.LOADING, S.DISCARDED}),
    S.LOADING: frozenset({S.LOADED, S.WAITING}),
    S.LOADED: frozenset({S.UNDONE}),
    S.DISCARDED: frozenset(),
    S.UNDONE: frozenset(),
}

# On its way: something still has to happen to it.
UNFINISHED = frozenset({S.RECEIVED, S.READING, S.WAITING, S.LOADING})
# It brought, or may still bring, the extract that was expected.
ARRIVED = UNFINISHED | {S.LOADED}


def check_can_become(batch: Batch, wanted: BatchState) -> None:
    if wanted not in TRANSITIONS[BatchState(batch.state)]:
        now = BatchState(batch.state).label.lower()
        raise NotAllowed(f"Batch {batch.pk} is {now}, so it cannot become {wanted.label.lower()}.")


# Types that the store keeps in the same way, so that one may become the other.
_KEPT_ALIKE = ({"text", "category"}, {"number", "duration"})


def check_can_follow(old: SourceDefinition, new: SourceDefinition, loaded: int) -> None:
    """A definition may replace another unless rows are loaded and a column would be kept as another type."""
    if not loaded:
        return
    if old.kind != "internal" and new.kind == "internal":
        raise NotAllowed(
            f"Files are loaded into “{old.source}”, which the product would fill by itself from now on. "
            "Undo the loaded batches first."
        )
    changed = [
        f"“{name}” from {column.type} to {new.columns[name].type}"
        for name, column in old.columns.items()
        if name in new.columns and not _alike(column.type, new.columns[name].type)
    ]
    if changed:
        batches = "1 batch is" if loaded == 1 else f"{loaded} batches are"
        raise NotAllowed(
            f"{batches} loaded into “{old.source}”, and the new definition changes {', '.join(changed)}. "
            "Undo the loaded batches first, or give the column another name."
        )


def _alike(old: str, new: str) -> bool:
    return old == new or any({old, new} <= alike for alike in _KEPT_ALIKE)


# What the rows read from a file do not depend on; derived columns are worked out when a formula asks for
# them.
_APART_FROM_READING = frozenset({"title", "expected", "pull", "derived"})


def reads_alike(old: Mapping[str, object], new: Mapping[str, object]) -> bool:
    """Whether two definitions, as plain data, would make the same rows out of every file."""
    keys = (old.keys() | new.keys()) - _APART_FROM_READING
    return all(old.get(key) == new.get(key) for key in keys)


# After a failure the next try waits so long, and after the last of them for the time of the next day.
PAUSES = (timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1), timedelta(hours=3))


def next_try(last: Fetch | None, at: time, *, now: datetime, zone: ZoneInfo) -> datetime:
    """When a source is fetched next: each day at ``at`` in this zone, and again after growing pauses while it
    fails. What was never tried, or not since its last time came, is due now."""
    turn = _last_turn(at, now=now, zone=zone)
    if last is None or last.tried_at < turn:
        return now
    next_turn = datetime.combine(turn.date() + timedelta(days=1), at, zone)
    if not 0 < last.failures <= len(PAUSES):
        return next_turn
    return min(last.tried_at + PAUSES[last.failures - 1], next_turn)


def failures_so_far(last: Fetch | None, at: time, *, now: datetime, zone: ZoneInfo) -> int:
    """How often it failed since its last time came."""
    return 0 if last is None or last.tried_at < _last_turn(at, now=now, zone=zone) else last.failures


def _last_turn(at: time, *, now: datetime, zone: ZoneInfo) -> datetime:
    today = datetime.combine(now.astimezone(zone).date(), at, zone)
    return today if today <= now else datetime.combine(today.date() - timedelta(days=1), at, zone)
