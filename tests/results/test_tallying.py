"""Reports from tallies of days: the same numbers as from the facts, after every load, undo and change."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from django.conf import settings

from goldenthread.definitions import read_yaml
from goldenthread.facts.store.tallies import TallyFolder
from goldenthread.jobs import computing
from goldenthread.jobs.extracts import importing
from goldenthread.jobs.loading import load_folder
from goldenthread.record.access.scopes import system_scope
from goldenthread.record.reports.actions import retire, save_reports
from goldenthread.record.reports.checks import read_report
from goldenthread.record.reports.definition import ReportDefinition, Window
from goldenthread.record.reports.models import Report
from goldenthread.results import tallying
from goldenthread.results.facts import table_of
from goldenthread.results.reports import Days, unit_report
from goldenthread.results.surroundings import Surroundings
from goldenthread.results.tallying import let_go_of_tallies
from tests.results.counties import BY, NOW, TODAY, calls, import_calls, load_definitions, write_definitions
from tests.results.test_spent import STATES, bring

ADDED_UP = """
report: activity
title: Phone activity
source: calls
columns:
  - {id: received, title: Received, numerator: {count: calls}}
  - id: in_time
    title: In time
    numerator: {count: calls, where: {wait: {at_most: 60}, outcome: answered}}
    denominator: {count: calls}
    show_as: {unit: percent, per: 100, better: higher}
  - {id: mean_wait, title: Mean wait, numerator: {mean: wait}, show_as: {unit: seconds, better: lower}}
  - {id: longest_wait, title: Longest wait, numerator: {max: wait}, show_as: {unit: seconds}}
"""
MEDIAN = "  - {id: median_wait, title: Median wait, numerator: {median: wait}, show_as: {unit: seconds}}\n"
SHORTEST = "  - {id: shortest, title: Shortest, numerator: {min: wait}, show_as: {unit: seconds}}\n"
PHONES = """
report: phones
title: At the phone
source: states
columns:
  - {id: here, title: Here, numerator: {spent: states, from: began, until: ended}}
  - id: available
    title: Available
    numerator: {spent: states, from: began, until: ended, where: {state: available}}
    denominator: {spent: states, from: began, until: ended}
    show_as: {unit: percent, per: 100}
