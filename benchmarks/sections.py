"""The sections in order, each in processes of its own, and the workspaces they share."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from benchmarks import dashboard, importing
from benchmarks.apart import apart
from benchmarks.figures import Figure
from benchmarks.generate import FULL, SMALL, Extract
from benchmarks.timing import say

SECTIONS = ("import", "compute", "incremental", "dashboard", "audit", "lock")
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
    if "audit" in only:
        say("audit:")
        log = _QUICK_AUDIT_ROWS if quick else _AUDIT_ROWS
        yield apart("auditing:figures", home=folder / "auditing", rows=log, rounds=rounds)
    if "lock" in only:
        say("lock:")
        pages = _QUICK_LOCK_PAGES if quick else _LOCK_PAGES
        yield apart("locking:figures", folder=folder, rounds=rounds, pages=pages)
