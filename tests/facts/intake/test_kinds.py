"""Files of every kind: workbooks, Parquet, JSON Lines, gzip; and what must never be parsed."""

from __future__ import annotations

import datetime as dt
import gzip
import io
import json
import zipfile
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlwt

from goldenthread.facts.intake import Unreadable
from tests.facts.intake.reads import columns, outcome, outcome_of, source

TYPED = columns(
    id="{type: text}",
    at="{type: datetime}",
    day="{type: date}",
    n="{type: number}",
    ok="{type: yes_no}",
    took="{type: duration}",
)
ROW = {
    "id": "7",
    "at": dt.datetime(2024, 1, 5, 10, 30, tzinfo=dt.UTC),
    "day": dt.date(2024, 1, 5),
    "n": 1.5,
    "ok": True,
    "took": 369.0,
}


def workbook(rows: list[list[object]], **more: object) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for merged in more.get("merged", []):
        book.active.merge_cells(merged)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_xlsx(tmp_path: Path) -> None:
    content = workbook(
        [
            list(ROW),
            [7, dt.datetime(2024, 1, 5, 10, 30), dt.date(2024, 1, 5), 1.5, True, dt.timedelta(seconds=369)],  # noqa: DTZ001
        ]
    )
    (row,) = outcome_of(content, TYPED, tmp_path, timezone="UTC").accepted
    assert {name: row[name] for name in ROW} == ROW


