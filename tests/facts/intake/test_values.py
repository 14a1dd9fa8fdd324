"""What each type reads, what it refuses, and with which words."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from tests.facts.intake.reads import columns, outcome_of, source

REFUSED = object()


@pytest.mark.parametrize(
    ("shape", "cell", "value"),
    [
        ("{type: number}", "12", 12.0),
        ("{type: number}", " 12.5 ", 12.5),
        ("{type: number}", "1,234,567.8", 1234567.8),
        ("{type: number}", "£68,486.66", 68486.66),
        ("{type: number}", "$ (1,234)", REFUSED),
        ("{type: number}", "($1,234.50)", -1234.5),
        ("{type: number}", "(1,234)", -1234.0),
        ("{type: number}", "-$5", -5.0),
        ("{type: number}", "5-", -5.0),
        ("{type: number}", "−5", -5.0),
        ("{type: number}", "22.69%", 22.69),
        ("{type: number}", ".9", 0.9),
        ("{type: number}", "1e3", 1000.0),
        ("{type: number}", "12 USD", 12.0),
        ("{type: number}", "1,23", REFUSED),
        ("{type: number}", "3-4", REFUSED),
        ("{type: number}", "<=5", REFUSED),
        ("{type: number}", "nan", REFUSED),
        ("{type: number}", "inf", REFUSED),
        ("{type: number}", "--", REFUSED),
        ("{type: number, invalid: missing}", "--", None),
        ("{type: number, minimum: 0}", "-1", REFUSED),
        ("{type: number, minimum: 0, invalid: missing}", "-1", None),
        ("{type: number, maximum: 100}", "100.1", REFUSED),
        ("{type: number, maximum: 100}", "100", 100.0),
        ("{type: number, missing: [n/a]}", " N/A ", None),
        ("{type: number, missing: ['-9.9', '']}", "-9.9", None),
        ("{type: number}", "", None),
        ("{type: whole_number}", "9007199254740993", 9007199254740993),
        ("{type: whole_number}", "1,234", 1234),
        ("{type: whole_number}", "3.0", 3),
        ("{type: whole_number}", "3.5", REFUSED),
        ("{type: date}", "2026-07-01", dt.date(2026, 7, 1)),
        ("{type: date}", "07/01/2026", dt.date(2026, 7, 1)),
        ("{type: date}", "2026-07-01T00:00:00.000Z", dt.date(2026, 7, 1)),
        ("{type: date}", "2026-02-30", REFUSED),
        ("{type: date}", "45306", REFUSED),
        ("{type: date}", "infinity", REFUSED),
        ("{type: date}", "0000-07-01", REFUSED),
        ("{type: date, format: '%m/%d/%Y'}", "07/01/0000", REFUSED),
        ("{type: date, invalid: missing}", "0000-07-01", None),
        ("{type: datetime}", "2026-07-01 (BC)", REFUSED),
        ("{type: date, format: '%d/%m/%Y'}", "01/07/2026", dt.date(2026, 7, 1)),
        ("{type: date, format: ['%d-%b-%y', iso]}", "09-Mar-11", dt.date(2011, 3, 9)),
        ("{type: date, format: ['%d-%b-%y', iso]}", "2011-03-09", dt.date(2011, 3, 9)),
        ("{type: duration}", "0:06:09", 369.0),
        ("{type: duration}", "36:00:01", 129601.0),
        ("{type: duration}", "90", 90.0),
        ("{type: duration}", "6:09", REFUSED),
        ("{type: duration, format: 'm:ss'}", "6:09", 369.0),
        ("{type: duration, format: 'h:mm'}", "6:09", 22140.0),
        ("{type: duration, format: hours}", "1.5", 5400.0),
        ("{type: duration}", "-0:00:05", REFUSED),
        ("{type: duration, minimum: -60}", "-0:00:05", -5.0),
        ("{type: duration}", "0:61:00", REFUSED),
        ("{type: yes_no}", "Y", True),
        ("{type: yes_no}", "false", False),
        ("{type: yes_no}", "maybe", REFUSED),
        ("{type: category, values: [Open, Closed]}", "open", "Open"),
        ("{type: category, values: [Open, Closed]}", "gone", REFUSED),
        ("{type: category}", "  Queens ", "Queens"),
        ("{type: text}", "007", "007"),
        ("{type: text, missing: ['', unknown]}", "Unknown", None),
    ],
)
def test_value(shape: str, cell: str, value: Any, tmp_path: Path) -> None:
    found = outcome_of(f'id|x\n1|"{cell}"\n', columns(id="{type: text}", x=shape), tmp_path)
    if value is REFUSED:
        (reject,) = found.rejects
        assert (reject["row"], reject["column"], reject["value"]) == (1, "x", cell.strip())
        assert found.report.accepted == 0
    else:
        assert found.values("x") == [value]


@pytest.mark.parametrize(
    ("shape", "reason"),
    [
        ("{type: number, minimum: 0}", "wanted a number, 0 or more"),
        ("{type: number, minimum: 0, maximum: 100}", "wanted a number, 0 to 100"),
        ("{type: whole_number, maximum: 9}", "wanted a whole number, 9 or less"),
        ("{type: duration}", "wanted a duration such as 0:06:09 or 369, 0 or more"),
        ("{type: category, values: [a, b]}", "wanted one of a, b"),
        ("{type: yes_no}", "wanted yes or no"),
        ("{type: date, format: '%d-%b-%y'}", "wanted a date such as 01-Jul-26"),
    ],
)
def test_reason(shape: str, reason: str, tmp_path: Path) -> None:
    found = outcome_of("x,y\n--,1\n", columns(x=shape), tmp_path)
    assert [reject["reason"] for reject in found.rejects] == [reason]


def test_a_row_is_refused_once_for_each_cell(tmp_path: Path) -> None:
    definition = columns(a="{type: number}", b="{type: number}", c="{type: text, required: true}")
    found = outcome_of("a,b,c\nx,y,\n1,2,3\n", definition, tmp_path)
    assert [(one["row"], one["column"], one["value"]) for one in found.rejects] == [
        (1, "a", "x"),
        (1, "b", "y"),
        (1, "c", None),
    ]
    assert (found.report.rows, found.report.accepted, found.report.rejected) == (2, 1, 1)
    assert found.report.reasons[2].reason == "wanted text, which this column must have"


def test_not_before(tmp_path: Path) -> None:
    definition = source(
        """
