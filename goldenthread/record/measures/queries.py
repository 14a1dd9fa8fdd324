"""Reads of measures: what to compute, what is owed, and how a definition stood."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet

from goldenthread.calc.periods import FiscalCalendar, Period
from goldenthread.record.asking import Given, Question, worded
from goldenthread.record.measures.checks import references
from goldenthread.record.measures.definition import MeasureDefinition, as_data
from goldenthread.record.measures.models import Measure, MeasureVersion, Observation, TypedState, TypedValue
from goldenthread.record.measures.policies import HANDED_IN
from goldenthread.record.orgs import queries as orgs
from goldenthread.record.orgs.models import Person, Unit
from goldenthread.record.sources.fields import as_plain, as_text

_DEFINITIONS_KEPT = 4_000


@lru_cache(maxsize=_DEFINITIONS_KEPT)
def _parsed(text: str) -> MeasureDefinition:
    """Kept by its own text: what is kept can never be stale, and checking one again takes a millisecond."""
    return MeasureDefinition.model_validate(as_plain(text))


def definition_of(version: MeasureVersion) -> MeasureDefinition:
    return _parsed(as_text(version.definition))


def current_definition(measure: Measure) -> MeasureDefinition:
    """The definition in force; every saved measure has one."""
    assert measure.current is not None
    return definition_of(measure.current)


def _at_unit() -> QuerySet[Measure, tuple[int, str]]:
    values = Observation.objects.filter(measure=OuterRef("pk"), unit=Given("unit"))
    rows = Measure.objects.filter(Exists(values), retired_on=None, current__isnull=False)
    return rows.order_by("title").values_list("pk", worded("current__definition"))


_AT_UNIT = Question(_at_unit)


def definitions_at(unit: int) -> dict[int, MeasureDefinition]:
    """The definitions in force of the measures that have values for a unit, both by primary key, by title;
    nothing else is read."""
    return {key: _parsed(text) for key, text in _AT_UNIT.ask(unit=unit)}


def definitions_called(keys: Collection[str]) -> dict[int, MeasureDefinition]:
    """The definitions in force of those of these measures that are in use, both by primary key."""
    rows = Measure.objects.filter(key__in=keys, retired_on=None, current__isnull=False)
    return {key: _parsed(text) for key, text in rows.values_list("pk", worded("current__definition"))}


def find_measure(key: str) -> Measure | None:
    return (
        Measure.objects.select_related("current", "unit", "service", "owner", "deputy")
        .filter(key=key)
        .first()
    )


def history(measure: Measure) -> QuerySet[MeasureVersion]:
    """Every version, newest first."""
    return measure.versions.order_by("-number")


@dataclass(frozen=True)
class FormulaSpan:
    """A version whose formula holds in ``[start, end)``; None is open."""

    version: int
    number: int
    definition: MeasureDefinition
    start: datetime.date | None
    end: datetime.date | None


@dataclass(frozen=True)
class ActiveMeasure:
    """A measure as it is computed. ``spans`` go from the oldest to the newest and cover all time without a
    gap; the last one's definition is ``definition``. ``keeper`` is the key of the unit that keeps it, or the
    top."""

    id: int
    key: str
    definition: MeasureDefinition
    spans: tuple[FormulaSpan, ...]
    keeper: str | None

    @property
    def breaks(self) -> tuple[datetime.date, ...]:
        """The days on which another formula begins: the visible breaks in the series."""
        return tuple(span.start for span in self.spans if span.start is not None)


def active_definitions(keys: Collection[str] | None = None) -> tuple[ActiveMeasure, ...]:
    """Every measure in use, or those asked for, with the formulas of all its history, by key. Four
    queries."""
    rows = _in_use().order_by("key")
    return _with_formulas(rows if keys is None else rows.filter(key__in=keys))


def retired_definitions() -> tuple[ActiveMeasure, ...]:
    """Every measure that is computed no more, whose values stay readable, as ``active_definitions``."""
    rows = Measure.objects.filter(retired_on__isnull=False, current__isnull=False)
    return _with_formulas(rows.select_related("current", "unit").order_by("key"))


def _with_formulas(rows: QuerySet[Measure]) -> tuple[ActiveMeasure, ...]:
    wanted = list(rows)
    # Only a formula that begins on a day leaves days to an earlier one.
    broken = [row.pk for row in wanted if row.current and row.current.formula_from is not None]
    earlier: dict[int, list[MeasureVersion]] = {}
    for version in MeasureVersion.objects.filter(measure__in=broken).order_by("-number"):
        earlier.setdefault(version.measure_id, []).append(version)
    top = orgs.top_unit() if wanted else None
    return tuple(_active(row, earlier.get(row.pk, []), top) for row in wanted)


def _active(measure: Measure, versions: list[MeasureVersion], top: str | None) -> ActiveMeasure:
    assert measure.current is not None
    spans = tuple(reversed(list(_spans(versions or [measure.current]))))
    keeper = measure.unit.key if measure.unit else top
    return ActiveMeasure(measure.pk, measure.key, spans[-1].definition, spans, keeper)


def _spans(newest_first: Iterable[MeasureVersion]) -> Iterable[FormulaSpan]:
    """Each version holds until a later one's formula begins; one that begins no earlier never held."""
    end: datetime.date | None = None
    for version in newest_first:
        start = version.formula_from
        if end is not None and start is not None and start >= end:
            continue
        yield FormulaSpan(version.pk, version.number, definition_of(version), start, end)
        if start is None:
            return
        end = start


