"""What arrives as a spreadsheet: months across the columns, branches by day, a yearly estimate."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np

from goldenthread.jobs.demo import tables
from goldenthread.jobs.demo.drawing import Draw, day_range, months, weekdays
from goldenthread.jobs.demo.story import WRITTEN_FOR, Story, first_day, ordinary

RESIDENTS = 214_300
"""At the beginning of the year `library/demo` is written for."""

NOT_SENT_MONTHS = 4
"""Nobody has filled in the payments rows for this long."""

_SERVE_EVERYONE = ("county", "library", "patrol")
_VISITS = {"CEN": 1_560.0, "HAR": 510.0, "OLD": 640.0, "WES": 420.0}
_CLOSED_ON_SUNDAY = ("HAR", "OLD", "WES")


def write_indicators(folder: Path, draw: Draw) -> Path:
    """The county indicators as Finance keeps them: two lines of heading, then a row per figure."""
    story = draw.story
    span = range(story.first_month, story.last_complete_month + 1)
    path = folder / f"county_indicators_{story.today:%Y-%m}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(["Riverbend County, monthly indicators"])
        writer.writerow([f"Prepared by Finance, {story.today:%m/%d/%Y}"])
        writer.writerow(["Indicator", "Unit"] + [f"{first_day(month):%b-%y}" for month in span])
        for name, unit, value in _figures(story, draw.scale):
            writer.writerow([name, unit, *(value(month) for month in span)])
    return path


def _figures(story: Story, scale: int) -> list[tuple[str, str, Callable[[int], str]]]:
    def counted(base: float, share: Callable[[int], float]) -> Callable[[int], str]:
        return lambda month: f"{round(_base(base, month) * share(month)):,}"

    def _base(base: float, month: int) -> int:
        return round(scale * base * (1 + 0.03 * ordinary(month, offset=1)))

    def until_not_sent(value: Callable[[int], str]) -> Callable[[int], str]:
        return lambda month: "No Data" if story.months_ago(month) < NOT_SENT_MONTHS else value(month)

    def whole(base: float) -> Callable[[int], str]:
        return lambda month: f"{_base(base, month):,}"

    def poverty(month: int) -> float:
        fallen = max(0, 9 - story.months_ago(month)) * 0.0013
        return 0.1525 - fallen + 0.0015 * ordinary(month, offset=12)

    def vaccinated(month: int) -> float:
        risen = max(0, 8 - story.months_ago(month)) * 0.0035
        return 0.856 + risen + 0.006 * ordinary(month, offset=22)

    return [
        ("Households surveyed", "hhs", whole(1_200)),
        ("Households below the poverty line", "hhs", counted(1_200, poverty)),
        ("Toddlers turning two", "immunization", whole(230)),
        ("Toddlers fully vaccinated", "immunization", counted(230, vaccinated)),
        ("Water samples taken", "water", whole(310)),
        (
            "Water samples within limits",
            "water",
            counted(310, lambda month: 0.9935 + 0.003 * ordinary(month, offset=28)),
        ),
        (
            "Serious crimes",
            "patrol",
            lambda month: f"{round(384 * (1 + 0.035 * ordinary(month, offset=29))):,}",
        ),
        ("Invoices received", "finance", until_not_sent(whole(2_150))),
        (
            "Invoices paid within 30 days",
            "finance",
            until_not_sent(counted(2_150, lambda month: 0.947 + 0.01 * ordinary(month, offset=18))),
        ),
    ]


def write_population(folder: Path, draw: Draw) -> Path:
    """The state's estimate on each January 1, for the county and for the services that reach all of it."""
    story = draw.story
    years = range(story.first_day.year - 1, story.today.year + 1)
    grown = [round(RESIDENTS * 1.006 ** (year - WRITTEN_FOR - story.years_moved)) for year in years]
    rows = [(area, year, count) for area in _SERVE_EVERYONE for year, count in zip(years, grown, strict=True)]
    return tables.write(
        folder / f"population_estimates_{story.today.year}.csv",
        {
            "Area": np.array([area for area, _, _ in rows]),
            "Estimate for": np.array([f"{year}-01-01" for _, year, _ in rows]),
            "Residents": np.array([f"{count:,}" for _, _, count in rows]),
        },
    )


def write_library_visits(folder: Path, draw: Draw) -> Path:
    """A row per branch and day with what its door counter and its desk counted. Does not grow with scale."""
    luck, story = draw.luck("library_visits"), draw.story
    opened = np.datetime64(story.written(2025, 3))
    days = day_range(story.first_day, story.yesterday)
    branch = np.repeat(np.array(list(_VISITS)), len(days))
    day = np.tile(days, len(_VISITS))
    usual = np.repeat(np.array(list(_VISITS.values())), len(days))
    month = months(day)
    known = np.unique(month)
    ago = story.last_complete_month - known
    level = np.array([1 + 0.025 * ordinary(int(one), offset=15) for one in known]) * (
        1 + 0.017 * np.maximum(0, 9 - ago)
    )
    visits = usual * level[np.searchsorted(known, month)] * (1 + 0.08 * luck.standard_normal(len(day)))
    visits = np.where(weekdays(day) == 6, 0.5, 1.0) * visits
    closed = (weekdays(day) == 6) & np.isin(branch, _CLOSED_ON_SUNDAY) | (branch == "WES") & (day < opened)
    loans = visits * (0.72 + 0.05 * luck.standard_normal(len(day)))
    rows = np.flatnonzero(~closed)
    order = rows[np.argsort(day[rows], kind="stable")]
    return tables.write(
        folder / f"branch_days_through_{story.yesterday}.csv",
        {
            "Branch": branch[order],
            "Day": tables.us_date(day[order]),
            "Visits": np.char.mod("%d", np.rint(visits[order])),
            "Loans": np.char.mod("%d", np.rint(loans[order])),
        },
    )
