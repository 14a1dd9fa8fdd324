"""A list of measures as a table for people, as CSV, and as JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence

from rich.console import Console
from rich.table import Table

from goldenthread.calc.formatting import format_value
from goldenthread.results.data import tile_data
from goldenthread.results.values import Tile


def as_json(tiles: Sequence[Tile]) -> str:
    """The shape of the address for scripts. Numbers are not rounded."""
    return json.dumps({"measures": [tile_data(one) for one in tiles]}, ensure_ascii=False, indent=2) + "\n"


def as_csv(tiles: Sequence[Tile]) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["measure", "title", "unit", "period", "value", "status"])
    for one in tiles:
        point = one.latest
        last = (point.period.key, point.value, point.status) if point else (None, None, "no_data")
        writer.writerow([one.measure.key, one.measure.title, one.unit, *last])
    return out.getvalue()


def as_table(tiles: Sequence[Tile]) -> str:
    table = Table(title=f"Measures: {len(tiles):,}", title_justify="left")
    for column in ("Measure", "Title", "Unit", "Latest", "Value"):
        table.add_column(column, justify="right" if column == "Value" else "left")
    for one in tiles:
        point, line = one.latest, one.measure
        value = _value(one)
        table.add_row(line.key, line.title, one.unit, point.label if point else "", value)
    console = Console(file=io.StringIO(), width=140)
    console.print(table)
    written: str = console.file.getvalue()  # type: ignore[attr-defined]
    return written


def _value(one: Tile) -> str:
    point, line = one.latest, one.measure
    return format_value(point.value, line.unit, line.decimals) if point and point.value is not None else ""


FORMS: dict[str, Callable[[Sequence[Tile]], str]] = {"table": as_table, "csv": as_csv, "json": as_json}
