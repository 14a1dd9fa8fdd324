"""Health and Human Services: renewals, applications, home visits, families housed, children placed."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import numpy as np

from goldenthread.jobs.demo import tables
from goldenthread.jobs.demo.drawing import (
    Days,
    Draw,
    Flags,
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
from goldenthread.jobs.demo.people import IN_HOME_UNITS, Staff, at_work
from goldenthread.jobs.demo.story import first_day, ordinary

_PROGRAMS = {"CalFresh": 0.46, "Medi-Cal": 0.42, "CalWORKs": 0.12}
_OFFICES = {"FV": 0.19, "HB": 0.11, "MC": 0.12, "NB": 0.22, "OT": 0.28, "WV": 0.08}
_SLOW_OFFICE = "MC"
_RENEWALS_A_DAY, _APPLICATIONS_A_DAY, _REFERRALS_A_DAY, _ASSESSMENTS_A_DAY = 42.0, 31.0, 5.2, 9.5
# By unit, the share of renewals finished on time beside the usual.
_RENEWAL_LEAN = {
    "phone_unit_3": 0.023,
    "renewals_unit_1": 0.0,
    "renewals_unit_2": -0.012,
    "night_weekend": -0.01,
}
_RENEWAL_LOAD = {
    "renewals_unit_1": 0.46,
    "renewals_unit_2": 0.42,
    "phone_unit_3": 0.115,
    "night_weekend": 0.005,
}

# Days from referral to the first home visit, the last complete month first: it rises and nobody owns it.
_FIRST_VISIT_DAYS = (11.2, 10.4)
_FIRST_VISIT_USUAL = 7.4


def _month_values(days: Days, level: float, swing: float, *, offset: int) -> Numbers:
    """The level of each day's month, swinging as `story.ordinary` does."""
    return by_month(
        days,
        {
            int(month): level + swing * ordinary(int(month), offset=offset)
            for month in np.unique(months(days))
        },
    )


def _ids(prefix: str, count: int) -> Words:
    return np.char.add(prefix, np.arange(100_001, 100_001 + count).astype(str))


def _ends(began: Days, taken: Numbers | Whole) -> Days:
    return began + np.rint(taken).astype(np.int64)


def _known(ended: Days, draw: Draw) -> Flags:
    """Whether it had happened by the time the extract was made."""
    return ended <= np.datetime64(draw.story.yesterday)


def write_renewals(folder: Path, draw: Draw, people: Staff) -> Path:
    """A row per renewal that has fallen due."""
    luck, story = draw.luck("renewals"), draw.story
    days = workdays(day_range(story.first_day, story.yesterday))
    surge = np.where(months(days) == story.surge_month, 2.4, 1.0)
    due = per_day(luck, days, draw.scale * _RENEWALS_A_DAY * surge)
    unit = choose(luck, len(due), _RENEWAL_LOAD)
    workers = np.empty(len(due), dtype="U40")
    for one in _RENEWAL_LOAD:
        here = unit == one
        workers[here] = at_work(luck, due[here], people.members([one]))[0]
    names = np.array(sorted(_RENEWAL_LEAN))
    lean = np.array([_RENEWAL_LEAN[one] for one in names])[np.searchsorted(names, unit)]
    share = _month_values(due, 0.888, 0.014, offset=11) + lean
    in_time = exactly(luck, [months(due), unit], share)
    late_by = skewed(luck, 9.0, len(due), spread=0.8)
    closed = np.where(
        in_time, _ends(due, -np.minimum(skewed(luck, 8.0, len(due)), 44)), _ends(due, late_by + 1)
    )
    gained = np.maximum(0, 6 - (story.last_complete_month - months(due))) * 0.004
    kept = exactly(luck, [months(due)], _month_values(due, 0.853, 0.006, offset=4) + gained)
    done = _known(closed, draw)
    result = np.where(kept, "Continued", np.where(luck.random(len(due)) < 0.6, "Discontinued", "Moved away"))
    return tables.write(
        folder / f"renewals_through_{story.yesterday}.csv",
        {
            "Case Number": _ids("R", len(due)),
            "Program": choose(luck, len(due), _PROGRAMS),
            "Worker": np.array([people.ids["cases"][one] for one in workers]),
            "Letter sent": tables.us_date(_ends(due, np.full(len(due), -60))),
            "Due": tables.us_date(due),
            "Closed": tables.us_date(closed, shown=done),
            "Result": np.where(done, result, ""),
        },
    )


def write_applications(folder: Path, draw: Draw) -> Path:
    """A row per application decided since the history begins, or still waiting at the office that took it."""
    luck, story = draw.luck("applications"), draw.story
    days = workdays(day_range(story.first_day, story.yesterday + timedelta(days=90)))
    decided = per_day(
        luck, days, draw.scale * _APPLICATIONS_A_DAY * _month_values(days, 1.0, 0.05, offset=20)
    )
    count = len(decided)
    office = choose(luck, count, _OFFICES)
    share = _month_values(decided, 0.942, 0.011, offset=7) - np.where(office == _SLOW_OFFICE, 0.06, 0.0)
    in_time = exactly(luck, [months(decided), office], share)
    soon = skewed(luck, 15.0, count, spread=0.4).clip(1, 30)
    received = _ends(decided, -np.where(in_time, soon, 31 + skewed(luck, 8.0, count, spread=0.7)))
    # Nothing older, or the stock of waiting applications would seem to grow from nothing.
    received = np.maximum(received, np.datetime64(first_day(story.first_month - 1)))
    decision = choose(luck, count, {"Approved": 0.71, "Denied": 0.22, "Withdrawn": 0.07})
    done = _known(decided, draw)
    columns = {
        "Application": _ids("A", count),
        "Office": office,
        "Program": choose(luck, count, _PROGRAMS),
        "Channel": choose(luck, count, {"Online": 0.55, "Phone": 0.2, "In person": 0.2, "Mail": 0.05}),
        "Received": tables.us_date(received),
        "Decided": tables.us_date(decided, shown=done),
        "Decision": np.where(done, decision, ""),
    }
    return tables.write(
        folder / f"applications_through_{story.yesterday}.csv", tables.take(columns, _known(received, draw))
    )