@pytest.mark.parametrize("packed", [False, True])
def test_xls(packed: bool, tmp_path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Extract")
    day, time = (xlwt.easyxf(num_format_str=words) for words in ("yyyy-mm-dd", "yyyy-mm-dd hh:mm"))
    for column, name in enumerate(ROW):
        sheet.write(0, column, name)
    sheet.write(1, 0, 7)
    sheet.write(1, 1, dt.datetime(2024, 1, 5, 10, 30), time)  # noqa: DTZ001
    sheet.write(1, 2, dt.date(2024, 1, 5), day)
    sheet.write(1, 3, 1.5)
    sheet.write(1, 4, True)
    sheet.write(1, 5, "0:06:09")
    buffer = io.BytesIO()
    book.save(buffer)
    content = gzip.compress(buffer.getvalue()) if packed else buffer.getvalue()
    (row,) = outcome_of(content, TYPED, tmp_path, timezone="UTC").accepted
    assert {name: row[name] for name in ROW} == ROW


def test_bare_serials_are_dates_in_a_workbook(tmp_path: Path) -> None:
    found = outcome_of(
        workbook([["id", "day"], ["a", 45296], ["b", 45296.5]]), columns(day="{type: date}"), tmp_path
    )
    assert found.values("day") == [dt.date(2024, 1, 5)] * 2


def test_error_cells_are_refused_not_missing(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["id", "n"])
    for row, (name, value) in enumerate([("a", 1), ("b", "#REF!"), ("c", "#N/A"), ("d", None)], start=2):
        book.active.cell(row, 1, name)
        if value is not None:
            book.active.cell(row, 2, value)
    book.active["B3"].data_type = book.active["B4"].data_type = "e"
    file = tmp_path / "errors.xlsx"
    book.save(file)
    definition = columns(id="{type: text}", n='{type: number, missing: ["", "#N/A"]}')
    found = outcome(file, definition, tmp_path / "out")
    assert [(row["id"], row["n"]) for row in found.accepted] == [("a", 1.0), ("c", None), ("d", None)]
    assert [(one["row"], one["value"]) for one in found.rejects] == [(2, "#REF!")]


def test_an_error_is_no_text_either(tmp_path: Path) -> None:
    content = workbook([["id", "note"], ["a", "=1/0"], ["b", "#ref! in lower case is a word"]])
    definition = columns(id="{type: text, required: true}", note="{type: text}")
    assert outcome_of(content, definition, tmp_path).report.rejected == 0
    book = openpyxl.load_workbook(io.BytesIO(content))
    book.active["A2"], book.active["B3"] = "#NAME?", "#REF!"
    book.save(tmp_path / "errors.xlsx")
    found = outcome(tmp_path / "errors.xlsx", definition, tmp_path / "again")
    assert [(one["row"], one["column"], one["value"], one["reason"]) for one in found.rejects] == [
        (1, "id", "#NAME?", "wanted text, not an error of the spreadsheet"),
        (2, "note", "#REF!", "wanted text, not an error of the spreadsheet"),
    ]


def test_a_merged_cell_stands_in_each_cell_it_covers(tmp_path: Path) -> None:
    content = workbook(
        [["unit", "n"], ["north", 1], [None, 2], ["south", 3]],
        merged=["A2:A3"],
    )
    found = outcome_of(content, columns(unit="{type: text}", n="{type: number}"), tmp_path)
    assert found.values("unit") == ["north", "north", "south"]


def test_a_preamble_and_a_named_sheet(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["nothing here"])
    sheet = book.create_sheet("Data ")
    for row in (["Report of July"], [], ["Id", "N"], ["a", 1]):
        sheet.append(row)
    file = tmp_path / "book.xlsx"
    book.save(file)
    definition = source("file: {sheet: data}\ncolumns:\n  id: {type: text}\n  n: {type: number}\n")
    assert outcome(file, definition, tmp_path / "out").values("id") == ["a"]
    with pytest.raises(Unreadable, match="no sheet “gone”"):
        outcome(file, source("file: {sheet: gone}\ncolumns:\n  id: {type: text}\n"), tmp_path / "out")


@pytest.mark.parametrize("name", ["any_sheets.xlsx", "any_sheets.ods"])
def test_the_first_visible_sheet_is_read(name: str, samples: Path, tmp_path: Path) -> None:
    definition = source("file: {header_rows: 0}\ncolumns:\n  a: {type: text, from: column 1}\n")
    found = outcome(samples / "messy/excel" / name, definition, tmp_path)
    assert found.values("a")[:3] == ["1", "3", "5"]


def test_dates_that_count_from_1904(samples: Path, tmp_path: Path) -> None:
    definition = columns(item="{type: text}", date="{type: date}")
    found = outcome(samples / "messy/excel/excel-1904-epoch.xlsx", definition, tmp_path)
    assert found.values("date") == [dt.date(2024, 1, 15), dt.date(2020, 7, 4)]


def test_numbers_are_read_without_their_formats(samples: Path, tmp_path: Path) -> None:
    definition = columns(a="{type: text, from: Negative_Int}", b="{type: number, from: large_negative_float}")
    found = outcome(samples / "messy/excel/excel-rounding.xlsx", definition, tmp_path)
    assert (found.values("a"), found.values("b")) == (["-1", "-2"], [-100.01, -200.02])
    percent = columns(a="{type: number, from: col1}", b="{type: number, from: col2}")
    found = outcome(samples / "messy/csv/preserve-formatting-percentage.xlsx", percent, tmp_path)
    assert found.values("b") == [0.52, 0.3, 0.06]
    several = columns(a="{type: number, from: col1}")
    found = outcome(samples / "messy/csv/number-format-multicode.xlsx", several, tmp_path)
    assert found.values("a") == [4.51119775197299, -9.03233986479077, 15.7929464439101]


def test_a_header_of_five_rows_with_merged_cells(samples: Path, tmp_path: Path) -> None:
    definition = source(
        """
file: {header_rows: 5}
columns:
  a: {type: text, from: Region}
  b: {type: text, from: Caloric contribution (%)}
  c: {type: text, from: Cumulative impact of changes on cost of food basket from previous quarter}
  d: {type: text, from: Cumulative impact of changes on cost of food basket from baseline (%)}
"""
    )
    (row,) = outcome(samples / "messy/csv/multiline-headers.xlsx", definition, tmp_path).accepted
    assert [row[name] for name in "abcd"] == ["A", "B", "C", "D"]


def test_a_workbook_of_one_merged_header_has_no_rows(samples: Path, tmp_path: Path) -> None:
    found = outcome(samples / "messy/csv/merged-cells.xlsx", columns(data="{type: text}"), tmp_path)
    assert found.report.rows == 0


def test_a_password_is_named(samples: Path, tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="protected by a password"):
        outcome(samples / "messy/excel/password-protected-password123.xlsx", TYPED, tmp_path)


def table() -> pa.Table:
    return pa.table(
        {
            "id": ["7"],
            "at": [dt.datetime(2024, 1, 5, 10, 30)],  # noqa: DTZ001
            "day": [dt.date(2024, 1, 5)],
            "n": [1.5],
            "ok": [True],
            "took": ["0:06:09"],
        }
    )


def test_parquet(tmp_path: Path) -> None:
    file = tmp_path / "extract"
    pq.write_table(table(), file)
    (row,) = outcome(file, TYPED, tmp_path / "out", timezone="UTC").accepted
    assert {name: row[name] for name in ROW} == ROW


@pytest.mark.parametrize("packed", [False, True])
def test_json_lines(packed: bool, tmp_path: Path) -> None:
    rows = [
        {"id": 7, "at": "2024-01-05T10:30:00Z", "day": "2024-01-05", "n": 1.5, "ok": True, "took": "0:06:09"},
        {"id": "8", "extra": {"deep": [1, 2]}, "n": None},
    ]
    content = "\n".join(map(json.dumps, rows)).encode()
    found = outcome_of(gzip.compress(content) if packed else content, TYPED, tmp_path, timezone="UTC")
    assert {name: found.accepted[0][name] for name in ROW} == ROW
    assert found.accepted[1]["n"] is None
    assert found.report.extra_columns == ("extra",)


def test_gzipped_workbook(tmp_path: Path) -> None:
    content = gzip.compress(workbook([["id"], ["a"]]))
    assert outcome_of(content, columns(id="{type: text}"), tmp_path).values("id") == ["a"]


def bomb_zip() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (300 << 20))
    return buffer.getvalue()


