"""Writes to reports: their definitions, and that one is used no more."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from goldenthread.calc.periods import Grain
from goldenthread.definitions import DefinitionError
from goldenthread.record.answers import NotAllowed, SaveResult
from goldenthread.record.audit.actions import record_event
from goldenthread.record.audit.actor import Actor
from goldenthread.record.audit.enums import Action
from goldenthread.record.measures.actions import referents
from goldenthread.record.measures.permissions import check_can_define
from goldenthread.record.orgs.models import Unit
from goldenthread.record.reports.checks import Written, find_problems, repeated
from goldenthread.record.reports.definition import ReportDefinition, as_data
from goldenthread.record.reports.models import Report, ReportVersion


@dataclass(frozen=True)
class Saved:
    """What saving a definition did; ``fields`` names the keys of the YAML that differ."""

    report: Report
    result: SaveResult
    version: int
    fields: tuple[str, ...] = ()


@transaction.atomic
def save_reports(
    written: Sequence[Written], *, why: str = "", by: Actor, now: datetime.datetime, today: datetime.date
) -> tuple[Saved, ...]:
    """Create reports or make them what their definitions say, all or none.

    An unchanged definition writes no version. Raises DefinitionError with every problem of every report, and
    Denied without the right over the unit that is to keep one, or has kept it.
    """
    check_reports(written)
    keys = [one.definition.report for one in written]
    held = Report.objects.select_for_update(of=("self",)).select_related("current", "unit")
    known = {row.key: row for row in held.filter(key__in=keys)}
    keepers = {one.definition.unit for one in written} | {
        row.unit.key if row.unit else None for row in known.values()
    }
    check_can_define(by, keepers, today=today)
    return tuple(
        _save(one.definition, known.get(one.definition.report), why=why, by=by, now=now) for one in written
    )


def check_reports(written: Sequence[Written]) -> None:
    """Whether these reports could be saved; DefinitionError with every problem."""
    columns = [column for one in written for column in one.definition.as_measures(Grain.DAY)]
    known = referents(columns)
    problems = [problem for one in written for problem in find_problems(one, known)]
    problems.extend(repeated(written))
    if problems:
        raise DefinitionError(problems)


@transaction.atomic
def retire(*, report: Report, by: Actor, now: datetime.datetime, today: datetime.date) -> None:
    """No longer offered to anybody from ``today``; saved again, it is back.

    Raises Denied for whoever may not define it, NotAllowed when it is retired already.
    """
    check_can_define(by, [report.unit.key if report.unit else None], today=today)
    if report.retired_on is not None:
        raise NotAllowed(f"“{report.title}” is retired since {report.retired_on}.")
    report.retired_on = today
    report.save(update_fields=["retired_on"])
    _record(Action.ENDED, report, by=by, now=now)


def _save(
    definition: ReportDefinition, report: Report | None, *, why: str, by: Actor, now: datetime.datetime
) -> Saved:
    data = as_data(definition)
    is_new = report is None
    report = report or Report(key=definition.report, created_at=now)
    before = report.current.definition if report.current is not None else {}
    fields = tuple(key for key in {**before, **data} if before.get(key) != data.get(key))
    if report.retired_on is not None:
        fields = (*fields, "retired_on")
    if not fields:
        assert report.current is not None
        return Saved(report, SaveResult.UNCHANGED, report.current.number)
    report.title, report.retired_on = definition.title, None
    report.unit = Unit.objects.get(key=definition.unit) if definition.unit else None
    report.save()
    report.current = ReportVersion.objects.create(
        report=report,
        number=report.current.number + 1 if report.current is not None else 1,
        definition=data,
        written_at=now,
        written_by=by.key,
        why=why,
    )
    report.save(update_fields=["current"])
    action = Action.CREATED if is_new else Action.CHANGED
    _record(action, report, fields=() if is_new else fields, reason=why, by=by, now=now)
    result = SaveResult.CREATED if is_new else SaveResult.CHANGED
    return Saved(report, result, report.current.number, fields)


def _record(
    action: Action,
    report: Report,
    *,
    fields: Sequence[str] = (),
    reason: str = "",
    by: Actor,
    now: datetime.datetime,
) -> None:
    record_event(
        by=by,
        action=action,
        kind="report",
        object_id=report.key,
        unit=report.unit.key if report.unit else "",
        fields=fields,
        reason=reason,
        now=now,
    )
