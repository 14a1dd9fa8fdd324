"""Which unit a fact belongs to: posts, ids and the tree, as they were at event time."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa

from goldenthread.facts.scope import NOT_ASSIGNED

EVER = (date.min, date.max)
Interval = tuple[date, date]


@dataclass(frozen=True)
class WhereaboutsTables:
    """Arrow tables of half-open local dates; an empty `from` or `to` means ever.

    `memberships(worker, unit, from, to)`, `person_ids(system, id, person, from, to)`, `unit_ids(system, id,
    unit, from, to)`, and `closure(unit, ancestor, from, to)`: the tree with each unit as its own ancestor,
    and NOT_ASSIGNED under itself and the top unit.
    """

    memberships: pa.Table
    person_ids: pa.Table
    unit_ids: pa.Table
    closure: pa.Table


@dataclass(frozen=True)
class PlacedBy:
    """The column that says where a source's facts belong: a worker's or a unit's id, a system's or ours."""

    column: str
    names: str
    """`worker` or `unit`."""
    system: str | None = None


@dataclass(frozen=True)
class Tree:
    """Who rolls up to whom in each epoch, a span of days in which the tree did not change."""

    starts: tuple[date, ...]
    """The first day of every epoch but the first."""
    closure: pa.Table

    @classmethod
    def of(cls, closure: pa.Table) -> Tree:
        edges = {edge for row in _spans(closure) for edge in row[1]} - set(EVER)
        return cls(tuple(sorted(edges)), closure)

    @property
    def units(self) -> frozenset[str]:
        """Every unit that ever was, and NOT_ASSIGNED if it is in the tree."""
        return frozenset([*self.closure["unit"].to_pylist(), *self.closure["ancestor"].to_pylist()])

    def epoch(self, day: date) -> int:
        return bisect_right(self.starts, day)

    def ancestors(self, epochs: Collection[int]) -> Iterator[tuple[tuple[int, str], list[str]]]:
        """Each `(epoch, unit)` that existed in one of these epochs, with all its ancestors, itself too."""
        above: dict[tuple[int, str], list[str]] = defaultdict(list)
        for row, (start, end) in _spans(self.closure):
            for epoch in range(self.epoch(start), bisect_left(self.starts, end) + 1):
                if epoch in epochs:
                    above[epoch, row["unit"]].append(row["ancestor"])
        yield from above.items()


@dataclass(frozen=True)
class Places:
    """`spans(id, place, start, end)`: where an id stood when. A place is a position in `workers` and `units`.

    Every id given has exactly one place on any day.
    """

    spans: pa.Table
    workers: Sequence[str | None]
    units: Sequence[str]


NO_PLACES = Places(
    pa.schema(
        [("id", pa.string()), ("place", pa.int32()), ("start", pa.date32()), ("end", pa.date32())]
    ).empty_table(),
    (),
    (),
)


def places_of(placement: PlacedBy, ids: Iterable[str], whereabouts: WhereaboutsTables) -> Places:
    """The places of the ids that occur in a source; where nobody knows better, NOT_ASSIGNED."""
    known = _stays(placement, whereabouts)
    numbers: dict[tuple[str | None, str], int] = {}
    spans: dict[str, list[Any]] = {"id": [], "place": [], "start": [], "end": []}
    for one in ids:
        stranger = one if placement.names == "worker" else None
        for worker, unit, start, end in _without_gaps(known.get(one, []), stranger):
            place = numbers.setdefault((worker, unit), len(numbers))
            for name, value in zip(spans, (one, place, start, end), strict=True):
                spans[name].append(value)
    return Places(
        pa.table(spans, schema=NO_PLACES.spans.schema),
        [worker for worker, _ in numbers],
        [unit for _, unit in numbers],
    )


Stay = tuple[str | None, str, date, date]


def ids_inside(
    placement: PlacedBy | None, units: Collection[str], whereabouts: WhereaboutsTables
) -> frozenset[str] | None:
    """The ids in a source whose facts can count for any of these units, on whatever day; None where those of
    somebody unknown can, too."""
    pairs = zip(
        whereabouts.closure["unit"].to_pylist(), whereabouts.closure["ancestor"].to_pylist(), strict=True
    )
    inside = {unit for unit, above in pairs if above in units}
    if placement is None or NOT_ASSIGNED in inside:
        return None
    known = _stays(placement, whereabouts)
    return frozenset(one for one, stays in known.items() if any(unit in inside for _, unit, _, _ in stays))


def _stays(placement: PlacedBy, whereabouts: WhereaboutsTables) -> dict[str, list[Stay]]:
    """Where each id that somebody knows stood, and when."""
    stays = _worker_stays if placement.names == "worker" else _unit_stays
    return stays(placement.system, whereabouts)


def _worker_stays(system: str | None, whereabouts: WhereaboutsTables) -> dict[str, list[Stay]]:
    member: dict[str, list[tuple[str, Interval]]] = defaultdict(list)
    for row, span in _spans(whereabouts.memberships):
        member[row["worker"]].append((row["unit"], span))
    if system is None:
        return {
            worker: [
                (worker, unit, start, end) for unit, (start, end) in sorted(posts, key=lambda post: post[1])
            ]
            for worker, posts in member.items()
        }
    stays: dict[str, list[Stay]] = defaultdict(list)
    for row, (start, end) in _spans(whereabouts.person_ids):
        if row["system"] != system:
            continue
        inside = [
            (row["person"], unit, max(start, since), min(end, until))
            for unit, (since, until) in member[row["person"]]
            if max(start, since) < min(end, until)
        ]
        stays[row["id"]] += _without_gaps(inside, row["person"], (start, end))
    return stays


def _unit_stays(system: str | None, whereabouts: WhereaboutsTables) -> dict[str, list[Stay]]:
    if system is None:
        units = set(whereabouts.closure["unit"].to_pylist())
        return {unit: [(None, unit, *EVER)] for unit in units}
    stays: dict[str, list[Stay]] = defaultdict(list)
    for row, (start, end) in _spans(whereabouts.unit_ids):
        if row["system"] == system:
            stays[row["id"]].append((None, row["unit"], start, end))
    return stays


def _without_gaps(stays: Iterable[Stay], worker: str | None, span: Interval = EVER) -> list[Stay]:
    """The stays in order, with NOT_ASSIGNED wherever `span` has none."""
    filled: list[Stay] = []
    reached, last = span
    for stay in sorted(stays, key=lambda one: one[2]):
        if stay[2] > reached:
            filled.append((worker, NOT_ASSIGNED, reached, stay[2]))
        filled.append(stay)
        reached = max(reached, stay[3])
    if reached < last:
        filled.append((worker, NOT_ASSIGNED, reached, last))
    return filled


def _spans(table: pa.Table) -> Iterator[tuple[dict[str, Any], Interval]]:
    for row in table.to_pylist():
        yield row, (row["from"] or date.min, row["to"] or date.max)
