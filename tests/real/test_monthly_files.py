"""Files with a row per month: fiscal years, durations, percent signs and thousands."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.real.loading import load, plain_rows

MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)


@pytest.mark.parametrize(
    ("name", "file", "year", "number", "column", "value"),
    [
        (
            "sewer_miles",
            "misc/LASAN__Miles_of_Sewer_Cleaned.csv",
            *("Fiscal Year", "Month Number", "Miles of Sewer Cleaned", "miles"),
        ),
        (
            "catch_basins",
            "misc/LASAN__Number_of_Catch_Basins_Cleaned.csv",
            *("FY", "FYMonth", "NUMBER OF CATCH BASIN CLEANED", "basins"),
        ),
    ],
)
def test_the_number_of_a_fiscal_month_agrees_with_its_name(
    samples: Path, tmp_path: Path, name: str, file: str, year: str, number: str, column: str, value: str
) -> None:
    """The file numbers its months from the start of the fiscal year; the definition never reads that."""
    wanted = {}
    for row in plain_rows(samples / file):
        months_in = int(row[number]) - 1
        calendar_year = int(row[year]) - (1 if months_in < 6 else 0)
        wanted[date(calendar_year, (6 + months_in) % 12 + 1, 1)] = float(row[column])
    loaded = load(name, samples / file, tmp_path)
    assert {row["month"]: row[value] for row in loaded.rows} == wanted
    assert loaded.report.rejected == 0
    assert len(wanted) == 76


def test_clock_like_cells_are_durations_in_seconds(samples: Path, tmp_path: Path) -> None:
    file = samples / "misc/Citywide_Response_Metrics_-_Updated.csv"
    loaded = load("response_metrics", file, tmp_path)
    names = {
        column.from_: name for name, column in loaded.definition.columns.items() if column.type == "duration"
    }
    wanted = {}
    for row in plain_rows(file):
        if row["Year"]:
            month = date(int(row["Year"]), MONTHS.index(row["Month"].lower()) + 1, 1)
            clocks = {name: row[header].split(":") for header, name in names.items()}
            wanted[month] = {
                name: int(hours) * 3600 + int(minutes) * 60 + int(seconds)
                for name, (hours, minutes, seconds) in clocks.items()
            }
    assert {row["month"]: {name: row[name] for name in names.values()} for row in loaded.rows} == wanted
    assert loaded.report.blank_rows == 1


@pytest.mark.parametrize("file", ["HRA_Facts_Rates.csv", "HRA_Facts_Case_Counts.csv"])
def test_percent_signs_and_thousands_are_read_and_words_are_missing(
    samples: Path, tmp_path: Path, file: str
) -> None:
    wanted = {}
    for row in plain_rows(samples / "nyc_hra" / file):
        month, day, year = map(int, row["Date"].split("/"))
        text = row["Value"].strip().rstrip("%").replace(",", "")
        wanted[(date(year, month, day), row["Program"], row["Item"])] = None if text == "N/A" else float(text)
    loaded = load("hra_facts", samples / "nyc_hra" / file, tmp_path)
    found = {(row["month"], row["program"], row["item"]): row["value"] for row in loaded.rows}
    assert found == wanted
    assert None in wanted.values()
