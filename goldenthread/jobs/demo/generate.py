"""Writes a whole county: the definitions as an analyst keeps them, the extracts as its systems send them."""

from __future__ import annotations

import re
from datetime import date, timedelta
from importlib.resources import as_file, files
from pathlib import Path

from goldenthread.jobs.demo import benefits, calls, community, indicators, people, tables
from goldenthread.jobs.demo.drawing import Draw
from goldenthread.jobs.demo.story import Story

DEFINITIONS, EARLIER, EXTRACTS, INCOMING = "definitions", "earlier", "extracts", "incoming"
"""The folders of a generated county: what is defined, definitions that were later changed, files to load by
source, and files that arrived and wait."""

_PEOPLE = "people"
_YEAR = re.compile(r"\b(20[2-3]\d)\b|\bFY(\d\d)\b")
_SMALL_DAYS, _SMALL_A_DAY = 180, 34.0


def generate(folder: Path, *, today: date, scale: int = 1, seed: int = 2026) -> list[Path]:
    """Write the county into `folder` and return the files, sorted.

    The extracts reach back thirty months and end yesterday. Scale 1 has about 158,000 calls; scale n has n
    times as many rows wherever rows are events. The same `today`, `scale` and `seed` give the same bytes.
    """
    draw = Draw(Story(today), scale, seed)
    with as_file(files("goldenthread") / "library" / "demo") as library:
        _write_definitions(library, folder, draw.story)
        named, given, family = (
            (library / _PEOPLE / name).read_text(encoding="utf-8")
            for name in ("named.csv", "given.txt", "family.txt")
        )
    posts = people.read_named(_moved(named, draw.story.years_moved))
    county = people.staff(draw, posts, given.split(), family.split())
    for place in (DEFINITIONS, EARLIER):
        people.write_people(folder / place, county)
    extracts = folder / EXTRACTS
    calls.write_calls(extracts / "calls", folder / INCOMING / "calls", draw, county)
    calls.write_agent_states(extracts / "agent_states", draw, county)
    benefits.write_renewals(extracts / "renewals", draw, county)
    benefits.write_applications(extracts / "applications", draw)
    benefits.write_home_visits(extracts / "home_visits", draw)
    benefits.write_assessments(extracts / "assessments", draw, county)
    benefits.write_housing(extracts / "housing", draw)
    benefits.write_placements(extracts / "placements", draw)
    community.write_requests(extracts / "requests_311", draw)
    community.write_permits(extracts / "permits", draw)
    community.write_potholes(extracts / "potholes", extracts / "ledger", draw)
    community.write_food_inspections(extracts / "food_inspections", draw, county)
    community.write_emergencies(extracts / "emergencies", draw)
    community.write_records_requests(extracts / "records_requests", draw)
    indicators.write_indicators(extracts / "indicators", draw)
    indicators.write_population(extracts / "population", draw)
    indicators.write_library_visits(extracts / "library_visits", draw)
    return sorted(path for path in folder.rglob("*") if path.is_file())


def small_extract(folder: Path, *, today: date, seed: int = 2026) -> Path:
    """The 311 file of “Your first measure in fifteen minutes”: about 5,000 requests of the last half year."""
    draw = Draw(Story(today), 1, seed)
    since = today - timedelta(days=_SMALL_DAYS)
    columns = community.requests_311(draw, "small_extract", since=since, a_day=_SMALL_A_DAY)
    return tables.write(folder / "311_requests.csv", columns)


def _write_definitions(library: Path, folder: Path, story: Story) -> None:
    """The definitions of the package in the years of the story, and as they were before some changed."""
    for path in sorted(library.rglob("*.*")):
        place = path.relative_to(library)
        text = _moved(path.read_text(encoding="utf-8"), story.years_moved)
        if place.parts[0] == EARLIER:
            _put(folder / place, text)
        elif place.parts[0] != _PEOPLE:
            _put(folder / DEFINITIONS / place, text)
            if place.parts[0] not in ("measures", "reports"):
                _put(folder / EARLIER / place, text)


def _put(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def _moved(text: str, years: int) -> str:
    """Every year in the text, and every fiscal year such as FY27, moved on."""

    def later(found: re.Match[str]) -> str:
        year, fiscal = found.groups()
        return str(int(year) + years) if year else f"FY{(int(fiscal) + years) % 100:02}"

    return _YEAR.sub(later, text)
