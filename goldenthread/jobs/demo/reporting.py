"""What the county has reported, and what it restated once late calls had come in."""

from __future__ import annotations

from datetime import datetime, time

from goldenthread.accounts.models import User
from goldenthread.calc.periods import Grain, Period
from goldenthread.jobs.demo.accounts import username_of
from goldenthread.jobs.demo.story import TIMEZONE, Story, first_day
from goldenthread.record.audit.actor import Actor
from goldenthread.record.measures.models import Measure
from goldenthread.record.orgs.models import Unit
from goldenthread.results.lock import lock, restate

_MEASURE = "calls_answered_in_time"
_REPORTED_MONTHS = 3
_LATE_MONTHS_AGO = 1
"""Calls of the overflow line came late for the month before the last complete one."""


def report(story: Story, *, now: datetime) -> None:
    """Lock the latest months as council was told them, each on the day its numbers were expected."""
    measure, unit = _reported()
    for ago in reversed(range(_REPORTED_MONTHS)):
        period = _month(story.last_complete_month - ago)
        told_on = period.expected_on(measure.lag_days)
        if told_on <= story.today:
            told_at = min(now, datetime.combine(told_on, time(10), TIMEZONE))
            lock(measure=measure, unit=unit, period=period, by=_analyst(), now=told_at, today=story.today)


def restate_after_late_calls(story: Story, *, now: datetime) -> None:
    """Report today's value of the month for which calls came late; the first one stays readable."""
    measure, unit = _reported()
    restate(
        measure=measure,
        unit=unit,
        period=_month(story.last_complete_month - _LATE_MONTHS_AGO),
        why="The overflow line sent its calls a month late.",
        by=_analyst(),
        now=now,
        today=story.today,
    )


def _reported() -> tuple[Measure, Unit]:
    measure = Measure.objects.select_related("unit").get(key=_MEASURE)
    assert measure.unit is not None, "the demo's definition names its unit"
    return measure, measure.unit


def _month(month: int) -> Period:
    return Period(first_day(month), first_day(month + 1), Grain.MONTH)


def _analyst() -> Actor:
    return Actor.user(User.objects.get(username=username_of("amara_okafor")).pk)
