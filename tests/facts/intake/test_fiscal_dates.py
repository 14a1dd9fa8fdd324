"""Dates whose year is a fiscal year, against the calendar that the rest of the product counts with."""

from __future__ import annotations

import calendar
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from goldenthread.calc.periods import FiscalCalendar
from goldenthread.definitions import DefinitionError, check, read_yaml
from goldenthread.facts.intake.reading import read
from goldenthread.facts.sources import SourceDefinition


@pytest.mark.parametrize("starts", [1, 2, 7, 10, 12])
def test_each_month_lands_in_the_fiscal_year_it_names(tmp_path: Path, starts: int) -> None:
    text = f"""\
source: miles
columns:
  month: {{type: date, from: [Month, Year], format: "%B %Y", fiscal_year_starts: {starts}}}
"""
    file = tmp_path / "miles.csv"
    months = list(calendar.month_name)[1:]
    file.write_text("Month,Year\n" + "".join(f"{name},2020\n" for name in months), encoding="utf-8")
    definition = check(SourceDefinition, read_yaml(text))
    read(file, definition, out=tmp_path / "out", timezone="UTC", batch=1)
    found: list[date] = pq.read_table(tmp_path / "out" / "accepted.parquet").column("month").to_pylist()
    assert [day.month for day in found] == list(range(1, 13))
    assert {FiscalCalendar(starts).fiscal_year(day) for day in found} == {2020}


def test_only_a_date_with_a_format_has_a_fiscal_year() -> None:
    text = "source: miles\ncolumns: {month: {type: date, fiscal_year_starts: 7}}"
    with pytest.raises(DefinitionError, match="only for a date with a format"):
        check(SourceDefinition, read_yaml(text))
