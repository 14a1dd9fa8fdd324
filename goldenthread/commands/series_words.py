"""A series as a table for people, as CSV, and as JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import date

from rich.console import Console
from rich.table import Table

from goldenthread.calc.formatting import format_number, format_value
from goldenthread.results.data import series_data
from goldenthread.results.values import Point, Series
from goldenthread.results.verdicts import folded_words


def as_json(series: Series, held_from: date | None) -> str:
    """The shape other tools read. Numbers are not rounded."""
    return json.dumps(series_data(series, held_from=held_from), ensure_ascii=False, indent=2) + "\n"


def as_csv(series: Series, _held_from: date | None) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["period", "numerator", "denominator", "value", "status"])
    for point in series.points:
        numbers = [point.numerator, point.denominator, point.value]
        told = ["folded"] * 3 if point.status == "folded" else numbers
        writer.writerow([point.period.key, *told, point.status])
    return out.getvalue()


def as_table(series: Series, held_from: date | None) -> str:
    table = Table(title=f"{series.measure.title}, {series.unit_name}", title_justify="left")
    for column in ("Period", "Numerator", "Denominator", "Value", "What it says"):
        table.add_column(column, justify="left" if column in ("Period", "What it says") else "right")
    for point in series.points:
        value = (
            ""
            if point.value is None
            else format_value(point.value, series.measure.unit, series.measure.decimals)
        )
        table.add_row(
            point.label, _number(point.numerator), _number(point.denominator), value, _words(point, series)
        )
    console = Console(file=io.StringIO(), width=110)
    console.print(table)
    console.print(series.verdict, highlight=False)
    if held_from and series.points and series.points[0].period.start < held_from:
        console.print(
            f"Values from before {held_from} stand as they were computed: the rows of single workers behind "
            f"them are no longer held.",
            highlight=False,
        )
    written: str = console.file.getvalue()  # type: ignore[attr-defined]
    return written


def _number(value: float | None) -> str:
    return "" if value is None else format_number(value)


def _words(point: Point, series: Series) -> str:
    words = {"no_data": "no data", "too_few": "too few to judge", "not_available": "not available"}
    words["folded"] = folded_words(series.folds_into)
    said = [words[point.status]] if point.status != "ok" else []
    if point.provisional:
        said.append("provisional")
    if point.signal:
        said.append(f"signal: {point.signal.rule.replace('_', ' ')}")
    return ", ".join(said)


FORMS: dict[str, Callable[[Series, date | None], str]] = {"table": as_table, "csv": as_csv, "json": as_json}
