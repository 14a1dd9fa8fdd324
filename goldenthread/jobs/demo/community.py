"""The other departments: 311, permits, potholes and what they cost, inspections, emergencies, records."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from goldenthread.jobs.demo import tables
from goldenthread.jobs.demo.drawing import (
    Days,
    Draw,
    Numbers,
    Whole,
    Words,
    by_month,
    choose,
    day_range,
    exactly,
    months,
    per_day,
    skewed,
    workdays,
)
from goldenthread.jobs.demo.people import Staff, at_work
from goldenthread.jobs.demo.story import first_day, ordinary

# What is asked for, who does it, how many in a hundred, and days until it is usually done.
_REQUESTS = {
    "Missed trash pickup": ("Service desk", 24.0, 1.6),
    "Graffiti": ("Service desk", 12.0, 2.4),
    "Street light out": ("Service desk", 11.0, 4.0),
    "Overgrown lot": ("Code enforcement", 10.0, 12.0),
    "Illegal dumping": ("Code enforcement", 9.0, 9.0),
    "Street repair": ("Roads north", 8.0, 5.0),
    "Sign damaged": ("Roads south", 6.0, 4.5),
    "Park maintenance": ("Parks", 9.0, 5.0),
    "Water leak": ("Water", 6.0, 0.9),
    "Other question": ("Service desk", 5.0, 0.6),
}
_CHANNELS = {"App": 0.38, "Phone": 0.34, "Web": 0.22, "In person": 0.06}
_NEIGHBORHOODS = {
    "Fairview": 20,
    "Harbor": 16,
    "Mill Creek": 14,
    "North Bend": 18,
    "Old Town": 22,
    "West Valley": 10,
}
_REQUESTS_A_DAY = 40.0
_PATCHING_ACCOUNT, _OTHER_ACCOUNTS = "5310", ("5110", "5220", "5405")
_COST_OF_A_POTHOLE = 94.0
_RECORDS_FALL = (0.713, 0.724, 0.741, 0.752, 0.768, 0.779, 0.793, 0.802, 0.815, 0.828)
_PERMITS_FASTER_SINCE_MONTHS = 9


def _values(days: Days, level: float, swing: float, *, offset: int) -> Numbers:
    known = np.unique(months(days)).tolist()
    return by_month(days, {month: level + swing * ordinary(month, offset=offset) for month in known})


def _numbered(prefix: str, count: int) -> Words:
    return np.char.add(prefix, np.arange(500_001, 500_001 + count).astype(str))


def requests_311(draw: Draw, name: str, *, since: date, a_day: float) -> dict[str, NDArray[Any]]:
    """The 311 desk's own columns, one row per request; `name` says which luck it draws."""
    luck, story = draw.luck(name), draw.story
    days = day_range(since, story.yesterday)
    weekend = np.where(np.isin(days, workdays(days)), 1.0, 0.35)
    created = per_day(luck, days, a_day * weekend * _values(days, 1.0, 0.05, offset=13))
    count = len(created)
    category = choose(luck, count, {name: share for name, (_, share, _) in _REQUESTS.items()})
    names = np.array(sorted(_REQUESTS))
    place = np.searchsorted(names, category)
    team = np.array([_REQUESTS[name][0] for name in names])[place]
    usual = np.array([_REQUESTS[name][2] for name in names])[place]
    moved = (team == "Code enforcement") & (created >= np.datetime64(story.moved_unit_on))
    taken = skewed(luck, usual * np.where(moved, 0.62, 1.0), count, spread=0.6)
    began = (6 * 3600 + 14 * 3600 * luck.beta(2.0, 2.2, count)).astype(np.int64)
    ended_at = created.astype("datetime64[s]") + began + (taken * 86_400).astype(np.int64)
    closed = ended_at.astype("datetime64[D]")
    days_taken = (closed - created).astype(np.int64)
    in_time = exactly(
        luck,
        [months(closed)],
        _values(closed, 0.842, 0.017, offset=23),
        lean=np.where(days_taken < 2, -2.0, 0.0),
    )
    due = np.where(
        in_time, closed + luck.integers(0, 5, count), np.maximum(created, closed - luck.integers(1, 6, count))
    )
    done = closed <= np.datetime64(story.yesterday)
    seconds = (ended_at - closed).astype(np.int64)
    closed_text = np.where(done, tables.join(tables.us_date(closed), tables.us_minute(seconds)), "")
    backwards = luck.permutation(count)[: max(2, count // 4000)]
    early = created - 3
    closed_text[backwards] = tables.join(tables.us_date(early), tables.us_minute(seconds))[backwards]
    return {
        "Request Number": np.char.add("SR-", np.arange(240_001, 240_001 + count).astype(str)),
        "Category": category,
        "Assigned To": team,
        "Channel": choose(luck, count, _CHANNELS),
        "Neighborhood": choose(luck, count, _NEIGHBORHOODS),
        "Date Opened": tables.join(tables.us_date(created), tables.us_minute(began)),
        "Date Due": tables.us_date(due),
        "Date Closed": closed_text,
        "Status": np.where(done, "Closed", "Open"),
    }


def write_requests(folder: Path, draw: Draw) -> Path:
    """Every 311 request of the history."""
    story = draw.story
    columns = requests_311(draw, "requests_311", since=story.first_day, a_day=draw.scale * _REQUESTS_A_DAY)
    return tables.write(folder / f"311_requests_through_{story.yesterday}.csv", columns)


def write_permits(folder: Path, draw: Draw) -> Path:
    """A row per building permit issued since the history begins, or still under review."""
    luck, story = draw.luck("permits"), draw.story
    days = workdays(day_range(story.first_day, story.yesterday + timedelta(days=40)))
    issued = per_day(luck, days, draw.scale * 10.0 * _values(days, 1.0, 0.06, offset=2), spread=0.2)
    gained = np.minimum(
        0.06,
        np.maximum(0, _PERMITS_FASTER_SINCE_MONTHS - (story.last_complete_month - months(issued))) * 0.012,
    )
    in_time = exactly(luck, [months(issued)], _values(issued, 0.83, 0.022, offset=30) + gained)
    hold = np.where(luck.random(len(issued)) < 0.15, luck.integers(1, 6, len(issued)), 0)
    # Holidays and days on hold come off again, and the late ones must stay late.
    slow = np.rint(18 + hold + skewed(luck, 6.0, len(issued), spread=0.6)).astype(np.int64)
    submitted = np.busday_offset(
        issued, -np.where(in_time, luck.integers(3, 15, len(issued)), slow), roll="backward"
    )
    done = issued <= np.datetime64(story.yesterday)
    columns = {
        "Permit No": _numbered("BP", len(issued)),
        "Team": np.where(luck.random(len(issued)) < 0.7, "PR", "BI"),
        "Permit type": choose(
            luck, len(issued), {"Remodel": 0.4, "Solar": 0.25, "New home": 0.15, "Commercial": 0.2}
        ),
        "Submitted": tables.us_date(submitted),
        "Issued": tables.us_date(issued, shown=done),
        "Days waiting for applicant": hold,
    }
    return tables.write(
        folder / f"permits_through_{story.yesterday}.csv",
        tables.take(columns, submitted <= np.datetime64(story.yesterday)),
    )


def write_potholes(folder: Path, ledger_folder: Path, draw: Draw) -> list[Path]:
    """A row per pothole, and the roads and water ledger that says what their repair cost."""
    luck, story = draw.luck("potholes"), draw.story
    days = workdays(day_range(story.first_day, story.yesterday + timedelta(days=10)))
    winter = np.where(np.isin(months(days) % 12, (11, 0, 1, 2)), 1.3, 0.9)
    closed = per_day(luck, days, draw.scale * 7.0 * winter, spread=0.25)
    in_time = exactly(luck, [months(closed)], _values(closed, 0.915, 0.012, offset=16))
    taken = np.where(in_time, luck.integers(0, 4, len(closed)), luck.integers(4, 12, len(closed)))
    reported = np.maximum(closed - taken, np.datetime64(story.first_day))
    done = closed <= np.datetime64(story.yesterday)
    columns = {
        "Work Order": _numbered("WO", len(closed)),
        "Crew": np.where(luck.random(len(closed)) < 0.55, "North", "South"),
        "Reported": tables.us_date(reported),
        "Filled": tables.us_date(closed, shown=done),
        "Street Class": choose(luck, len(closed), {"Arterial": 0.3, "Collector": 0.3, "Local": 0.4}),
    }
    potholes = tables.write(
        folder / f"potholes_through_{story.yesterday}.csv",
        tables.take(columns, reported <= np.datetime64(story.yesterday)),
        delimiter=";",
    )
    return [potholes, _write_ledger(ledger_folder, draw, closed[done], luck)]


def _write_ledger(folder: Path, draw: Draw, filled: Days, luck: np.random.Generator) -> Path:
    story = draw.story
    known, filled_in = np.unique(months(filled), return_counts=True)
    posted: list[np.datetime64] = []
    accounts: list[str] = []
    amounts: list[float] = []
    for month, count in zip(known.tolist(), filled_in.tolist(), strict=True):
        cost = count * _COST_OF_A_POTHOLE * (1 + 0.06 * ordinary(month, offset=31))
        parts = luck.dirichlet(np.full(6, 4.0)) * cost * 1.03
        lines = [(_PATCHING_ACCOUNT, part) for part in parts] + [(_PATCHING_ACCOUNT, -0.03 * cost)]
        lines += [
            (account, float(skewed(luck, 2400.0 * draw.scale, 1)[0])) for account in _OTHER_ACCOUNTS * 4
        ]
        began = np.datetime64(first_day(month))
        posted += (began + luck.integers(1, 27, len(lines))).tolist()
        accounts += (account for account, _ in lines)
        amounts += (amount for _, amount in lines)
    day = np.array(posted, dtype="datetime64[D]")
    kept = day <= np.datetime64(story.yesterday)
    order = np.argsort(day[kept], kind="stable")
    account = np.array(accounts)[kept][order]
    dept = np.where((account == "5405"), "4420", "4410")
    return tables.write(
        folder / f"general_ledger_through_{story.yesterday}.txt",
        {
            "Posting Date": tables.iso_date(day[kept][order]),
            "Dept": dept,
            "Account": account,
            "Description": np.where(account == _PATCHING_ACCOUNT, "Asphalt and patching", "Operating"),
            "Amount": tables.money(np.array(amounts)[kept][order]),
        },
        delimiter="\t",
    )


def write_food_inspections(folder: Path, draw: Draw, people: Staff) -> Path:
    """A row per visit to a kitchen."""
    luck, story = draw.luck("food_inspections"), draw.story
    days = workdays(day_range(story.first_day, story.yesterday))
    visited = per_day(luck, days, draw.scale * 7.5 * _values(days, 1.0, 0.05, offset=25), spread=0.15)
    passed = exactly(luck, [months(visited)], _values(visited, 0.918, 0.011, offset=19))
    inspectors, _ = at_work(luck, visited, people.members(["food_safety"]))
    result = np.where(passed, "Pass", np.where(luck.random(len(visited)) < 0.7, "Conditional pass", "Closed"))
    return tables.write(
        folder / f"food_inspections_through_{story.yesterday}.csv",
        {
            "Inspection Id": _numbered("FI", len(visited)),
            "Inspector": np.array([people.ids["inspections"][one] for one in inspectors]),
            "Inspection Date": tables.us_date(visited),
            "Result": result,
            "Facility Type": choose(luck, len(visited), {"Restaurant": 0.62, "Market": 0.23, "School": 0.15}),
        },
    )


def write_emergencies(folder: Path, draw: Draw) -> Path:
    """A row per emergency: when the call came, which station went, minutes and seconds until it was there."""
    luck, story = draw.luck("emergencies"), draw.story
    days = day_range(story.first_day, story.yesterday)
    called = per_day(luck, days, draw.scale * 26.0 * _values(days, 1.0, 0.03, offset=8), spread=0.1)
    seconds = np.sort((86_400 * luck.random(len(called))).astype(np.int64))
    luck.shuffle(seconds)
    taken = skewed(luck, 318.0 * _values(called, 1.0, 0.02, offset=10), len(called), spread=0.32)
    shown = tables.minutes(taken)
    shown[luck.random(len(called)) < 0.004] = ""
    return tables.write(
        folder / f"emergency_runs_through_{story.yesterday}.csv",
        {
            "Incident": _numbered("E", len(called)),
            "Station": choose(luck, len(called), {"ST1": 0.44, "ST2": 0.33, "ST3": 0.23}),
            "Call Received": tables.join(tables.us_date(called), tables.us_time(seconds)),
            "Incident Type": choose(
                luck, len(called), {"Medical": 0.71, "Fire": 0.08, "Rescue": 0.06, "Alarm": 0.15}
            ),
            "Response Time": shown,
        },
    )


def write_records_requests(folder: Path, draw: Draw) -> Path:
    """A row per request for public records that was answered: fewer and fewer in ten days."""
    luck, story = draw.luck("records_requests"), draw.story
    days = workdays(day_range(story.first_day, story.yesterday))
    answered = per_day(luck, days, np.full(len(days), draw.scale * 3.4), spread=0.25)
    ago = np.maximum(0, story.last_complete_month - months(answered))
    usual = _values(answered, 0.843, 0.018, offset=6)
    fallen = np.array(_RECORDS_FALL)[np.minimum(ago, len(_RECORDS_FALL) - 1)]
    in_time = exactly(luck, [months(answered)], np.where(ago < len(_RECORDS_FALL), fallen, usual))
    taken: Whole = np.where(
        in_time, luck.integers(1, 11, len(answered)), 11 + luck.integers(0, 25, len(answered))
    )
    return tables.write(
        folder / f"records_requests_through_{story.yesterday}.csv",
        {
            "Request": _numbered("PR", len(answered)),
            "Unit": np.full(len(answered), "records_office"),
            "Asked by": choose(luck, len(answered), {"Resident": 0.5, "Journalist": 0.2, "Lawyer": 0.3}),
            "Received": tables.iso_date(answered - taken),
            "Answered": tables.iso_date(answered),
        },
    )
