"""Rates over another measure's value, such as a population, against loops over the same calls."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from pathlib import Path

import pytest

from goldenthread.calc.periods import Grain
from goldenthread.jobs import computing
from goldenthread.jobs.loading import load_folder
from goldenthread.record.measures import typed_values
from goldenthread.record.measures.models import Measure, Observation, Outdated
from goldenthread.record.measures.policies import Figures
from goldenthread.record.orgs.models import Unit
from goldenthread.results.series import series
from tests.builders import system_scope
from tests.results.counties import (
    BY,
    CALENDAR,
    NOW,
    TODAY,
    Call,
    calls,
    import_calls,
    units_of,
    write_definitions,
)

PEOPLE_SERVED = """
measure: people_served
title: People served
manual: true
unit: north
frequency: quarter
show_as: {unit: count}
"""
PER_HEAD = """
measure: calls_per_head
title: Calls for each 1,000 people
source: calls
frequency: month
show_as: {per: 1000}
numerator: {count: calls}
denominator: {value_of: people_served}
"""
# Stands on calls_per_head, and is made before it.
AGAIN = PER_HEAD.replace("calls_per_head", "by_the_rate").replace("people_served", "calls_per_head")
TYPED = {date(2025, 10, 1): 2000.0, date(2026, 1, 1): 2500.0}


@pytest.fixture
def county(empty_store: Path, tmp_path: Path) -> list[Call]:
    folder = write_definitions(tmp_path / "county")
    for file in (folder / "measures").glob("*.yaml"):
        file.unlink()
    for number, text in enumerate((AGAIN, PER_HEAD, PEOPLE_SERVED)):
        (folder / "measures" / f"{number}.yaml").write_text(text)
    load_folder(folder, by=BY, now=NOW)
    rows = calls(300, seed=1)
    import_calls(tmp_path, rows, "calls.csv")
    for day, number in TYPED.items():
        type_people(day, number)
    computing.compute_everything(by=BY, now=NOW)
    return rows


def type_people(day: date, number: float) -> None:
    value = typed_values.type_value(
        measure=Measure.objects.get(key="people_served"),
        unit=Unit.objects.get(key="north"),
        period=CALENDAR.period_of(day, Grain.QUARTER),
        typed=Figures(value=number),
        by=BY,
        now=NOW,
    )
    typed_values.submit_values(values=[value], by=BY, now=NOW)


def values_of(measure: str, unit: str) -> dict[date, float | None]:
    found = series(measure, unit, system_scope(), today=TODAY)
    return {point.period.start: point.value for point in found.points} if found else {}


def test_each_month_takes_the_latest_value_at_or_before_it(county: list[Call]) -> None:
    counted: dict[date, int] = defaultdict(int)
    for call in county:
        if "north" in units_of(call):
            counted[CALENDAR.period_of(call.day, Grain.MONTH).start] += 1
    assert len(counted) > 6
    shown = values_of("calls_per_head", "north")
    for month, number in counted.items():
        people = [value for quarter, value in TYPED.items() if quarter <= month]
        assert shown[month] == (pytest.approx(1000 * number / people[-1]) if people else None), month


def test_a_unit_without_the_other_value_has_no_rate(county: list[Call]) -> None:
    assert set(values_of("calls_per_head", "south").values()) <= {None}


def test_a_new_value_computes_those_that_stand_on_it_however_far(county: list[Call]) -> None:
    computing.mark_measures(["people_served"])
    marked = Outdated.objects.values_list("measure__key", flat=True)
    assert set(marked) == {"people_served", "calls_per_head", "by_the_rate"}


def test_each_tree_borrows_from_its_own(empty_store: Path, tmp_path: Path) -> None:
    folder = write_definitions(tmp_path / "county")
    for file in (folder / "measures").glob("*.yaml"):
        if file.stem != "received":
            file.unlink()
    share = PER_HEAD.replace("people_served", "received").replace("per: 1000", "per: 1")
    (folder / "measures" / "share.yaml").write_text(share)
    load_folder(folder, by=BY, now=NOW)
    import_calls(tmp_path, calls(200, seed=1), "calls.csv")
    rows = Observation.objects.filter(measure__key="calls_per_head", grain="month")
    assert set(rows.values_list("tree", flat=True)) == {"event", "today"}
    assert set(rows.values_list("value", flat=True)) == {1.0}
