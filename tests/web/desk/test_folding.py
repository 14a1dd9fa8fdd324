"""A county with small teams, read as its people read it: pages and files, by somebody who subtracts."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, timedelta

import openpyxl
import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from goldenthread.accounts.models import User
from goldenthread.calc.folding import FEWEST, Fold
from goldenthread.calc.periods import YEAR_TO_DATE, FiscalCalendar, Grain, Period
from goldenthread.jobs import computing
from goldenthread.jobs.extracts import importing
from goldenthread.jobs.loading import load_folder
from goldenthread.record.access.models import Grant
from goldenthread.record.audit.actor import Actor
from goldenthread.record.measures.models import Measure, Observation, Outdated
from goldenthread.record.orgs.models import Person, Unit
from tests.calc.attacker import Attacker, Sum
from tests.results.counties import LETTERS
from tests.web.bearers import Script
from tests.web.desk.worlds import as_user, text_of

pytestmark = pytest.mark.django_db

BY = Actor.job("test")
CALENDAR = FiscalCalendar(7)
ABOVE = {
    "benefits": "county",
    "works": "county",
    "north": "benefits",
    "south": "benefits",
    "east": "benefits",
}
ABOVE |= {"roads": "works", "trees": "works"}
STAFF = {"north": 3, "south": 6, "east": 7, "roads": 8, "trees": 6, "benefits": 2}
ORGANIZATION = "organization: Riverbend County\nfiscal_year_starts: 7\ntimezone: UTC\nunits:\n" + "\n".join(
    f"  - {{id: {unit}, name: {unit.capitalize()}, kind: team{f', parent: {above}' if above else ''}}}"
    for unit, above in {"county": "", **ABOVE}.items()
)
SOURCE = """\
source: cases
key: [case]
time: day
worker: worker
load: upsert
columns:
  case: {type: text, required: true}
  worker: {type: text}
  day: {type: date}
  kind: {type: category, values: [new, old]}
"""
DONE = """\
measure: done
title: Cases done
source: cases
frequency: month
show_as: {unit: count, better: higher}
numerator: {count: cases}
breakdowns: [kind]
"""
NEW = """\
measure: new
title: Share of new cases
source: cases
frequency: month
show_as: {unit: percent, per: 100}
numerator: {count: cases, where: {kind: new}}
denominator: {count: cases}
breakdowns: [kind]
"""
PER_CASE = """\
measure: per_case
title: Letters for each case
source: letters
frequency: month
show_as: {unit: rate}
numerator: {count: letters}
denominator: {value_of: done}
"""
Case = tuple[str, str, date, str]
"""Unit, worker, day and kind."""


def months() -> list[Period]:
    """The last eight complete ones."""
    last = CALENDAR.last_complete(Grain.MONTH, today=timezone.now().date())
    return [CALENDAR.shift(last, -back) for back in range(7, -1, -1)]


def cases() -> list[Case]:
    """Each worker's own number in each month; in the last but one, only four with trees."""
    found = []
    for step, month in enumerate(months()):
        for unit, staff in STAFF.items():
            there = 4 if unit == "trees" and step == 6 else staff
            for number in range(there):
                new = 0 if unit == "south" and step == 4 else number % 3 + step % 2
                kinds = ["old"] * (7 + (step * 3 + number * 5) % 11) + ["new"] * new
                found += [(unit, f"{unit}{number}", month.start + timedelta(days=3), kind) for kind in kinds]
    return found


