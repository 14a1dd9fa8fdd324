"""Which measures nobody looks after, never had a value, or have fallen behind; by department."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet

from goldenthread.calc.periods import FiscalCalendar, Grain
from goldenthread.record.measures.models import Measure, Observation, TypedState, TypedValue
from goldenthread.record.orgs import queries as orgs
from goldenthread.record.orgs.enums import UnitKind
from goldenthread.record.orgs.models import Post, Unit
from goldenthread.record.orgs.tree import DayTree

# A value that waits for approval is out of its owner's hands: who is to approve it is told so at Home.
_HANDED_IN = (TypedState.SUBMITTED, TypedState.APPROVED)


@dataclass(frozen=True)
class Neglected:
    """A measure and what is wrong with its upkeep.

    ``owner_left``: there is an owner, who no longer holds any post. ``last_value`` is the first day of the
    latest period that has a value, or one that waits for approval; None when there never was one.
    ``periods_behind`` counts the periods that should have followed it by now, 0 when it is up to date or
    never had a value.
    """

    measure: str
    title: str
    unit: str | None
    owner: str
    ownerless: bool
    owner_left: bool
    last_value: datetime.date | None
    periods_behind: int

    @property
    def never_updated(self) -> bool:
        return self.last_value is None

    @property
    def stale(self) -> bool:
        return self.periods_behind > 0

    @property
    def is_neglected(self) -> bool:
        return self.ownerless or self.owner_left or self.never_updated or self.stale


@dataclass(frozen=True)
class Department:
    """A department (None: measures of no department) and its measures that need somebody, by title."""

    unit: str | None
    name: str
    measures: tuple[Neglected, ...]


def ownerless(*, today: datetime.date) -> QuerySet[Measure]:
    """Measures in use that have no owner, or whose owner no longer holds any post."""
    return _watched(today).filter(Q(owner__isnull=True) | Q(owner_left=True))


def neglected_by_department(*, today: datetime.date, calendar: FiscalCalendar) -> tuple[Department, ...]:
    """Everything that needs somebody, by department in alphabetical order; at most six queries.

    A measure belongs to the department above the unit that keeps it, or above the one that runs its service.
    """
    tree = orgs.tree().as_of(today)
    units = {unit.key: unit for unit in Unit.objects.all()}
    found: dict[str | None, list[Neglected]] = {}
    for one in neglected(today=today, calendar=calendar):
        found.setdefault(_department(one.unit, units, tree), []).append(one)
    departments = [
        Department(key, units[key].name if key else "", tuple(measures)) for key, measures in found.items()
    ]
    return tuple(sorted(departments, key=lambda department: (department.unit is None, department.name)))


def neglected(*, today: datetime.date, calendar: FiscalCalendar) -> tuple[Neglected, ...]:
    """The measures in use that need somebody, by title; three queries."""
    last = _last_values()
    every = (_look_at(measure, last.get(measure.pk), today, calendar) for measure in _watched(today))
    return tuple(one for one in every if one.is_neglected)


def _watched(today: datetime.date) -> QuerySet[Measure]:
    posts = Post.objects.filter(person=OuterRef("owner"))
    rows = Measure.objects.filter(retired_on__isnull=True).select_related("owner", "unit", "service__unit")
    # An owner who never held a post, such as a consultant, has not left one.
    return rows.annotate(owner_left=Exists(posts) & ~Exists(posts.filter(orgs.open_on(today))))


def _last_values() -> dict[int, datetime.date]:
    """The latest period with a value of each measure, whether people hand it in or facts make it."""
    computed = Observation.objects.filter(
        value__isnull=False, grain=F("measure__frequency"), measure__manual=False
    )
    typed = TypedValue.objects.filter(state__in=_HANDED_IN, value__isnull=False, measure__manual=True)
    rows: Iterable[tuple[int, datetime.date]] = [
        *computed.order_by().values_list("measure").annotate(last=Max("period_start")),
        *typed.order_by().values_list("measure").annotate(last=Max("period_start")),
    ]
    return dict(rows)


def _look_at(
    measure: Measure, last: datetime.date | None, today: datetime.date, calendar: FiscalCalendar
) -> Neglected:
    behind = 0
    if last is not None:
        grain = Grain(measure.frequency)
        due = calendar.last_complete(grain, today=today, lag_days=measure.lag_days)
        behind = max(0, len(calendar.periods_between(last, due.end, grain)) - 1)
    runs_it = measure.service.unit if measure.service else None
    unit = measure.unit or runs_it
    return Neglected(
        measure=measure.key,
        title=measure.title,
        unit=unit.key if unit else None,
        owner=measure.owner.name if measure.owner else "",
        ownerless=measure.owner is None,
        owner_left=bool(getattr(measure, "owner_left", False)),
        last_value=last,
        periods_behind=behind,
    )


def _department(unit: str | None, units: dict[str, Unit], tree: DayTree) -> str | None:
    """The nearest department at or above a unit; above a unit outside any, the unit just below the top."""
    if unit is None:
        return None
    line = (unit, *tree.ancestors(unit))
    departments = (key for key in line if units[key].kind == UnitKind.DEPARTMENT)
    return next(departments, line[-2] if len(line) > 1 else line[0])
