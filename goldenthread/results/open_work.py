"""What is open now, by when it falls due: of a unit, of one worker; and what may become of it.

Open to whoever sees the workers of the unit, like every report. Counted from the facts when somebody asks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from goldenthread.calc.backlog import Expected, Promise, drift_forecast
from goldenthread.calc.clocks import Counting, WorkingCalendar
from goldenthread.calc.periods import Grain, Period
from goldenthread.facts.formulas.derived import OnTime
from goldenthread.facts.formulas.open_things import Inside, OpenThings, Wanted, open_things
from goldenthread.facts.formulas.vocabulary import Condition, Side
from goldenthread.facts.scope import NOT_ASSIGNED, Scope
from goldenthread.record.measures.definition import MeasureDefinition
from goldenthread.record.orgs import queries as orgs
from goldenthread.record.reports.definition import Column, OpenWork, ReportDefinition
from goldenthread.record.sources import queries as sources
from goldenthread.record.sources.checks import clocks_by_due_day
from goldenthread.results.compute import as_arrow, source_facts
from goldenthread.results.facts import engine, table_of
from goldenthread.results.reports import Freshness, Stretch, counted, freshness_of, is_for, is_open
from goldenthread.results.seen import Stored
from goldenthread.results.surroundings import Surroundings

MOST_ITEMS = 100
"""As many things stand on one page."""
PAST_WEEKS = 26
COMING_WEEKS = 8
PACE_WEEKS = 4
"""What would be overdue by then is shared out over so many weeks, and compared with as many."""
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
class Week:
    """What came in and was done in a week, and what was open at its end; None where nothing was loaded."""

    period: Period
    received: int
    done: int
    open: int | None


@dataclass(frozen=True)
class Outlook:
    """The last weeks, the oldest first; what may be open at the end of each of the next; and the promises of
    this month and the next, each with its month."""

    weeks: tuple[Week, ...]
    expected: tuple[Expected, ...]
    promises: tuple[tuple[Period, Promise], ...]
    overdue_by_then: int

    @property
    def pace(self) -> float:
        """How many were done a week of late."""
        recent = self.weeks[-PACE_WEEKS:]
        return sum(one.done for one in recent) / len(recent) if recent else 0.0

    @property
    def pace_wanted(self) -> float:
        """How many a week leave nothing overdue in ``PACE_WEEKS`` weeks."""
        return self.overdue_by_then / PACE_WEEKS


@dataclass(frozen=True)
class OpenReport:
    """What is open today. ``parts`` are the units directly below by name, ``workers`` those who may be named,
    by name, and ``categories`` what the report tells apart. ``items`` begin with number ``first``."""

    definition: ReportDefinition
    asked: OpenWork
    today: date
    name: str
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
    counting = _Counting.of(definition)
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
        outlook=counting.outlook(unit, _due_by(rows, around.today), scope, around),
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
    counting = _Counting.of(definition)
    if counting is None or not scope.sees_person(person):
        return None
    found = counting.things(Inside(worker=person), scope, around, first=first, most=most)
    rows = list(_counted_rows(found, counting.asked, around.today))
    return OpenReport(
        definition=definition,
        asked=counting.asked,
        today=around.today,
        name=name,
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
class _Counting:
    """What the column counts, and by which clock."""

    asked: OpenWork
    column: Column
    measure: MeasureDefinition
    source: str
    clock: OnTime
    clock_name: str

    @classmethod
    def of(cls, definition: ReportDefinition) -> _Counting | None:
        asked, column = definition.open_work, definition.counting_open
        if asked is None or column is None:
            return None
        measure = next(one for one in definition.as_measures(Grain.WEEK) if one.measure == column.id)
        key = column.numerator.source or measure.source or ""
        source = sources.definitions([key])[key]
        clock_name = source.derived[asked.due]["due"]
        return cls(asked, column, measure, key, clocks_by_due_day(source)[asked.due], clock_name)

    def things(
        self, inside: Inside, scope: Scope, around: Surroundings, *, first: int, most: int
    ) -> OpenThings | None:
        """None where nothing was loaded yet."""
        if not table_of(self.source).exists:
            return None
        return open_things(
            engine(),
            source_facts(sources.definitions([self.source])[self.source]),
            Wanted(
                self.column.numerator,
                self.clock,
                around.today,
                (self.asked.item, *self.asked.beside),
                self.asked.by,
            ),
            inside,
            as_arrow(orgs.whereabouts()),
            orgs.working_calendar(),
            first=first,
            most=most,
            scope=scope,
        )

    def outlook(self, unit: str, overdue_by_then: int, scope: Scope, around: Surroundings) -> Outlook | None:
        weeks = self._weeks(unit, scope, around)
        levels = [one.open for one in weeks if one.open is not None]
        return Outlook(
            weeks=weeks,
            # A gap in the past is a week of which nobody knows how it changed.
            expected=drift_forecast(levels, COMING_WEEKS) if len(levels) == len(weeks) else (),
            promises=tuple(self._promises(unit, scope, around)),
            overdue_by_then=overdue_by_then,
        )

    def _weeks(self, unit: str, scope: Scope, around: Surroundings) -> tuple[Week, ...]:
        """Those that are over, from the first of which anything is known."""
        side, calendar = self.column.numerator, around.calendar
        last = calendar.previous(calendar.period_of(around.today, Grain.WEEK))
        stretch = Stretch(calendar, last, calendar.shift(last, 1 - PAST_WEEKS))
        measures = [
            self._counting("open", side, Grain.WEEK),
            self._counting("received", self._side(side.from_, side.where), Grain.WEEK),
            self._counting("done", self._side(side.until, side.where), Grain.WEEK),
        ]
        found = counted(measures, [unit], stretch, scope, today=around.today)[unit]
        periods = [calendar.shift(stretch.first, step) for step in range(PAST_WEEKS)]
        weeks = [
            Week(
                one,
                _number(found["received"].get(one)),
                _number(found["done"].get(one)),
                _number(found["open"][one]) if one in found["open"] else None,
            )
            for one in periods
        ]
        known = next((number for number, one in enumerate(weeks) if one.open is not None), len(weeks))
        return tuple(weeks[known:])

    def _promises(self, unit: str, scope: Scope, around: Surroundings) -> Iterator[tuple[Period, Promise]]:
        """Of this month and the next, where anything is due then."""
        if self.asked.threshold is None:
            return
        side, due, calendar = self.column.numerator, self.asked.due, around.calendar
        month = calendar.period_of(around.today, Grain.MONTH)
        stretch = Stretch(calendar, calendar.shift(month, 1), month)
        still = Condition(at_least=_first_still_in_time(self.clock, orgs.working_calendar(), around.today))
        kept = {**side.where, self.clock_name: Condition.model_validate(True)}
        left = {**side.where, side.until or "": Condition(missing=True), due: still}
        measures = [
            self._counting("due", self._side(due, side.where), Grain.MONTH),
            self._counting("kept", self._side(due, kept), Grain.MONTH),
            self._counting("left", self._side(due, left), Grain.MONTH),
        ]
        found = counted(measures, [unit], stretch, scope, today=around.today)[unit]
        for one in (month, stretch.asked):
            numbers = [_number(found[key].get(one)) for key in ("due", "kept", "left")]
            if numbers[0]:
                yield one, Promise(self.asked.threshold, *numbers)

    def _side(self, time: str | None, where: Mapping[str, Condition]) -> Side:
        side = self.column.numerator
        return Side(count=side.subject, source=side.source, time=time, where=dict(where))

    def _counting(self, key: str, side: Side, grain: Grain) -> MeasureDefinition:
        return self.measure.model_copy(update={"measure": key, "numerator": side, "frequency": grain})


def _first_still_in_time(clock: OnTime, calendar: WorkingCalendar, today: date) -> date:
    """The earliest due day of what counts as in time when it is done today."""
    if clock.counting is Counting.CALENDAR:
        return today - timedelta(days=clock.tolerance)
    day = today
    while calendar.days_between(day - timedelta(days=1), today) <= clock.tolerance:
        day -= timedelta(days=1)
    return day


def _number(stored: Stored | None) -> int:
    return round(stored.value) if stored is not None and stored.value is not None else 0


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
