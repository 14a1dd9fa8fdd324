"""Definitions from a folder: what there is to load, and what a load would end."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from goldenthread.jobs.endings import FEWEST_POSTS
from goldenthread.jobs.loading import load_folder
from goldenthread.jobs.refused import Refused
from goldenthread.record.orgs.models import Post
from tests.results.counties import BY, NOW

pytestmark = pytest.mark.django_db

PEOPLE = 3 * FEWEST_POSTS
UNITS = """
organization: Riverbend County
units:
  - {id: county, name: Riverbend County, kind: county}
  - {id: north, name: North office, kind: team, parent: county}
  - {id: south, name: South office, kind: team, parent: county}
"""


def people_csv(count: int = PEOPLE, *, unit: str = "north", since: str = "2025-01-01") -> str:
    rows = [f"p{number},Person {number},{unit},member,{since}," for number in range(count)]
    return "\n".join(["person,name,unit,role,from,to", *rows, ""])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What was loaded already: thirty people in the north."""
    (tmp_path / "organization.yaml").write_text(UNITS)
    (tmp_path / "people.csv").write_text(people_csv())
    load_folder(tmp_path, by=BY, now=NOW)
    return tmp_path


def people_with_a_post() -> int:
    return Post.objects.filter(ends_on=None).count()


def test_a_folder_without_definitions_is_refused_with_what_it_looked_for(tmp_path: Path) -> None:
    (tmp_path / "organisation.yaml").write_text(UNITS)
    (tmp_path / "measures").mkdir()
    with pytest.raises(Refused, match=r"nothing to load in .*organization\.yaml, people\.csv.*measures/\*"):
        load_folder(tmp_path, by=BY, now=NOW)


@pytest.mark.parametrize(
    ("left", "sweeping"),
    [(PEOPLE - FEWEST_POSTS - 1, True), (PEOPLE - FEWEST_POSTS, False), (PEOPLE, False)],
)
def test_a_file_that_was_cut_off_says_how_many_posts_it_ends(folder: Path, left: int, sweeping: bool) -> None:
    (folder / "people.csv").write_text(people_csv(left))
    told = load_folder(folder, by=BY, now=NOW, dry_run=True)
    assert people_with_a_post() == PEOPLE
    assert (told.endings.ended, told.endings.posts) == (PEOPLE - left, PEOPLE)
    assert told.endings.are_sweeping == sweeping
    said = f"{PEOPLE - left} of {PEOPLE} open posts end. Is a file cut off?"
    assert told.endings.sentences == ((said,) if sweeping else ())


def test_nothing_ends_that_much_by_itself_and_a_person_may_still_load_it(folder: Path) -> None:
    (folder / "people.csv").write_text(people_csv(3))
    with pytest.raises(Refused, match=r"27 of 30 open posts end.*by hand: goldenthread load FOLDER"):
        load_folder(folder, by=BY, now=NOW, by_itself=True)
    assert people_with_a_post() == PEOPLE
    load_folder(folder, by=BY, now=NOW)
    assert people_with_a_post() == 3


def test_few_people_may_all_leave(folder: Path) -> None:
    (folder / "people.csv").write_text(people_csv(FEWEST_POSTS - 1))
    load_folder(folder, by=BY, now=NOW)
    (folder / "people.csv").write_text("person,name,unit,role,from,to\nnew,New,north,member,2026-04-01,\n")
    assert load_folder(folder, by=BY, now=NOW, by_itself=True).endings.ended == FEWEST_POSTS - 1


def test_whoever_moves_ends_nothing(folder: Path) -> None:
    (folder / "people.csv").write_text(people_csv(unit="south", since="2026-04-01"))
    assert load_folder(folder, by=BY, now=NOW, by_itself=True).endings.ended == 0


def test_a_unit_that_ends_names_the_people_still_in_it(folder: Path) -> None:
    end = date(2026, 4, 1)
    ending = UNITS.replace("{id: north,", f"{{id: north, to: {end},")
    (folder / "organization.yaml").write_text(ending)
    told = load_folder(folder, by=BY, now=NOW, dry_run=True)
    assert told.endings.sentences == (
        f"Unit north comes to an end, and {PEOPLE} people still have a post in it.",
    )
    moved = people_csv().replace("2025-01-01,", f"2025-01-01,{end}")
    (folder / "people.csv").write_text(moved)
    assert load_folder(folder, by=BY, now=NOW - timedelta(days=40)).endings.sentences == ()
