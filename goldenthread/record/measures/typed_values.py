"""Writes to typed values: typed, submitted, approved, returned; and those that a file brought."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from goldenthread.calc.periods import Period
from goldenthread.record.answers import NotAllowed
from goldenthread.record.audit.actions import Happening, record_events
from goldenthread.record.audit.actor import Actor
from goldenthread.record.audit.enums import Action
from goldenthread.record.measures import permissions, policies, queries
from goldenthread.record.measures.definition import MeasureDefinition
from goldenthread.record.measures.models import Measure, TypedState, TypedValue
from goldenthread.record.measures.policies import Figures
from goldenthread.record.orgs.models import Unit


@transaction.atomic
def type_value(
    *,
    measure: Measure,
    unit: Unit,
    period: Period,
    typed: Figures,
    note: str = "",
    by: Actor,
    now: datetime.datetime,
) -> TypedValue:
    """Keep a value as a draft; it counts once it is submitted and, where the measure asks for it, approved.

    Raises Denied for anyone but owner and deputy, NotAllowed for figures that contradict each other, a period
    of another length, or a value that is out of the owner's hands.
    """
    definition = _manual_definition(measure)
    permissions.check_can_type(by, measure)
    if period.grain != definition.frequency:
        raise NotAllowed(
            f"“{measure.title}” has one value for each {definition.frequency}, not for a {period.grain}."
        )
    value = _locked(measure=measure, unit=unit, grain=period.grain, period_start=period.start).first()
    if value is None:
        value = TypedValue(measure=measure, unit=unit, grain=period.grain, period_start=period.start)
    policies.check_can_become(value, TypedState.DRAFT, approval=definition.approval)
    figures = policies.settle(definition, typed)
    value.numerator, value.denominator, value.value = figures.numerator, figures.denominator, figures.value
    value.note, value.state, value.batch_id = note.strip(), TypedState.DRAFT, None
    value.typed_by, value.typed_at, value.returned_why = by.key, now, ""
    value.save()
    _record(Action.CHANGED, [value], by=by, now=now)
    return value


@transaction.atomic
def submit_values(*, values: Sequence[TypedValue], by: Actor, now: datetime.datetime) -> list[TypedValue]:
    """Hand in drafts, all or none. Without a number the note must say why there is none."""
    submitted = []
    for value in _again(values):
        definition = _manual_definition(value.measure)
        permissions.check_can_type(by, value.measure)
        wanted = TypedState.SUBMITTED if definition.approval else TypedState.APPROVED
        policies.check_can_become(value, wanted, approval=definition.approval)
        if value.value is None and value.numerator is None and not value.note:
            raise NotAllowed(
                f"The value for {value.period_start} is empty. Type it, or say in the note why there is none."
            )
        value.state = wanted
        _note_handed_in(value, now=now)
        if wanted is TypedState.APPROVED:
            value.decided_by, value.decided_at = by.key, now
        value.save()
        submitted.append(value)
    _record(Action.SUBMITTED, submitted, by=by, now=now)
    return submitted


@transaction.atomic
def approve_values(
    *, values: Sequence[TypedValue], by: Actor, now: datetime.datetime, today: datetime.date
) -> list[TypedValue]:
    """Let submitted values count, all or none. Nobody approves what they typed."""
    approved = []
    for value in _again(values):
        permissions.check_can_decide(by, value, today=today)
        _decide(value, TypedState.APPROVED, by=by, now=now)
        approved.append(value)
    _record(Action.APPROVED, approved, by=by, now=now)
    return approved


@transaction.atomic
def return_value(
    *, value: TypedValue, why: str, by: Actor, now: datetime.datetime, today: datetime.date
) -> TypedValue:
    """Back to the owner, with a reason; an approved value no longer counts."""
    (value,) = _again([value])
    permissions.check_can_decide(by, value, today=today)
    if not why.strip():
        raise NotAllowed("Say what should be corrected.")
    value.returned_why = why.strip()
    _decide(value, TypedState.RETURNED, by=by, now=now)
    _record(Action.RETURNED, [value], by=by, now=now, reason=why.strip())
    return value


@dataclass(frozen=True)
class FiledValue:
    """A value that a file brought, settled or not."""

    measure: Measure
    unit: Unit
    period: Period
    typed: Figures
    note: str = ""


@dataclass(frozen=True)
class Filed:
    """How many values a file added and changed, and the measures whose hand-typed values it left alone."""

    added: int
    changed: int
    unchanged: int
    kept: tuple[tuple[str, datetime.date], ...]


@transaction.atomic
def file_values(*, values: Sequence[FiledValue], batch: int, by: Actor, now: datetime.datetime) -> Filed:
    """Take values from a loaded file as approved. A value that somebody typed by hand stays as it is.

    Raises NotAllowed for figures that contradict each other.
    """
    held = {
        _place(row): row
        for row in TypedValue.objects.select_for_update(of=("self",)).filter(
            measure__in={value.measure.pk for value in values}
        )
    }
    definitions = {value.measure.pk: value.measure for value in values}
    read = {pk: _manual_definition(measure) for pk, measure in definitions.items()}
    new, changed, kept, unchanged = [], [], [], 0
    for value in values:
        figures = policies.settle(read[value.measure.pk], value.typed)
        row = held.get((value.measure.pk, value.unit.pk, str(value.period.grain), value.period.start))
        if row is not None and row.batch_id is None:
            kept.append((value.measure.key, value.period.start))
            continue
        if row is None:
            row = TypedValue(
                measure=value.measure,
                unit=value.unit,
                grain=value.period.grain,
                period_start=value.period.start,
            )
            held[_place(row)] = row
            new.append(row)
        elif (row.numerator, row.denominator, row.value, row.note) != (*_amounts(figures), value.note):
            changed.append(row)
        else:
            unchanged += 1
            continue
        row.numerator, row.denominator, row.value = _amounts(figures)
        row.note, row.state, row.batch_id = value.note, TypedState.APPROVED, batch
        row.typed_by, row.typed_at, row.decided_by, row.decided_at = by.key, now, by.key, now
        _note_handed_in(row, now=now)
    TypedValue.objects.bulk_create(new, batch_size=500)
    TypedValue.objects.bulk_update(
        [row for row in changed if row.pk is not None],
        [
            "numerator",
            "denominator",
            "value",
            "note",
            "state",
            "batch_id",
            "typed_by",
            "typed_at",
            "handed_in_at",
            "corrections",
            "decided_by",
            "decided_at",
        ],
        batch_size=200,
    )
    touched = {row.measure_id: row for row in (*new, *changed)}
    _record(Action.LOADED, touched.values(), by=by, now=now, reason=f"batch {batch}")
    return Filed(len(new), len(changed), unchanged, tuple(kept))


@transaction.atomic
def withdraw_filed(*, batch: int, by: Actor, now: datetime.datetime) -> int:
    """Take back what a batch brought and nobody has typed over; returns how many values went."""
    rows = list(TypedValue.objects.select_related("measure", "unit").filter(batch_id=batch))
    TypedValue.objects.filter(pk__in=[row.pk for row in rows]).delete()
    touched = {row.measure_id: row for row in rows}
    _record(Action.UNDONE, touched.values(), by=by, now=now, reason=f"batch {batch}")
    return len(rows)


def _manual_definition(measure: Measure) -> MeasureDefinition:
    definition = queries.current_definition(measure)
    if not definition.manual:
        raise NotAllowed(
            f"“{measure.title}” computes itself from {definition.source}; nobody types its values."
        )
    if measure.retired_on is not None:
        raise NotAllowed(f"“{measure.title}” is retired since {measure.retired_on}.")
    return definition


def _decide(value: TypedValue, wanted: TypedState, *, by: Actor, now: datetime.datetime) -> None:
    approval = queries.current_definition(value.measure).approval
    policies.check_can_become(value, wanted, approval=approval)
    value.state, value.decided_by, value.decided_at = wanted, by.key, now
    value.save()


def _note_handed_in(value: TypedValue, *, now: datetime.datetime) -> None:
    """The first time stays; every other is counted."""
    if value.handed_in_at is None:
        value.handed_in_at = now
    else:
        value.corrections += 1


def _locked(**where: Any) -> QuerySet[TypedValue]:
    rows = TypedValue.objects.select_for_update(of=("self",))
    return rows.select_related("measure__current", "measure__owner", "measure__deputy", "unit").filter(
        **where
    )


def _again(values: Sequence[TypedValue]) -> list[TypedValue]:
    """The values as the database has them now, locked."""
    return list(_locked(pk__in=[value.pk for value in values]).order_by("pk"))


def _place(row: TypedValue) -> tuple[int, int, str, datetime.date]:
    return row.measure_id, row.unit_id, str(row.grain), row.period_start


def _amounts(figures: Figures) -> tuple[float | None, float | None, float | None]:
    return figures.numerator, figures.denominator, figures.value


def _record(
    action: Action, values: Iterable[TypedValue], *, by: Actor, now: datetime.datetime, reason: str = ""
) -> None:
    happenings = [
        Happening(
            action,
            "typed_value",
            f"{value.measure.key}/{value.unit.key}/{value.period_start}",
            value.unit.key,
            ("value",),
            reason,
        )
        for value in values
    ]
    record_events(happenings, by=by, now=now)
