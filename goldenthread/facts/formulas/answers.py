"""The table of answers: one row for each side, unit, grain, period and category."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from goldenthread.facts.formulas.rollup import CATEGORY, Column, Keys, people_column
from goldenthread.facts.formulas.vocabulary import Word

ANSWERS = pa.schema(
    [
        ("id", pa.string()),
        ("unit", pa.string()),
        ("grain", pa.string()),
        ("period_start", pa.date32()),
        ("category", pa.string()),
        ("value", pa.float64()),
        ("weight", pa.float64()),
        ("n", pa.int64()),
        ("contributors", pa.int64()),
    ]
)
NO_ANSWERS = ANSWERS.empty_table()


@dataclass(frozen=True)
class Grid:
    """The units, periods and categories of one grain that have facts, and the folded columns beside them."""

    grain: str
    unit: pa.Array
    period: pa.Array
    category: pa.Array
    columns: Mapping[str, Column]

    @classmethod
    def of(
        cls,
        grain: str,
        units: Sequence[str],
        categories: Sequence[str] | None,
        periods: Sequence[date],
        keys: Keys,
        columns: Mapping[str, Column],
    ) -> Grid:
        """From codes; each is a position in `units`, `categories` or `periods`."""
        category = pa.nulls(len(keys.unit), pa.string())
        if categories is not None:
            category = pa.array(categories, pa.string()).take(pa.array(keys.category))
        return cls(
            grain,
            pa.array(units, pa.string()).take(pa.array(keys.unit)),
            pa.array(periods, pa.date32()).take(pa.array(keys.period)),
            category,
            columns,
        )

    def answers(self, side: str, word: Word, count: str, value: pa.Array) -> pa.Table:
        """The answers of one side, whose facts the column `count` counted."""
        size = len(self.unit)
        n = pa.array(self.columns[count])
        people = self.columns.get(people_column(count))
        return pa.table(
            [
                pa.repeat(side, size),
                self.unit,
                pa.repeat(self.grain, size),
                self.period,
                self.category,
                value,
                n.cast(pa.float64()) if word is Word.MEAN else pa.nulls(size, pa.float64()),
                n,
                pa.nulls(size, pa.int64()) if people is None else pa.array(people),
            ],
            schema=ANSWERS,
        )

    def counted(self, count: str) -> pa.Array:
        """A column of counts as values."""
        return pa.array(self.columns[count].astype(np.float64))

    def folded(self, value: str, count: str) -> pa.Array:
        """A folded column as values; null where no fact was counted."""
        return pa.array(self.columns[value], mask=self.columns[count] == 0)

    def looked_up(self, values: pa.Table) -> pa.Array:
        """`values(unit, period, [category], value)` in the order of this grid; null where there is none."""
        keys = ["unit", "period", *([CATEGORY] if CATEGORY in values.column_names else [])]
        grid = pa.table({"unit": self.unit, "period": self.period, CATEGORY: self.category}).select(keys)
        grid = grid.append_column("position", pa.array(range(len(self.unit)), pa.int64()))
        found = grid.join(values, keys, join_type="left outer").sort_by("position")
        return found["value"].combine_chunks()