def references_by_measure() -> dict[str, frozenset[str]]:
    """Which measures take values of which, over all measures in use."""
    return {measure.key: references(current_definition(measure)) for measure in _in_use()}


def dump() -> dict[str, dict[str, Any]]:
    """Every measure in use as the YAML that would make it, by key."""
    return {measure.key: as_data(current_definition(measure)) for measure in _in_use().order_by("key")}


@dataclass(frozen=True)
class Owed:
    """A typed value that somebody still has to hand in."""

    measure: str
    title: str
    unit: str
    unit_name: str
    period: Period
    due_on: datetime.date
    late: bool
    state: TypedState | None
    returned_why: str
    is_owner: bool


def owed_values(
    person: Person, *, today: datetime.date, calendar: FiscalCalendar, zone: ZoneInfo
) -> tuple[Owed, ...]:
    """What ``person``, as owner or deputy, has not handed in of the periods that are over; the oldest first.

    A measure asks for the period that was last complete when it was defined, and for every one since;
    ``zone`` is the organization's, for the day on which it was defined.
    """
    rows = _in_use().filter(manual=True).filter(Q(owner=person) | Q(deputy=person))
    return tuple(
        sorted(_owed(rows, today, calendar, zone, person), key=lambda one: (one.period.end, one.title))
    )


def owed_by_everybody(*, today: datetime.date, calendar: FiscalCalendar, zone: ZoneInfo) -> tuple[Owed, ...]:
    """Everything that is owed, whoever owes it; the oldest first."""
    owed = _owed(_in_use().filter(manual=True), today, calendar, zone, None)
    return tuple(sorted(owed, key=lambda one: (one.period.end, one.title)))


def _owed(
    rows: QuerySet[Measure],
    today: datetime.date,
    calendar: FiscalCalendar,
    zone: ZoneInfo,
    person: Person | None,
) -> Iterable[Owed]:
    measures = list(rows)
    top = (
        Unit.objects.filter(key=orgs.top_unit()).first() if any(not row.unit_id for row in measures) else None
    )
    typed = {
        (value.measure_id, value.unit_id, value.grain, value.period_start): value
        for value in TypedValue.objects.filter(measure__in=measures)
    }
    for measure in measures:
        unit = measure.unit or top
        if unit is None:
            continue
        grain = current_definition(measure).frequency
        defined_on = measure.created_at.astimezone(zone).date()
        first = calendar.last_complete(grain, today=defined_on)
        for period in calendar.periods_between(first.start, calendar.period_of(today, grain).start, grain):
            value = typed.get((measure.pk, unit.pk, grain.value, period.start))
            if value is not None and value.state in HANDED_IN:
                continue
            yield Owed(
                measure=measure.key,
                title=measure.title,
                unit=unit.key,
                unit_name=unit.name,
                period=period,
                due_on=period.expected_on(measure.lag_days),
                late=period.is_late(today=today, lag_days=measure.lag_days),
                state=TypedState(value.state) if value else None,
                returned_why=value.returned_why if value else "",
                is_owner=person is not None and measure.owner_id == person.pk,
            )


_LOOKED_AFTER = Question(
    lambda: (
        Measure.objects.filter(
            Q(owner=Given("person")) | Q(deputy=Given("person")), manual=True, retired_on=None
        )
        .order_by()
        .values_list("pk")[:1]
    )
)


def types_values(person_id: int | None) -> bool:
    """Whether a person is owner or deputy of a measure in use whose values are typed; nobody is not."""
    return person_id is not None and bool(_LOOKED_AFTER.ask(person=person_id))


def values_to_approve(units: Collection[str]) -> QuerySet[TypedValue]:
    """Submitted values of these units, the oldest first."""
    rows = TypedValue.objects.select_related("measure", "unit")
    return rows.filter(state=TypedState.SUBMITTED, unit__key__in=units).order_by(
        "period_start", "measure__title"
    )


def filed_measures(batch: int) -> list[str]:
    """The keys of the measures that a batch brought typed values for."""
    rows = Measure.objects.filter(typed_values__batch_id=batch).distinct()
    return list(rows.order_by("key").values_list("key", flat=True))


def _in_use() -> QuerySet[Measure]:
    rows = Measure.objects.filter(retired_on__isnull=True)
    return rows.select_related("current", "unit", "service", "owner", "deputy")
