"""Months across the columns become rows, each with the number of the row it came from."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from goldenthread.facts.intake import Unreadable
from tests.facts.intake.reads import outcome_of, source

CONTENT = "Measure,Jan-25,Feb-25,Note\nmiles,1,2,x\nbasins,,No Data,y\nbad,3,--,z\n"


def test_headers_read_as_months(tmp_path: Path) -> None:
    definition = source(
        """
layout: wide
time: month
wide: {period: month, value: n, matching: "%b-%y"}
columns:
  measure: {type: text, from: Measure}
  month:   {type: date}
  n:       {type: number, missing: ["", "No Data"]}
"""
    )
    found = outcome_of(CONTENT, definition, tmp_path)
    assert [(row["_row"], row["measure"], row["month"].isoformat(), row["n"]) for row in found.accepted] == [
        (1, "miles", "2025-01-01", 1.0),
        (1, "miles", "2025-02-01", 2.0),
        (2, "basins", "2025-02-01", None),
        (3, "bad", "2025-01-01", 3.0),
    ]
    assert [(one["row"], one["value"]) for one in found.rejects] == [(3, "--")]
    assert (found.report.rows, found.report.accepted, found.report.rejected) == (5, 4, 1)
    assert found.report.period == (dt.date(2025, 1, 1), dt.date(2025, 2, 1))
    assert found.report.extra_columns == ("Note",)


def test_columns_named_one_by_one(tmp_path: Path) -> None:
    definition = source(
        """
layout: wide
key: [measure, month]
wide: {period: month, value: n, columns: {OCT: 2019-10-01, NOV: 2019-11-01}}
columns:
  measure: {type: text}
  month:   {type: date}
  n:       {type: number}
"""
    )
    found = outcome_of("measure,Oct,nov\na,1,2\na,3,\nb,4,5\n", definition, tmp_path)
    assert [(row["_row"], row["month"].month, row["n"]) for row in found.accepted] == [
        (1, 10, 1.0),
        (1, 11, 2.0),
        (3, 10, 4.0),
        (3, 11, 5.0),
    ]
    assert [(one["row"], one["other_row"]) for one in found.rejects] == [(2, 1)]
    with pytest.raises(Unreadable, match=r"none of the period columns this source expects \(OCT, NOV\)"):
        outcome_of("measure,Dec\na,1\n", definition, tmp_path)
