"""A formula that failed is never taken for an empty cell, in whichever kind of workbook it stands."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.facts.intake.reads import columns, outcome_of
from tests.facts.intake.sheets import Cell, Failed, ods, xlsb

ROWS: list[list[Cell]] = [
    ["id", "note", "n"],
    ["a", "fine", 1.5],
    ["b", None, Failed("#REF!")],
    ["c", None, Failed("#N/A")],
    ["d", Failed("#DIV/0!"), None],
    ["e", None, None],
]
DEFINITION = columns(id="{type: text}", note="{type: text}", n='{type: number, missing: ["", "#N/A"]}')


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("write", [ods, xlsb])
def test_errors_are_refused(
    write: Callable[[Sequence[Sequence[Cell]]], bytes], packed: bool, tmp_path: Path
) -> None:
    content = write(ROWS)
    found = outcome_of(gzip.compress(content) if packed else content, DEFINITION, tmp_path)
    assert [(row["id"], row["note"], row["n"]) for row in found.accepted] == [
        ("a", "fine", 1.5),
        ("c", None, None),
        ("e", None, None),
    ]
    assert [(one["row"], one["column"], one["value"], one["reason"]) for one in found.rejects] == [
        (2, "n", "#REF!", "wanted a number"),
        (4, "note", "#DIV/0!", "wanted text, not an error of the spreadsheet"),
    ]


def test_errors_that_are_written_once_for_many_cells_are_all_found(tmp_path: Path) -> None:
    failed = [Failed("#REF!")] * 2
    content = ods([["id", "m", "n"], ["a", 1.0, 1.0], *[["b", *failed]] * 3, ["c", 2.0, Failed("#N/A")]])
    found = outcome_of(content, columns(m="{type: number}", n="{type: number}"), tmp_path)
    assert [(one["row"], one["column"]) for one in found.rejects] == [
        *((row, column) for row in (2, 3, 4) for column in ("m", "n")),
        (5, "n"),
    ]
