"""From what single workers did in single places to every unit above them, with people counted once.

Runs on the small table a scan leaves behind, in arrays: the engine took longer to plan some hundred columns
than to add them up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from goldenthread.facts.formulas.whereabouts import Places, Tree
from goldenthread.facts.scope import NOT_ASSIGNED, Scope

CATEGORY = "category"
NOBODY = -1
NOWHERE = -1
"""The place of facts without any id."""

Codes = npt.NDArray[np.int64]
Column = npt.NDArray[Any]


@dataclass(frozen=True)
class Tally:
    """The columns of a base table: `counts` of facts, and `values` with how each folds (sum, min or max)."""

    counts: tuple[str, ...]
    values: Mapping[str, str]


@dataclass(frozen=True)
class Standing:
    """Places, units and ancestors as codes: `unit[epoch, place]` and `worker[place]`, NOBODY for none.

    The last place, -1, is that of facts without any id. A unit that did not exist in an epoch is
    NOT_ASSIGNED. `first`, `count` and `ancestors` hold, for each epoch and unit, the ancestors a scope
    sees, end to end.
    """

    units: Sequence[str]
    unit: Codes
    worker: Codes
    first: Codes
    count: Codes
    ancestors: Codes

    @classmethod
    def of(cls, places: Places, tree: Tree, epochs: set[int], scope: Scope) -> Standing:
        units = sorted({NOT_ASSIGNED, *places.units, *tree.units})
        code = {unit: number for number, unit in enumerate(units)}
        workers = {one: number for number, one in enumerate(sorted({one for one in places.workers if one}))}
        shape = (max(epochs, default=0) + 1, len(units))
        first, count, existed = np.zeros(shape, int), np.zeros(shape, int), np.zeros(shape, bool)
        ancestors: list[int] = []
        for (epoch, unit), above in tree.ancestors(epochs):
            seen = [code[one] for one in above if scope.sees_unit(one)]
            at = epoch, code[unit]
            first[at], count[at], existed[at] = len(ancestors), len(seen), True
            ancestors += seen
        stands = np.array([*(code[one] for one in places.units), code[NOT_ASSIGNED]])
        return cls(
            units=units,
            unit=np.where(existed[:, stands], stands, code[NOT_ASSIGNED]),
            worker=np.array([*(workers.get(one or "", NOBODY) for one in places.workers), NOBODY]),
            first=first,
            count=count,
            ancestors=np.array(ancestors, dtype=np.int64),
        )

    def above(self, epoch: Codes, unit: Codes) -> tuple[Codes, Codes]:
        """`(index, ancestor)`: each position of the given arrays with each ancestor of its unit."""
        index, within = spread(self.count[epoch, unit])
        return index, self.ancestors[self.first[epoch, unit][index] + within]

    def reach(self) -> pa.Table:
        """`(place, epoch, ancestor)`: every place with the name of each unit it counts for."""
        epoch, place = (axis.ravel() for axis in np.indices(self.unit.shape))
        index, ancestor = self.above(epoch, self.unit[epoch, place])
        numbers = np.where(place == len(self.worker) - 1, NOWHERE, place)
        return pa.table(
            {
                "place": pa.array(numbers[index].astype(np.int32)),
                "epoch": pa.array(epoch[index].astype(np.int32)),
                "ancestor": pa.array(self.units, pa.string()).take(pa.array(ancestor)),
            }
        )


@dataclass(frozen=True)
class Leaves:
    """A base table in arrays, a row for each place, span of days and category; all but `columns` are codes.

    `categories` says what the codes of categories stand for; None without a breakdown.
    """

    worker: Codes
    unit: Codes
    epoch: Codes
    category: Codes
    columns: Mapping[str, Column]
    categories: Sequence[str] | None

    @classmethod
    def of(cls, base: pa.Table, epoch: Codes, standing: Standing, tally: Tally) -> Leaves:
        """From `base(place, [category], columns...)` and the epoch of each of its rows."""
        place = base["place"].to_numpy().astype(np.int64)
        category, categories = np.zeros(base.num_rows, dtype=np.int64), None
        if CATEGORY in base.column_names:
            encoded = base[CATEGORY].combine_chunks().dictionary_encode()
            category, categories = encoded.indices.to_numpy().astype(np.int64), encoded.dictionary.to_pylist()
        columns: dict[str, Column] = {name: base[name].to_numpy() for name in tally.counts}
        for name, fold in tally.values.items():
            columns[name] = base[name].fill_null(_EMPTY[fold]).to_numpy()
        return cls(standing.worker[place], standing.unit[epoch, place], epoch, category, columns, categories)


@dataclass(frozen=True)
class Keys:
    """What the rows of a rolled-up table are about, as codes."""

    unit: Codes
    category: Codes
    period: Codes


def people_column(count: str) -> str:
    """The column that says how many workers stand behind a column of counts."""
    return f"people_{count}"


def rolled_up(
    leaves: Leaves, rows: Codes, period: Codes, standing: Standing, tally: Tally, *, people: bool
) -> tuple[Keys, dict[str, Column]]:
    """Every unit above with its periods and categories, and the folded columns beside them.

    `rows` and `period` pair the rows of `leaves` with the periods they belong to. People are exact at every
    level: a worker who stood in one place for a whole period counts once wherever that place counts, and
    the few who did not are first brought together under each ancestor.
    """
    unit, epoch, category = leaves.unit[rows], leaves.epoch[rows], leaves.category[rows]
    bottom = Groups.by(unit, epoch, category, period)
    index, ancestor = standing.above(bottom.keys[1], bottom.keys[0])
    top = Groups.by(ancestor, bottom.keys[2][index], bottom.keys[3][index])
    folded: dict[str, Column] = {}
    for name in (*tally.counts, *tally.values):
        fold = tally.values.get(name, "sum")
        low = bottom.fold(leaves.columns[name][rows], fold)
        folded[name] = top.fold(low[index], fold)
    if people:
        counted = _People.of(leaves, rows, period, standing, top)
        for name in tally.counts:
            folded[people_column(name)] = counted.behind(leaves.columns[name][rows])
    return Keys(*top.keys), folded


@dataclass(frozen=True)
class Groups:
    """Positions brought together by equal keys; `keys` has one entry for each group."""

    keys: tuple[Codes, ...]
    order: Codes
    starts: Codes
    packed: Codes
    sizes: tuple[int, ...]

    @classmethod
    def by(cls, *keys: Codes) -> Groups:
        sizes = tuple(int(key.max(initial=0)) + 1 for key in keys)
        packed = _packed(keys, sizes)
        order = np.argsort(packed, kind="stable")
        in_order = packed[order]
        starts = np.flatnonzero(np.diff(in_order, prepend=-1))
        return cls(tuple(key[order][starts] for key in keys), order, starts, in_order[starts], sizes)

    def fold(self, column: Column, fold: str) -> Column:
        if not len(self.starts):
            return column[:0]
        return _FOLDS[fold].reduceat(column[self.order], self.starts)

    def find(self, *keys: Codes) -> Codes:
        """The groups with these keys, which must be there."""
        return np.searchsorted(self.packed, _packed(keys, self.sizes))


@dataclass(frozen=True)
class _People:
    """Workers as seen in a period: `settled` stood in one place, `moved` in several or in a changing tree."""

    once: Groups
    settled: Codes
    settled_in: Groups
    settled_up: tuple[Codes, Codes]
    moved: Codes
    moved_in: Groups
    moved_up: Codes
    groups: int

    @classmethod
    def of(cls, leaves: Leaves, rows: Codes, period: Codes, standing: Standing, top: Groups) -> _People:
        # A worker code is shifted by one, so that NOBODY packs as 0.
        once = Groups.by(
            leaves.worker[rows] + 1, leaves.unit[rows], leaves.epoch[rows], leaves.category[rows], period
        )
        worker, unit, epoch, category, when = once.keys
        met = Groups.by(worker, category, when)
        times = np.diff(met.starts, append=len(worker))[met.find(worker, category, when)]
        settled = np.flatnonzero((worker > 0) & (times == 1))
        moved = np.flatnonzero((worker > 0) & (times > 1))
        settled_in = Groups.by(unit[settled], epoch[settled], category[settled], when[settled])
        index, ancestor = standing.above(settled_in.keys[1], settled_in.keys[0])
        settled_up = index, top.find(ancestor, settled_in.keys[2][index], settled_in.keys[3][index])
        again, over = standing.above(epoch[moved], unit[moved])
        moved = moved[again]
        moved_in = Groups.by(worker[moved], over, category[moved], when[moved])
        moved_up = top.find(*moved_in.keys[1:])
        return cls(once, settled, settled_in, settled_up, moved, moved_in, moved_up, len(top.starts))

    def behind(self, count: Column) -> Column:
        """For each top group, the workers with any fact in `count`."""
        present = self.once.fold((count > 0).astype(np.int64), "max")
        low = self.settled_in.fold(present[self.settled], "sum")
        index, settled_up = self.settled_up
        # Of nothing, bincount gives whole numbers even when it is given weights.
        people = np.bincount(settled_up, weights=low[index], minlength=self.groups).astype(np.float64)
        together = self.moved_in.fold(present[self.moved], "max")
        people += np.bincount(self.moved_up, weights=together, minlength=self.groups)
        return people.astype(np.int64)


def spread(counts: Codes) -> tuple[Codes, Codes]:
    """Each position repeated as often as its count says, and which of its repeats it is, from 0."""
    index = np.repeat(np.arange(len(counts)), counts)
    return index, np.arange(len(index)) - np.repeat(np.cumsum(counts) - counts, counts)


_FOLDS = {"sum": np.add, "min": np.minimum, "max": np.maximum}
_EMPTY = {"sum": 0.0, "min": float("inf"), "max": float("-inf")}


def _packed(keys: Sequence[Codes], sizes: Sequence[int]) -> Codes:
    """Several codes as one number. A million workers by a thousand units, periods and categories fit."""
    packed = np.zeros(len(keys[0]), dtype=np.int64)
    for key, size in zip(keys, sizes, strict=True):
        packed = packed * size + key
    return packed
