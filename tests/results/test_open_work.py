"""What is open: every number, and the order of the list, compared with loops over the same cases."""

from __future__ import annotations

import csv
import math
import random
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from goldenthread.calc.clocks import Clock, Counting, WorkingCalendar
from goldenthread.calc.periods import Grain
from goldenthread.definitions import read_yaml
from goldenthread.facts.scope import Scope
from goldenthread.jobs.extracts import importing
from goldenthread.jobs.loading import load_folder
from goldenthread.record.access.scopes import system_scope
from goldenthread.record.reports.checks import read_report
from goldenthread.record.reports.definition import ReportDefinition
from goldenthread.results.open_work import OpenReport, Urgency, unit_open_work, worker_open_work
from goldenthread.results.surroundings import Surroundings
from tests.results.counties import BY, CALENDAR, NOW, ORGANIZATION, PEOPLE, TODAY

CASES = """
source: cases
key: [case]
time: opened
worker: agent
load: upsert
columns:
  case: {{type: text, required: true}}
  agent: {{type: text}}
  program: {{type: category}}
  opened: {{type: date}}
  closed: {{type: date, missing: [""]}}
  held: {{type: number, missing: [""]}}
derived:
  in_time:
    on_time:
      {{start: opened, done: closed, days: 20, counting: {counting}, paused: held, tolerance: {tolerance}}}
  due_on: {{due: in_time}}
"""
REPORT = """
report: cases
title: Cases
source: cases
columns:
  - id: waiting
    title: Waiting
    numerator: {open: cases, from: opened, until: closed, where: {program: {not: other}}}
open_work: {column: waiting, item: case, due: due_on, beside: [program, held], by: program, threshold: 80}
"""
NAMES = {"w1": "Ana Ruiz", "w2": "Bo Li", "w3": "Cy Doe"}
EVERYTHING = system_scope(by=BY, reason="a test")
DAYS, SOON = 20, 7

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Case:
    case: str
    agent: str
    program: str
    opened: date
    closed: date | None
    held: float | None

    def is_open(self, day: date) -> bool:
        return self.opened <= day and (self.closed is None or self.closed > day)


@dataclass(frozen=True)
class Office:
    """The cases, and the clock by which they are due."""

    cases: tuple[Case, ...]
    counting: Counting
    tolerance: int

    def due(self, case: Case, more: int = 0) -> date:
        held = math.floor(case.held or 0)
        day = Clock(DAYS + held + more, self.counting, WorkingCalendar()).due(case.opened)
        assert day is not None
        return day

    def in_time(self, case: Case) -> bool:
        return case.closed is not None and case.closed <= self.due(case, self.tolerance)

    def urgency(self, case: Case) -> Urgency:
        if self.due(case, self.tolerance) < TODAY:
            return Urgency.OVERDUE
        return Urgency.SOON if self.due(case) <= TODAY + timedelta(days=SOON) else Urgency.LATER

    def open_now(self, unit: str) -> list[Case]:
        return [one for one in self.cases if one.is_open(TODAY) and unit in units_on(one.agent, TODAY)]


def units_on(agent: str, day: date) -> tuple[str, ...]:
    home = {"w1": "north" if day < date(2026, 2, 10) else "south", "w2": "north", "w3": "south"}.get(agent)
    if home is None or day < date(2025, 6, 1):
        return ("~not-assigned", "county")
    above = "benefits" if home == "north" or day < date(2026, 1, 15) else "health"
    return (home, above, "county")


def make_cases(seed: int) -> tuple[Case, ...]:
    chance = random.Random(seed)
    found = []
    for number in range(900):
        opened = date(2025, 9, 1) + timedelta(days=chance.randrange(240))
        taken = chance.randrange(1, 60)
        closed = opened + timedelta(days=taken) if chance.random() < 0.9 else None
        found.append(
            Case(
                f"c{number:04}",
                chance.choice(["w1", "w2", "w3", "temp"]),
                chance.choice(["food", "rent", "other"]),
                opened,
                closed if closed and closed <= TODAY else None,
                chance.choice([None, None, 3.0, 4.6]),
            )
        )
    # What is dated after today is not open yet.
    return tuple(one for one in found if one.opened <= TODAY + timedelta(days=1))


