"""What the page of the workers of a unit says first."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from goldenthread.calc.spc import Meaning
from goldenthread.record.reports.definition import Window
from goldenthread.results.reports import Days
from goldenthread.results.surroundings import Surroundings
from goldenthread.results.workers import WorkersReport, workers_report
from goldenthread.web.desk.presenters.workers import workers_page
from tests.results.counties import TODAY, calls, import_calls, load_definitions
from tests.results.test_reports import ACTIVITY, COLUMNS, EVERYTHING, definition

pytestmark = pytest.mark.django_db
PEOPLE = {"w1": "Ana Ruiz", "w2": "Bo Li", "w3": "Cy Doe", "w4": "Di New"}


@pytest.fixture(autouse=True)
def county(tmp_path: Path) -> None:
    """Of Di New nothing was counted ever."""
    load_definitions(tmp_path)
    import_calls(tmp_path, calls(1500, seed=8, first=date(2025, 7, 1), days=293), "calls.csv")


def report_over(asked: Window | Days) -> WorkersReport:
    around = Surroundings(TODAY)
    found = workers_report(definition(ACTIVITY), COLUMNS, PEOPLE, "county", asked, EVERYTHING, around=around)
    assert found is not None
    return found


def verdict_over(asked: Window | Days) -> str:
    return workers_page(report_over(asked), asked, unit_name="County", is_masked=False).verdict


def test_nobody_is_inside_a_range_that_there_is_not() -> None:
    half_a_year = Days(date(2025, 10, 1), date(2026, 3, 31))
    assert verdict_over(half_a_year) == "There is too little of the past to say what is normal here."


def test_who_has_no_normal_range_is_not_counted_among_those_who_have() -> None:
    said = set()
    for day in range(5, 19):
        asked = Days(date(2026, 4, day), date(2026, 4, day))
        judged = outside = 0
        for line in report_over(asked).lines:
            tiles = [tile for tile in line.tiles if tile.latest and tile.segment.limits]
            judged += bool(tiles)
            outside += any(tile.latest.meaning is not Meaning.ORDINARY for tile in tiles)
        said.add((judged, outside))
        verdict = verdict_over(asked)
        words = {1: "one", 2: "two", 3: "three"}
        if not judged:
            assert verdict == "There is too little of the past to say what is normal here."
        elif not outside:
            assert verdict == (
                f"All {words[judged]} who have a normal range stayed inside their own."
                if judged > 1
                else "The one who has a normal range stayed inside it."
            )
        else:
            assert verdict.startswith(f"{words[outside].capitalize()} of the {words[judged]} who have")
    assert len(said) > 1
