"""The reports of the demo as worker, supervisor and director read them; each number is counted from the same
files by loops."""

from __future__ import annotations

import csv
import json
import shutil
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from goldenthread.jobs.demo.generate import DEFINITIONS, EXTRACTS, generate
from goldenthread.jobs.demo.story import TIMEZONE
from tests.functional.conftest import served, sign_in

pytestmark = pytest.mark.browser

Row = dict[str, str]
CLOCK_DAYS, SOON = 45, 7


@dataclass(frozen=True)
class Files:
    """The extracts of the county, and who was where."""

    folder: Path
    today: date

    def rows(self, source: str) -> list[Row]:
        found: dict[str, Row] = {}
        for file in sorted((self.folder / EXTRACTS / source).iterdir()):
            with file.open(encoding="utf-8-sig", newline="") as text:
                # Rows of a later file take the place of those with the same key.
                found |= {next(iter(row.values())): row for row in csv.DictReader(text)}
        return list(found.values())

    def every_row(self, source: str) -> list[Row]:
        """Those of a source that comes in one file."""
        (file,) = (self.folder / EXTRACTS / source).iterdir()
        with file.open(encoding="utf-8-sig", newline="") as text:
            return list(csv.DictReader(text))

    def unit_of(self, system: str) -> Callable[[str, date], str | None]:
        """Where the worker whom the system calls so was a member on a day."""
        with (self.folder / DEFINITIONS / "people_ids.csv").open(encoding="utf-8") as text:
            people = {row["id"]: row["person"] for row in csv.DictReader(text) if row["system"] == system}
        with (self.folder / DEFINITIONS / "people.csv").open(encoding="utf-8") as text:
            posts = [row for row in csv.DictReader(text) if row["role"] == "member"]
        stays: dict[str, list[tuple[str, str, str]]] = {}
        for post in posts:
            stays.setdefault(post["person"], []).append((post["from"], post["to"] or "9999", post["unit"]))

        def unit(worker: str, day: date) -> str | None:
            there = stays.get(people.get(worker, ""), [])
            return next((one for start, end, one in there if start <= str(day) < end), None)

        return unit

    @property
    def last_week(self) -> tuple[date, date]:
        monday = self.today - timedelta(days=self.today.weekday() + 7)
        return monday, monday + timedelta(days=6)

    @property
    def last_month(self) -> tuple[date, date]:
        """Its first day, and the first of this month."""
        end = self.today.replace(day=1)
        return (end - timedelta(days=1)).replace(day=1), end


