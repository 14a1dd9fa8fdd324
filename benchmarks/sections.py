"""The sections in order, each in processes of its own, and the workspaces they share."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from benchmarks import curves, dashboard, importing
from benchmarks.apart import apart
from benchmarks.figures import Figure
from benchmarks.generate import FULL, SMALL, Extract
from benchmarks.timing import say

SECTIONS = ("import", "compute", "incremental", "dashboard", "audit", "lock")
BY_NAME = ("curves", "report", "superset")
"""Those that take an hour and 30 GB: only when they are named. ``superset`` is a contender of ``report``."""
NEW_SHARE = 0.01
# The new facts fall into the rest of the last month, as a nightly extract's do.
_START, _END = date(2023, 7, 1), date(2026, 6, 20)
_SECONDS, _QUICK_SECONDS = 20, 2
_LOCK_PAGES, _QUICK_LOCK_PAGES = 10, 1
_AUDIT_ROWS, _QUICK_AUDIT_ROWS = 1_000_000, 20_000


def sections(
    folder: Path, only: Collection[str], *, rows: int, rounds: int, seed: int, quick: bool
) -> Iterator[list[Figure]]:
    """The figures of each section wanted, as they come."""
    county = SMALL if quick else FULL
    extract = Extract(county, rows, _START, _END)
    if "import" in only:
        say("import:")
        yield importing.figures(folder, extract=extract, rounds=rounds, seed=seed)
    if {"compute", "incremental"} & set(only):
        home = folder / "computing"
        say(f"Building a workspace of {rows:,} facts")
        apart("building:build", home=home, folder=folder, extract=extract, seed=seed)
        if "compute" in only:
            say("compute:")
            yield apart("computing:figures", home=home, rounds=rounds)
        if "incremental" in only:
            say("incremental:")
            new = extract.next(NEW_SHARE)
            batch = apart("building:load_extract", home=home, folder=folder, extract=new, seed=seed)
            yield apart("computing:incremental", home=home, batch=batch, rounds=rounds)
    if "dashboard" in only:
        say("dashboard:")
        # Up to yesterday: pages ask for the last complete periods, as they do in an office.
        today = datetime.now(UTC).date()
        current = Extract(county, rows // 2, today - (_END - _START), today - timedelta(days=1))
        seconds = _QUICK_SECONDS if quick else _SECONDS
        yield dashboard.figures(folder, extract=current, rounds=rounds, seconds=seconds, seed=seed)
    if set(BY_NAME) & set(only):
        yield from _at_scale(folder, only, extract=extract, rounds=rounds, seed=seed)
    if "audit" in only:
        say("audit:")
        log = _QUICK_AUDIT_ROWS if quick else _AUDIT_ROWS
        yield apart("auditing:figures", home=folder / "auditing", rows=log, rounds=rounds)
    if "lock" in only:
        say("lock:")
        pages = _QUICK_LOCK_PAGES if quick else _LOCK_PAGES
        yield apart("locking:figures", folder=folder, rounds=rounds, pages=pages)


def _at_scale(
    folder: Path, only: Collection[str], *, extract: Extract, rounds: int, seed: int
) -> Iterator[list[Figure]]:
    """On ten times the facts, in extracts of the same days: a tenth of one, its rest, and nine whole ones."""
    home, batches = folder / "scale", []
    tenth = extract.rows // 10
    first = 1
    for number, rows in enumerate((tenth, extract.rows - tenth, *(9 * [extract.rows]))):
        say(f"Building a workspace of {10 * extract.rows:,} facts: {first - 1:,} so far")
        part = replace(extract, rows=rows, first=first)
        target = "building:load_extract" if number else "building:build"
        batches.append(apart(target, home=home, folder=folder, extract=part, seed=seed))
        first += rows
    if "curves" in only:
        say("curves:")
        tables = apart("building:tables_of", home=home, batches=[batches[0], batches[1], batches[-1]])
        yield curves.figures(tables, extract=extract, seed=seed)
    if {"report", "superset"} & set(only):
        say("report:")
        superset = folder / "superset" if "superset" in only else None
        yield apart("activity:figures", home=home, today=extract.end, rounds=rounds, superset=superset)
