"""Tables as files: what a spreadsheet would run, and what it must still be able to add up."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from goldenthread.render.csv import csv_bytes, csv_lines
from goldenthread.render.spreadsheets import runs_as_formula
from goldenthread.render.tables import Cell, Column, Row, Table
from goldenthread.render.xlsx import xlsx_bytes

FORMULAS = [
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    " =1",
    "＝1+1",
    "＋1",
    "－1+1",
    "＠A1",
    "=cmd|' /C calc'!A0",
]
HARMLESS = ["Ana", "-5", "+5.2", "-5.2%", "1,240", "-1,240.50", "", "a=b", "3-4"]


def table_of(*cells: Cell) -> Table:
    return Table(
        "Found",
        (Column("Name"), Column("Value", "%", number=True)),
        tuple(Row((Cell("x"), one)) for one in cells),
    )


@pytest.mark.parametrize("text", FORMULAS)
def test_no_text_runs(text: str) -> None:
    assert runs_as_formula(text)
    (_header, row) = read(csv_bytes(table_of(Cell(text))))
    assert row[1] == f"'{text}"
    cell = sheet(table_of(Cell(text))).cell(3, 2)
    assert cell.data_type == "s"
    assert cell.value.strip() == text.strip()


@pytest.mark.parametrize("text", HARMLESS)
def test_harmless_text_stays_as_it_is(text: str) -> None:
    assert not runs_as_formula(text)
    assert read(csv_bytes(table_of(Cell(text))))[1][1] == text


@given(st.text())
def test_no_text_at_all_starts_a_formula(text: str) -> None:
    written = "".join(csv_lines(["a"], [[text]])).removeprefix("\ufeff")
    (value,) = list(csv.reader(io.StringIO(written, newline="")))[1]
    assert not runs_as_formula(value) or value.startswith("'")
    assert value in (text, f"'{text}")


def test_numbers_stay_numbers_and_days_days() -> None:
    day = date(2026, 7, 1)
    cells = [
        Cell("-5.2%", -5.2),
        Cell("$1.10", Decimal("1.10")),
        Cell("3", 3),
        Cell("July 1", day),
        Cell("Not collected"),
    ]
    lines = csv_bytes(table_of(*cells)).decode("utf-8-sig").splitlines()
    assert lines == [
        '"Name","Value, %"',
        '"x",-5.2',
        '"x",1.10',
        '"x",3',
        '"x","2026-07-01"',
        '"x","Not collected"',
    ]
    values = [row[1].value for row in sheet(table_of(*cells)).iter_rows(min_row=3)]
    assert values == [-5.2, 1.1, 3, datetime(2026, 7, 1), "Not collected"]  # noqa: DTZ001


def test_a_semicolon_cannot_open_a_cell() -> None:
    assert b'"a;=1+1"' in csv_bytes(table_of(Cell("a;=1+1")))


def test_the_sheet_is_titled_and_its_table_marked_up() -> None:
    table = Table(
        "Calls: by [month]",
        (Column("Month"), Column("Month"), Column("")),
        (Row((Cell("a"), Cell("b"), Cell("c"))),),
        note="As of today.",
    )
    book = load_workbook(io.BytesIO(xlsx_bytes(table)))
    page = book.worksheets[0]
    assert page["A1"].value == "Calls: by [month]"
    assert page["A2"].value == "As of today."
    assert [cell.value for cell in page[3]] == ["Month", "Month (2)", "Column"]
    assert page.tables["table_1"].ref == "A3:C4"
    assert book.properties.title == "Calls: by [month]"


def test_characters_a_sheet_cannot_hold_are_replaced() -> None:
    assert sheet(table_of(Cell("a\x00b\x0bc"))).cell(3, 2).value == "a\ufffdb\ufffdc"


def test_a_time_is_written_without_its_zone() -> None:
    moment = datetime(2026, 7, 1, 8, 30, tzinfo=UTC)
    assert sheet(table_of(Cell("8:30", moment))).cell(3, 2).value == moment.replace(tzinfo=None)
    assert read(csv_bytes(table_of(Cell("8:30", moment))))[1][1] == "2026-07-01T08:30:00+00:00"


def test_words_of_a_row_stand_in_its_second_cell() -> None:
    table = Table(
        "W", (Column("Name"), Column("A"), Column("B")), (Row((Cell("Mbeki"),), says="Not at work"),)
    )
    assert read(csv_bytes(table))[1] == ["Mbeki", "Not at work", ""]


def test_a_row_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="Row 1 of the table “Found” has 1 cells; wanted 2"):
        Table("Found", (Column("A"), Column("B")), (Row((Cell("a"),)),))


def read(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def sheet(table: Table):
    return load_workbook(io.BytesIO(xlsx_bytes(table))).worksheets[0]
