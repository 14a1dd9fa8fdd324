"""A stock changes in every period after the days that a load brings."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from goldenthread.jobs.extracts import importing
from goldenthread.jobs.loading import load_folder
from goldenthread.record.measures.models import Observation
from tests.results.counties import BY, NOW, ORGANIZATION

CASES = """
source: cases
key: [case]
time: opened
load: upsert
columns:
  case: {type: text, required: true}
  opened: {type: date}
  closed: {type: date, missing: [""]}
"""
BACKLOG = """
measure: backlog
title: Cases open
source: cases
frequency: month
show_as: {unit: count}
numerator: {open: cases, from: opened, until: closed}
"""


def load_cases(folder: Path, name: str, *rows: str) -> None:
    file = folder / name
    file.write_text("\n".join(["case,opened,closed", *rows]) + "\n")
    importing.load(importing.bring_in("cases", file, by=BY, now=NOW).batch, by=BY, now=NOW)


def test_a_case_that_comes_late_is_open_in_every_month_until_it_is_closed(
    empty_store: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "county"
    for kind, text in (("sources", CASES), ("measures", BACKLOG)):
        (folder / kind).mkdir(parents=True)
        (folder / kind / "one.yaml").write_text(text)
    (folder / "organization.yaml").write_text(ORGANIZATION)
    load_folder(folder, by=BY, now=NOW)
    load_cases(tmp_path, "first.csv", "1,2025-08-04,", "2,2025-08-05,", "3,2026-03-02,")
    load_cases(tmp_path, "late.csv", "4,2025-10-06,2026-02-10")
    rows = Observation.objects.filter(unit__key="county", grain="month", tree="event")
    found = dict(rows.values_list("period_start", "value"))
    open_cases = {8: 2, 9: 2, 10: 3, 11: 3, 12: 3, 1: 3, 2: 2, 3: 3}
    months = {date(2026 if month < 8 else 2025, month, 1): number for month, number in open_cases.items()}
    assert {start: found.get(start) for start in months} == months
