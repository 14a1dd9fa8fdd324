"""A spreadsheet of measures into plain values."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest

from goldenthread.calc.periods import Grain
from goldenthread.definitions import DefinitionError, read_yaml
from goldenthread.facts.intake import Unreadable
from goldenthread.facts.inventory import ElementLevel, UnitKind
from goldenthread.record.framework.models import Level
from goldenthread.record.orgs.enums import UnitKind as RecordUnitKind
from goldenthread.record.sources.checks import read_source
from tests.jobs.extracts.inventory.sheet import (
    CRASHES,
    DEFINITION,
    HEADER,
    INVOICES,
    RATING,
    read_file,
    read_sheet,
)


def test_values_land_in_the_periods_of_the_fiscal_calendar() -> None:
    reading = read_sheet(INVOICES, CRASHES)
    invoices, crashes = reading.rows
    assert [(one.period.grain, one.period.start, one.value) for one in invoices.values] == [
        (Grain.YEAR, date(2025, 7, 1), 93.5),
        (Grain.MONTH, date(2026, 7, 1), 0.9),
    ]
    assert [(one.period.grain, one.period.start, one.value) for one in crashes.values] == [
        (Grain.YEAR, date(2025, 7, 1), 1204),
        (Grain.QUARTER, date(2026, 10, 1), -9.9),
    ]
    assert [(one.start, one.end, one.value) for one in invoices.targets] == [
        (date(2026, 7, 1), date(2027, 7, 1), 95),
        (date(2025, 7, 1), date(2026, 7, 1), 90),
    ]
    assert (invoices.frequency, invoices.better, invoices.unit_of_measure) == (
        Grain.MONTH,
        "higher",
        "percent",
    )
    assert reading.report.period == (date(2025, 7, 1), date(2026, 12, 31))


def test_the_hierarchy_becomes_units_and_elements() -> None:
    reading = read_sheet(INVOICES, CRASHES)
    finance, payments, fleet = reading.places
    assert (finance.key, finance.name, finance.unit_kind, finance.level) == (
        "fin",
        "Finance",
        "department",
        "outcome",
    )
    assert (payments.key, payments.element_parent, payments.unit_kind) == ("fin-payments", "fin", None)
    assert payments.products == ("Checks", "Wires")
    invoices, crashes = reading.rows
    assert (invoices.unit, invoices.serves) == ("fin", "fin-payments")
    assert (crashes.unit, crashes.serves) == (fleet.key, "fleet")


def test_words_are_notes_and_each_is_reported() -> None:
    reading = read_sheet(RATING)
    (rating,) = reading.rows
    assert [(one.value, one.note) for one in rating.values] == [(None, "AAA (a rating)")]
    assert "Target for FY2026: AAA (a rating)" in rating.description
    assert [(cell.row, cell.column, cell.value, cell.reason) for cell in reading.cells] == [
        (1, "Goal", "No Goal", "no number: “No Goal” means no goal was set"),
        (1, "Goal before", "AAA", "no number: “AAA” means a rating"),
        (1, "Last year", "AAA", "no number: “AAA” means a rating"),
    ]
    assert (reading.report.accepted, reading.report.rejected) == (1, 0)


def test_a_word_that_nobody_explained_is_reported_and_makes_no_value() -> None:
    reading = read_sheet(RATING.replace("AAA,AAA", "TBD,12O"))
    (rating,) = reading.rows
    assert rating.values == ()
    reasons = {cell.value: cell.reason for cell in reading.cells}
    assert (
        reasons["TBD"]
        == reasons["12O"]
        == "wanted a number, or a word that the definition explains under words:"
    )


def test_rows_without_a_name_a_frequency_or_a_year_are_refused_with_the_reason() -> None:
    nameless = INVOICES.replace("Percent of invoices paid on time", "")
    yearless = INVOICES.replace("FY27", "soon")
    often = RATING.replace("Yearly", "Biennial")
    reading = read_sheet(nameless, yearless, often, CRASHES)
    assert [row.row for row in reading.rows] == [4]
    assert [(cell.row, cell.column, cell.reason) for cell in reading.cells if cell.refuses_row] == [
        (1, "Measure", "wanted the name of the measure"),
        (2, "FY", "wanted a fiscal year such as 2027 or FY27"),
        (3, "How often", "wanted one of “Yearly”, “Quarterly”, “Monthly”"),
    ]
    assert (reading.report.rows, reading.report.accepted, reading.report.rejected) == (4, 1, 3)


def test_an_unknown_direction_is_reported_and_stays_open() -> None:
    reading = read_sheet(INVOICES.replace(",Up,", ",Sideways,"))
    assert reading.rows[0].better is None
    (cell,) = reading.cells
    assert (cell.value, cell.reason) == ("Sideways", "wanted one of “Up”, “Down”; the direction stays open")


def test_a_measure_that_stands_twice_is_kept_twice_and_told() -> None:
    reading = read_sheet(RATING, CRASHES, RATING)
    assert [row.key for row in reading.rows] == [
        "fin-bond-rating",
        "fleet-number-of-crashes",
        "fin-bond-rating-2",
    ]
    assert reading.remarks == (
        "Row 3 is the same measure as row 1: “Bond rating”. Both are kept; "
        "retire one of them if they are one.",
    )


MATCHING = """\
source: indicators
kind: inventory
inventory:
  key: {column: No}
  title: Indicator
  levels: [{column: Team, unit: team, keys: {County health: health}}]
  frequency: month
  values: [{grain: month, matching: "%b-%y"}]
