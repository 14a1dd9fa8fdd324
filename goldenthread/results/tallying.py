"""The days of the columns of reports, tallied after each load, so that a report need not count its facts.

What is kept says which version of the facts it is of, and which definitions it follows. Where either is
another, the facts are counted.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings

from goldenthread.calc.clocks import WorkingCalendar
from goldenthread.calc.periods import Grain
from goldenthread.facts.formulas.compute import SourceFacts
from goldenthread.facts.formulas.keeping import write_tallies
from goldenthread.facts.formulas.kept import Clock, clock_of, names_of
from goldenthread.facts.formulas.vocabulary import Side
from goldenthread.facts.scope import Scope
from goldenthread.facts.store.days import DayRanges
from goldenthread.facts.store.tallies import Kept, TallyFolder
from goldenthread.record.orgs import queries as orgs
from goldenthread.record.reports.queries import current_definition, in_use
from goldenthread.record.sources import queries as sources_queries
from goldenthread.results.facts import facts_of, store_engine, table_of
from goldenthread.results.pieces import DENOMINATOR, NUMERATOR, Piece

_NAME = "_tallies"
"""No source can be called so: a key starts with a letter or a digit."""
_BETWEEN = "~"
_LAYOUT = 1
"""Goes up when what is kept changes its meaning."""


def keep_tallies(*, scope: Scope) -> None:
    """Bring what is kept up to date: the months that loads have touched since, or everything where a
    definition changed. What no report asks for any more goes. One at a time in a workspace."""
    wanted = _wanted()
    for name, folder in _kept():
        if name not in wanted:
            folder.forget()
    if not wanted:
        return
    sources = facts_of(key for key, _clock in wanted)
    organization = orgs.organization()
    calendar = orgs.working_calendar(organization)
    for (key, clock), sides in wanted.items():
        if key in sources:
            _keep(key, clock, sides, sources[key], calendar, organization.timezone, scope)


def _keep(
    key: str,
    clock: Clock,
    sides: Collection[Side],
    source: SourceFacts,
    calendar: WorkingCalendar,
    timezone: str,
    scope: Scope,
) -> None:
    assert source.version is not None
    folder = _folder(key, clock)
    said = _said(source, calendar, timezone)
    columns = tuple(sorted({name for side in sides for name in names_of(side)}))
    before = folder.read()
    months: frozenset[date] | None = None
    if before and (before.said, before.columns) == (said, columns):
        if before.version == source.version:
            return
        months = _months_touched(key, clock, since=before.version)
    found = write_tallies(
        store_engine(),
        source,
        clock,
        sides,
        months,
        before.files if before else {},
        folder.new_file,
        working_calendar=calendar,
        timezone=timezone,
        scope=scope,
    )
    folder.keep(Kept(source.version, said, columns, found))


def with_tallies(
    facts: Mapping[str, SourceFacts], *, calendar: WorkingCalendar, timezone: str
) -> dict[str, SourceFacts]:
    """The facts of sources, with what is kept of their days."""
    kept: dict[str, dict[Clock, Kept]] = defaultdict(dict)
    for (key, clock), folder in _kept():
        source = facts.get(key)
        found = folder.read() if source is not None else None
        if source is None or found is None or found.version != source.version:
            continue
        if found.said == _said(source, calendar, timezone):
            kept[key][clock] = found
    return {key: replace(source, kept=kept[key]) for key, source in facts.items()}


def let_go_of_tallies(source: str, months: Collection[date]) -> None:
    """Nothing is kept any more of these months (their first days) of a source, and the rest of it is not read
    before ``keep_tallies``."""
    for (key, _clock), folder in _kept():
        if key == source:
            folder.let_go(months)


def sweep_tallies() -> None:
    """What was replaced goes."""
    for _of, folder in _kept():
        folder.sweep()


def _wanted() -> dict[tuple[str, Clock], list[Side]]:
    """What the columns of reports in use ask for and adds up, by source and clock. A day that is worked out
    from others is no clock: which of them a load touches is not known."""
    wanted: dict[tuple[str, Clock], list[Side]] = defaultdict(list)
    if not (sides := list(_sides_of_reports())):
        return wanted
    definitions = sources_queries.definitions({side.source or "" for side in sides})
    for side in sides:
        source = definitions.get(side.source or "")
        clock = clock_of(side, source.time) if source else None
        if source and clock and source.derived.keys().isdisjoint(clock.times):
            wanted[source.source, clock].append(side)
    return wanted


def _sides_of_reports() -> Iterator[Side]:
    for report in in_use():
        for measure in current_definition(report).as_measures(Grain.DAY):
            piece = Piece(0, measure.measure, 0, measure, date.min, date.max)
            yield from filter(None, map(piece.side, (NUMERATOR, DENOMINATOR)))


def _months_touched(source: str, clock: Clock, *, since: int) -> frozenset[date] | None:
    """The first days of the months with a day that a load or an undo touched; None when all may be."""
    commits = table_of(source).commits_since(since)
    if commits is None:
        return None
    touched = DayRanges()
    for commit in commits:
        for time in clock.times:
            touched |= commit.touched.get(time, DayRanges())
    if clock.lasts:
        touched = touched.with_those_between()
    return frozenset(day.replace(day=1) for day in touched)


def _said(source: SourceFacts, calendar: WorkingCalendar, timezone: str) -> str:
    """What tallies follow beside their sides, whose columns are named after what they say."""
    told = {
        "layout": _LAYOUT,
        "placement": asdict(source.placement) if source.placement else None,
        "derived": {name: one.model_dump(mode="json") for name, one in source.derived.items()},
        "working": asdict(calendar) if source.derived else None,
        "timezone": timezone,
    }
    return sha256(json.dumps(told, sort_keys=True, default=_in_order).encode()).hexdigest()


def _in_order(value: Any) -> Any:
    """Sets have no order of their own, and days are no word of JSON."""
    return sorted(value) if isinstance(value, frozenset) else str(value)


def _kept() -> list[tuple[tuple[str, Clock], TallyFolder]]:
    """What is kept, by source and clock."""
    root = _root()
    names = sorted(place.name for place in root.iterdir()) if root.exists() else []
    found = []
    for name in names:
        key, _, clock = name.partition(_BETWEEN)
        found.append(((key, Clock.named(clock)), TallyFolder(root / name)))
    return found


def _folder(key: str, clock: Clock) -> TallyFolder:
    return TallyFolder(_root() / f"{key}{_BETWEEN}{clock.name}")


def _root() -> Path:
    return Path(settings.WORKSPACE.store) / _NAME
