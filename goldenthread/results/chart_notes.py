"""What people noted on a measure's chart: where limits were re-set, and what happened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from goldenthread.calc.periods import FiscalCalendar, Grain
from goldenthread.facts.scope import Scope
from goldenthread.record.audit.names import names_of
from goldenthread.record.measures.models import Annotation, Measure, Rebase


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
    rows = [
        row
        for row in Rebase.objects.filter(measure=measure).select_related("unit").order_by("-starts_on")
        if row.unit is None or scope.sees_unit(row.unit.key)
    ]
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
    row = Rebase.objects.select_related("measure__unit", "unit").filter(measure=measure, pk=pk).first()
    return row if row is not None and (row.unit is None or scope.sees_unit(row.unit.key)) else None


def notes_on(measure: Measure, scope: Scope, calendar: FiscalCalendar) -> tuple[ChartNote, ...]:
    """What happened, the newest first; notes on units the scope does not see are left out."""
    rows = [
        row
        for row in Annotation.objects.filter(measure=measure).select_related("unit").order_by("-period_start")
        if row.unit is None or scope.sees_unit(row.unit.key)
    ]
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
