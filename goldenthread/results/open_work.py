"""What is open now, by when it falls due: of a unit, and of one worker.

Open to whoever sees the workers of the unit, like every report. Counted from the facts when somebody asks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from goldenthread.facts.formulas.open_things import Inside, OpenThings
from goldenthread.facts.scope import NOT_ASSIGNED, Scope
from goldenthread.record.reports.definition import OpenWork, ReportDefinition
from goldenthread.results.backlog import PACE_WEEKS, Outlook, outlook_of
from goldenthread.results.counting_open import OpenCounting
from goldenthread.results.reports import Freshness, freshness_of, is_for, is_open
from goldenthread.results.surroundings import Surroundings

MOST_ITEMS = 25
"""As many things stand on one page."""
_AGES = ((0, 7), (8, 30), (31, 60), (61, 90), (91, None))
"""Days since it was opened, both ends inside."""


class Urgency(StrEnum):
    """Where a thing stands by its clock. What has no due day is ``undated``: no clock can say."""

    OVERDUE = "overdue"
    SOON = "soon"
    LATER = "later"
    UNDATED = "undated"


@dataclass(frozen=True)
class Counts:
    """How many things are open, by urgency, and the day on which the oldest was opened."""

    by_urgency: Mapping[Urgency, int]
    oldest: date | None

    @property
    def open(self) -> int:
        return sum(self.by_urgency.values())

    def of(self, urgency: Urgency) -> int:
        return self.by_urgency.get(urgency, 0)


@dataclass(frozen=True)
class Line:
    """A unit, a worker or a category with what is open there."""

    key: str
    name: str
    counts: Counts


@dataclass(frozen=True)
class Age:
    """What was opened ``first`` to ``last`` days ago (None: or longer), and how much of it is overdue."""

    first: int
    last: int | None
    open: int
    overdue: int


@dataclass(frozen=True)
class Item:
    """One open thing. ``worker`` is the name of who has it, empty where nobody may be named."""

    name: str
    beside: tuple[object, ...]
    opened: date
    due: date | None
    urgency: Urgency
    worker: str
    unit: str


@dataclass(frozen=True)
class OpenReport:
    """What is open today. ``titles`` name the thing and what stands beside it; ``parts`` are the units below,
    ``workers`` those who may be named, and ``categories`` what the report tells apart, each by name.
    ``items`` begin with number ``first``."""

    definition: ReportDefinition
    asked: OpenWork
    today: date
    name: str
    titles: tuple[str, ...]
    whole: Counts
    parts: tuple[Line, ...]
    workers: tuple[Line, ...]
    categories: tuple[Line, ...]
    ages: tuple[Age, ...]
    items: tuple[Item, ...]
    first: int
    outlook: Outlook | None
    freshness: tuple[Freshness, ...]


def unit_open_work(
    definition: ReportDefinition,
    unit: str,
    people: Mapping[str, str],
    scope: Scope,
    *,
    around: Surroundings,
    first: int = 0,
    most: int = MOST_ITEMS,
) -> OpenReport | None:
    """What the members of a unit, and of those below it, have open; ``people`` are those who may be named, a
    name for each key. None when the unit is not to be seen, or the report has no such list for it."""
    if unit not in around.names or not is_open(unit, scope) or not is_for(definition, unit, around):
        return None
    counting = OpenCounting.of(definition)
    if counting is None:
        return None
    units = around.subtree(unit) | ({NOT_ASSIGNED} if unit == around.top else set())
    found = counting.things(Inside(units=units), scope, around, first=first, most=most)
    rows = list(_counted_rows(found, counting.asked, around.today))
    below = sorted(around.below(unit), key=lambda one: around.names[one])
    trees = {one: around.subtree(one) for one in below}
    return OpenReport(
        definition=definition,
        asked=counting.asked,
        today=around.today,
        name=around.names[unit],
        titles=counting.titles,
        whole=_counts(rows),
        parts=tuple(
            Line(one, around.names[one], _counts(row for row in rows if row.unit in trees[one]))
            for one in below
        ),
        workers=tuple(
            Line(key, name, _counts(row for row in rows if row.worker == key))
            for key, name in sorted(people.items(), key=lambda pair: (pair[1], pair[0]))
        ),
        categories=_categories(rows) if counting.asked.by else (),
        ages=tuple(_ages(rows, around.today)),
        items=_items(found, counting.asked, people, around),
        first=first,
        outlook=outlook_of(counting, unit, _due_by(rows, around.today), scope, around=around),
        freshness=freshness_of([counting.measure]),
    )


def worker_open_work(
    definition: ReportDefinition,
    person: str,
    name: str,
    scope: Scope,
    *,
    around: Surroundings,
    first: int = 0,
    most: int = MOST_ITEMS,
) -> OpenReport | None:
    """What one worker has open, wherever they are a member. None when the report has no such list, or the
    scope does not open this worker."""
    counting = OpenCounting.of(definition)
    if counting is None or not scope.sees_person(person):
        return None
    found = counting.things(Inside(worker=person), scope, around, first=first, most=most)
    rows = list(_counted_rows(found, counting.asked, around.today))
    return OpenReport(
        definition=definition,
        asked=counting.asked,
        today=around.today,
        name=name,
        titles=counting.titles,
        whole=_counts(rows),
        parts=(),
        workers=(),
        categories=_categories(rows) if counting.asked.by else (),
        ages=tuple(_ages(rows, around.today)),
        items=_items(found, counting.asked, {}, around),
        first=first,
        outlook=None,
        freshness=freshness_of([counting.measure]),
    )


@dataclass(frozen=True)
class _Row:
    """So many things that agree in all of this."""

    worker: str | None
    unit: str
    by: str
    opened: date
    due: date | None
    urgency: Urgency
    n: int


def _counted_rows(found: OpenThings | None, asked: OpenWork, today: date) -> Iterator[_Row]:
    for row in found.counts.to_pylist() if found else ():
        urgency = _urgency(row["due"], row["last"], today, asked.soon)
        yield _Row(row["worker"], row["unit"], row["by"], row["opened"], row["due"], urgency, row["n"])


def _urgency(due: date | None, last: date | None, today: date, soon: int) -> Urgency:
    if due is None or last is None:
        return Urgency.UNDATED
    if last < today:
        return Urgency.OVERDUE
    return Urgency.SOON if due <= today + timedelta(days=soon) else Urgency.LATER


def _counts(rows: Iterable[_Row]) -> Counts:
    found = Counter[Urgency]()
    oldest: date | None = None
    for row in rows:
        found[row.urgency] += row.n
        oldest = row.opened if oldest is None else min(oldest, row.opened)
    return Counts(found, oldest)


def _categories(rows: Sequence[_Row]) -> tuple[Line, ...]:
    return tuple(
        Line(one, one, _counts(row for row in rows if row.by == one))
        for one in sorted({row.by for row in rows})
    )


def _ages(rows: Collection[_Row], today: date) -> Iterator[Age]:
    for first, last in _AGES:
        inside = [
            row
            for row in rows
            if first <= (today - row.opened).days and (last is None or (today - row.opened).days <= last)
        ]
        overdue = sum(row.n for row in inside if row.urgency is Urgency.OVERDUE)
        yield Age(first, last, sum(row.n for row in inside), overdue)


def _due_by(rows: Iterable[_Row], today: date) -> int:
    """What is overdue, or will be in ``PACE_WEEKS`` weeks if nothing of it is done."""
    end = today + timedelta(weeks=PACE_WEEKS)
    return sum(row.n for row in rows if row.due is not None and row.due < end)


def _items(
    found: OpenThings | None, asked: OpenWork, people: Mapping[str, str], around: Surroundings
) -> tuple[Item, ...]:
    return tuple(
        Item(
            name=str(row["shown0"]),
            beside=tuple(row[f"shown{number}"] for number in range(1, len(asked.beside) + 1)),
            opened=row["opened"],
            due=row["due"],
            urgency=_urgency(row["due"], row["last"], around.today, asked.soon),
            worker=people.get(row["worker"] or "", ""),
            unit=around.names.get(row["unit"], ""),
        )
        for row in (found.rows.to_pylist() if found else ())
    )
