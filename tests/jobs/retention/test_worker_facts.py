"""Rows of single workers go by month when their time is over, and the values of units stand."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from goldenthread.calc.retention import KeptFor
from goldenthread.jobs import computing
from goldenthread.jobs.extracts import importing
from goldenthread.jobs.loading import load_folder
from goldenthread.jobs.refused import Refused
from goldenthread.jobs.retention.due import plan
from goldenthread.jobs.retention.facts import let_go_of_facts, old_facts
from goldenthread.jobs.retention.kept import Kept
from goldenthread.jobs.retention.schedule import RecordClass
from goldenthread.record.answers import NotAllowed
from goldenthread.record.audit.models import AuditEvent
from goldenthread.record.measures.models import Measure, Observation
from goldenthread.record.orgs.models import Person, Unit
from goldenthread.record.sources.models import Batch, Source
from goldenthread.record.stewardship.actions import place_hold
from goldenthread.record.stewardship.models import Hold
from goldenthread.results.facts import engine, table_of
from goldenthread.results.horizon import held_from_of
from goldenthread.results.lock import lock
from goldenthread.results.splitting import split_table
from tests.results.counties import (
    BY,
    CALENDAR,
    NOW,
    TODAY,
    Call,
    calls,
    import_calls,
    plain_values,
    write_definitions,
)
from tests.results.test_compute import everything, stored

TWO_YEARS_LATER = datetime(2028, 2, 1, 12, tzinfo=UTC)
"""25 months after December 2025: the months before January 2026 are old, and January is not."""
HELD_FROM = date(2026, 1, 1)
CANARY = "canary-5d1e"
SPLIT = """
measure: by_outcome
title: Calls by outcome
source: calls
frequency: month
show_as: {unit: count}
numerator: {count: calls}
breakdowns: [outcome]
"""
STILL_OPEN = """
source: cases
key: [case]
time: opened
worker: worker
columns:
  case: {type: text, required: true}
  worker: {type: text}
  opened: {type: date}
  closed: {type: date, missing: [""]}