def many_parts() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        for number in range(2001):
            archive.writestr(f"xl/{number}.xml", "")
    return buffer.getvalue()


def plain_zip() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("table.csv", "a,b")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty"),
        (b"\n\r\n  \n", "only blank lines"),
        (gzip.compress(b"", mtime=0), "holds an empty file"),
        (gzip.compress(b"0" * (80 << 20), mtime=0), "unpacks to more than 100 times its size"),
        (gzip.compress(b"a,b\n1,2\n", mtime=0)[:-6], "damaged or cut short"),
        (bomb_zip(), "unpacks to 315 MB from 0.3 MB"),
        (many_parts(), "holds more than 2,000 parts"),
        (plain_zip(), "ZIP archive, not a workbook"),
        (workbook([["a"]])[:-40], "damaged or cut short"),
        (b"PAR1 and then nothing", "Parquet file is cut short"),
        (b"PAR1 is at both ends PAR1", "Parquet file is damaged"),
        (b'{"a": 1}\n{"a": ', "JSON Lines file is damaged"),
        (b"%PDF-1.7\n", "a PDF document"),
        (b"\x89PNG\r\n", "a picture"),
        (b"SQLite format 3\0" + bytes(range(256)) * 16, "neither text nor a workbook"),
        (b"BZh91AY&SY" + bytes(range(128)) * 8, "neither text nor a workbook"),
        (b"column," * 40_000 + b"\n1,2\n", "The first line is longer than 262,144 bytes"),
        (b"<!DOCTYPE html><html><table></table></html>", "a web page"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "not a workbook"),
    ],
)
def test_refused(content: bytes, sentence: str, tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match=sentence):
        outcome_of(content, columns(a="{type: text}"), tmp_path)
    assert list((tmp_path / "out").iterdir()) == []


def test_what_nobody_can_see_is_shown_in_the_report_and_kept_in_the_rejects(tmp_path: Path) -> None:
    found = outcome_of("id,n\n" + "1,2\n" * 900 + "\0" * 500, columns(id="{type: text}"), tmp_path)
    (reason,) = found.report.reasons
    assert reason.examples[0].value == "\N{OPEN BOX}" * 119 + "…"
    assert [len(one["value"]) for one in found.rejects] == [500]


def test_a_missing_column_is_named_with_what_the_file_has(tmp_path: Path) -> None:
    definition = columns(id="{type: text, required: true, from: Call Id}", n="{type: number}")
    with pytest.raises(Unreadable, match=r"no column for id: wanted “Call Id”\. Its columns are “Case”, “N”"):
        outcome_of("Case,N\n1,2\n", definition, tmp_path)


def test_a_column_with_a_new_name_is_told_from_the_others(tmp_path: Path) -> None:
    definition = columns(
        id="{type: text, required: true, from: Call Id}",
        started="{type: text}",
        wait="{type: number, from: {any: [Wait, Waited]}}",
    )
    with pytest.raises(Unreadable, match=r"wanted “Call Id” \(nearest: “Call ID#”\)\..*from: \{any: \["):
        outcome_of("Call ID#,Started,Wait\n1,2,3\n", definition, tmp_path)
    found = outcome_of("Call Id,Call started,Waiting\n1,2,3\n", definition, tmp_path)
    assert found.report.missing_columns == (
        "“started” (nearest: “Call started”)",
        "“Wait” or “Waited” (nearest: “Waiting”)",
    )


def test_an_optional_column_may_be_missing(tmp_path: Path) -> None:
    found = outcome_of("id\n1\n", columns(id="{type: text}", n="{type: number, from: Count}"), tmp_path)
    assert found.values("n") == [None]
    assert found.report.missing_columns == ("“Count”",)
