"""What is folded follows the people who worked, whichever way it was computed."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest

from goldenthread.calc.folding import Fold
from goldenthread.definitions import read_yaml
from goldenthread.facts.scope import Scope
from goldenthread.jobs.computing import compute_everything
from goldenthread.jobs.extracts import importing
from goldenthread.jobs.loading import load_folder
from goldenthread.record.measures.checks import read_measure
from goldenthread.record.measures.models import Observation
from goldenthread.results.preview import preview
from tests.results.counties import BY, LETTERS, NOW, Call, import_calls, write_definitions

pytestmark = pytest.mark.django_db

JULY, AUGUST, SEPTEMBER = date(2025, 7, 1), date(2025, 8, 1), date(2025, 9, 1)


@pytest.fixture
def folder(empty_store: Path, tmp_path: Path) -> Path:
    """Twelve workers in the north and twelve in the south."""
    folder = write_definitions(tmp_path / "county")
    for file in (folder / "measures").glob("*.yaml"):
        if file.stem not in ("received", "in_time"):
            file.unlink()
    rows = [
        f"{unit[0]}{n},{unit[0]}{n},{unit},member,2025-01-01,"
        for unit in ("north", "south")
        for n in range(12)
    ]
    (folder / "people.csv").write_text("\n".join(["person,name,unit,role,from,to", *rows, ""]))
    load_folder(folder, by=BY, now=NOW)
    return folder


def worked(month: date, *workers: str, each: int = 3) -> list[Call]:
    return [
        Call(f"{month}-{worker}-{number}", worker, month + timedelta(days=number), 30.0, "answered")
        for worker in workers
        for number in range(each)
    ]


def north(*numbers: int) -> list[str]:
    return [f"n{number}" for number in numbers]


PER_CALL = """\
measure: letters_per_call
title: Letters for each call
source: letters
frequency: month
show_as: {unit: rate}
numerator: {count: letters}
denominator: {value_of: received}
"""


def write_letters(folder: Path, tmp_path: Path) -> None:
    """A measure that nobody's work stands behind, with the calls of the same unit below."""
    (folder / "sources" / "letters.yaml").write_text(LETTERS)
    (folder / "measures" / "letters_per_call.yaml").write_text(PER_CALL)
    load_folder(folder, by=BY, now=NOW)
    file = tmp_path / "letters.csv"
    rows = [
        f"{unit}{month}{number},{unit},{month}"
        for unit in ("north", "south")
        for month in (JULY, AUGUST, SEPTEMBER)
        for number in range(9)
    ]
    file.write_text("\n".join(["letter,office,day", *rows, ""]))
    importing.load(importing.bring_in("letters", file, by=BY, now=NOW).batch, by=BY, now=NOW)


EVERY_SOUTH = [f"s{number}" for number in range(12)]


def folds(measure: str = "received") -> dict[tuple[str, str, date], int]:
    rows = Observation.objects.filter(measure__key=measure, tree="event", unit__isnull=False)
    return {
        (unit, grain, start): fold
        for unit, grain, start, fold in rows.values_list("unit__key", "grain", "period_start", "fold")
    }


def test_a_quarter_counts_its_people_and_not_its_months(folder, tmp_path):
    """Three in each month and nine in the quarter: the months are folded, and the quarter is not."""
    calls = [call for month in (JULY, AUGUST, SEPTEMBER) for call in worked(month, *EVERY_SOUTH)]
    calls += (
        worked(JULY, *north(0, 1, 2)) + worked(AUGUST, *north(3, 4, 5)) + worked(SEPTEMBER, *north(6, 7, 8))
    )
    import_calls(tmp_path, calls, "calls.csv")
    quarter = Observation.objects.get(
        measure__key="received", unit__key="north", grain="quarter", tree="event", period_start=JULY
    )
    assert quarter.contributors == 9
    found = folds()
    assert [found["north", "month", month] for month in (JULY, AUGUST, SEPTEMBER)] == [Fold.FOLDED] * 3
    assert found["north", "quarter", JULY] < Fold.FOLDED
    assert found["north", "year_to_date", JULY] == Fold.FOLDED
    assert found["benefits", "month", JULY] < Fold.FOLDED


