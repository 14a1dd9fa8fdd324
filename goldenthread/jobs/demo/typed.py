"""The values that the demo's people typed by hand, and what some of them did not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from goldenthread.accounts.models import User
from goldenthread.calc.periods import Grain, Period
from goldenthread.jobs import computing
from goldenthread.jobs.demo.accounts import username_of
from goldenthread.jobs.demo.story import TIMEZONE, Story, first_day, ordinary
from goldenthread.record.audit.actor import Actor
from goldenthread.record.measures.models import Measure, TypedValue
from goldenthread.record.measures.policies import Figures
from goldenthread.record.measures.typed_values import approve_values, submit_values, type_value
from goldenthread.record.orgs.models import Unit


@dataclass(frozen=True)
class _Typist:
    """Who types a measure each month, and up to how many months ago."""

    person: str | None
    last_months_ago: int
    figures: Callable[[int], Figures]
    approved_until_months_ago: int | None = None
    """Where the measure asks for approval: the months up to this one have it."""


def _homes(month: int) -> Figures:
    return Figures(value=round(116 + 4 * ordinary(month, offset=3)))


def _complaints(month: int) -> Figures:
    return Figures(numerator=round(42 + 3 * ordinary(month, offset=1)), denominator=47 + month % 3)


def _readers(month: int) -> Figures:
    summer = 1.35 if month % 12 in (5, 6, 7) else 1.0
    return Figures(value=round(905 * summer * (1 + 0.05 * ordinary(month))))


def _volunteers(month: int) -> Figures:
    return Figures(value=round(640 + 90 * ordinary(month, offset=21)))


def _ideas(month: int) -> Figures:
    return Figures(value=round(3 + 2 * ordinary(month, offset=9)))


def _backups(month: int) -> Figures:
    return Figures(numerator=11 + month % 2, denominator=12)


_TYPISTS: Mapping[str, _Typist] = {
    # The last value is overdue: its owner is on leave.
    "foster_homes_licensed": _Typist("jamal_haddad", 1, _homes),
    # The last value waits for the director.
    "in_home_complaints_settled": _Typist("jo_park", 0, _complaints, approved_until_months_ago=1),
    "summer_readers": _Typist("noor_saleh", 0, _readers, approved_until_months_ago=0),
    # The last value is not in yet: something to do for the member, and for the administrator.
    "team_ideas_tried": _Typist("rosa_delgado", 1, _ideas),
    "backups_restored": _Typist("ben_whitefeather", 1, _backups),
    # Copied from an old list once, and typed by nobody since.
    "park_volunteer_hours": _Typist(None, 5, _volunteers),
}


_FORGOTTEN, _NOTICED = -0.7, 0.75
"""Of a month that swings below the first, the value is late; above the second, a slip was noticed and
corrected the same day."""


def type_values(story: Story, *, by: Actor, now: datetime) -> None:
    """Type, hand in and approve what no extract holds, every month in its time."""
    for key, typist in _TYPISTS.items():
        measure = Measure.objects.get(key=key)
        for month in range(story.first_month, story.last_complete_month - typist.last_months_ago + 1):
            _type_month(measure, typist, month, story, by=by)
    computing.mark_measures(_TYPISTS)
    computing.catch_up(by=by, now=now)


def _type_month(measure: Measure, typist: _Typist, month: int, story: Story, *, by: Actor) -> None:
    ago, at = story.last_complete_month - month, _typed_at(measure, month, story)
    unit = Unit.objects.get(measures=measure)
    typed_by = _acting(typist.person) if typist.person else by
    value = _type(measure, unit, month, typist.figures(month), by=typed_by, now=at)
    if typist.approved_until_months_ago is None and _swing(measure, month) > _NOTICED:
        later = at + timedelta(hours=5)
        submit_values(values=[value], by=typed_by, now=at)
        value = _type(measure, unit, month, typist.figures(month), by=typed_by, now=later)
        at = later
    submitted = submit_values(values=[value], by=typed_by, now=at)
    if typist.approved_until_months_ago is not None and ago >= typist.approved_until_months_ago:
        approve_values(values=submitted, by=by, now=at + timedelta(hours=2), today=at.date())


def _type(
    measure: Measure, unit: Unit, month: int, figures: Figures, *, by: Actor, now: datetime
) -> TypedValue:
    period = Period(first_day(month), first_day(month + 1), Grain.MONTH)
    return type_value(measure=measure, unit=unit, period=period, typed=figures, by=by, now=now)


def _typed_at(measure: Measure, month: int, story: Story) -> datetime:
    """Some days before it is due; now and then a few days after; and never later than yesterday."""
    days = 3 if _swing(measure, month) < _FORGOTTEN else -4
    due = first_day(month + 1) + timedelta(days=measure.lag_days + days)
    return datetime.combine(min(due, story.today - timedelta(days=1)), time(9, 40), TIMEZONE)


def _swing(measure: Measure, month: int) -> float:
    return ordinary(month, offset=len(measure.key))


def _acting(person: str) -> Actor:
    return Actor.user(User.objects.get(username=username_of(person)).pk)