@pytest.fixture(params=[(Counting.CALENDAR, 0), (Counting.WORKING, 2)], ids=["calendar", "working"])
def office(request: pytest.FixtureRequest, empty_store: Path, tmp_path: Path) -> Office:
    counting, tolerance = request.param
    folder = tmp_path / "county"
    (folder / "sources").mkdir(parents=True)
    (folder / "organization.yaml").write_text(ORGANIZATION)
    (folder / "people.csv").write_text(PEOPLE)
    (folder / "sources" / "cases.yaml").write_text(CASES.format(counting=counting, tolerance=tolerance))
    load_folder(folder, by=BY, now=NOW)
    made = make_cases(seed=3)
    file = tmp_path / "cases.csv"
    with file.open("w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["case", "agent", "program", "opened", "closed", "held"])
        writer.writerows(
            [
                one.case,
                one.agent,
                one.program,
                one.opened,
                one.closed or "",
                "" if one.held is None else one.held,
            ]
            for one in made
        )
    importing.load(importing.bring_in("cases", file, by=BY, now=NOW).batch, by=BY, now=NOW)
    return Office(tuple(one for one in made if one.program != "other"), counting, tolerance)


def definition(text: str = REPORT) -> ReportDefinition:
    return read_report(read_yaml(text)).definition


def asked_for(unit: str, *, scope: Scope = EVERYTHING, first: int = 0, most: int = 1000) -> OpenReport:
    found = unit_open_work(
        definition(), unit, NAMES, scope, around=Surroundings(TODAY), first=first, most=most
    )
    assert found is not None
    return found


def counted(office: Office, cases: Iterable[Case]) -> dict[Urgency, int]:
    found: dict[Urgency, int] = {}
    for one in cases:
        found[office.urgency(one)] = found.get(office.urgency(one), 0) + 1
    return found


@pytest.mark.parametrize("unit", ["county", "benefits", "health", "north", "south"])
def test_every_count_is_that_of_loops(office: Office, unit: str) -> None:
    report, cases = asked_for(unit), office.open_now(unit)
    assert report.whole.by_urgency == counted(office, cases)
    assert set(report.whole.by_urgency) == {Urgency.OVERDUE, Urgency.SOON, Urgency.LATER}
    assert report.whole.oldest == min(one.opened for one in cases)
    for line in report.parts:
        assert line.counts.by_urgency == counted(office, office.open_now(line.key))
    for line in report.categories:
        assert line.counts.by_urgency == counted(office, (one for one in cases if one.program == line.key))
    for line in report.workers:
        assert line.counts.by_urgency == counted(office, (one for one in cases if one.agent == line.key))
    for age in report.ages:
        inside = [one for one in cases if age.first <= (TODAY - one.opened).days <= (age.last or 100_000)]
        assert (age.open, age.overdue) == (
            len(inside),
            sum(office.urgency(one) is Urgency.OVERDUE for one in inside),
        )
    assert sum(age.open for age in report.ages) == len(cases)


def test_the_list_is_in_the_order_of_the_due_days_and_comes_in_pages(office: Office) -> None:
    cases = sorted(office.open_now("county"), key=lambda one: (office.due(one), one.opened, one.case))
    wanted = [
        (
            one.case,
            (one.program, one.held),
            one.opened,
            office.due(one),
            office.urgency(one),
            NAMES.get(one.agent, ""),
        )
        for one in cases
    ]
    whole = asked_for("county").items
    found = [(one.name, one.beside, one.opened, one.due, one.urgency, one.worker) for one in whole]
    assert found == wanted
    paged = [
        one for first in range(0, len(cases), 40) for one in asked_for("county", first=first, most=40).items
    ]
    assert tuple(paged) == whole


def test_a_workers_list_is_theirs_and_of_nobody_else(office: Office) -> None:
    report = worker_open_work(
        definition(), "w1", "Ana Ruiz", EVERYTHING, around=Surroundings(TODAY), most=1000
    )
    assert report is not None
    cases = [one for one in office.cases if one.agent == "w1" and one.is_open(TODAY)]
    assert report.whole.by_urgency == counted(office, cases)
    assert {one.name for one in report.items} == {one.case for one in cases}


def test_who_may_not_see_the_workers_sees_nothing(office: Office) -> None:
    stranger = Scope(
        viewer="x", reason="a test", units=frozenset({"north", "county"}), people=frozenset({"w2"})
    )
    around = Surroundings(TODAY)
    assert unit_open_work(definition(), "north", NAMES, stranger, around=around) is None
    assert worker_open_work(definition(), "w1", "Ana Ruiz", stranger, around=around) is None
    supervisor = replace(stranger, units=frozenset({"north"}), workers_of=frozenset({"north"}))
    mine = asked_for("north", scope=supervisor)
    assert mine.whole == asked_for("north").whole
    own = worker_open_work(definition(), "w2", "Bo Li", stranger, around=around, most=1000)
    assert own is not None
    assert own.whole.open == sum(one.agent == "w2" and one.is_open(TODAY) for one in office.cases)


@pytest.mark.parametrize("unit", ["county", "health", "north"])
def test_weeks_and_promises_are_those_of_loops(office: Office, unit: str) -> None:
    outlook = asked_for(unit).outlook
    assert outlook is not None
    assert len(outlook.weeks) > 12
    for week in outlook.weeks:
        assert week.received == sum(
            one.opened in week.period and unit in units_on(one.agent, one.opened) for one in office.cases
        )
        assert week.done == sum(
            one.closed is not None and one.closed in week.period and unit in units_on(one.agent, one.closed)
            for one in office.cases
        )
        assert week.open == sum(
            one.is_open(week.period.last_day) and unit in units_on(one.agent, one.opened)
            for one in office.cases
        )
    assert outlook.weeks[-1].period.end <= TODAY
    assert len(outlook.expected) == 8
    horizon = TODAY + timedelta(weeks=4)
    assert outlook.overdue_by_then == sum(office.due(one) < horizon for one in office.open_now(unit))
    this_month = CALENDAR.period_of(TODAY, Grain.MONTH)
    assert [period for period, _ in outlook.promises] == [this_month, CALENDAR.shift(this_month, 1)]
    for period, promise in outlook.promises:
        due = [
            one
            for one in office.cases
            if office.due(one) in period and unit in units_on(one.agent, office.due(one))
        ]
        assert (promise.due, promise.kept) == (len(due), sum(map(office.in_time, due)))
        assert promise.left == sum(
            one.closed is None and office.urgency(one) is not Urgency.OVERDUE for one in due
        )


def test_before_anything_is_loaded_there_is_nothing(empty_store: Path, tmp_path: Path) -> None:
    folder = tmp_path / "county"
    (folder / "sources").mkdir(parents=True)
    (folder / "organization.yaml").write_text(ORGANIZATION)
    (folder / "sources" / "cases.yaml").write_text(CASES.format(counting="calendar", tolerance=0))
    load_folder(folder, by=BY, now=NOW)
    report = asked_for("county")
    assert (report.whole.open, report.whole.oldest, report.items) == (0, None, ())
    assert report.outlook is not None
    assert (report.outlook.weeks, report.outlook.expected, report.outlook.promises) == ((), (), ())