"""
EVERYTHING = system_scope(by=BY, reason="a test")
UNITS = ("county", "benefits", "south", "~not-assigned")

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_store")]


def save(text: str) -> ReportDefinition:
    data = read_yaml(text)
    save_reports([read_report(data)], by=BY, now=NOW, today=TODAY)
    return read_report(data).definition


def folder_of(clock: str) -> TallyFolder:
    return TallyFolder(Path(settings.WORKSPACE.store) / "_tallies" / clock)


def spans(seed: int) -> Iterator[Window | Days]:
    yield from (Window.YESTERDAY, Window.LAST_WEEK, Window.LAST_QUARTER)
    chance = random.Random(seed)
    for _ in range(2):
        first = date(2025, 7, 1) + timedelta(days=chance.randrange(290))
        yield Days(first, first + timedelta(days=chance.choice([0, 6, 30, 200])))


def numbers(definition: ReportDefinition, asked: Sequence[Window | Days]) -> list[object]:
    """Every number of every unit, with what stands beside it."""
    around = Surroundings(TODAY)
    found: list[object] = []
    for unit in UNITS:
        for one in asked:
            report = unit_report(definition, unit, one, EVERYTHING, around=around)
            assert report is not None
            for line in (report.whole, *report.parts):
                for tile in line.tiles:
                    points = [(p.period.start, p.value, p.numerator, p.denominator) for p in tile.recent]
                    found.append((unit, line.unit, tile.latest and tile.latest.value, points))
    return found


def same_without_tallies(definition: ReportDefinition, asked: Sequence[Window | Days]) -> int:
    """Compare; how many numbers there were."""
    kept = Path(settings.WORKSPACE.store) / "_tallies"
    aside = kept.with_name("aside")
    from_tallies = numbers(definition, asked)
    kept.rename(aside)
    try:
        from_facts = numbers(definition, asked)
    finally:
        aside.rename(kept)
    assert len(from_tallies) == len(from_facts)
    for one, other in zip(from_tallies, from_facts, strict=True):
        assert one[:3] == (*other[:2], pytest.approx(other[2]))
        assert [tuple(point) for point in one[3]] == [
            (start, *(pytest.approx(number) for number in rest)) for start, *rest in other[3]
        ]
    return sum(value is not None for _unit, _line, value, _points in from_facts)


def spied(monkeypatch: pytest.MonkeyPatch) -> list[set[date]]:
    """The months that are counted from now on, by turns."""
    found: list[set[date]] = []
    plain = tallying.write_tallies

    def watching(engine, source, clock, sides, months, *args, **kwargs):
        found.append(set(months))
        return plain(engine, source, clock, sides, months, *args, **kwargs)

    monkeypatch.setattr(tallying, "write_tallies", watching)
    return found


def months_in(tallies: TallyFolder) -> set[date]:
    """The months of all rows of all files, listed or not."""
    held = [pq.read_table(file)["_day"].to_pylist() for file in tallies.folder.glob("*.parquet")]
    return {day.replace(day=1) for days in held for day in days}


def without_its_facts(source: str) -> None:
    for file in table_of(source).folder.glob("*.parquet"):
        file.unlink()


def test_the_numbers_are_those_of_the_facts_after_loads_corrections_and_an_undo(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_definitions(tmp_path)
    definition = save(ADDED_UP + MEDIAN)
    first = calls(600, seed=5)
    batch = import_calls(tmp_path, first, "one.csv")
    asked = list(spans(seed=1))
    assert same_without_tallies(definition, asked) > 50
    january = [one for one in calls(80, seed=6) if one.day.month == 1]
    import_calls(tmp_path, january, "two.csv")
    counted = spied(monkeypatch)
    import_calls(tmp_path, [type(one)(**{**vars(one), "day": TODAY}) for one in january], "moved.csv")
    # Only the months that the correction took rows from, or brought them to, are counted again.
    assert counted == [{date(2026, 1, 1), date(2026, 4, 1)}]
    assert same_without_tallies(definition, asked) > 50
    importing.undo(batch, by=BY, now=NOW)
    assert same_without_tallies(definition, [*asked, Window.TODAY]) > 0


def test_what_adds_up_is_answered_without_the_facts(tmp_path: Path) -> None:
    load_definitions(tmp_path)
    definition = save(ADDED_UP)
    import_calls(tmp_path, calls(600, seed=5), "one.csv")
    asked = list(spans(seed=2))
    wanted = numbers(definition, asked)
    without_its_facts("calls")
    assert numbers(definition, asked) == wanted
    with pytest.raises(Exception, match="calls"):
        numbers(save(ADDED_UP + MEDIAN), asked)


def test_time_spent_is_tallied_for_each_day_it_touches(tmp_path: Path) -> None:
    write_definitions(tmp_path)
    (tmp_path / "sources" / "states.yaml").write_text(STATES)
    load_folder(tmp_path, by=BY, now=NOW)
    definition = save(PHONES)
    bring(
        tmp_path,
        "states.csv",
        "s1,w2,available,2026-02-28T22:00,2026-03-01T01:00",
        "s2,w2,on_call,2026-03-01T01:00,2026-03-01T03:00",
        "s3,w1,available,2026-02-09T20:00,2026-02-10T05:00",
        "s4,temp,on_call,2025-11-29T00:00,2026-01-02T00:00",
    )
    asked = [Days(date(2026, 2, 28), date(2026, 2, 28)), Days(date(2026, 2, 1), date(2026, 3, 31))]
    assert same_without_tallies(definition, asked) > 10
    bring(tmp_path, "corrected.csv", "s4,temp,on_call,2025-11-29T00:00,2025-12-02T00:00")
    asked.append(Days(date(2025, 11, 1), date(2026, 1, 31)))
    assert same_without_tallies(definition, asked) > 10
    wanted = numbers(definition, asked)
    without_its_facts("states")
    assert numbers(definition, asked) == wanted


def test_tallies_of_other_facts_or_definitions_are_not_read(tmp_path: Path) -> None:
    load_definitions(tmp_path)
    definition = save(ADDED_UP)
    import_calls(tmp_path, calls(300, seed=5), "one.csv")
    file = tmp_path / "two.csv"
    file.write_text("call,agent,day,wait,outcome\nlate,w2,2026-04-19,5,answered\n")
    received = importing.bring_in("calls", file, by=BY, now=NOW)
    importing.load(received.batch, by=BY, now=NOW, then_compute=False)
    yesterday = [Window.YESTERDAY]
    assert same_without_tallies(definition, yesterday) > 0
    computing.catch_up(by=BY, now=NOW)
    kept = folder_of("calls~day").read()
    assert kept.version == table_of("calls").version()
    source = tmp_path / "sources" / "calls.yaml"
    source.write_text(source.read_text().replace("worker: agent\n", ""))
    load_folder(tmp_path, by=BY, now=NOW)
    placed = unit_report(definition, "north", Window.LAST_QUARTER, EVERYTHING, around=Surroundings(TODAY))
    assert [tile.latest for tile in placed.whole.tiles] == [None] * 4
    computing.catch_up(by=BY, now=NOW)
    assert folder_of("calls~day").read().said != kept.said


def test_a_report_that_asks_for_more_or_for_nothing_any_more_is_followed(tmp_path: Path) -> None:
    load_definitions(tmp_path)
    save(ADDED_UP)
    import_calls(tmp_path, calls(300, seed=5), "one.csv")
    kept = folder_of("calls~day").read()
    definition = save(ADDED_UP + SHORTEST)
    assert same_without_tallies(definition, [Window.LAST_QUARTER]) > 0
    computing.catch_up(by=BY, now=NOW)
    assert set(folder_of("calls~day").read().columns) > set(kept.columns)
    wanted = numbers(definition, [Window.LAST_QUARTER])
    retire(report=Report.objects.get(), by=BY, now=NOW, today=TODAY)
    computing.catch_up(by=BY, now=NOW)
    assert folder_of("calls~day").read() is None
    assert numbers(definition, [Window.LAST_QUARTER]) == wanted
    # Whoever had begun to read them has had their hour.
    for file in folder_of("calls~day").folder.iterdir():
        os.utime(file, (0, 0))
    computing.catch_up(by=BY, now=NOW)
    assert not folder_of("calls~day").folder.exists()


def test_of_months_that_are_let_go_nothing_stays_in_any_file(tmp_path: Path) -> None:
    load_definitions(tmp_path)
    save(ADDED_UP)
    import_calls(tmp_path, calls(300, seed=5), "one.csv")
    import_calls(tmp_path, calls(300, seed=6), "two.csv")
    tallies = folder_of("calls~day")
    before = tallies.read()
    months, every_month = {date(2025, 7, 1), date(2025, 8, 1)}, months_in(tallies)
    let_go_of_tallies("calls", months)
    after = tallies.read()
    assert after.version != table_of("calls").version()
    assert after.files == before.files
    assert months_in(tallies) == every_month - months
    computing.catch_up(by=BY, now=NOW)
    assert months_in(tallies) == every_month
