"""From what single workers in single places did to every unit above them, with people counted once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from goldenthread.facts.engines import Session
from goldenthread.facts.scope import NOT_ASSIGNED

CATEGORY = "category"


@dataclass(frozen=True)
class Tally:
    """The columns of a base table that fold: `counts` of facts, and `values` with the fold of each (sum, min, max)."""

    counts: tuple[str, ...]
    values: Mapping[str, str]

    def folded(self, rows: ir.Table) -> dict[str, ir.Value]:
        return {
            **{name: rows[name].sum() for name in self.counts},
            **{name: getattr(rows[name], fold)() for name, fold in self.values.items()},
        }


def people_column(count: str) -> str:
    """The column that says how many workers stand behind a column of counts."""
    return f"people_{count}"


def placed(rows: ir.Table, places: ir.Table | None, units: ir.Table) -> ir.Table:
    """`rows(place, epoch, ...)` with `worker` and `unit`; a unit that did not exist then is NOT_ASSIGNED.

    Without `places` a source says nothing about who or where.
    """
    if places is None:
        return rows.mutate(worker=ibis.null("string"), unit=ibis.literal(NOT_ASSIGNED))
    known = units.mutate(exists=True)
    rows = rows.left_join(places, "place").drop("place_right")
    rows = rows.left_join(known, ["epoch", "unit"]).drop("epoch_right", "unit_right")
    return rows.mutate(unit=rows.exists.ifelse(rows.unit, NOT_ASSIGNED)).drop("exists")


def rolled_up(
    session: Session, leaves: ir.Table, ancestors: ir.Table, tally: Tally, *, by: tuple[str, ...]
) -> pa.Table:
    """`leaves(worker, unit, epoch, *by, tally...)` summed for every ancestor: `(unit, *by, tally..., people_...)`.

    People are exact at every level: a worker with one leaf in a period counts once wherever that leaf counts, and
    the few with more (moved, or the tree changed) are first brought together under each ancestor. Counting
    distinct workers for every column instead would group millions of rows a second time.
    """
    leaves = _one_each(session, leaves, ("worker", "unit", "epoch", *by), tally)
    leaves = leaves.mutate(once=leaves.worker.notnull())
    several = leaves.filter(leaves.once).group_by("worker", *by).aggregate(leaves=ibis._.count())
    several = session.memory(session.execute(several.filter(several.leaves > 1).drop("leaves")))
    same = [leaves[name].identical_to(several[name]) for name in ("worker", *by)]
    settled = session.execute(
        _summed(leaves.anti_join(several, same).join(ancestors, ["epoch", "unit"]), tally, by)
    )
    moved = leaves.semi_join(several, same).join(ancestors, ["epoch", "unit"])
    moved = moved.group_by("ancestor", "worker", "once", *by).aggregate(**tally.folded(moved))
    parts = session.memory(pa.concat_tables([settled, session.execute(_summed(moved, tally, by))]))
    people = {people_column(name): parts[people_column(name)].sum() for name in tally.counts}
    return session.execute(parts.group_by("unit", *by).aggregate(**tally.folded(parts), **people))


def _one_each(session: Session, rows: ir.Table, keys: tuple[str, ...], tally: Tally) -> ir.Table:
    """One row for each combination of `keys`; wide rows that are so already are not grouped again."""
    doubled = rows.group_by(*keys).aggregate(rows=ibis._.count())
    doubled = doubled.filter(doubled.rows > 1).limit(1)
    if not session.execute(doubled).num_rows:
        return rows
    return session.memory(session.execute(rows.group_by(*keys).aggregate(**tally.folded(rows))))


def _summed(rows: ir.Table, tally: Tally, by: tuple[str, ...]) -> ir.Table:
    people = {people_column(name): (rows.once & (rows[name] > 0)).ifelse(1, 0).sum() for name in tally.counts}
    return rows.group_by(rows.ancestor.name("unit"), *by).aggregate(**tally.folded(rows), **people)
