"""Typed values as the people see them who owe, have handed in, or approve them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from goldenthread.calc.periods import FiscalCalendar, Grain, Period
from goldenthread.record.audit.actor import Actor
from goldenthread.record.audit.names import people_behind
from goldenthread.record.measures import queries
from goldenthread.record.measures.definition import ShowAs
from goldenthread.record.measures.models import Measure, TypedState, TypedValue
from goldenthread.record.measures.policies import HANDED_IN, Figures
from goldenthread.record.orgs import queries as orgs
from goldenthread.record.orgs.models import Person


@dataclass(frozen=True)
class TypedMeasure:
    """A measure whose values are typed. ``sums``: one amount is typed, else a numerator and a denominator or
    the value alone."""

    key: str
    title: str
    unit_name: str
    frequency: Grain
    lag_days: int
    show_as: ShowAs
    sums: bool
    approval: bool
    owner: str
    deputy: str


@dataclass(frozen=True)
class Owed:
    """A value to be typed, with what is typed of it already; ``state`` is None while nothing is."""

    measure: TypedMeasure
    period: Period
    period_name: str
    due_on: date
    late: bool
    state: TypedState | None
    figures: Figures
    note: str
    returned_why: str

    @property
    def place(self) -> str:
        """Which value this is, as a word that can stand in an address."""
        return f"{self.measure.key}-{self.period.start:%Y%m%d}"


@dataclass(frozen=True)
class HandedIn:
    """A value that was handed in. ``typed_by`` is a name, or what else typed it; ``own``: the reader did."""

    pk: int
    measure: TypedMeasure
    unit: str
    unit_name: str
    period_name: str
    state: TypedState
    figures: Figures
    note: str
    typed_by: str
    typed_at: datetime
    own: bool

    @property
    def correctable(self) -> bool:
        """Whether its owner may type it anew without asking that it be returned first."""
        return not self.measure.approval


def owed_by(
    person_id: int, *, today: date, calendar: FiscalCalendar, zone: ZoneInfo, anew: Collection[int] = ()
) -> tuple[Owed, ...]:
    """What a person owes, measure by measure, the one with the oldest value first, and within it by time.

    ``anew`` are handed-in values, by number, that are to be typed once more; those that may not be are left
    out.
    """
    person = Person.objects.get(pk=person_id)
    owed = queries.owed_values(person, today=today, calendar=calendar, zone=zone)
    again = [
        value
        for value in _typed_for(person_id).filter(pk__in=anew, state__in=HANDED_IN)
        if not queries.current_definition(value.measure).approval
    ]
    keys = list(dict.fromkeys([*(one.measure for one in owed), *(value.measure.key for value in again)]))
    measures = typed_measures(keys)
    started = {
        (value.measure.key, value.unit.key, value.period_start): value
        for value in _typed_for(person_id).exclude(state__in=HANDED_IN)
    }
    wanted = [
        (measures[one.measure], one.period, started.get((one.measure, one.unit, one.period.start)))
        for one in owed
    ]
    for value in again:
        measure = measures[value.measure.key]
        wanted.append((measure, calendar.period_of(value.period_start, measure.frequency), value))
    rows = [_owed(*one, today=today, calendar=calendar) for one in wanted]
    return tuple(sorted(rows, key=lambda row: (keys.index(row.measure.key), row.period.start)))


def handed_in_by(person_id: int, *, calendar: FiscalCalendar, at_most: int) -> tuple[HandedIn, ...]:
    """The values last handed in of the measures a person looks after, newest first; not those of files."""
    rows = _typed_for(person_id).filter(state__in=HANDED_IN, batch_id=None)
    return _handed_in(rows.order_by("-typed_at", "-pk")[:at_most], calendar, reader=_user_of(person_id))


def to_approve(
    units: Collection[str], *, calendar: FiscalCalendar, reader: int | None
) -> tuple[HandedIn, ...]:
    """What waits for approval in these units, the oldest first. ``reader`` is the user who looks."""
    return _handed_in(queries.values_to_approve(units), calendar, reader=reader)


def approved_lately(
    units: Collection[str], *, since: datetime, calendar: FiscalCalendar, reader: int | None
) -> tuple[HandedIn, ...]:
    """What was approved in these units since then, newest first, where the measure asks for approval."""
    rows = TypedValue.objects.select_related("measure", "unit").filter(
        state=TypedState.APPROVED, unit__key__in=units, decided_at__gte=since, batch_id=None
    )
    found = _handed_in(rows.order_by("-decided_at", "-pk"), calendar, reader=reader)
    return tuple(one for one in found if one.measure.approval)


def typed_measures(keys: Collection[str]) -> dict[str, TypedMeasure]:
    """These measures, by key."""
    rows = Measure.objects.filter(key__in=keys).select_related("current", "unit", "owner", "deputy")
    top = orgs.top_unit() or ""
    everybody = orgs.unit_names([top]).get(top, "")
    return {row.key: _typed_measure(row, everybody) for row in rows}


def _typed_measure(row: Measure, everybody: str) -> TypedMeasure:
    definition = queries.current_definition(row)
    return TypedMeasure(
        key=row.key,
        title=row.title,
        unit_name=row.unit.name if row.unit else everybody,
        frequency=definition.frequency,
        lag_days=definition.lag_days,
        show_as=definition.show_as,
        sums=definition.is_sum,
        approval=definition.approval,
        owner=row.owner.name if row.owner else "",
        deputy=row.deputy.name if row.deputy else "",
    )


def _owed(
    measure: TypedMeasure, period: Period, value: TypedValue | None, *, today: date, calendar: FiscalCalendar
) -> Owed:
    return Owed(
        measure=measure,
        period=period,
        period_name=calendar.label(period),
        due_on=period.expected_on(measure.lag_days),
        late=period.is_late(today=today, lag_days=measure.lag_days),
        state=TypedState(value.state) if value else None,
        figures=_figures(value) if value else Figures(),
        note=value.note if value else "",
        returned_why=value.returned_why if value else "",
    )


def _handed_in(
    rows: Iterable[TypedValue], calendar: FiscalCalendar, *, reader: int | None
) -> tuple[HandedIn, ...]:
    values = list(rows)
    measures = typed_measures({value.measure.key for value in values})
    names = people_behind(value.typed_by for value in values)
    return tuple(
        HandedIn(
            pk=value.pk,
            measure=measures[value.measure.key],
            unit=value.unit.key,
            unit_name=value.unit.name,
            period_name=calendar.label(calendar.period_of(value.period_start, Grain(value.grain))),
            state=TypedState(value.state),
            figures=_figures(value),
            note=value.note,
            typed_by=names.get(value.typed_by, ""),
            typed_at=value.typed_at,
            own=reader is not None and value.typed_by == Actor.user(reader).key,
        )
        for value in values
    )


def _typed_for(person_id: int) -> QuerySet[TypedValue]:
    looked_after = Q(measure__owner=person_id) | Q(measure__deputy=person_id)
    rows = TypedValue.objects.filter(looked_after, measure__manual=True, measure__retired_on=None)
    return rows.select_related("measure__current", "unit")


def _user_of(person_id: int) -> int | None:
    return Person.objects.values_list("user", flat=True).get(pk=person_id)


def _figures(value: TypedValue) -> Figures:
    return Figures(value.numerator, value.denominator, value.value)