@pytest.fixture(scope="module")
def loaded(standing: None, tmp_path_factory: pytest.TempPathFactory) -> list[Case]:
    folder = tmp_path_factory.mktemp("county")
    for kind in ("sources", "measures"):
        (folder / kind).mkdir(parents=True)
    (folder / "organization.yaml").write_text(ORGANIZATION)
    posts = [
        f"{unit}{number},{unit}{number},{unit},member,2020-01-01,"
        for unit, n in STAFF.items()
        for number in range(n)
    ]
    posts += ["sam,Sam,north,supervisor,2020-01-01,", "sue,Sue,south,supervisor,2020-01-01,"]
    posts += ["dora,Dora,benefits,director,2020-01-01,"]
    (folder / "people.csv").write_text("\n".join(["person,name,unit,role,from,to", *posts, ""]))
    (folder / "sources" / "cases.yaml").write_text(SOURCE)
    (folder / "measures" / "done.yaml").write_text(DONE)
    (folder / "measures" / "new.yaml").write_text(NEW)
    (folder / "sources" / "letters.yaml").write_text(LETTERS)
    (folder / "measures" / "per_case.yaml").write_text(PER_CASE)
    now = timezone.now()
    load_folder(folder, by=BY, now=now)
    rows = cases()
    file = folder / "cases.csv"
    with file.open("w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["case", "worker", "day", "kind"])
        writer.writerows([number, worker, day, kind] for number, (_, worker, day, kind) in enumerate(rows))
    importing.load(importing.bring_in("cases", file, by=BY, now=now).batch, by=BY, now=now)
    letters = folder / "letters.csv"
    written = [f"{unit}{month.start},{unit},{month.start}" for unit in STAFF for month in months()]
    letters.write_text("\n".join(["letter,office,day", *written, ""]))
    importing.load(importing.bring_in("letters", letters, by=BY, now=now).batch, by=BY, now=now)
    for name in ("north0", "sam", "sue", "dora"):
        Person.objects.filter(key=name).update(user=User.objects.create_user(name, name=name))
    for name, role in (("exa", "executive"), ("ada", "analyst")):
        user = User.objects.create_user(name, name=name)
        top = Unit.objects.get(key="county")
        Grant.objects.create(user=user, role=role, unit=top, starts_on=date(2020, 1, 1))
    return rows


@pytest.fixture
def county(loaded: list[Case], db: None) -> list[Case]:
    return loaded


def line(unit: str) -> list[str]:
    return [unit, *line(ABOVE[unit])] if unit in ABOVE else [unit]


Place = tuple[str, str, date]
"""A unit, how long the period is, and its first day as files have it."""


def made_of(rows: list[Case]) -> dict[Place, Sum]:
    """Every cell there is, as a sum of what each unit did by itself in each month."""
    found: dict[Place, dict[tuple[str, date], int]] = defaultdict(dict)
    starts = sorted({month.start for month in months()})
    for unit, _, day, _ in rows:
        month = CALENDAR.period_of(day, Grain.MONTH)
        year = CALENDAR.period_of(day, Grain.YEAR)
        for above in line(unit):
            places: list[Place] = [
                (above, str(grain), CALENDAR.period_of(day, grain).start)
                for grain in (Grain.MONTH, Grain.QUARTER, Grain.YEAR)
            ]
            places += [(above, YEAR_TO_DATE, one) for one in starts if month.start <= one < year.end]
            for place in places:
                found[place][unit, month.start] = 1
    return dict(found)


def people_behind(rows: list[Case], cell: Sum) -> int:
    return len({worker for unit, worker, day, _ in rows if (unit, day.replace(day=1)) in cell})


def filed(reader: Client, measure: str = "done") -> Iterator[tuple[Place, list[str]]]:
    """Every row of every file about a measure that this reader can take along, as slowly as they must."""
    cache.clear()
    for unit in ("county", *ABOVE):
        for grain in ("month", "quarter", "year", YEAR_TO_DATE):
            asked = {"unit": unit} | ({} if grain == "month" else {"by": grain})
            response = reader.get(reverse("desk:measure_file_csv", args=[measure]), asked)
            assert response.status_code in (200, 404)
            if response.status_code == 200:
                text = response.content.decode("utf-8-sig")
                for start, *rest in list(csv.reader(io.StringIO(text)))[1:]:
                    yield (unit, grain, date.fromisoformat(start)), rest


def told(user: str, measure: str = "done") -> Mapping[Place, bool]:
    """Of every cell in the files, whether it holds a number or says that it is folded; to a user who also
    reads by a token of theirs, it is told when either way tells it."""
    column = 0 if measure == "done" else 2
    ways = (as_user(user), Script(user, "results"))
    rows = [(place, rest[column]) for way in ways for place, rest in filed(way, measure)]
    found = dict(sorted(rows, key=lambda row: row[1] != "folded"))
    assert all(value == "folded" or float(value) >= 0 for value in found.values())
    return {place: value != "folded" for place, value in found.items()}


def test_nobody_finds_a_folded_cell_in_all_files_together(county):
    cells = made_of(county)
    few = {place for place, cell in cells.items() if 0 < people_behind(county, cell) < FEWEST}
    for user in ("exa", "ada", "dora", "north0"):
        shown = told(user)
        attacker = Attacker(cells[place] for place, is_told in shown.items() if is_told)
        hidden = {place for place, is_told in shown.items() if not is_told}
        assert few.intersection(shown) <= hidden
        assert [place for place in hidden | few if attacker.finds(cells[place])] == [], user
        last = {unit for unit, grain, start in hidden if (grain, start) == ("month", months()[-1].start)}
        assert user == "north0" or len(last & {"north", "south", "east"}) == 2


def test_nobody_finds_one_below_the_letters_of_the_same_unit(county):
    """Nobody is known to have written the letters; the cases below them are those of few people."""
    cells = made_of(county)
    few = {place for place, cell in cells.items() if 0 < people_behind(county, cell) < FEWEST}
    for user, own in (("exa", ""), ("dora", ""), ("sue", "south")):
        shown = {place for place, is_told in told(user).items() if is_told}
        below = {month_of(place) for place, rest in filed(as_user(user), "per_case") if rest[1] != "folded"}
        assert len(below) > 20
        attacker = Attacker(cells[place] for place in shown | below)
        assert [place for place in few if place[0] != own and attacker.finds(cells[place])] == [], user


def test_nobody_finds_one_from_a_count_and_the_rate_over_it(county):
    """All cases are one measure, and stand below the share of new ones as another."""
    cells = made_of(county)
    few = {place for place, cell in cells.items() if 0 < people_behind(county, cell) < FEWEST}
    for user in ("exa", "ada", "dora", "north0"):
        by_count, by_rate = (
            {place for place, is_told in told(user, measure).items() if is_told}
            for measure in ("done", "new")
        )
        assert user == "north0" or len(by_rate) > 40
        attacker = Attacker(cells[place] for place in by_count | by_rate)
        assert [place for place in few if attacker.finds(cells[place])] == [], user


def test_a_rate_follows_when_only_the_count_is_computed_again(county):
    def closed(measure: str) -> set[tuple[int | None, str, date]]:
        rows = Observation.objects.filter(measure__key=measure, fold__gt=0)
        return set(rows.values_list("unit", "grain", "period_start"))

    before = closed("new")
    assert closed("done") <= before
    Observation.objects.filter(measure__key="new").update(fold=Fold.OPEN)
    Outdated.objects.create(measure=Measure.objects.get(key="done"))
    computing.catch_up(by=BY, now=timezone.now())
    assert closed("new") == before


def test_a_split_is_closed_where_the_whole_follows_another(county):
    """Kept with the whole alone: the split was computed while that was open."""
    month = months()[2].start
    Observation.objects.filter(
        measure__key="new", unit__key="county", grain="month", tree="event", period_start=month
    ).update(fold=Fold.FOLDED)
    asked = {"unit": "county", "split": "kind"}
    response = as_user("exa").get(reverse("desk:measure_file_csv", args=["new"]), asked)
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))[1:]
    assert {start for _, start, *values in rows if "folded" in values} == {month.isoformat()}