def write_home_visits(folder: Path, draw: Draw) -> Path:
    """A row per referral to in-home care; the file ends with the last Sunday that was reported."""
    luck, story = draw.luck("home_visits"), draw.story
    visited = per_day(
        luck, workdays(day_range(story.first_day, story.in_home_until)), draw.scale * _REFERRALS_A_DAY
    )
    usual = _month_values(visited, _FIRST_VISIT_USUAL, 0.45, offset=14)
    ago = story.last_complete_month - months(visited)
    typical = np.select([ago <= 0, ago == 1], _FIRST_VISIT_DAYS, usual)
    waited = skewed(luck, 1.0, len(visited), spread=0.45)
    month = months(visited)
    waited *= typical / by_month(visited, {int(one): waited[month == one].mean() for one in np.unique(month)})
    team = choose(luck, len(visited), {"EAST": 0.36, "WEST": 0.34, "SHHC": 0.3})
    return tables.write(
        folder / f"in_home_case_file_{story.in_home_until}.csv",
        {
            "Referral No": _ids("H", len(visited)),
            "Team": team,
            "Referred On": tables.iso_date(_ends(visited, -waited)),
            "First Visit": tables.iso_date(visited),
            "Referred By": choose(
                luck, len(visited), {"Hospital": 0.4, "Family": 0.3, "Clinic": 0.2, "Self": 0.1}
            ),
            "Hours Authorized": np.rint(skewed(luck, 64.0, len(visited), spread=0.5)).astype(int),
        },
    )


def write_assessments(folder: Path, draw: Draw, people: Staff) -> Path:
    """A row per household to be assessed for care at home, new or each year anew, done or not yet."""
    luck, story = draw.luck("assessments"), draw.story
    days = workdays(day_range(story.first_day, story.yesterday))
    received = per_day(luck, days, draw.scale * _ASSESSMENTS_A_DAY)
    count = len(received)
    workers, unit = at_work(luck, received, people.members(IN_HOME_UNITS))
    waited = np.where(luck.random(count) < 0.3, luck.integers(4, 29, count), 0)
    taken = skewed(luck, 27.0, count, spread=0.38) + np.where(unit == "in_home_west", 4, 0) + waited
    done = _ends(received, taken)
    return tables.write(
        folder / f"assessments_through_{story.yesterday}.csv",
        {
            "Assessment": _ids("S", count),
            "Kind": choose(luck, count, {"New": 0.36, "Yearly": 0.64}),
            "Worker": np.array([people.ids["in_home"][one] for one in workers]),
            "Received": tables.us_date(received),
            "Days waiting for certificate": waited,
            "Assessed": tables.us_date(done, shown=_known(done, draw)),
        },
    )


def write_housing(folder: Path, draw: Draw) -> Path:
    """A row per family that found a home since the history begins, or still looks for one."""
    luck, story = draw.luck("housing"), draw.story
    days = workdays(day_range(story.first_day, story.yesterday + timedelta(days=240)))
    housed = per_day(luck, days, np.full(len(days), draw.scale * 2.1), spread=0.3)
    count = len(housed)
    in_time = exactly(luck, [months(housed)], _month_values(housed, 0.615, 0.06, offset=27))
    taken = np.where(in_time, 20 + 70 * luck.beta(2.0, 1.6, count), 92 + skewed(luck, 45.0, count))
    entered = _ends(housed, -taken)
    columns = {
        "Family": _ids("F", count),
        "Team": np.full(count, "FH"),
        "Entered shelter": tables.us_date(entered),
        "Housed": tables.us_date(housed, shown=_known(housed, draw)),
        "Household size": luck.integers(2, 7, count),
    }
    return tables.write(
        folder / f"families_through_{story.yesterday}.csv", tables.take(columns, _known(entered, draw))
    )


def write_placements(folder: Path, draw: Draw) -> Path:
    """A row per child who needed a home: a handful a month, too few to judge. Does not grow with scale."""
    luck, story = draw.luck("placements"), draw.story
    needed = per_day(luck, workdays(day_range(story.first_day, story.yesterday)), 1.0, spread=0.0)
    needed = needed[luck.random(len(needed)) < 0.22]
    relatives = luck.random(len(needed)) < 0.6
    placed = _ends(needed, 3 + skewed(luck, 14.0, len(needed), spread=0.7))
    return tables.write(
        folder / f"placements_through_{story.yesterday}.csv",
        {
            "Placement": _ids("P", len(needed)),
            "Unit": np.full(len(needed), "youth_placement"),
            "Needed on": tables.us_date(needed),
            "Placed on": tables.us_date(placed, shown=_known(placed, draw)),
            "With relatives": np.where(relatives, "Yes", "No"),
        },
    )
