from __future__ import annotations

import csv
import hashlib
import re
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from statistics import mean

from goldenthread.calc import spc
from goldenthread.calc.direction import Better
from goldenthread.jobs.demo import benefits
from goldenthread.jobs.demo.drawing import Draw
from goldenthread.jobs.demo.generate import generate, small_extract
from goldenthread.jobs.demo.story import Story
from tests.jobs.demo.conftest import TODAY
from tests.jobs.demo.files import month, read, rows, share_by_month, us_day

DAY_NOBODY_HAS = re.compile(r"\d\d/32/")


def digests(folder: Path) -> dict[str, str]:
    return {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in folder.rglob("*")
        if file.is_file()
    }


def answered_in_time(found):
    counted = [
        row
        for row in found
        if row["Call outcome"] in ("answered", "abandoned") and row["Speed of answer in seconds"] != "--"
    ]
    return share_by_month(
        counted,
        lambda row: us_day(row["Date"]),
        lambda row: row["Call outcome"] == "answered" and int(row["Speed of answer in seconds"]) <= 60,
    )


def test_the_same_day_seed_and_scale_give_the_same_bytes(county: Path, tmp_path: Path):
    files = generate(tmp_path, today=TODAY)

    assert digests(tmp_path) == digests(county)
    assert files == sorted(file for file in tmp_path.rglob("*") if file.is_file())


def test_another_seed_gives_other_rows(tmp_path: Path):
    first, second = (
        benefits.write_applications(tmp_path / str(seed), Draw(Story(TODAY), 1, seed)) for seed in (1, 2)
    )

    assert first.read_bytes() != second.read_bytes()


def test_scale_multiplies_the_rows(tmp_path: Path):
    one, three = (
        len(
            benefits.write_applications(tmp_path / str(scale), Draw(Story(TODAY), scale, 1))
            .read_text()
            .split("\n")
        )
        for scale in (1, 3)
    )

    assert 2.9 < three / one < 3.1


def test_thirty_months_of_calls(county: Path):
    calls = rows(county, "calls")
    days = [us_day(row["Date"]) for row in calls]

    assert 140_000 < len(calls) < 175_000
    assert (min(days), max(days)) == (date(2024, 4, 1), TODAY - timedelta(days=2))


def test_the_shift_of_july_2025_and_the_surge_of_january(county: Path):
    shares = answered_in_time(rows(county, "calls"))
    whole_months = [key for key in shares if key < month(TODAY)]
    values = [shares[key] for key in whole_months]

    behavior = spc.analyze(values, better=Better.HIGHER, rebased_at=[whole_months.index(date(2025, 7, 1))])

    before, since = behavior.segments
    assert (round(before.limits.mean, 0), round(since.limits.mean, 0)) == (73, 81)
    assert round(shares[date(2026, 9, 1)], 1) == 81.4
    assert behavior.points[whole_months.index(date(2026, 1, 1))].meaning is spc.Meaning.CONCERN
    assert behavior.last.meaning is spc.Meaning.IMPROVEMENT
    assert behavior.last.signal.rule is spc.Rule.SHIFT


def test_harbor_falls_seven_months_running_and_the_others_do_not(county: Path):
    calls = rows(county, "calls")
    latest = {}
    for office in sorted({row["Office"] for row in calls}):
        shares = answered_in_time([row for row in calls if row["Office"] == office])
        values = [value for key, value in shares.items() if key < month(TODAY)]
        latest[office] = values[-1]
        if office == "Harbor":
            assert values[-8:] == sorted(values[-8:], reverse=True)

    assert min(latest, key=latest.get) == "Harbor"
    assert latest["Harbor"] < 73
    assert all(77 < value < 87 for office, value in latest.items() if office != "Harbor")


def test_one_phone_unit_lies_below_the_others(county: Path):
    ids = read(county / "definitions" / "people_ids.csv")
    people = read(county / "definitions" / "people.csv")
    member_of = {row["person"]: row["unit"] for row in people if row["role"] == "member" and not row["to"]}
    unit = {row["id"]: member_of.get(row["person"]) for row in ids if row["system"] == "phone"}
    recent = [row for row in rows(county, "calls") if us_day(row["Date"]) >= date(2026, 7, 1)]
    shares = {
        one: mean(answered_in_time([row for row in recent if unit.get(row["Agent Id"]) == one]).values())
        for one in ("phone_unit_1", "phone_unit_2", "phone_unit_3", "phone_unit_4")
    }

    assert min(shares, key=shares.get) == "phone_unit_4"
    assert shares["phone_unit_4"] < min(value for one, value in shares.items() if one != "phone_unit_4") - 5


def test_callers_were_asked_for_eight_months_only(county: Path):
    asked = {month(us_day(row["Date"])) for row in rows(county, "calls") if row["Satisfaction (1-5)"]}

    assert min(asked) == date(2026, 2, 1)


def test_home_visits_take_longer_since_two_months(county: Path):
    days: dict[date, list[int]] = {}
    for row in rows(county, "home_visits"):
        visited = date.fromisoformat(row["First Visit"])
        days.setdefault(month(visited), []).append((visited - date.fromisoformat(row["Referred On"])).days)
    values = [mean(days[key]) for key in sorted(days) if key < month(TODAY)]

    behavior = spc.analyze(values, better=Better.LOWER)

    assert round(values[-1], 1) == 11.2
    assert behavior.last.meaning is spc.Meaning.CONCERN
    assert all(point.signal is None for point in behavior.points[-12:-2])