def month_of(place: Place) -> Place:
    """The month whose cases stand below the letters of a longer period: the last there is."""
    unit, grain, start = place
    ends = CALENDAR.period_of(start, Grain.MONTH if grain == YEAR_TO_DATE else Grain(grain)).last_day
    return (unit, "month", max(month.start for month in months() if month.start <= ends))


def test_enough_is_left_to_work_with(county):
    shown = told("exa")
    assert all(is_told for (unit, _, _), is_told in shown.items() if unit in ("county", "benefits", "works"))
    assert not any(is_told for (unit, _, _), is_told in shown.items() if unit == "north")
    closed = {(unit, grain) for (unit, grain, _), is_told in shown.items() if not is_told}
    assert ("roads", "month") in closed
    assert ("trees", "year") not in closed


def test_both_sides_of_a_rate_are_folded_with_it(county):
    month = months()[-1].start
    rows = dict(filed(as_user("exa"), "new"))
    assert rows["north", "month", month][:3] == ["folded"] * 3
    assert rows["county", "month", month][2] != "folded"


def test_who_supervises_the_unit_reads_its_numbers_and_no_other(county):
    cells = made_of(county)
    for user, own in (("sam", "north"), ("sue", "south")):
        shown = told(user)
        assert all(is_told for (unit, _, _), is_told in shown.items() if unit == own)
        attacker = Attacker(cells[place] for place, is_told in shown.items() if is_told)
        few = [
            place
            for place, cell in cells.items()
            if place[0] != own and 0 < people_behind(county, cell) < FEWEST
        ]
        assert [place for place in few if attacker.finds(cells[place])] == []


