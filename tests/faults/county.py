"""A county small enough to be killed hundreds of times: a source that files fill and one that the product
fills, four measures, two units."""

from __future__ import annotations

import csv
from pathlib import Path

from tests.results.counties import CALLS, SHOWN, calls

ORGANIZATION = """
organization: Riverbend County
fiscal_year_starts: 7
timezone: UTC
units:
  - {id: county, name: Riverbend County, kind: county}
  - {id: north, name: North office, kind: team, parent: county}
"""
PEOPLE = """person,name,unit,role,from,to
w1,Ana Ruiz,north,member,2025-06-01,
"""
REPORT = """
report: activity
title: Phone activity
source: calls
columns: [{id: received, title: Received, numerator: {count: calls}}]
"""
TYPED = "source: typed_values\nkind: internal\n"
HOMES = """
measure: homes
title: Homes
manual: true
unit: north
frequency: {frequency}
show_as: {{unit: count}}
"""
HOMES_COUNTED = """
measure: homes_counted
title: Homes, as the source of typed values has them
source: typed_values
numerator: {{sum: value}}
frequency: {frequency}
show_as: {{unit: count}}
"""
MEASURES = ("in_time", "median_wait")
"""One whose longer periods are summed, and one that is read from the facts for each period."""
ROWS = 120


def write_definitions(folder: Path, *, frequency: str = "month") -> Path:
    for place in (folder / "sources", folder / "measures", folder / "reports"):
        place.mkdir(parents=True)
    (folder / "organization.yaml").write_text(ORGANIZATION)
    (folder / "people.csv").write_text(PEOPLE)
    (folder / "sources" / "calls.yaml").write_text(CALLS)
    (folder / "reports" / "activity.yaml").write_text(REPORT)
    (folder / "sources" / "typed_values.yaml").write_text(TYPED)
    for key, written in (("homes", HOMES), ("homes_counted", HOMES_COUNTED)):
        (folder / "measures" / f"{key}.yaml").write_text(written.format(frequency=frequency))
    for key in MEASURES:
        text = f"measure: {key}\ntitle: {key}\nsource: calls\nfrequency: {frequency}\n{SHOWN[key]}\n"
        (folder / "measures" / f"{key}.yaml").write_text(text)
    return folder


def write_extract(file: Path, *, seed: int, longer: int = 0) -> Path:
    """ROWS calls, in part of the same days as every other extract's; ``longer``: each that has a wait has one
    of so much more, which corrects those of the same seed."""
    with file.open("w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["call", "agent", "day", "wait", "outcome"])
        for one in calls(ROWS, seed=seed):
            wait = None if one.wait is None else one.wait + longer
            writer.writerow([one.call, one.agent, one.day, wait, one.outcome])
    return file
