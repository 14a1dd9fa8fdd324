"""What a file would bring, against the rows it was made of."""

from __future__ import annotations

import pytest

from goldenthread.calc.periods import Grain
from goldenthread.definitions import read_yaml
from goldenthread.facts.scope import Scope
from goldenthread.jobs.extracts import importing
from goldenthread.jobs.outlook import covered_until, placed_ids, touched_by, visible_measures_on
from goldenthread.record.access.pseudonyms import pseudonym
from goldenthread.record.measures.models import Measure
from goldenthread.record.orgs.models import Person, Unit
from goldenthread.record.sources.actions import save_source
from goldenthread.record.sources.checks import read_source
from goldenthread.record.sources.models import Batch
from tests.builders import system_scope
from tests.results.conftest import empty_store  # noqa: F401
from tests.results.counties import BY, CALENDAR, CALLS, NOW, SHOWN, load_definitions

pytestmark = pytest.mark.django_db

ROWS = """call,agent,day,wait,outcome
1,w1,2026-03-30,5,answered
2,w1,2026-04-02,5,answered
3,bob.li,2026-04-02,5,answered
4,bob.li,2026-04-03,5,answered
5,,2026-04-03,5,answered
6,w3,2025-05-01,5,answered
"""


@pytest.fixture
def batch(tmp_path, empty_store) -> Batch:  # noqa: F811
    load_definitions(tmp_path / "definitions")
    return read(tmp_path, ROWS)


def read(folder, text: str) -> Batch:
    file = folder / "calls.csv"
    file.write_text(text)
    return importing.bring_in("calls", file, by=BY, now=NOW).batch


def test_an_id_is_known_where_it_had_a_unit_on_one_of_its_days(batch: Batch) -> None:
    """w3 is a member since June 2025, and its only row is of May."""
    Person.objects.create(key="w9", name="Bob Li")
    [placed] = placed_ids(batch, raw=True)
    assert (placed.role, placed.ids) == ("worker", 4)
    assert [(one.shown, one.rows, one.like) for one in placed.strangers] == [
        ("bob.li", 2, "Bob Li"),
        ("", 1, ""),
        ("w3", 1, "Cy Doe"),
    ]


def test_without_the_right_ids_are_pseudonyms_and_nobody_is_guessed(batch: Batch) -> None:
    Person.objects.create(key="w9", name="Bob Li")
    [placed] = placed_ids(batch, raw=False)
    assert [one.shown for one in placed.strangers] == [pseudonym("bob.li"), "", pseudonym("w3")]
    assert {one.like for one in placed.strangers} == {""}


def test_units_are_shown_as_they_are_with_the_closest(batch: Batch, tmp_path) -> None:
    text = CALLS.replace("worker: agent", "unit: agent").replace("source: calls", "source: visits")
    save_source(read_source(read_yaml(text)), by=BY, now=NOW)
    file = tmp_path / "visits.csv"
    file.write_text(ROWS.replace("w1", "north").replace("bob.li", "Nort office").replace("w3", "south"))
    found = importing.bring_in("visits", file, by=BY, now=NOW).batch
    [placed] = placed_ids(found, raw=False)
    strangers = [(one.shown, one.rows, one.like) for one in placed.strangers]
    assert (placed.role, strangers) == ("unit", [("Nort office", 2, "North office"), ("", 1, "")])


def test_the_measures_and_periods_a_file_touches(batch: Batch) -> None:
    touched = touched_by(batch, system_scope(), calendar=CALENDAR)
    assert [one.key for one in touched] == sorted(SHOWN)
    assert [key for key, _title in visible_measures_on(batch.source, system_scope())] == sorted(SHOWN)
    for one in touched:
        assert one.periods[0].start.isoformat() == "2025-05-01"
        assert one.periods[-1].start.isoformat() == "2026-04-01"
        assert {period.grain for period in one.periods} == {Grain.MONTH}
        assert one.locked == 0


def test_what_earlier_files_cover(batch: Batch, tmp_path) -> None:
    assert covered_until(batch) is None
    importing.load(batch, by=BY, now=NOW, then_compute=False)
    later = read(tmp_path, "call,agent,day,wait,outcome\n7,w1,2026-04-09,5,answered\n")
    assert covered_until(later).isoformat() == "2026-04-03"


def test_measures_that_are_not_open_are_not_named(batch: Batch) -> None:
    Measure.objects.filter(key="received").update(unit=Unit.objects.get(key="north"))
    north = Scope(viewer="user:1", reason="own rights", units=frozenset({"north"}))
    assert [one.key for one in touched_by(batch, north, calendar=CALENDAR)] == ["received"]
    assert [key for key, _title in visible_measures_on(batch.source, north)] == ["received"]
