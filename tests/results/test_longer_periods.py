"""Rows that no fact of the window holds: longer periods out of a measure's own, and counts of zero."""

from __future__ import annotations

from datetime import date
from typing import Any

import pyarrow as pa

from goldenthread.calc.periods import FiscalCalendar
from goldenthread.definitions import Located, check
from goldenthread.record.measures.definition import MeasureDefinition
from goldenthread.record.orgs.days import Days
from goldenthread.record.orgs.tree import Tree
from goldenthread.results.composing import ROWS, lengthened
from goldenthread.results.facts import engine
from goldenthread.results.filling import with_zeros
from goldenthread.results.pieces import Piece
from goldenthread.results.spans import longer_steps

CALENDAR = FiscalCalendar(7)
JANUARY, FEBRUARY, MARCH = (date(2026, month, 1) for month in (1, 2, 3))
COUNT = {"numerator": {"count": "calls"}}
RATE = {**COUNT, "denominator": {"count": "calls"}}


def piece(**formula: Any) -> Piece:
    plain = {"measure": "m", "title": "M", "source": "calls", "frequency": "month", "show_as": {"per": 100}}
    definition = check(MeasureDefinition, Located({**plain, **formula}))
    return Piece(1, "m", 7, definition, date.min, date.max)


def rows(*cells: tuple[str, date, float | None, float | None]) -> pa.Table:
    return pa.Table.from_pylist(
        [
            {
                "version": 7,
                "unit": unit,
                "grain": "month",
                "period_start": start,
                "numerator": numerator,
                "denominator": denominator,
                "facts": 1,
            }
            for unit, start, numerator, denominator in cells
        ],
        schema=ROWS,
    )


def quarters(found: pa.Table) -> list[tuple[float | None, float | None, float | None]]:
    return [
        (row["numerator"], row["denominator"], row["value"])
        for row in found.to_pylist()
        if row["grain"] == "quarter"
    ]


def test_a_part_with_half_its_rate_is_left_out_of_both_sums() -> None:
    rate = piece(**RATE)
    parts = rows(("north", JANUARY, 8, 10), ("north", FEBRUARY, 50, None), ("north", MARCH, None, 30))
    with engine().session() as session:
        whole = lengthened(session, parts, [rate], longer_steps(parts, [rate], CALENDAR))
    assert quarters(whole) == [(8, 10, 80)]


def test_a_unit_has_no_zero_from_before_or_after_it_existed() -> None:
    days = Days(FEBRUARY, MARCH)
    tree = Tree(
        {"county": Days(), "north": Days(), "brief": days},
        {"north": (("county", Days()),), "brief": (("county", days),)},
    )
    parts = rows(
        *(("county", start, 5, None) for start in (JANUARY, FEBRUARY, MARCH)),
        ("north", JANUARY, 5, None),
        ("brief", FEBRUARY, 5, None),
    )
    found = with_zeros(parts, [piece(**COUNT)], tree, CALENDAR, is_part=False)
    zeros = {(row["unit"], row["period_start"]) for row in found.to_pylist() if row["numerator"] == 0}
    assert zeros == {("north", FEBRUARY), ("north", MARCH)}