def test_renewals_vary_as_usual_below_their_target(county: Path):
    shares = share_by_month(
        rows(county, "renewals"),
        lambda row: us_day(row["Due"]),
        lambda row: bool(row["Closed"]) and us_day(row["Closed"]) <= us_day(row["Due"]),
    )
    values = [value for key, value in shares.items() if key < month(TODAY)]

    behavior = spc.analyze(values, better=Better.HIGHER)

    assert all(point.signal is None for point in behavior.points[-12:])
    assert all(value < 92 for value in values)


def test_records_requests_get_worse(county: Path):
    shares = share_by_month(
        rows(county, "records_requests"),
        lambda row: date.fromisoformat(row["Answered"]),
        lambda row: (date.fromisoformat(row["Answered"]) - date.fromisoformat(row["Received"])).days <= 10,
    )
    values = [value for key, value in shares.items() if key < month(TODAY)]

    assert round(values[-1]) == 71
    assert spc.analyze(values, better=Better.HIGHER).last.meaning is spc.Meaning.CONCERN


def test_a_pothole_costs_about_the_same_each_month(county: Path):
    filled = Counter(
        month(us_day(row["Filled"])) for row in rows(county, "potholes", delimiter=";") if row["Filled"]
    )
    spent: Counter[date] = Counter()
    for row in rows(county, "ledger", delimiter="\t"):
        if row["Account"] == "5310":
            amount = float(re.sub(r"[$,()]", "", row["Amount"]))
            spent[month(date.fromisoformat(row["Posting Date"]))] += (
                -amount if "(" in row["Amount"] else amount
            )

    costs = [spent[key] / filled[key] for key in sorted(filled) if key < month(TODAY)]

    assert all(85 < cost < 102 for cost in costs)


def test_too_few_children_to_judge_any_month(county: Path):
    needed = Counter(month(us_day(row["Needed on"])) for row in rows(county, "placements"))

    assert max(needed.values()) < 10


def test_the_payments_rows_of_the_spreadsheet_went_silent(county: Path):
    (file,) = (county / "extracts" / "indicators").iterdir()
    heading, prepared, header, *lines = csv.reader(file.read_text(encoding="utf-8").splitlines())
    figures = {line[0]: dict(zip(header[2:], line[2:], strict=True)) for line in lines}

    assert (heading, prepared) == (
        ["Riverbend County, monthly indicators"],
        ["Prepared by Finance, 10/13/2026"],
    )
    assert header[2:4] + header[-1:] == ["Apr-24", "May-24", "Sep-26"]
    silent = [name for name, values in figures.items() if values["Sep-26"] == "No Data"]
    assert silent == ["Invoices received", "Invoices paid within 30 days"]


def test_a_nightly_extract_waits_with_everything_that_can_go_wrong(county: Path):
    (file,) = (county / "incoming" / "calls").iterdir()
    found = read(file)
    known = {row["id"] for row in read(county / "definitions" / "people_ids.csv")}
    ids = Counter(row["Call Id"] for row in found)
    real = [us_day(row["Date"]) for row in found if not DAY_NOBODY_HAS.match(row["Date"])]

    assert file.name == "calls_2026-10-13.csv"
    assert {row["Agent Id"] for row in found} - known == {"RDELGAD2", "TEMP_0417"}
    assert any(row["Speed of answer in seconds"] == "--" for row in found)
    assert any(row["Call outcome"] == "Vm left" for row in found)
    assert len(real) < len(found)
    assert max(ids.values()) == 2
    assert max(real) == TODAY
    assert any(day < date(2026, 10, 1) for day in real), "late calls of September restate it"


def test_the_late_calls_lower_the_month_they_belong_to(county: Path):
    calls = rows(county, "calls")
    late = [row for file in (county / "extracts" / "calls").glob("*overflow*") for row in read(file)]
    late_ids = {row["Call Id"] for row in late}
    august = date(2026, 8, 1)

    first_reported = answered_in_time([row for row in calls if row["Call Id"] not in late_ids])[august]

    assert {month(us_day(row["Date"])) for row in late} == {august}
    assert 0.1 < first_reported - answered_in_time(calls)[august] < 1


def test_the_small_extract_of_the_how_to(tmp_path: Path):
    file = small_extract(tmp_path, today=TODAY)
    found = read(file)

    assert 4_500 < len(found) < 5_500
    assert list(found[0]) == [
        "Request Number",
        "Category",
        "Assigned To",
        "Channel",
        "Neighborhood",
        "Date Opened",
        "Date Due",
        "Date Closed",
        "Status",
    ]
    assert re.fullmatch(r"\d\d/\d\d/\d{4} \d\d:\d\d [AP]M", found[0]["Date Opened"])


def test_a_later_demo_tells_the_same_story_in_later_years(tmp_path: Path):
    generate(tmp_path, today=date(2029, 10, 13))
    measure = (tmp_path / "definitions" / "measures" / "calls_answered_in_time.yaml").read_text(
        encoding="utf-8"
    )
    shares = answered_in_time(rows(tmp_path, "calls"))

    assert "from: 2029-07-01, to: 2030-07-01, value: 85" in measure
    assert "Council target FY30" in measure
    assert shares[date(2028, 7, 1)] - shares[date(2028, 6, 1)] > 4