def test_a_folded_cell_says_so_in_words(county):
    words = "Folded into Benefits: fewer than five people"
    label = CALENDAR.phrase(months()[-1])
    page = text_of("exa", reverse("desk:measure", args=["done"]) + "?unit=north")
    assert f"Folded into Benefits {label}: fewer than five people." in page
    assert words in page
    assert words in text_of("exa", reverse("desk:unit", args=["north"]))
    assert words in text_of("exa", reverse("desk:measure", args=["done"]) + "?unit=benefits")
    book = as_user("exa").get(reverse("desk:measure_file_xlsx", args=["done"]), {"unit": "north"})
    sheet = openpyxl.load_workbook(io.BytesIO(book.content)).worksheets[0]
    values = {str(value) for row in sheet.iter_rows(values_only=True) for value in row}
    assert {"folded", words} <= values


def test_a_split_moves_up_whole(county):
    def split(unit: str, measure: str = "done") -> list[list[str]]:
        response = as_user("exa").get(
            reverse("desk:measure_file_csv", args=[measure]), {"unit": unit, "split": "kind"}
        )
        return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))[1:]

    assert {value for *_, value in split("south")} == {"folded"}
    # South had no new case in one month, and that month says no more than the others.
    assert {value for *_, value in split("south", "new")} == {"folded"}
    assert all(float(value) >= 0 for *_, value in split("county"))


def test_no_page_tells_a_number_of_few_people(county):
    """A number no other cell has is looked for on every page that could show it."""
    Observation.objects.filter(unit__key="north").update(
        numerator=918273, denominator=None, value=918273, facts=918273
    )
    pages = [reverse("desk:measures"), reverse("desk:home"), reverse("desk:unit", args=["north"])]
    pages += [reverse("desk:unit", args=["benefits"]), reverse("desk:measure", args=["done"]) + "?unit=north"]
    pages += [
        reverse("desk:measure", args=["done"]) + "?unit=benefits",
        reverse("desk:unit_file_csv", args=["north"]),
    ]
    for page in pages:
        for user in ("exa", "ada", "north0"):
            text = as_user(user).get(page).content.decode().replace(",", "")
            assert "918273" not in text, (user, page)
    assert "918273" in text_of("sam", reverse("desk:unit", args=["north"])).replace(",", "")
