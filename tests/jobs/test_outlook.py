"""What a file would bring, against the rows it was made of."""

from __future__ import annotations

import datetime

import pytest

from goldenthread.calc.periods import Grain
from goldenthread.definitions import read_yaml
from goldenthread.facts.scope import Scope
from goldenthread.jobs import outlook
from goldenthread.jobs.extracts import importing
from goldenthread.jobs.outlook import covered_until, locked_by, placed_ids, touched_by, visible_measures_on
from goldenthread.record.access.pseudonyms import pseudonym
from goldenthread.record.measures.actions import save_measure
from goldenthread.record.measures.checks import read_measure
from goldenthread.record.measures.models import Measure, Observation
from goldenthread.record.orgs.models import Person, Unit
from goldenthread.record.sources.actions import save_source
from goldenthread.record.sources.checks import read_source
from goldenthread.record.sources.models import Batch
from goldenthread.results.lock import lock
from tests.builders import system_scope
from tests.results.conftest import empty_store  # noqa: F401
from tests.results.counties import BY, CALENDAR, CALLS, NOW, SHOWN, TODAY, load_definitions

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


MARCH = CALENDAR.period_of(datetime.date(2026, 3, 1), Grain.MONTH)
FEBRUARY = CALENDAR.previous(MARCH)
EARLIER = """call,agent,day,wait,outcome
1,w1,2026-02-10,5,answered
2,w2,2026-03-02,5,answered
3,w2,2026-03-03,90,answered
4,w3,2026-03-03,5,abandoned
"""
LATER = """call,agent,day,wait,outcome
3,w2,2026-03-03,30,answered
9,w2,2026-03-20,400,answered
"""


@pytest.fixture
def later(tmp_path, empty_store, request) -> Batch:  # noqa: F811
    """A file that waits, after values of February and March were locked."""
    load_definitions(tmp_path / "definitions")
    text = CALLS.replace("load: upsert", f"load: {getattr(request, 'param', 'upsert')}")
    save_source(read_source(read_yaml(text)), by=BY, now=NOW)
    importing.load(read(tmp_path, EARLIER), by=BY, now=NOW)
    for key in ("received", "in_time", "median_wait"):
        for unit, period in (("north", MARCH), ("county", MARCH), ("county", FEBRUARY)):
            place = Unit.objects.get(key=unit)
            measure = Measure.objects.get(key=key)
            lock(measure=measure, unit=place, period=period, by=BY, now=NOW, today=TODAY)
    return read(tmp_path, LATER)


def foretold(batch: Batch, scope: Scope | None = None) -> list[outlook.LockedValue]:
    seen = scope or system_scope()
    touched = touched_by(batch, seen, calendar=CALENDAR)
    return list(locked_by(batch, touched, seen, today=TODAY, calendar=CALENDAR))


def value_now(measure: str, unit: str) -> float | None:
    return Observation.objects.get(
        measure__key=measure, unit__key=unit, grain="month", period_start=MARCH.start, tree="event"
    ).value


@pytest.mark.parametrize("later", ["append", "upsert", "replace_period"], indirect=True)
def test_a_locked_value_is_foretold_as_the_load_then_makes_it(later: Batch) -> None:
    found = foretold(later)
    assert {(one.measure.key, one.unit, one.period) for one in found} == {
        (key, unit, MARCH) for key in ("received", "in_time", "median_wait") for unit in ("north", "county")
    }
    assert all(one.foretold and one.now == one.reported for one in found)
    assert [one.now for one in found] != [one.after for one in found]
    importing.load(later, by=BY, now=NOW)
    assert [one.after for one in found] == [value_now(one.measure.key, one.unit) for one in found]
    loaded = foretold(Batch.objects.get(pk=later.pk))
    assert [(one.reported, one.now) for one in loaded] == [(one.reported, one.after) for one in found]
    assert not any(one.foretold for one in loaded)


def test_what_stands_on_another_value_that_moves_is_left_open(later: Batch) -> None:
    text = (
        "measure: in_time\ntitle: in_time\nsource: calls\nfrequency: month\nshow_as: {unit: rate}\n"
        "numerator: {count: calls}\ndenominator: {value_of: received}\n"
    )
    save_measure(
        read_measure(read_yaml(text, file="measures/in_time.yaml")), by=BY, now=NOW, today=NOW.date()
    )
    assert {one.measure.key for one in foretold(later) if not one.foretold} == {"in_time"}


def test_nothing_is_foretold_over_more_rows_than_a_page_may_read(later: Batch, monkeypatch) -> None:
    monkeypatch.setattr(outlook, "MOST_ROWS_FORETOLD", 5)
    assert [one.foretold for one in foretold(later)] == [False] * 6


def test_locked_values_of_a_unit_that_is_not_seen_are_not_named(later: Batch) -> None:
    """Its two workers are open to who supervises it; to anybody else of it their values are folded."""
    Measure.objects.update(unit=Unit.objects.get(key="north"))
    own = frozenset({"north"})
    supervisor = Scope(viewer="user:1", reason="own rights", units=own, workers_of=own)
    found = foretold(later, supervisor)
    assert {one.unit for one in found} == {"north"}
    assert all(one.foretold for one in found)
    assert foretold(later, Scope(viewer="user:2", reason="own rights", units=own)) == []