columns:
  opened: {type: date}
  closed: {type: date}
checks:
  - {not_before: [closed, opened], reason: closed before it was opened}
"""
    )
    content = "opened,closed\n2026-01-02,2026-01-01\n2026-01-02,2026-01-02\n2026-01-02,\n"
    found = outcome_of(content, definition, tmp_path)
    assert [(one["row"], one["value"], one["reason"]) for one in found.rejects] == [
        (1, "2026-01-01", "closed before it was opened")
    ]
    assert found.report.accepted == 2


def test_not_before_compares_instants_where_a_cell_names_its_offset(tmp_path: Path) -> None:
    definition = source(
        """
columns:
  opened: {type: datetime}
  closed: {type: datetime}
checks:
  - {not_before: [closed, opened], reason: closed before it was opened}
"""
    )
    content = (
        "opened,closed\n2026-01-02 10:00:00,2026-01-02T15:30:00Z\n2026-01-02 10:00:00,2026-01-02T14:30:00Z\n"
    )
    found = outcome_of(content, definition, tmp_path, timezone="America/New_York")
    assert [one["row"] for one in found.rejects] == [2]


def test_a_repeated_key_keeps_the_first_row_and_names_both(tmp_path: Path) -> None:
    definition = source("key: [id, part]\ncolumns:\n  id: {type: text}\n  part: {type: whole_number}\n")
    content = "id,part\na,1\nb,1\na,1\na,2\na,1\n"
    found = outcome_of(content, definition, tmp_path)
    assert [(row["id"], row["part"], row["_row"]) for row in found.accepted] == [
        ("a", 1, 1),
        ("b", 1, 2),
        ("a", 2, 4),
    ]
    assert [(one["row"], one["other_row"], one["value"]) for one in found.rejects] == [
        (3, 1, "a 1"),
        (5, 1, "a 1"),
    ]
    assert found.report.reasons[0].count == 2


def test_joined_and_alternative_columns(tmp_path: Path) -> None:
    definition = source(
        """
columns:
  at: {type: datetime, from: [Date, Time], format: ["%m/%d/%Y %I:%M:%S %p"]}
  office: {type: text, from: {any: [Bureau, Office]}}
