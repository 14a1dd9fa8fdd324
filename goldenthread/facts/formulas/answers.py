"""The table of answers: one row for each side, unit, grain, period and category."""

from __future__ import annotations

import pyarrow as pa

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
NO_CATEGORY = "~missing"
"""The category of facts whose breakdown column is missing."""


def answers(
    side: str,
    grain: str,
    rows: pa.Table,
    *,
    value: pa.ChunkedArray,
    weight: pa.ChunkedArray | None,
    n: pa.ChunkedArray,
    contributors: pa.ChunkedArray | None,
) -> pa.Table:
    """The answers of one side for `rows(unit, period[, category])`, column beside column."""
    length = rows.num_rows
    columns = {
        "id": pa.repeat(side, length),
        "unit": rows["unit"],
        "grain": pa.repeat(str(grain), length),
        "period_start": rows["period"],
        "category": rows["category"] if "category" in rows.column_names else pa.nulls(length, pa.string()),
        "value": value,
        "weight": pa.nulls(length, pa.float64()) if weight is None else weight,
        "n": n,
        "contributors": pa.nulls(length, pa.int64()) if contributors is None else contributors,
    }
    return pa.table(columns).cast(ANSWERS)
