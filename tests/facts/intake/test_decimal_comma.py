"""Files that write 1.234,56, as most of Europe and Latin America does."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from goldenthread.facts.intake import propose
from tests.facts.intake.reads import outcome, outcome_of, source

REFUSED = object()


@pytest.mark.parametrize(
    ("kind", "cell", "value"),
    [
        ("number", "1.234,56", 1234.56),
        ("number", "1.234", 1234.0),
        ("number", "0,5", 0.5),
        ("number", ",5", 0.5),
        ("number", "12", 12.0),
        ("number", "1 234,5", 1234.5),
        ("number", "€ 1.234.567,89", 1234567.89),
        ("number", "(1.234,50)", -1234.5),
        ("number", "22,69 %", 22.69),
        ("number", "1.23", REFUSED),
        ("number", "1,234.56", REFUSED),
        ("whole_number", "1.234", 1234),
        ("whole_number", "3,0", 3),
        ("whole_number", "3,5", REFUSED),
        ("duration, format: hours", "1,5", 5400.0),
    ],
)
def test_value(kind: str, cell: str, value: Any, tmp_path: Path) -> None:
    definition = source(f'file: {{decimal: ","}}\ncolumns:\n  id: {{type: text}}\n  x: {{type: {kind}}}\n')
    found = outcome_of(f"id;x\na;{cell}\n", definition, tmp_path)
    assert (REFUSED if found.rejects else found.accepted[0]["x"]) == value


@pytest.mark.parametrize(
    ("cells", "comma"),
    [
        (["1.234,56", "2.000"], True),
        (["0,5", "7"], True),
        (["1,234.56", "2,000"], False),
        (["0.5", "7"], False),
        (["1.234", "2.000"], False),
    ],
)
def test_what_a_file_writes_is_proposed(cells: list[str], comma: bool, tmp_path: Path) -> None:
    file = tmp_path / "payments.csv"
    file.write_text("id;paid\n" + "".join(f"{index};{cell}\n" for index, cell in enumerate(cells)) * 9)
    found = propose(file)
    assert found.definition.get("file") == ({"decimal": ","} if comma else None)
    assert found.definition["columns"]["paid"]["type"] == "number"
    assert any("1.234,56" in note for note in found.notes) == comma


def test_numbers_of_a_workbook_stay_what_they_are(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["id", "n"], ["number", 1.234], ["text", "1.234"], ["text", "1.234,5"]):
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    definition = source('file: {decimal: ","}\ncolumns:\n  n: {type: number}\n')
    assert outcome_of(content.getvalue(), definition, tmp_path).values("n") == [1.234, 1234.0, 1234.5]


def test_numbers_of_parquet_have_no_mark_to_mistake(tmp_path: Path) -> None:
    file = tmp_path / "extract"
    pq.write_table(pa.table({"n": [1.234]}), file)
    definition = source('file: {decimal: ","}\ncolumns:\n  n: {type: number}\n')
    assert outcome(file, definition, tmp_path / "out").values("n") == [1.234]