def test_four_are_few_and_five_are_not(folder, tmp_path):
    calls = worked(JULY, *EVERY_SOUTH, *north(0, 1, 2, 3)) + worked(
        AUGUST, *EVERY_SOUTH, *north(0, 1, 2, 3, 4)
    )
    import_calls(tmp_path, calls, "calls.csv")
    few = {
        (row.unit.key, row.period_start): row.contributors
        for row in Observation.objects.filter(
            measure__key="received", grain="month", tree="event"
        ).select_related("unit")
        if row.unit and row.unit.key == "north"
    }
    assert few == {("north", JULY): 4, ("north", AUGUST): 5}
    assert folds()["north", "month", JULY] == Fold.FOLDED
    assert folds()["south", "month", JULY] == Fold.FOLDED
    assert folds()["county", "month", JULY] < Fold.FOLDED


def test_what_is_loaded_later_folds_and_unfolds_as_if_it_had_been_there(folder, tmp_path):
    first = worked(JULY, *EVERY_SOUTH, *north(0, 1, 2)) + worked(
        AUGUST, *EVERY_SOUTH, *north(0, 1, 2, 3, 4, 5)
    )
    import_calls(tmp_path, first, "first.csv")
    before = folds()
    import_calls(tmp_path, worked(JULY, *north(3, 4, 5)), "second.csv")
    after = folds()
    assert before["north", "month", JULY] == Fold.FOLDED
    assert before["north", "month", AUGUST] == Fold.FOLDED, "folded with July, so that the quarter stays"
    assert Counter(after.values()) == {Fold.OPEN: len(after)}
    import_calls(tmp_path, worked(SEPTEMBER, *EVERY_SOUTH, *north(0)), "third.csv")
    in_steps = folds(), folds("in_time")
    compute_everything(by=BY, now=NOW)
    assert in_steps == (folds(), folds("in_time"))
    assert in_steps[0]["north", "month", SEPTEMBER] == Fold.FOLDED


def test_an_office_of_its_own_is_not_found_by_taking_its_parts_off(folder, tmp_path):
    """Two who work for the division itself, and in none of its teams."""
    people = (
        folder / "people.csv"
    ).read_text() + "b0,b0,benefits,member,2025-01-01,\nb1,b1,benefits,member,2025-01-01,\n"
    (folder / "people.csv").write_text(people)
    load_folder(folder, by=BY, now=NOW)
    import_calls(tmp_path, worked(JULY, *EVERY_SOUTH, *north(*range(12)), "b0", "b1"), "calls.csv")
    found = folds()
    assert Fold.FOLDED in (found["north", "month", JULY], found["south", "month", JULY])
    assert found["benefits", "month", JULY] == Fold.BESIDE


def test_whoever_may_not_read_a_value_does_not_find_it_below_another(folder, tmp_path):
    """What stands on the calls of a unit is closed where those are, and open again where they are."""
    import_calls(tmp_path, worked(JULY, *EVERY_SOUTH, *north(0, 1, 2)), "first.csv")
    write_letters(folder, tmp_path)
    borrowed = folds("letters_per_call")
    assert borrowed["north", "month", JULY] == borrowed["south", "month", JULY] == Fold.FOLDED
    assert borrowed["north", "quarter", JULY] == Fold.FOLDED, "July is the last month with calls"
    assert borrowed["benefits", "month", JULY] == folds()["benefits", "month", JULY] < Fold.FOLDED
    import_calls(tmp_path, worked(JULY, *north(3, 4, 5)), "second.csv")
    assert set(folds("letters_per_call").values()) == {Fold.OPEN}
    import_calls(tmp_path, worked(SEPTEMBER, *EVERY_SOUTH, *north(0)), "third.csv")
    in_steps = folds("letters_per_call")
    assert in_steps["north", "month", SEPTEMBER] == Fold.FOLDED
    assert in_steps["north", "month", JULY] == folds()["north", "month", JULY]
    compute_everything(by=BY, now=NOW)
    assert in_steps == folds("letters_per_call")


def test_a_definition_is_tried_out_with_the_same_folds(folder, tmp_path):
    import_calls(tmp_path, worked(JULY, *EVERY_SOUTH, *north(0, 1, 2)), "calls.csv")
    write_letters(folder, tmp_path)
    shown = Scope(viewer="user:1", reason="own rights", every_unit=True)
    definition = read_measure(read_yaml(PER_CALL, file="measures/letters_per_call.yaml")).definition
    for unit, is_folded in (("north", True), ("south", True), ("benefits", False)):
        found = preview(definition, unit, shown, today=date(2025, 9, 30))
        assert found is not None
        [july] = [one for one in found.series.points if one.period.start == JULY]
        assert (july.status == "folded") is is_folded, unit
