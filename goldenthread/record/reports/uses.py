"""What the numbers of single workers are used for: consulted on, announced, in force until reviewed."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db import transaction

from goldenthread.record.access.permissions import check_may
from goldenthread.record.access.roles import Permission
from goldenthread.record.answers import NotAllowed
from goldenthread.record.audit.actions import record_event
from goldenthread.record.audit.actor import Actor
from goldenthread.record.audit.enums import Action
from goldenthread.record.orgs import queries as orgs
from goldenthread.record.reports.definition import Column, ForWorkers, ReportDefinition, Use
from goldenthread.record.reports.models import Consultation, Report
from goldenthread.record.reports.queries import current_definition

NOTICE = datetime.timedelta(days=14)
"""So long before a use takes effect everybody affected is told of it."""


@dataclass(frozen=True)
class ColumnUse:
    """A column that is to be shown of single workers. ``in_force`` is what holds today, and ``coming`` what
    was announced and does not hold yet; ``is_agreed``: what the definition states is one of the two."""

    column: Column
    in_force: Consultation | None
    coming: Consultation | None
    is_agreed: bool


def uses_of(report: Report, *, today: datetime.date) -> tuple[ColumnUse, ...]:
    """Each column of the report that states a use, in order. One query.

    What was agreed holds for the formula it was agreed of, in the unit whose staff were asked, until its
    review. A use that is stated anew leaves the agreed one in force until the new one is agreed, announced,
    and begins.
    """
    rows = list(
        Consultation.objects.filter(report=report, unit=_keeper(report)).order_by("recorded_at", "pk")
    )
    definition = current_definition(report)
    found = []
    for column in definition.columns:
        if column.workers is not None:
            formula = definition.formula_of(column)
            mine = [one for one in rows if one.column == column.id and one.formula == formula]
            found.append(_use(column, column.workers, mine, today))
    return tuple(found)


def names_open_work(report: Report, *, today: datetime.date) -> bool:
    """Whether staff were asked about the column behind its list of what is open, so that the list may say who
    has what."""
    asked = current_definition(report).open_work
    return asked is not None and asked.column in in_force(report, today=today)


def said_of(report: Report) -> tuple[Consultation, ...]:
    """What staff said of any column of the report, the newest first."""
    return tuple(Consultation.objects.filter(report=report).order_by("-recorded_at", "pk"))


def in_force(report: Report, *, today: datetime.date) -> dict[str, Use]:
    """What each column of the report may be used for today, of single workers; the others are closed."""
    return {
        one.column.id: Use(one.in_force.use)
        for one in uses_of(report, today=today)
        if one.in_force is not None
    }


def _use(
    column: Column, stated: ForWorkers, agreed: Sequence[Consultation], today: datetime.date
) -> ColumnUse:
    """``agreed`` of this column and its formula, the oldest first."""
    open_ones = [one for one in reversed(agreed) if today < one.review_on]
    holding = next((one for one in open_ones if one.holds_from <= today), None)
    coming = next((one for one in open_ones if one.holds_from > today), None)
    latest = coming or holding
    is_agreed = latest is not None and (latest.use, latest.review_on) == (stated.use, stated.review)
    return ColumnUse(column, holding, coming, is_agreed)


@transaction.atomic
def record_consultation(
    *,
    report: Report,
    columns: Collection[str],
    said: str,
    holds_from: datetime.date,
    by: Actor,
    now: datetime.datetime,
    today: datetime.date,
) -> tuple[Consultation, ...]:
    """Put on record what staff said of the uses that these columns state; they hold from that day on.

    Raises Denied without the right to speak for staff of the unit that keeps the report, NotAllowed when
    nothing was said, when the day is too soon to tell everybody before, or when a column states no use or one
    whose review is not after that day.
    """
    check_may(by, Permission.CONSULT, [report.unit.key if report.unit else orgs.top_unit()], today=today)
    definition = current_definition(report)
    _check(definition, columns, said, holds_from, today)
    made = [
        Consultation.objects.create(
            report=report,
            column=column.id,
            use=column.workers.use,
            formula=definition.formula_of(column),
            unit=_keeper(report),
            review_on=column.workers.review,
            holds_from=holds_from,
            said=said.strip(),
            recorded_by=by.key,
            recorded_at=now,
        )
        for column in definition.columns
        if column.id in columns and column.workers is not None
    ]
    record_event(
        by=by,
        action=Action.CONSULTED,
        kind="report",
        object_id=report.key,
        unit=_keeper(report),
        fields=tuple(one.column for one in made),
        reason=said.strip(),
        now=now,
    )
    return tuple(made)


def _keeper(report: Report) -> str:
    return report.unit.key if report.unit else ""


def _check(
    definition: ReportDefinition,
    columns: Collection[str],
    said: str,
    holds_from: datetime.date,
    today: datetime.date,
) -> None:
    stated = {one.id: one.workers for one in definition.columns if one.workers is not None}
    if not columns or not set(columns) <= stated.keys():
        raise NotAllowed("Found no column that states a use for single workers; wanted at least one.")
    if not said.strip():
        raise NotAllowed(
            "Nothing was said. Write what staff and their representatives said; all can read it."
        )
    if holds_from < today + NOTICE:
        first = today + NOTICE
        raise NotAllowed(f"Found {holds_from}, wanted {first} or later: everybody affected is told before.")
    for key in columns:
        if stated[key].review <= holds_from:
            raise NotAllowed(
                f"“{key}” would hold from its review on, {stated[key].review}. Set a later review first."
            )
