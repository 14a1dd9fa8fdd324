"""What falls due is counted by a day that stands in no extract, and anew when a load moves it."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
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
derived:
  in_time: {on_time: {start: opened, done: closed, days: 10}}
  due_on: {due: in_time}
"""
DUE = """
measure: due
title: Fallen due in time
source: cases
frequency: month
show_as: {unit: percent, per: 100}
numerator: {count: cases, time: due_on, where: {in_time: true, due_on: {at_least: 2025-08-15}}}
denominator: {count: cases, time: due_on}
"""


def load_cases(folder: Path, name: str, cases: dict[str, tuple[date, date | None]]) -> None:
    file = folder / name
    lines = [f"{case},{opened},{closed or ''}" for case, (opened, closed) in cases.items()]
    file.write_text("\n".join(["case,opened,closed", *lines]) + "\n")
    importing.load(importing.bring_in("cases", file, by=BY, now=NOW).batch, by=BY, now=NOW)


def by_month(cases: dict[str, tuple[date, date | None]]) -> dict[date, float]:
    due, kept = Counter[date](), Counter[date]()
    for opened, closed in cases.values():
        day = opened + timedelta(days=10)
        due[day.replace(day=1)] += 1
        kept[day.replace(day=1)] += closed is not None and closed <= day and day >= date(2025, 8, 15)
    return {month: 100 * kept[month] / count for month, count in due.items()}


def stored() -> dict[date, float]:
    rows = Observation.objects.filter(unit__key="county", grain="month", tree="event", value__isnull=False)
    return dict(rows.values_list("period_start", "value"))


def test_it_is_counted_on_the_day_it_was_due_and_again_when_that_moves(
    empty_store: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "county"
    for kind, text in (("sources", CASES), ("measures", DUE)):
        (folder / kind).mkdir(parents=True)
        (folder / kind / "one.yaml").write_text(text)
    (folder / "organization.yaml").write_text(ORGANIZATION)
    load_folder(folder, by=BY, now=NOW)
    opened = [date(2025, 8, 1) + timedelta(days=3 * number) for number in range(40)]
    cases: dict[str, tuple[date, date | None]] = {
        str(number): (day, None if number % 7 == 0 else day + timedelta(days=number % 14))
        for number, day in enumerate(opened)
    }
    load_cases(tmp_path, "first.csv", cases)
    assert stored() == by_month(cases)
    moved = {"9": (date(2025, 11, 25), None), "12": (date(2025, 9, 29), date(2025, 10, 4))}
    load_cases(tmp_path, "corrected.csv", moved)
    assert stored() == by_month(cases | moved)