@pytest.fixture(scope="module")
def county(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """Where a copy of the demo is served, and its folder."""
    home = tmp_path_factory.mktemp("reports") / "workspace-demo"
    shutil.copytree(demo, home)
    with served(home) as address:
        yield address, home


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """The same bytes as the demo was loaded from."""
    folder = tmp_path_factory.mktemp("files")
    today = datetime.now(TIMEZONE).date()
    generate(folder, today=today)
    return Files(folder, today)


@pytest.fixture
def enter(county: tuple[str, Path], page: Page) -> Callable[[str, str], Page]:
    """Signs in by name and goes to an address."""
    address, home = county
    accounts = json.loads((home / "demo-accounts.json").read_text(encoding="utf-8"))
    passwords = {one["username"]: one["password"] for one in accounts}

    def enter(username: str, path: str) -> Page:
        sign_in(page, address, username, passwords[username])
        page.goto(address + path)
        return page

    return enter


def table(page: Page, title: str) -> list[list[str]]:
    """The rows of the table below a heading."""
    section = page.locator("section", has=page.get_by_role("heading", name=title, exact=True))
    rows = section.locator("tbody tr").all()
    return [[cell.strip() for cell in row.locator("th, td").all_inner_texts()] for row in rows]


def us_day(text: str) -> date | None:
    if not text:
        return None
    month, day, year = map(int, text.split("/"))
    return date(year, month, day)


def us_moment(text: str) -> datetime:
    day, clock, half = text.split(" ")
    hour, minute, second = map(int, clock.split(":"))
    date_of = us_day(day)
    assert date_of is not None
    return datetime.combine(date_of, time(hour % 12 + (12 if half == "PM" else 0), minute, second))


def seconds(text: str) -> int:
    hours, minutes, rest = map(int, text.split(":"))
    return 3600 * hours + 60 * minutes + rest


def test_the_supervisor_of_the_phone_unit_reads_last_week(enter: Callable[[str, str], Page], files: Files):
    page = enter("dana.whitcomb", "/units/phone_unit_3/reports/phone_activity/?days=last_week")
    first, last = files.last_week
    unit = files.unit_of("phone")
    week = [
        row
        for row in files.rows("calls")
        if first <= (day := us_day(row["Date"]) or date.min) <= last
        and unit(row["Agent Id"], day) == "phone_unit_3"
    ]
    answered = [row for row in week if row["Call outcome"] == "answered"]
    talked = sum(seconds(row["Talk time"]) for row in answered if row["Talk time"])
    mean = round(talked / sum(bool(row["Talk time"]) for row in answered))
    shown = {row[0]: row[1] for row in table(page, "All numbers")}
    assert shown["Calls handled"] == f"{len(answered):,}"
    assert shown["Average call time"] == f"{mean // 60}:{mean % 60:02}"
    spent, shifts = states(files, "phone_unit_3", first, last)
    assert shown["Available, awaiting a call"] == f"{round(100 * spent['Available'] / spent['Signed in'])}%"
    for words, state in (("Time on phone", "On call"), ("After-call work", "After call")):
        minutes = round(spent[state] / shifts / 60)
        assert shown[f"{words}, per worker and shift"] == f"{minutes // 60} h {minutes % 60} min"


def states(files: Files, wanted: str, first: date, last: date) -> tuple[dict[str, float], int]:
    """By state the seconds of those days, each shift cut at midnight, and how many shifts began."""
    unit, spent, shifts = files.unit_of("phone"), defaultdict[str, float](float), 0
    for row in files.every_row("agent_states"):
        began, ended = us_moment(row["Began"]), us_moment(row["Ended"])
        shifts += (
            row["State"] == "Signed in"
            and first <= began.date() <= last
            and unit(row["Agent Id"], began.date()) == wanted
        )
        while began < ended:
            midnight = datetime.combine(began.date() + timedelta(days=1), time())
            if first <= began.date() <= last and unit(row["Agent Id"], began.date()) == wanted:
                spent[row["State"]] += (min(midnight, ended) - began).total_seconds()
            began = midnight
    return spent, shifts


def test_a_shift_that_ends_after_midnight_is_of_both_days(enter: Callable[[str, str], Page], files: Files):
    late = [
        row
        for row in files.every_row("agent_states")
        if row["State"] == "Signed in" and us_moment(row["Began"]).date() < us_moment(row["Ended"]).date()
    ]
    day = max(us_moment(row["Ended"]).date() for row in late if us_moment(row["Ended"]).date() < files.today)
    asked = f"since={day}&until={day}"
    page = enter("dana.whitcomb", f"/units/phone_unit_3/reports/phone_activity/?{asked}")
    spent, _shifts = states(files, "phone_unit_3", day, day)
    shown = {row[0]: row[1] for row in table(page, "All numbers")}
    wanted = f"{round(100 * spent['Available'] / spent['Signed in'])}%" if spent else "No value"
    assert shown["Available, awaiting a call"] == wanted


def test_the_worker_reads_what_falls_due_first(enter: Callable[[str, str], Page], files: Files):
    page = enter("nadia.petrov", "/my-work/assessments/open/")
    with (files.folder / DEFINITIONS / "people_ids.csv").open(encoding="utf-8") as text:
        mine = {row["id"] for row in csv.DictReader(text) if row["person"] == "nadia_petrov"}
    waiting = sorted(
        (due_day(row), us_day(row["Received"]), row["Assessment"])
        for row in files.rows("assessments")
        if row["Worker"] in mine and not row["Assessed"]
    )
    assert [row[0] for row in table(page, "What is open")] == [name for _due, _opened, name in waiting][:25]
    overdue = sum(due < files.today for due, _opened, _name in waiting)
    expect(page.locator("dd").nth(0)).to_have_text(str(len(waiting)))
    expect(page.locator("dd").nth(1)).to_have_text(str(overdue))


def test_the_supervisor_of_two_levels_reads_each_unit_and_worker(
    enter: Callable[[str, str], Page], files: Files
):
    page = enter("gloria.mendes", "/units/adult_services/reports/assessments/open/")
    unit = files.unit_of("in_home")
    names = {
        "in_home_east": "In-home services east",
        "in_home_west": "In-home services west",
        "steady_hands": "Steady Hands Home Care",
    }
    counted = {name: [0, 0, 0, 0] for name in names.values()}
    for row in files.rows("assessments"):
        there = unit(row["Worker"], files.today)
        if not row["Assessed"] and there is not None:
            due = due_day(row)
            soon = files.today + timedelta(days=SOON)
            place = 1 if due < files.today else 2 if due <= soon else 3
            counted[names[there]][0] += 1
            counted[names[there]][place] += 1
    shown = table(page, "Units below")
    assert [row[:5] for row in shown[:-1]] == [[name, *map(str, counted[name])] for name in sorted(counted)]
    whole = [str(sum(numbers)) for numbers in zip(*counted.values(), strict=True)]
    assert shown[-1][1:5] == whole
    assert sum(int(row[1]) for row in table(page, "Each worker")) == int(whole[0])
    page.get_by_role("link", name="Nadia Petrov").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Nadia Petrov")


def test_of_what_fell_due_last_month_so_many_were_in_time(enter: Callable[[str, str], Page], files: Files):
    page = enter("gloria.mendes", "/units/adult_services/reports/assessments/?days=last_month")
    end = files.today.replace(day=1)
    start = (end - timedelta(days=1)).replace(day=1)
    unit = files.unit_of("in_home")
    here = [
        row
        for row in files.rows("assessments")
        if start <= due_day(row) < end and unit(row["Worker"], due_day(row))
    ]
    kept = sum((done := us_day(row["Assessed"])) is not None and done <= due_day(row) for row in here)
    numbers = table(page, "Units below")[-1]
    assert numbers[2] == f"{len(here):,}"
    assert numbers[4] == f"{100 * kept / len(here):.1f}%"


def test_the_supervisor_of_two_levels_reads_each_kind_of_assessment(
    enter: Callable[[str, str], Page], files: Files
):
    page = enter("gloria.mendes", "/units/adult_services/reports/assessments/?days=last_month")
    page.get_by_role("link", name="By kind").click()
    start, end = files.last_month
    unit = files.unit_of("in_home")

    def numbers(rows: list[Row]) -> list[str]:
        """In the order of the columns, each row in the unit where its worker was on the day it counts by."""

        def here(row: Row, day: date | None) -> bool:
            return day is not None and start <= day < end and unit(row["Worker"], day) is not None

        due = [row for row in rows if here(row, due_day(row))]
        kept = sum((done := us_day(row["Assessed"])) is not None and done <= due_day(row) for row in due)
        last = end - timedelta(days=1)
        waiting = [
            row
            for row in rows
            if (us_day(row["Received"]) or date.max) < end
            and ((done := us_day(row["Assessed"])) is None or done >= end)
            and unit(row["Worker"], last)
        ]
        return [
            f"{sum(here(row, us_day(row['Received'])) for row in rows):,}",
            f"{len(due):,}",
            f"{sum(here(row, us_day(row['Assessed'])) for row in rows):,}",
            f"{100 * kept / len(due):.1f}%",
            f"{len(waiting):,}",
        ]

    rows = files.rows("assessments")
    kinds = sorted({row["Kind"] for row in rows})
    wanted = [[kind, *numbers([row for row in rows if row["Kind"] == kind])] for kind in kinds]
    assert len(kinds) == 2
    assert table(page, "By kind") == [*wanted, ["Adult services", *numbers(rows)]]
    page.get_by_role("link", name=kinds[0], exact=True).click()
    assert wanted[0][1:] in [row[1:] for row in table(page, f"{kinds[0]} over time")]


def test_the_director_reads_no_kind_of_a_report_that_is_not_theirs(enter: Callable[[str, str], Page]):
    page = enter("marisol.vega", "/units/adult_services/")
    address = page.url.split("/units/")[0]
    assert page.goto(f"{address}/units/in_home_east/reports/assessments/by/").status == 404


def test_the_director_reads_key_indicators_and_no_worker(enter: Callable[[str, str], Page], files: Files):
    page = enter("marisol.vega", "/units/phone_center/indicators/")
    end = files.today.replace(day=1)
    start = (end - timedelta(days=1)).replace(day=1)
    unit = files.unit_of("phone")
    phone = {f"phone_unit_{number}" for number in range(1, 5)}
    month = [
        row
        for row in files.rows("calls")
        if start <= (day := us_day(row["Date"]) or date.min) < end and unit(row["Agent Id"], day) in phone
    ]
    counted = [row for row in month if row["Call outcome"] != "transferred"]
    abandoned = 100 * sum(row["Call outcome"] == "abandoned" for row in counted) / len(counted)
    expect(page.locator("main")).to_contain_text(f"{abandoned:.1f}%")
    assert page.goto(page.url.replace("indicators/", "reports/phone_activity/")).status == 404


def due_day(row: Row) -> date:
    received = us_day(row["Received"])
    assert received is not None
    return received + timedelta(days=CLOCK_DAYS + int(row["Days waiting for certificate"] or 0))


def test_the_supervisor_of_the_district_offices_reads_what_fell_due(
    enter: Callable[[str, str], Page], files: Files
):
    """What was withdrawn is left out; what nobody has decided yet is not."""
    page = enter("hana.kim", "/units/district_offices/reports/applications/?days=last_month")
    start, end = files.last_month
    with (files.folder / DEFINITIONS / "unit_ids.csv").open(encoding="utf-8") as text:
        offices = {row["id"]: row["unit"] for row in csv.DictReader(text) if row["system"] == "cases"}
    counted: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for row in files.rows("applications"):
        received, decided = us_day(row["Received"]), us_day(row["Decided"])
        assert received is not None
        due, numbers = received + timedelta(days=30), counted[offices[row["Office"]]]
        numbers[0] += start <= received < end
        if start <= due < end and row["Decision"] != "Withdrawn":
            numbers[1] += 1
            numbers[2] += decided is not None and decided <= due
        numbers[3] += decided is not None and start <= decided < end
    shown = {row[0]: row[1:5] for row in table(page, "Units below")}
    whole = [sum(numbers) for numbers in zip(*counted.values(), strict=True)]
    assert len(counted) == 6
    for name, numbers in (*counted.items(), ("district_offices", whole)):
        received, due, kept, decided = numbers
        title = f"{name.replace('_', ' ').title()} office" if name in counted else "District offices"
        wanted = [f"{received:,}", f"{due:,}", f"{100 * kept / due:.1f}%", f"{decided:,}"]
        assert [cell.split("\n")[0] for cell in shown[title]] == wanted, name


def test_the_supervisor_reads_what_was_typed_by_hand(
    enter: Callable[[str, str], Page], county: tuple[str, Path]
):
    """The source that the product fills, beside the record it is filled from."""
    page = enter("dana.whitcomb", "/units/phone_unit_3/reports/typed_values/?days=last_quarter")
    today = datetime.now(TIMEZONE).date()
    this_quarter = date(today.year, (today.month - 1) // 3 * 3 + 1, 1)
    start = (this_quarter - timedelta(days=80)).replace(day=1)
    with closing(sqlite3.connect(f"file:{county[1] / 'goldenthread.sqlite3'}?mode=ro", uri=True)) as record:
        rows = record.execute(
            "SELECT v.period_start, m.lag_days, v.handed_in_at, v.corrections FROM record_typedvalue v"
            " JOIN record_measure m ON m.id = v.measure_id JOIN record_unit u ON u.id = v.unit_id"
            " WHERE u.key = 'phone_unit_3' AND v.state = 'approved'"
        ).fetchall()
    due = in_time = corrected = 0
    for period_start, lag, handed_in_at, corrections in rows:
        month_end = (date.fromisoformat(period_start) + timedelta(days=32)).replace(day=1)
        due_on = month_end + timedelta(days=lag)
        handed_in_on = datetime.fromisoformat(handed_in_at).replace(tzinfo=UTC).astimezone(TIMEZONE).date()
        if start <= due_on < this_quarter:
            due += 1
            in_time += handed_in_on <= due_on
            corrected += corrections > 0
    assert due == 3
    numbers = [row[1] for row in table(page, "All numbers")]
    assert numbers == [str(due), f"{round(100 * in_time / due)}%", str(corrected)]