"""
    )
    found = outcome_of(
        "date, TIME ,office\n7/1/2026,2:30:00 PM,north\n", definition, tmp_path, timezone="UTC"
    )
    assert found.values("at") == [dt.datetime(2026, 7, 1, 14, 30, tzinfo=dt.UTC)]
    assert found.values("office") == ["north"]


def test_columns_may_be_called_anything(tmp_path: Path) -> None:
    names = ["c0", "c1", "t_c0", "v", "x", "cell", "row", "batch", "why", "key", "value", "code"]
    shapes = "".join(f"  {name}: {{type: text}}\n" for name in names)
    definition = source(
        f"key: [c0]\ntime: at\ncolumns:\n  at: {{type: datetime, from: _row}}\n{shapes}"
        "  n: {type: number, from: _batch}\n  day: {type: text, from: at__day}\n"
    )
    header = ["_row", *names, "_batch", "at__day"]
    content = f"{','.join(header)}\n2026-05-01 10:00:00,{','.join(name * 2 for name in names)},7,z\n"
    (row,) = outcome_of(content, definition, tmp_path, timezone="UTC").accepted
    assert [row[name] for name in names] == [name * 2 for name in names]
    assert (row["at"].hour, row["n"], row["day"], row["_row"], row["_batch"]) == (10, 7.0, "z", 1, 1)


def test_blank_rows_are_counted_and_left_out(tmp_path: Path) -> None:
    found = outcome_of("a,b\n1,2\n,\n\n3,4\n", columns(a="{type: text}", b="{type: text}"), tmp_path)
    assert found.values("a") == ["1", "3"]
    assert (found.report.rows, found.report.blank_rows) == (2, 1)


def test_ragged_rows_are_refused_and_keep_their_numbers(tmp_path: Path) -> None:
    rows = ["a,b,c"]
    for number in range(1, 301):
        rows.append({100: "100,x", 200: "200,x,y,z", 250: ""}.get(number, f"{number},x,y"))
    found = outcome_of("\n".join(rows), columns(a="{type: whole_number}"), tmp_path)
    assert [(one["row"], one["value"], one["reason"]) for one in found.rejects] == [
        (100, "100,x", "wanted 3 cells, found 2"),
        (200, "200,x,y,z", "wanted 3 cells, found 4"),
    ]
    # The blank line 250 is no row, so that rows after it stand one further up.
    assert all(row["_row"] == row["a"] - (row["a"] > 250) for row in found.accepted)
    assert len(found.accepted) == 297


def test_a_file_that_stops_being_utf8_is_read_as_what_it_is(tmp_path: Path) -> None:
    content = b"name,n\n" + b"plain,1\n" * 60_000 + "Peña,2\n".encode("cp1252")
    found = outcome_of(content, columns(name="{type: text}"), tmp_path)
    assert found.values("name")[-1] == "Peña"


def test_mixed_line_ends(tmp_path: Path) -> None:
    found = outcome_of("a,b\r\n1,2\r\n3,4\n5,6\r7,8", columns(a="{type: text}"), tmp_path)
    assert found.values("a") == ["1", "3", "5", "7"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-8-sig", "cp1252", "cp949"])
def test_encodings(encoding: str, tmp_path: Path) -> None:
    word = "서울 강남구 민원 처리" if encoding == "cp949" else "Cañon"
    content = "name;n\n" + f"{word};1\n" * 20
    found = outcome_of(content.encode(encoding), columns(name="{type: text}", n="{type: number}"), tmp_path)
    assert found.values("name") == [word] * 20


def test_a_ragged_row_does_not_hide_the_delimiter(tmp_path: Path) -> None:
    # Each row has one space, so that a space would explain all rows and a comma all but one.
    rows = [f"C{number},2026-01-01 00:00:00,7" for number in range(50)] + ["C50,2026-01-01 00:00:00"]
    definition = columns(call_id="{type: text, from: Call Id}", wait="{type: number, from: Wait}")
    found = outcome_of("Call Id,Started,Wait\n" + "\n".join(rows), definition, tmp_path)
    assert (found.report.accepted, found.report.rejected) == (50, 1)


def test_decimal_commas_do_not_pass_for_delimiters(tmp_path: Path) -> None:
    definition = columns(a="{type: text}", c="{type: text}")
    found = outcome_of("a;b;c\n" + "1,5;2,5;3,5\n" * 9, definition, tmp_path)
    assert found.values("c") == ["3,5"] * 9
