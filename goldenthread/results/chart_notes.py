"""What people noted on a measure's chart: where limits were re-set, and what happened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from django.db.models import QuerySet

from goldenthread.calc.periods import FiscalCalendar, Grain
from goldenthread.facts.scope import Scope
from goldenthread.record.audit.names import names_of
from goldenthread.record.measures.models import Annotation, Measure, Rebase

Row = TypeVar("Row", Annotation, Rebase)


@dataclass(frozen=True)
class ChartNote:
    """One thing on the chart, with who says so. ``unit_name`` is empty for every unit; ``day`` is the first
    day of its period; a note has no ``why``."""

    pk: int
    day: date
    label: str
    unit: str | None
    unit_name: str
    what: str
    why: str
    by: str
    at: datetime


def rebases(measure: Measure, scope: Scope, calendar: FiscalCalendar) -> tuple[ChartNote, ...]:
    """Where limits were re-set, the newest first; those of units the scope does not see are left out."""
    rows = _seen(Rebase.objects.filter(measure=measure).order_by("-starts_on"), measure, scope)
    names = names_of(row.decided_by for row in rows)
    return tuple(
        ChartNote(
            pk=row.pk,
            day=calendar.period_of(row.starts_on, Grain(measure.frequency)).start,
            label=calendar.label(calendar.period_of(row.starts_on, Grain(measure.frequency))),
            unit=row.unit.key if row.unit else None,
            unit_name=row.unit.name if row.unit else "",
            what=row.what_happened,
            why=row.reason,
            by=names[row.decided_by],
            at=row.decided_at,
        )
        for row in rows
    )


def find_rebase(measure: Measure, pk: int, scope: Scope) -> Rebase | None:
    """The re-setting of limits, if it is this measure's and the scope sees its unit."""
    rows = Rebase.objects.select_related("measure__unit").filter(measure=measure, pk=pk)
    return next(iter(_seen(rows, measure, scope)), None)


def notes_on(measure: Measure, scope: Scope, calendar: FiscalCalendar) -> tuple[ChartNote, ...]:
    """What happened, the newest first; notes on units the scope does not see are left out."""
    rows = _seen(Annotation.objects.filter(measure=measure).order_by("-period_start"), measure, scope)
    names = names_of(row.written_by for row in rows)
    return tuple(
        ChartNote(
            pk=row.pk,
            day=row.period_start,
            label=calendar.label(calendar.period_of(row.period_start, Grain(measure.frequency))),
            unit=row.unit.key if row.unit else None,
            unit_name=row.unit.name if row.unit else "",
            what=row.text,
            why="",
            by=names[row.written_by],
            at=row.written_at,
        )
        for row in rows
    )


def _seen(rows: QuerySet[Row], measure: Measure, scope: Scope) -> list[Row]:
    """Those about every unit, and those about a unit where the scope opens the measure."""
    serves = measure.service.key if measure.service else None
    return [
        row
        for row in rows.select_related("unit")
        if row.unit is None or scope.sees_result(row.unit.key, serves)
    ]
