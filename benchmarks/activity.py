"""An activity report of a team as its supervisor asks for it. Runs in a process that Django was set up in."""

from __future__ import annotations

import contextlib
import secrets
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import pyarrow.parquet as pq

from benchmarks.building import BY
from benchmarks.by_hand import HandWritten
from benchmarks.figures import Figure
from benchmarks.pages import supervisor
from benchmarks.superset import served
from benchmarks.timing import against, interleaved, ratio, say, timed
from goldenthread.accounts.models import User
from goldenthread.jobs.scoping import scope_of
from goldenthread.record.access.rights import rights_of
from goldenthread.record.access.scopes import system_scope
from goldenthread.record.orgs import queries as orgs
from goldenthread.record.reports.actions import save_reports
from goldenthread.record.reports.checks import Written
from goldenthread.record.reports.definition import ReportDefinition, Window
from goldenthread.results.compute import as_arrow
from goldenthread.results.facts import table_of
from goldenthread.results.reports import days_of, unit_report
from goldenthread.results.surroundings import Surroundings
from goldenthread.results.tallying import keep_tallies

_SOURCE = "calls"
_MONTHS = 24
"""The month asked for, and those that its normal range is drawn from."""
_SHOWN = 12
_ANSWERED = {"outcome": "answered"}
_KEPT = {"outcome": {"not": "transferred"}}


@dataclass(frozen=True)
class Column:
    """A column as a report says it, and its two sides in SQL."""

    words: Mapping[str, Any]
    sql: tuple[str, str | None]

    @property
    def key(self) -> str:
        return str(self.words["id"])


COLUMNS = (
    Column(
        {"id": "handled", "title": "Calls handled", "numerator": {"count": "calls", "where": _ANSWERED}},
        ("count(CASE WHEN outcome = 'answered' THEN 1 END)", None),
    ),
    Column(
        {
            "id": "call_time",
            "title": "Average call time",
            "numerator": {"mean": "talk_seconds", "where": _ANSWERED},
        },
        (
            "sum(CASE WHEN outcome = 'answered' THEN talk_seconds END)",
            "count(CASE WHEN outcome = 'answered' THEN talk_seconds END)",
        ),
    ),
    Column(
        {
            "id": "in_time",
            "title": "Answered within a minute",
            "numerator": {"count": "calls", "where": {"wait_seconds": {"at_most": 60}, **_ANSWERED}},
            "denominator": {"count": "calls", "where": _KEPT},
        },
        (
            "count(CASE WHEN wait_seconds <= 60 AND outcome = 'answered' THEN 1 END)",
            "count(CASE WHEN outcome <> 'transferred' THEN 1 END)",
        ),
    ),
    Column(
        {
            "id": "abandoned",
            "title": "Abandoned",
            "numerator": {"count": "calls", "where": {"outcome": "abandoned"}},
            "denominator": {"count": "calls", "where": _KEPT},
        },
        (
            "count(CASE WHEN outcome = 'abandoned' THEN 1 END)",
            "count(CASE WHEN outcome <> 'transferred' THEN 1 END)",
        ),
    ),
    Column(
        {
            "id": "solved",
            "title": "Solved at the first call",
            "numerator": {"count": "calls", "where": {"solved": True, **_ANSWERED}},
            "denominator": {"count": "calls", "where": _ANSWERED},
        },
        (
            "count(CASE WHEN solved AND outcome = 'answered' THEN 1 END)",
            "count(CASE WHEN outcome = 'answered' THEN 1 END)",
        ),
    ),
)
REPORT = ReportDefinition.model_validate(
    {
        "report": "activity",
        "title": "Activity",
        "source": _SOURCE,
        "windows": ["last_month"],
        "columns": [column.words for column in COLUMNS],
    }
)


