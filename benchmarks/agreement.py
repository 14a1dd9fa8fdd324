"""Whether two ways to compute have the same answers: a ratio of different answers would say nothing."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc


def differing(wide: pa.Table, long: pa.Table) -> int:
    """How many values differ between ``wide(unit, month, a column for each side)`` and ``long(side, unit,
    month, value)``. A value that only one of them has differs; nothing equals nothing."""
    sides = [name for name in wide.column_names if name not in ("unit", "month")]
    places = _places(wide)
    row = pc.index_in(_places(long), value_set=places)
    column = pc.index_in(long["side"], value_set=pa.array(sides))
    both_known = pc.and_(pc.is_valid(row), pc.is_valid(column))
    strange = long.num_rows - int(pc.sum(both_known).as_py() or 0)
    known = long.append_column("row", row).append_column("column", column).filter(both_known)
    at = known["row"].to_numpy(), known["column"].to_numpy()
    theirs = np.column_stack([_numbers(wide[name]) for name in sides])
    ours, there = np.full(theirs.shape, np.nan), np.zeros(theirs.shape, bool)
    ours[at], there[at] = _numbers(known["value"]), True
    same = there & ((ours == theirs) | (np.isnan(ours) & np.isnan(theirs)))
    return strange + int((~same).sum())


def _places(rows: pa.Table) -> pa.Array:
    """Unit and month of each row as one text."""
    month = rows["month"].cast(pa.date32()).cast(pa.string())
    return pc.binary_join_element_wise(rows["unit"], month, " ").combine_chunks()


def _numbers(column: pa.ChunkedArray) -> np.ndarray:
    return column.cast(pa.float64()).to_numpy()