"""


def test_headers_that_name_months_and_ids_of_the_sheet_are_taken_from_the_sheet() -> None:
    header = "No,Indicator,Team,Jan-25,Feb-25,Remarks\n"
    reading = read_sheet("H 7,Vaccinated,County health,86.1,,none\n", header=header, definition=MATCHING)
    (row,) = reading.rows
    assert (row.key, row.unit) == ("h-7", "health")
    assert [(one.period.start, one.value) for one in row.values] == [(date(2025, 1, 1), 86.1)]
    with pytest.raises(Unreadable, match="No column is named like Jan-25"):
        read_sheet(
            "H 7,Vaccinated,County health,86.1\n",
            header="No,Indicator,Team,2025-01\n",
            definition=MATCHING,
        )


def test_text_and_workbooks_are_read_alike_and_rejects_are_written(tmp_path: Path) -> None:
    lines = [HEADER, RATING, CRASHES]
    (tmp_path / "inventory.csv").write_text("".join(lines), encoding="utf-8")
    book = openpyxl.Workbook()
    for line in csv.reader(lines):
        book.active.append(line)
    book.save(tmp_path / "inventory.xlsx")
    readings = [read_file(tmp_path / f"inventory.{kind}", tmp_path / kind) for kind in ("csv", "xlsx")]
    assert readings[0] == readings[1]
    assert readings[0].rows == read_sheet(*lines[1:]).rows
    rejects = pq.read_table(tmp_path / "csv" / "rejects.parquet").to_pylist()
    assert [(one["row"], one["column"], one["value"]) for one in rejects] == [
        (cell.row, cell.column, cell.value) for cell in readings[0].cells
    ]


def test_a_column_that_the_file_lacks_is_named(tmp_path: Path) -> None:
    file = tmp_path / "inventory.csv"
    file.write_text(HEADER.replace(",Q2", "") + RATING.replace(",\n", "\n"), encoding="utf-8")
    with pytest.raises(Unreadable, match="“Q2”"):
        read_file(file, tmp_path / "read")


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        ("kind: inventory\n", "", "kind: inventory together with an inventory: block"),
        ("{Up: higher, Down: lower}", "{Up: upward}", "better words that mean one of"),
        ("Yearly: year", "Yearly: annually", "frequency words that mean one of"),
        ("  fiscal_year: {column: FY}\n", "", "fiscal_year, because columns are counted from it"),
        ("{JUL: 7, JAN: 1}", "{JUL: 13}", "1 to 12, or the first day of the month"),
        ("element: service_area", "element: core_service", "elements from the top without a gap"),
        ("unit: department, element: outcome, ", "", "a level must become something"),
    ],
)
def test_a_mapping_that_cannot_work_is_refused(old: str, new: str, wanted: str) -> None:
    assert old in DEFINITION
    with pytest.raises(DefinitionError) as refused:
        read_source(read_yaml(DEFINITION.replace(old, new)))
    assert any(wanted in str(problem) for problem in refused.value.problems)


def test_levels_of_a_mapping_are_those_of_the_record() -> None:
    assert set(ElementLevel.__args__) == set(Level.values)
    assert set(UnitKind.__args__) == set(RecordUnitKind.values) - {"city", "county"}