def figures(*, today: date, rounds: int, superset: Path | None) -> list[Figure]:
    """Ours beside hand-written SQL, and beside Superset where ``superset`` names a folder for it; ValueError
    when an answer differs."""
    now = datetime.now(UTC)
    user, unit = supervisor(0, password=secrets.token_urlsafe(12), now=now), "team_000"
    whereabouts = as_arrow(orgs.whereabouts())
    last = days_of(Window.LAST_MONTH, orgs.fiscal_calendar(), today=today)
    span = orgs.fiscal_calendar().shift(last, 1 - _MONTHS).start, last.last_day
    files = table_of(_SOURCE).files()
    by_hand = HandWritten(whereabouts.memberships, whereabouts.closure, files)
    contenders = {
        "from facts": lambda: _ours(user, unit, today),
        "by hand": lambda: by_hand.report(_SIDES, unit=unit, first=span[0], last=span[1]),
    }
    wanted = _recent(by_hand.report(_SIDES, unit=unit, first=span[0], last=span[1]))
    _compare("from facts", _ours(user, unit, today), wanted)
    taken = interleaved(rounds, {name: timed(work) for name, work in contenders.items()})
    facts = f"{sum(pq.read_metadata(file).num_rows for file in files):,} facts"
    from_facts, limit = taken["from facts"], taken["by hand"]
    over = median(one - 1.15 * other for one, other in zip(from_facts, limit, strict=True))
    told = [
        Figure(
            "report",
            f"a month of a team beside its {_MONTHS} months, {facts}, to one hand-written query",
            ratio(from_facts, limit),
            "x",
            against(from_facts, limit),
        ),
        Figure("report", "what it takes beyond 1.15 times that query", 1000 * over, "ms", "", at_most=35),
    ]
    say("Tallying the days of the report")
    save_reports([Written(REPORT)], by=BY, now=now, today=today)
    tallying = timed(partial(keep_tallies, scope=system_scope(by=BY, reason="a benchmark")))()
    told.append(Figure("report", f"tallying the days of the report, {facts}", tallying, "s", "from nothing"))
    contenders = {"from tallies": contenders["from facts"]}
    _compare("from tallies", _ours(user, unit, today), wanted)
    with contextlib.ExitStack() as running:
        if superset is not None:
            say("Setting up Superset")
            theirs = running.enter_context(served(superset, files, whereabouts.memberships, unit=unit))
            _compare("by Superset", _recent(theirs.report(_SIDES, first=span[0], last=span[1])), wanted)
            contenders["superset"] = lambda: theirs.report(_SIDES, first=span[0], last=span[1])
        taken = interleaved(rounds, {name: timed(work) for name, work in contenders.items()})
    ours = taken["from tallies"]
    told.append(
        Figure("report", "the same from tallies", 1000 * median(ours), "ms", "a median", at_most=150),
    )
    if asked := taken.get("superset"):
        told.append(
            Figure(
                "report",
                "Superset's chart data with a row-level filter, to ours from tallies",
                ratio(asked, ours),
                "x",
                against(asked, ours),
                at_least=5,
            )
        )
    return told


def _compare(whose: str, found: Recent, wanted: Recent) -> None:
    if found != wanted:
        raise ValueError(f"Found {found} {whose}; wanted what the hand-written query says: {wanted}.")


Recent = dict[str, dict[str, tuple[float | None, float | None]]]
"""By month and column the two sides; of a column that is no rate only the first."""


def _ours(user: User, unit: str, today: date) -> Recent:
    """As the page asks for it: rights, tree and report, nothing kept from the time before."""
    scope = scope_of(rights_of(user, today=today), today=today)
    found = unit_report(REPORT, unit, Window.LAST_MONTH, scope, around=Surroundings(today))
    if found is None:
        raise ValueError(f"Found no report of {unit} for {user.username}; wanted one.")
    told: Recent = defaultdict(dict)
    for column, tile in zip(COLUMNS, found.whole.tiles, strict=True):
        for point in tile.recent:
            below = None if column.sql[1] is None else point.denominator
            told[point.period.start.isoformat()][column.key] = (point.numerator, below)
    return dict(told)


_SIDES = {
    f"{column.key}__{number}": sql for column in COLUMNS for number, sql in enumerate(column.sql) if sql
}


def _recent(rows: Sequence[Mapping[str, Any]]) -> Recent:
    """What ``HandWritten.report`` says of the last months, as many as a page shows beside a column."""
    latest = sorted(rows, key=lambda row: row["month"])[-_SHOWN:]
    return {
        row["month"][:10]: {
            column.key: (row[f"{column.key}__0"], row.get(f"{column.key}__1")) for column in COLUMNS
        }
        for row in latest
    }