"""
OPEN_CASES = """
measure: open_cases
title: Open cases
source: cases
frequency: month
show_as: {unit: count}
numerator: {open: cases, from: opened, until: closed}
"""
REPORT = """
report: activity
title: Phone activity
source: calls
columns: [{id: received, title: Received, numerator: {count: calls}}]
"""
Kind = RecordClass.WORKER_FACTS


def written(folder: Path) -> Path:
    """The definitions of what is loaded."""
    write_definitions(folder)
    (folder / "measures" / "by_outcome.yaml").write_text(SPLIT)
    (folder / "reports").mkdir(exist_ok=True)
    (folder / "reports" / "activity.yaml").write_text(REPORT)
    return folder


@pytest.fixture(scope="module")
def loaded(standing: None, tmp_path_factory: pytest.TempPathFactory) -> list[Call]:
    """Calls from July 2025 to April 2026; one in August by an agent who is in no other row."""
    folder = written(tmp_path_factory.mktemp("county"))
    load_folder(folder, by=BY, now=NOW)
    one = Call("once", CANARY, date(2025, 8, 12), 30, "answered")
    made = [*calls(300, seed=21), one]
    import_calls(folder, made, "one.csv")
    return made


@pytest.fixture
def rows(loaded: list[Call], db: None) -> list[Call]:
    return loaded


def due(now: datetime) -> list[Kept]:
    return [one for one in plan(now=now).due if one.of is Kind]


def let_go(now: datetime = TWO_YEARS_LATER) -> None:
    let_go_of_facts(due(now), by=BY, now=now)


def held_days() -> set[date]:
    with engine().session() as session:
        return set(session.execute(table_of("calls").rows(session).select("day"))["day"].to_pylist())


def splits() -> list[tuple[object, ...]]:
    names = ["measure", "unit", "period_start", "category", "value", "facts", "contributors", "fold"]
    with engine().session() as session:
        found = session.execute(session.table(split_table().files(), split_table().schema()))
    return sorted((tuple(row.values()) for row in found.select(names).to_pylist()), key=str)


def folds() -> list[tuple[object, ...]]:
    return sorted(
        Observation.objects.values_list("measure", "unit", "grain", "period_start", "fold"), key=str
    )


def test_a_month_is_old_on_its_day_and_never_before(rows: list[Call]) -> None:
    def months(today: date) -> list[str]:
        return [one.object_id for one in old_facts(KeptFor(months=25), today=today)]

    assert months(date(2027, 8, 31)) == []
    assert months(date(2027, 9, 1)) == ["calls 2025-07"]
    assert months(date(2027, 9, 30)) == ["calls 2025-07"]
    assert months(date(2028, 1, 31))[-1] == "calls 2025-11"
    assert months(date(2028, 2, 1)) == [f"calls 2025-{month:02}" for month in range(7, 13)]


def test_rows_go_with_their_bytes_and_values_stand(rows: list[Call]) -> None:
    before = everything(), folds(), splits()
    tallies = Path(settings.WORKSPACE.store) / "_tallies"
    assert any(CANARY.encode() in file.read_bytes() for file in tallies.rglob("*.parquet"))
    let_go()
    assert min(held_days()) >= HELD_FROM
    assert held_days() == {one.day for one in rows if one.day >= HELD_FROM}
    for file in Path(settings.WORKSPACE.store).rglob("*"):
        assert not file.is_file() or CANARY.encode() not in file.read_bytes(), file
    computing.compute_everything(by=BY, now=TWO_YEARS_LATER)
    assert (everything(), folds(), splits()) == before
    assert due(TWO_YEARS_LATER) == []
    assert held_from_of("received") == Source.objects.get(key="calls").facts_held_from == HELD_FROM
    (told,) = AuditEvent.objects.filter(action="purged", kind="source").values_list("object_id", "fields")
    assert told == ("calls", [f"2025-{month:02}" for month in range(7, 13)])


def test_what_is_held_is_computed_on(rows: list[Call], tmp_path: Path) -> None:
    median_of_the_year = stored("median_wait", "year")
    let_go()
    late = [
        *calls(30, seed=22, first=date(2026, 2, 1), days=20),
        *calls(9, seed=23, first=date(2025, 9, 1), days=9),
    ]
    import_calls(tmp_path, late, "late.csv")
    # What comes late for days that were let go changes nothing there, and goes in its turn.
    counted = [*rows, *(one for one in late if one.day >= HELD_FROM)]
    for measure in ("received", "in_time", "mean_wait", "longest_wait"):
        for grain in ("month", "quarter", "year", "year_to_date"):
            assert stored(measure, grain) == pytest.approx(plain_values(counted, measure, grain)), (
                measure,
                grain,
            )
    for grain in ("month", "quarter"):
        assert stored("median_wait", grain) == pytest.approx(plain_values(counted, "median_wait", grain))
    assert stored("median_wait", "year") == median_of_the_year, "of half a year no median is made"
    assert [one.object_id for one in due(TWO_YEARS_LATER)] == ["calls 2025-09"]
    in_parts = everything()
    computing.compute_everything(by=BY, now=TWO_YEARS_LATER)
    assert everything() == in_parts


def test_a_new_formula_begins_where_rows_are_held(rows: list[Call], tmp_path: Path) -> None:
    let_go()
    before, of_splits = everything(), splits()
    text = SPLIT.replace("{count: calls}", "{count: calls, where: {outcome: answered}}")
    folder = written(tmp_path / "county")
    (folder / "measures" / "by_outcome.yaml").write_text(text)
    load_folder(folder, by=BY, now=NOW)
    after = everything()
    assert [one for one in after if one[3] < HELD_FROM] == [one for one in before if one[3] < HELD_FROM]
    answered = [one for one in rows if one.outcome == "answered" and one.day >= HELD_FROM]
    months = {place: value for place, value in stored("by_outcome", "month").items() if place[1] >= HELD_FROM}
    assert months == {
        place: value for place, value in plain_values(answered, "received", "month").items() if value
    }
    assert [one for one in splits() if one[2] < HELD_FROM] == [one for one in of_splits if one[2] < HELD_FROM]


def test_what_stands_is_neither_undone_nor_locked(rows: list[Call], tmp_path: Path) -> None:
    later = import_calls(tmp_path, calls(30, seed=24, first=date(2026, 2, 1), days=20), "later.csv")
    before = everything()
    let_go()
    first = Batch.objects.earliest("pk")
    with pytest.raises(Refused, match="brought rows from before 2026-01-01"):
        importing.undo(first, by=BY, now=NOW)
    assert everything() == before
    measure, top = Measure.objects.get(key="received"), Unit.objects.get(key="county")
    december, january = (CALENDAR.from_key(key, measure.frequency) for key in ("2025-12-01", "2026-01-01"))
    with pytest.raises(NotAllowed, match="no longer held"):
        lock(measure=measure, unit=top, period=december, by=BY, now=NOW, today=TODAY)
    lock(measure=measure, unit=top, period=january, by=BY, now=NOW, today=TODAY)
    # A batch that replaced rows, and brought none of days that were let go, can be undone as ever.
    importing.undo(later, by=BY, now=NOW)
    assert stored("received", "year") == pytest.approx(plain_values(rows, "received", "year"))


def test_a_hold_keeps_the_months_it_may_concern(rows: list[Call]) -> None:
    """Who is in a row as nobody known may be anybody: in August, where the unknown agent is."""
    Person.objects.create(key="temp", name="Tem Porary")
    elsewhere = Person.objects.create(key="elsewhere", name="Else Where")
    holds: list[tuple[dict[str, Any], int]] = [
        ({}, 6),
        ({"person": Person.objects.get(key="w1")}, 6),
        ({"person": elsewhere}, 1),
        ({"unit": Unit.objects.get(key="north")}, 6),
        ({"starts_on": date(2025, 11, 30)}, 2),
        ({"starts_on": HELD_FROM}, 0),
        ({"starts_on": date(2025, 10, 1), "ends_on": date(2025, 10, 2)}, 1),
        ({"ends_on": date(2025, 8, 1)}, 1),
    ]
    for about, kept in holds:
        Hold.objects.all().delete()
        place_hold(case="2027-4", by=BY, now=NOW, today=TODAY, **about)
        held = [one for one, _hold in plan(now=TWO_YEARS_LATER).held if one.of is Kind]
        assert (len(held), len(due(TWO_YEARS_LATER))) == (kept, 6 - kept), about
    before = everything()
    let_go()
    assert {(day.year, day.month) for day in held_days() if day < HELD_FROM} == {(2025, 7)}
    computing.compute_everything(by=BY, now=TWO_YEARS_LATER)
    assert everything() == before


def test_what_is_still_open_stays(rows: list[Call], tmp_path: Path) -> None:
    folder = written(tmp_path / "county")
    (folder / "sources" / "cases.yaml").write_text(STILL_OPEN)
    (folder / "measures" / "open_cases.yaml").write_text(OPEN_CASES)
    load_folder(folder, by=BY, now=NOW)
    file = tmp_path / "cases.csv"
    file.write_text(
        "case,worker,opened,closed\n"
        "over,w1,2025-08-01,2025-09-01\nlong,w1,2025-08-01,2026-01-02\nopen,w2,2025-08-01,\n"
    )
    importing.load(importing.bring_in("cases", file, by=BY, now=NOW).batch, by=BY, now=NOW)
    computing.compute_everything(by=BY, now=NOW)
    before = everything()
    assert [one.object_id for one in due(TWO_YEARS_LATER) if "cases" in one.object_id] == ["cases 2025-09"]
    let_go()
    with engine().session() as session:
        left = session.execute(table_of("cases").rows(session).select("case"))["case"].to_pylist()
    assert sorted(left) == ["long", "open"]
    computing.compute_everything(by=BY, now=NOW)
    assert everything() == before
