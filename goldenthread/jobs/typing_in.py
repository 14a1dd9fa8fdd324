"""What people do with typed values, each with all that follows from it: numbers and what waits for whom."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from goldenthread.calc.periods import Period
from goldenthread.jobs import computing, tasks
from goldenthread.jobs.noticing import refresh_notices
from goldenthread.jobs.refused import Refused
from goldenthread.record.answers import NotAllowed
from goldenthread.record.audit.actor import Actor
from goldenthread.record.measures import typed_values
from goldenthread.record.measures.models import Measure, TypedState, TypedValue
from goldenthread.record.measures.policies import Figures
from goldenthread.record.orgs import queries as orgs
from goldenthread.record.orgs.models import Unit


@dataclass(frozen=True)
class Entry:
    """What somebody typed. ``place`` is the caller's own name for it, by which problems are told."""

    place: str
    measure: str
    period: Period
    typed: Figures
    note: str = ""


class NotTaken(Exception):
    """Nothing was kept; ``problems`` has a sentence for each entry that cannot be, by its place."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(" ".join(problems.values()))
        self.problems = dict(problems)


@dataclass(frozen=True)
class Taken:
    """How many values were handed in, and how many of them wait for somebody's approval. ``computed``: the
    numbers they make up are up to date; else the job worker is at it."""

    values: int
    waiting: int
    computed: bool = True


def save_drafts(entries: Sequence[Entry], *, by: Actor, now: datetime) -> int:
    """Keep what was typed, all or nothing; returns how many. A value that counted no longer does."""
    with transaction.atomic():
        counting = TypedValue.objects.filter(
            measure__key__in={entry.measure for entry in entries}, state=TypedState.APPROVED
        )
        counted = set(counting.values_list("pk", flat=True))
        values = _type(entries, by=by, now=now)
        _mark([value for value in values if value.pk in counted])
    _follow_up(by=by, now=now)
    return len(values)


def hand_in(entries: Sequence[Entry], *, by: Actor, now: datetime) -> Taken:
    """Keep what was typed and submit it, all or nothing; what needs no approval counts at once."""
    with transaction.atomic():
        typed = _type(entries, by=by, now=now)
        submitted = []
        problems: dict[str, str] = {}
        for entry, value in zip(entries, typed, strict=True):
            try:
                submitted += typed_values.submit_values(values=[value], by=by, now=now)
            except NotAllowed as no:
                problems[entry.place] = str(no)
        if problems:
            raise NotTaken(problems)
        _mark(submitted)
    computed = _follow_up(by=by, now=now)
    waiting = sum(1 for one in submitted if one.state == TypedState.SUBMITTED)
    return Taken(len(submitted), waiting, computed)


def approve(numbers: Collection[int], *, by: Actor, now: datetime, today: date) -> bool:
    """Let values count, all or none, by number. NotAllowed or Denied says why not.

    Returns whether the numbers they make up are up to date; else the job worker is at it.
    """
    with transaction.atomic():
        approved = typed_values.approve_values(values=_values(numbers), by=by, now=now, today=today)
        _mark(approved)
    return _follow_up(by=by, now=now)


def send_back(number: int, why: str, *, by: Actor, now: datetime, today: date) -> bool:
    """Return a value to who looks after its measure with a reason; it no longer counts.

    Returns whether the numbers it was part of are up to date; else the job worker is at it.
    """
    with transaction.atomic():
        (value,) = _values([number])
        counted = value.state == TypedState.APPROVED
        returned = typed_values.return_value(value=value, why=why, by=by, now=now, today=today)
        if counted:
            _mark([returned])
    return _follow_up(by=by, now=now) or not counted


def _type(entries: Sequence[Entry], *, by: Actor, now: datetime) -> list[TypedValue]:
    measures = {
        row.key: row
        for row in Measure.objects.select_related("current", "unit", "owner", "deputy").filter(
            key__in={entry.measure for entry in entries}
        )
    }
    top = Unit.objects.filter(key=orgs.top_unit()).first()
    values, problems = [], {}
    for entry in entries:
        measure = measures[entry.measure]
        unit = measure.unit or top
        assert unit is not None
        try:
            values.append(
                typed_values.type_value(
                    measure=measure,
                    unit=unit,
                    period=entry.period,
                    typed=entry.typed,
                    note=entry.note,
                    by=by,
                    now=now,
                )
            )
        except NotAllowed as no:
            problems[entry.place] = str(no)
    if problems:
        raise NotTaken(problems)
    return values


def _values(numbers: Collection[int]) -> list[TypedValue]:
    found = list(TypedValue.objects.select_related("measure", "unit").filter(pk__in=numbers))
    if len(found) != len(set(numbers)):
        raise NotAllowed("One of these values is no longer there. Look at the list again.")
    return found


def _mark(values: Sequence[TypedValue]) -> None:
    computing.mark_measures({value.measure.key for value in values})


def _follow_up(*, by: Actor, now: datetime) -> bool:
    """Bring numbers and notices up to date; whether the numbers are when this returns.

    Nobody waits in the browser while numbers are computed: the job worker does that. Without a worker it
    happens here. What was typed is safe by now: when a long computation is under way, the marks it leaves are
    caught up with by the next one.
    """
    try:
        return tasks.compute_soon(by=by, now=now)
    except Refused:
        return False
    finally:
        refresh_notices(now=now)
