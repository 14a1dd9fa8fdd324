"""Who was where, as the formulas are told."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from goldenthread.calc.clocks import WorkingCalendar
from goldenthread.calc.periods import FiscalCalendar
from goldenthread.definitions import read_yaml
from goldenthread.facts.scope import NOT_ASSIGNED
from goldenthread.record.audit.actor import Actor
from goldenthread.record.orgs import actions, queries
from goldenthread.record.orgs.files import read_table

pytestmark = pytest.mark.django_db

JULY = date(2025, 7, 1)
ORGANIZATION = """\
organization: Riverbend County
fiscal_year_starts: 7
timezone: America/Los_Angeles
calendar:
  working_days: [mon, tue, wed, thu]
  holidays: [{date: 2025-07-04, name: Independence Day}]
units:
  - {id: county, kind: county}
  - {id: benefits, parent: county}
  - {id: works, parent: county}
  - {id: north, parents: [{unit: benefits, to: 2025-07-01}, {unit: works, from: 2025-07-01}]}
  - {id: south, parent: benefits, to: 2025-07-01}
"""


@pytest.fixture
def riverbend():
    by, now = Actor.job("test"), datetime(2026, 3, 1, 8, tzinfo=UTC)
    actions.apply_organization(read_yaml(ORGANIZATION), by=by, now=now)
    people = "person,name,unit,role,from,to\n"
    people += "w1,Ana,south,member,,\ns1,Sam,north,supervisor,,\nw2,Bo,north,,2025-03-01,\n"
    actions.apply_people(read_table(people, required=()), by=by, now=now)
    ids = "person,system,id,from,to\nw1,phone,11,2025-01-01,2025-02-01\n"
    actions.apply_person_ids(read_table(ids, required=()), by=by, now=now)
    ids = "unit,system,id,from,to\nnorth,ledger,5310,,\nsouth,ledger,5311,2025-01-01,\n"
    actions.apply_unit_ids(read_table(ids, required=()), by=by, now=now)


def test_whereabouts_at_event_time(riverbend):
    found = queries.whereabouts()
    assert sorted(found.memberships) == [("w1", "south", None, JULY), ("w2", "north", date(2025, 3, 1), None)]
    assert found.person_ids == [("phone", "11", "w1", date(2025, 1, 1), date(2025, 2, 1))]
    assert sorted(found.unit_ids) == [
        ("ledger", "5310", "north", None, None),
        ("ledger", "5311", "south", date(2025, 1, 1), JULY),
    ]
    assert set(found.closure) == {
        ("county", "county", None, None),
        ("benefits", "benefits", None, None),
        ("benefits", "county", None, None),
        ("works", "works", None, None),
        ("works", "county", None, None),
        ("north", "north", None, None),
        ("north", "benefits", None, JULY),
        ("north", "works", JULY, None),
        ("north", "county", None, None),
        ("south", "south", None, JULY),
        ("south", "benefits", None, JULY),
        ("south", "county", None, JULY),
        (NOT_ASSIGNED, NOT_ASSIGNED, None, None),
        (NOT_ASSIGNED, "county", None, None),
    }


def test_whereabouts_of_those_asked_for_alone(riverbend):
    whole = queries.whereabouts()
    south, north = queries.whereabouts(units=["south"]), queries.whereabouts(units=["north"])
    assert {person for person, *_ in south.memberships} == {"w1"}
    assert (south.person_ids, north.person_ids) == (whole.person_ids, [])
    assert {person for person, *_ in north.memberships} == {"w2"}
    # North was below benefits once, and facts that nobody can place count for the top.
    for unit in ("benefits", "county", NOT_ASSIGNED):
        assert sorted(queries.whereabouts(units=[unit]).memberships) == sorted(whole.memberships)
    assert queries.whereabouts(people=["w2"]) == north
    assert (north.closure, north.unit_ids) == (whole.closure, whole.unit_ids)


def test_whereabouts_by_the_tree_of_one_day(riverbend):
    steps = queries.whereabouts(on=date(2026, 1, 1)).closure
    assert ("north", "works", None, None) in steps
    assert ("south", "benefits", None, None) in steps
    assert ("north", "benefits", None, None) not in steps
    assert {unit for unit, ancestor, *_ in steps if ancestor == "county"} == {
        "county", "benefits", "works", "north", "south", NOT_ASSIGNED,
    }  # fmt: skip


def test_up_and_down(riverbend):
    assert queries.top_unit() == "county"
    assert queries.tree_dates() == (JULY,)
    assert queries.ancestors("north", date(2025, 6, 30)) == ("benefits", "county")
    assert [person.key for person in queries.members("north", JULY)] == ["w2"]
    assert [person.key for person in queries.members("north", date(2025, 1, 1))] == []


def test_calendars(riverbend):
    assert queries.fiscal_calendar() == FiscalCalendar(7)
    assert queries.working_calendar() == WorkingCalendar(frozenset(range(4)), frozenset({date(2025, 7, 4)}))


def test_before_anything_is_loaded():
    assert queries.top_unit() is None
    assert queries.whereabouts().closure == [(NOT_ASSIGNED, NOT_ASSIGNED, None, None)]
    assert queries.organization().timezone == "UTC"
    assert queries.working_calendar() == WorkingCalendar()
    assert queries.fiscal_calendar() == FiscalCalendar()
