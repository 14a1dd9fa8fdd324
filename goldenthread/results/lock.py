"""Locking a value as it was reported, and restating it: what it stood on is kept with it."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from goldenthread.calc.direction import same
from goldenthread.calc.periods import Period
from goldenthread.record.answers import NotAllowed
from goldenthread.record.audit.actions import record_event
from goldenthread.record.audit.actor import Actor
from goldenthread.record.audit.enums import Action
from goldenthread.record.measures.models import Measure, Observation, Outdated, ReportedValue
from goldenthread.record.measures.permissions import check_can_report
from goldenthread.record.measures.queries import definition_of
from goldenthread.record.orgs import queries as orgs
from goldenthread.record.orgs.models import Unit
from goldenthread.results.facts import table_of
from goldenthread.results.horizon import first_held


@transaction.atomic
def lock(
    *, measure: Measure, unit: Unit, period: Period, by: Actor, now: datetime, today: date
) -> ReportedValue:
    """Keep the value of a complete period as first reported.

    Raises Denied without the right over the unit, and NotAllowed for a period that has no value, may still
    change, or is locked already.
    """
    check_can_report(by, unit, today=today)
    if latest_report(measure, unit, period) is not None:
        raise NotAllowed("This value is locked already. Restate it, with a reason, when it changed since.")
    return _report(measure, unit, period, number=1, why="", by=by, now=now, today=today)


@transaction.atomic
def lock_all(
    *, measure: Measure, unit: Unit, periods: Sequence[Period], by: Actor, now: datetime, today: date
) -> None:
    """Each of these periods as ``lock`` does, all or none."""
    for period in periods:
        lock(measure=measure, unit=unit, period=period, by=by, now=now, today=today)


@transaction.atomic
def restate(
    *, measure: Measure, unit: Unit, period: Period, why: str, by: Actor, now: datetime, today: date
) -> ReportedValue:
    """Report today's value in place of a locked one, which stays readable.

    Raises Denied without the right over the unit, and NotAllowed without a reason, when nothing is locked,
    and when the value is what was reported.
    """
    check_can_report(by, unit, today=today)
    before = latest_report(measure, unit, period)
    if before is None:
        raise NotAllowed("Nothing is locked for this period yet. Lock the value first.")
    if not why.strip():
        raise NotAllowed("Say why the value is restated; whoever read the first one will want to know.")
    found = _observation(measure, unit, period)
    if found.value is not None and before.value is not None and same(found.value, before.value):
        raise NotAllowed("The value is what was reported, so there is nothing to restate.")
    return _report(
        measure, unit, period, number=before.number + 1, why=why.strip(), by=by, now=now, today=today
    )


def latest_report(measure: Measure, unit: Unit, period: Period) -> ReportedValue | None:
    """What was last reported for the period."""
    rows = ReportedValue.objects.filter(
        measure=measure, unit=unit, grain=str(period.grain), period_start=period.start
    )
    return rows.order_by("-number").first()


def _report(
    measure: Measure,
    unit: Unit,
    period: Period,
    *,
    number: int,
    why: str,
    by: Actor,
    now: datetime,
    today: date,
) -> ReportedValue:
    found = _observation(measure, unit, period)
    if today < period.expected_on(measure.lag_days):
        raise NotAllowed(
            f"The value may still change until {period.expected_on(measure.lag_days)}. Lock it from then on."
        )
    held_from = first_held(definition_of(found.version).sources)
    if held_from and period.start < held_from:
        raise NotAllowed(
            f"Rows of single workers from before {held_from} are no longer held, so nobody could check the "
            f"value by them. It stands as it was computed, and what was reported of it stays."
        )
    if Outdated.objects.filter(measure=measure).exists():
        raise NotAllowed("The measure is being computed again. Lock the value when that is done.")
    reported = ReportedValue.objects.create(
        measure=measure,
        unit=unit,
        grain=found.grain,
        period_start=found.period_start,
        number=number,
        numerator=found.numerator,
        denominator=found.denominator,
        value=found.value,
        fold=found.fold,
        reported_at=now,
        reported_by=by.key,
        why=why,
        stood_on=_stood_on(found),
    )
    record_event(
        by=by,
        action=Action.LOCKED if number == 1 else Action.RESTATED,
        kind="measure",
        object_id=measure.key,
        unit=unit.key,
        fields=(f"{found.grain} {found.period_start}",),
        reason=why,
        now=now,
    )
    return reported


def _observation(measure: Measure, unit: Unit, period: Period) -> Observation:
    if str(period.grain) != measure.frequency:
        raise NotAllowed(f"Values of “{measure.title}” are reported for each {measure.frequency}.")
    rows = Observation.objects.select_related("version").filter(
        measure=measure, unit=unit, grain=measure.frequency, tree="event", period_start=period.start
    )
    found = rows.first()
    if found is None or found.value is None:
        raise NotAllowed("There is no value for this period, so there is nothing to lock.")
    return found


def _stood_on(observation: Observation) -> dict[str, Any]:
    """The definition, the version of each source's facts, and who was where, by which it was computed."""
    version = observation.version
    sources = sorted(definition_of(version).sources)
    return {
        "definition": version.number,
        "computed_at": observation.computed_at.isoformat(),
        "store_versions": {key: table_of(key).version() for key in sources if table_of(key).exists},
        "who_was_where": _keep_whereabouts(),
    }


def _keep_whereabouts() -> str:
    """Keep a copy of all posts, ids and the tree in the store; its SHA-256, which is also the file's name.

    Values locked while nobody moved share one file.
    """
    placed = {name: sorted(rows, key=str) for name, rows in asdict(orgs.whereabouts()).items()}
    text = json.dumps(placed, default=str, sort_keys=True, separators=(",", ":"))
    digest = hashlib.sha256(text.encode()).hexdigest()
    file = Path(settings.WORKSPACE.store) / "_whereabouts" / f"{digest}.json.gz"
    if not file.exists():
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = file.with_suffix(f".{os.getpid()}.part")
        part.write_bytes(gzip.compress(text.encode(), mtime=0))
        part.replace(file)
    return digest
