"""Loading organization.yaml and the people files: what changes, what is refused, what a second load does."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from goldenthread.definitions import DefinitionError, dump_yaml, read_yaml
from goldenthread.record.audit.actor import Actor
from goldenthread.record.audit.models import AuditEvent
from goldenthread.record.orgs import actions, dump, queries
from goldenthread.record.orgs.days import ALWAYS, Days
from goldenthread.record.orgs.files import read_table
from goldenthread.record.orgs.models import Person, Post, Unit

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
BY = Actor.job("test")
ORGANIZATION = """\
organization: Riverbend County
fiscal_year_starts: 7
timezone: America/Los_Angeles
units:
  - {id: county, name: Riverbend County, kind: county}
  - {id: benefits, name: Benefits, kind: division, parent: county}
  - {id: north, name: North office, kind: team, parent: benefits}
  - {id: south, name: South office, kind: team, parent: benefits}
"""
PEOPLE = """\
person,name,unit,role,from,to
w01,Ana Ruiz,north,member,2025-01-01,2026-02-15
w01,Ana Ruiz,south,member,2026-02-15,
s01,Sam Ode,north,supervisor,2025-01-01,
"""


def load_organization(text=ORGANIZATION):
    return actions.apply_organization(read_yaml(text, file="organization.yaml"), by=BY, now=NOW)


def load_people(text=PEOPLE):
    table = read_table(text, required=("person", "unit"), file="people.csv")
    return actions.apply_people(table, by=BY, now=NOW)


def refusal(load, text):
    with pytest.raises(DefinitionError) as caught:
        load(text)
    return str(caught.value)


def test_first_load_then_the_same_again():
    first = load_organization()
    assert first.counts == {"added": 5}
    assert first.span == ALWAYS
    people = load_people()
    assert people.counts == {"added": 2}
    assert people.span == Days(date(2025, 1, 1), None)
    assert not load_organization()
    assert not load_people()
    logged = AuditEvent.objects.values_list("action", "kind", "object_id")
    assert len(logged) == 7
    assert ("created", "person", "w01") in logged


def test_a_dump_loads_back_to_no_change():
    load_organization(
        ORGANIZATION
        + "  - id: west\n"
        + "    parents: [{unit: benefits, to: 2025-07-01}, {unit: county, from: 2025-07-01}]\n"
        + "    to: 2027-01-01\n"
        + "calendar:\n"
        + "  working_days: [mon, tue, wed, thu]\n"
        + "  holidays: [{date: 2026-07-04, name: Independence Day}]\n"
    )
    load_people(
        "person,name,unit,role,from,to,email,classification,supervisor\n"
        "w01,Ana Ruiz,north,member,2025-01-01,2026-02-15,ana@example.org,Clerk,s01\n"
        "s01,Sam Ode,north,supervisor,,,,,\n"
        'x9,"Öst, Bo",,,,,,,\n'
    )
    ids = "person,system,id,from,to\nw01,phone,4411,2025-01-01,\n"
    actions.apply_person_ids(read_table(ids, required=("person",)), by=BY, now=NOW)
    units = "unit,system,id,from,to\nnorth,phone,N1,,2026-01-01\nsouth,phone,N1,2026-01-01,\n"
    actions.apply_unit_ids(read_table(units, required=("unit",)), by=BY, now=NOW)
    assert dump.unit_ids_csv() == units
    assert not load_organization(dump_yaml(dump.organization_yaml()))
    assert not load_people(dump.people_csv())
    for text, load in ((dump.people_ids_csv(), actions.apply_person_ids), (units, actions.apply_unit_ids)):
        assert not load(read_table(text, required=()), by=BY, now=NOW)


def test_a_unit_missing_from_the_file_is_kept_and_reported():
    load_organization()
    changes = load_organization(
        ORGANIZATION.replace("  - {id: south, name: South office, kind: team, parent: benefits}\n", "")
    )
    assert not changes
    assert changes.sentences == ("Unit south is missing from the file; it is kept.",)
    assert Unit.objects.filter(key="south").exists()


def test_moving_a_unit_touches_the_days_since():
    load_organization()
    moved = ORGANIZATION.replace(
        "parent: benefits}\n  - {id: south",
        "parents: [{unit: benefits, to: 2026-01-01}, {unit: county, from: 2026-01-01}]}\n  - {id: south",
    )
    changes = load_organization(moved)
    assert changes.counts == {"changed": 1}
    assert changes.span == Days(date(2026, 1, 1), None)
    assert queries.ancestors("north", date(2025, 12, 31)) == ("benefits", "county")
    assert queries.ancestors("north", date(2026, 1, 1)) == ("county",)


def test_ending_a_unit():
    load_organization()
    changes = load_organization(
        ORGANIZATION.replace("name: South office,", "name: South office, to: 2026-06-01,")
    )
    assert changes.counts == {"ended": 1}
    assert changes.sentences == ("Unit south exists until 2026-06-01.",)
    assert changes.span == Days(date(2026, 6, 1), None)


def test_a_new_name_touches_no_numbers_and_a_new_time_zone_all():
    load_organization()
    assert load_organization(ORGANIZATION.replace("Riverbend County\nf", "Riverbend\nf")).span is None
    changes = load_organization(ORGANIZATION.replace("Los_Angeles", "Denver"))
    assert changes.span == ALWAYS


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (
            "parent: benefits}\n  - {id: south",
            "parent: benefitz}\n  - {id: south",
            "organization.yaml, line 7, unit north: found the parent “benefitz”, wanted “benefits”, "
            "or another of: "
            "county, benefits, north, south",
        ),
        (
            "id: south, name",
            "id: north, name",
            "organization.yaml, line 8, unit north: found the id “north” a second time, after the "
            "one on line 7, "
            "wanted each id once",
        ),
        (
            "kind: division, parent: county",
            "kind: division, parent: north",
            "organization.yaml, line 6, unit benefits: found a ring: benefits under north under benefits, "
            "wanted a tree, in which no unit stands below itself",
        ),
        (
            "kind: division, parent: county",
            "kind: division",
            "organization.yaml, line 6, units: found 2 units without a parent: county, benefits, "
            "wanted one unit at the top, and a parent for every other",
        ),
        (
            "name: North office, kind: team, parent: benefits",
            "parents: [{unit: benefits}, {unit: county, from: 2026-01-01}]",
            "organization.yaml, line 7, unit north: found county from 2026-01-01 while benefits on "
            "line 7 is its "
            "parent too, wanted at most one parent at any time",
        ),
        (
            "name: North office,",
            "from: 2026-01-01, to: 2026-01-01,",
            "organization.yaml, line 7, unit north: found to: 2026-01-01, wanted a day after its "
            "start, 2026-01-01",
        ),
        (
            "parent: benefits}\n  - {id: south",
            "parent: north}\n  - {id: south",
            "organization.yaml, line 7, unit north: found itself as its own parent, wanted another unit",
        ),
        (
            "America/Los_Angeles",
            "Pacific",
            "organization.yaml, line 3, timezone: found “Pacific”, wanted a time zone by its IANA name, "
            "such as America/Los_Angeles",
        ),
        (
            "fiscal_year_starts: 7",
            "fiscal_year_starts: 13",
            "organization.yaml, line 2, fiscal_year_starts: found “13”, wanted at most 12",
        ),
    ],
)
def test_what_an_organization_file_is_refused_for(old, new, problem):
    assert old in ORGANIZATION
    assert refusal(load_organization, ORGANIZATION.replace(old, new)) == problem
    assert not Unit.objects.exists()
    assert not AuditEvent.objects.exists()


def test_a_new_top_beside_one_that_is_kept():
    load_organization()
    renamed = "organization: Riverbend\nunits:\n  - {id: city}\n"
    assert "2 units without a parent: city, county (county is kept from an earlier load)" in refusal(
        load_organization, renamed
    )


def test_moving_a_person():
    load_organization()
    load_people(PEOPLE.replace("2026-02-15\n", "\n").replace("w01,Ana Ruiz,south,member,2026-02-15,\n", ""))
    held = Post.objects.get(person__key="w01").pk
    changes = load_people()
    assert changes.sentences == (
        "w01, Ana Ruiz, member of north from 2025-01-01 becomes member of north from 2025-01-01 "
        "until 2026-02-15.",
        "w01, Ana Ruiz, becomes member of south from 2026-02-15.",
    )
    assert changes.span == Days(date(2026, 2, 15), None)
    assert Post.objects.get(person__key="w01", unit__key="north").pk == held


def test_a_person_missing_from_the_file_loses_posts_and_stays():
    load_organization()
    load_people()
    changes = load_people(PEOPLE.replace("s01,Sam Ode,north,supervisor,2025-01-01,\n", ""))
    assert changes.counts == {"removed": 1, "kept": 1}
    assert changes.span is None
    assert Person.objects.get(key="s01").posts.count() == 0
    again = load_people(PEOPLE.replace("s01,Sam Ode,north,supervisor,2025-01-01,\n", ""))
    assert again.items == ()


def test_a_file_without_a_column_says_nothing_about_it():
    load_organization()
    load_people("person,name,unit,email\nw01,Ana,north,ana@example.org\n")
    load_people("person,name,unit\nw01,Ana,north\n")
    assert Person.objects.get().email == "ana@example.org"


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        (
            "w01,Ana,north,member,2025-01-01,2026-02-16\nw01,Ana,south,member,2026-02-15,\n",
            "people.csv, line 3, w01: found member of south from 2026-02-15 while line 2 says member "
            "of north "
            "from 2025-01-01 until 2026-02-16, wanted at most one member post at any time",
        ),
        (
            "w01,Ana,south,member,2026-02-15,\nw01,Ana,north,,,\n",
            "people.csv, line 3, w01: found member of north while line 2 says member of south from "
            "2026-02-15, "
            "wanted at most one member post at any time",
        ),
        (
            "w01,Ana,norht,member,,\n",
            "people.csv, line 2, unit: found “norht”, wanted the id of a unit: “north”, or another of: "
            "benefits, county, north, south",
        ),
        (
            "w01,Ana,north,chief,,\n",
            "people.csv, line 2, role: found “chief”, wanted one of: member, supervisor, director",
        ),
        (
            "w01,Ana,north,member,1/2/2026,\n",
            "people.csv, line 2, from: found “1/2/2026”, wanted a date such as 2026-02-15, or nothing",
        ),
        (
            "w01,Ana,north,member,2026-02-15,2026-02-15\n",
            "people.csv, line 2, to: found “2026-02-15”, wanted a day after “from”, which is 2026-02-15",
        ),
        (
            "w 1,Ana,north,member,,\n",
            "people.csv, line 2, person: found “w 1”, wanted up to 100 letters, digits and the signs "
            ". _ - @, "
            "starting with a letter or a digit and without spaces",
        ),
        (
            "w01,Ana,north,director,,\nw01,Ana,north,director,,2027-01-01\n",
            "people.csv, line 3, w01: found director of north until 2027-01-01 a second time, after line 2, "
            "wanted each post once",
        ),
        ("w01,Ana,north\n", "people.csv, line 2: found 3 values, wanted 6, one for each column"),
        ("\n", "people.csv: found no rows, wanted at least one; an empty file would remove everything"),
        (
            'w01,"Ana\nRuiz",north,member,,\nw02,Bo,x,,,\n',
            "people.csv, line 4, unit: found “x”, wanted the id of a unit",
        ),
    ],
)
def test_what_a_people_file_is_refused_for(rows, problem):
    load_organization()
    text = "person,name,unit,role,from,to\n" + rows
    assert refusal(load_people, text).startswith(problem)
    assert not Person.objects.exists()


def test_one_id_of_another_system_belongs_to_one_person_at_a_time():
    load_organization()
    load_people()
    text = "person,system,id,from,to\nw01,phone,7,,2026-01-02\ns01,phone,7,2026-01-01,\n"
    with pytest.raises(DefinitionError) as caught:
        actions.apply_person_ids(read_table(text, required=(), file="people_ids.csv"), by=BY, now=NOW)
    assert str(caught.value) == (
        "people_ids.csv, line 3, 7: found person s01 from 2026-01-01 while line 2 says person "
        "w01 until 2026-01-02, "
        "wanted at most one person for an id at any time"
    )


def test_a_file_that_is_not_utf8(tmp_path):
    file = tmp_path / "people.csv"
    file.write_bytes("person,unit\nPeña,north\n".encode("latin-1"))
    with pytest.raises(DefinitionError, match="a byte that is not UTF-8 at position 14, wanted UTF-8 text"):
        read_table(file, required=("person", "unit"))


def test_a_header_without_a_required_column():
    with pytest.raises(
        DefinitionError, match="line 1: found the columns worker, unit, wanted a column “person” too"
    ):
        read_table("worker,unit\nw1,north\n", required=("person", "unit"))


def test_the_last_day_of_the_calendar_is_no_end():
    load_organization()
    load_people("person,name,unit,role,from,to\nw01,Ana,north,member,,9999-12-31\n")
    assert Post.objects.get().ends_on is None


def test_five_thousand_people_in_few_queries(django_assert_max_num_queries):
    load_organization()
    rows = [f"w{number:05},Person {number},{'north' if number % 2 else 'south'}" for number in range(5000)]
    with django_assert_max_num_queries(200):
        assert load_people("person,name,unit\n" + "\n".join(rows)).counts == {"added": 5000}
    moved = [row.replace("north", "south") for row in rows]
    with django_assert_max_num_queries(200):
        assert load_people("person,name,unit\n" + "\n".join(moved)).counts == {"added": 2500, "removed": 2500}
