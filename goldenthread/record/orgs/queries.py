"""Reading the organization: who was where, and what stood under what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.db.models import Prefetch, Q, QuerySet

from goldenthread.calc.clocks import WorkingCalendar
from goldenthread.calc.periods import FiscalCalendar
from goldenthread.facts.scope import NOT_ASSIGNED
from goldenthread.record.acting import acting_for_system
from goldenthread.record.asking import Given, Question, day_of, worded
from goldenthread.record.orgs.days import Days
from goldenthread.record.orgs.definition import MONDAY_TO_FRIDAY
from goldenthread.record.orgs.enums import PostRole
from goldenthread.record.orgs.models import (
    Holiday,
    Organization,
    Person,
    PersonIdentifier,
    Post,
    Unit,
    UnitIdentifier,
    UnitParent,
)
from goldenthread.record.orgs.snapshots import (
    IdentifierSnapshot,
    OrganizationSnapshot,
    PersonSnapshot,
    PostSnapshot,
    UnitSnapshot,
)
from goldenthread.record.orgs.tree import Ancestry, DayTree, Tree
from goldenthread.record.orgs.units import UnitLine, Units


def organization() -> Organization:
    """The one organization; before the first load, one without a name, in UTC, with calendar years."""
    return Organization.objects.first() or Organization()


def fiscal_calendar() -> FiscalCalendar:
    return organization().calendar


def working_calendar(of: Organization | None = None) -> WorkingCalendar:
    """Monday to Friday unless the organization says otherwise, less its holidays. ``of`` is the organization
    where it was read before."""
    weekdays = frozenset(iso - 1 for iso in _working_days(of or organization()))
    return WorkingCalendar(weekdays, frozenset(Holiday.objects.values_list("day", flat=True)))


def _working_days(organization: Organization) -> tuple[int, ...]:
    return tuple(organization.working_days) or tuple(day.iso for day in MONDAY_TO_FRIDAY)


_EACH = Question(
    lambda: Unit.objects.order_by("pk").values_list(
        "pk", "key", "name", "kind", worded("starts_on"), worded("ends_on")
    )
)
_PARENTS = Question(
    lambda: UnitParent.objects.values_list("unit_id", "parent_id", worded("starts_on"), worded("ends_on"))
)


def units() -> Units:
    """Every unit, and the tree of them through time, in two queries."""
    return _units(tuple(_EACH.ask()), tuple(_PARENTS.ask()))


def tree() -> Tree:
    """The tree of units through time."""
    return units().tree


_Dates = tuple[str | None, str | None]


@lru_cache(maxsize=4)
def _units(
    rows: tuple[tuple[int, str, str, str, *_Dates], ...], parents: tuple[tuple[int, int, *_Dates], ...]
) -> Units:
    """Kept by the very rows it is made of, so that what is kept can never be stale: it serves every request
    of a day, with what it worked out already. Four: one workspace has one, and a load tries its own."""
    keys = {pk: key for pk, key, *_ in rows}
    placed: dict[str, list[tuple[str, Days]]] = defaultdict(list)
    for unit, parent, *dates in parents:
        placed[keys[unit]].append((keys[parent], days_of(*dates)))
    return Units(
        {key: UnitLine(pk, key, name, kind) for pk, key, name, kind, *_ in rows},
        Tree(
            {key: days_of(*dates) for _, key, _, _, *dates in rows},
            {unit: tuple(sorted(steps, key=lambda step: step[1].bounds)) for unit, steps in placed.items()},
        ),
    )


def days_of(starts_on: str | None, ends_on: str | None) -> Days:
    """Dates in words of the database as an interval."""
    return Days(day_of(starts_on) if starts_on else None, day_of(ends_on) if ends_on else None)


def top_unit() -> str | None:
    """The key of the unit without a parent; None before the first load."""
    return tree().top


def tree_dates() -> tuple[date, ...]:
    """The days on which the tree took another form."""
    return tree().dates()


def ancestors(unit: str, on: date) -> tuple[str, ...]:
    """The keys of the units above, nearest first."""
    return tree().as_of(on).ancestors(unit)


def closure(on: date | None = None) -> list[Ancestry]:
    """Each unit with itself and all above it, and NOT_ASSIGNED with itself and the top.

    Without a day: as things stood at the time, so that a fact rolls up by the tree of its own day; days on
    which a unit did not exist are in none of its rows. With a day: by that day's tree, whatever the day of
    the fact.
    """
    return _closure(tree(), on)


def _closure(whole: Tree, on: date | None) -> list[Ancestry]:
    steps = whole.history() if on is None else _whenever(whole.as_of(on))
    steps.append(Ancestry(NOT_ASSIGNED, NOT_ASSIGNED, Days()))
    if whole.top is not None:
        steps.append(Ancestry(NOT_ASSIGNED, whole.top, Days()))
    return steps


def _whenever(day_tree: DayTree) -> list[Ancestry]:
    units = [*([day_tree.top] if day_tree.top else []), *day_tree.parents]
    return [
        Ancestry(unit, ancestor, Days()) for unit in units for ancestor in (unit, *day_tree.ancestors(unit))
    ]


@dataclass(frozen=True)
class Whereabouts:
    """How a fact finds its unit. Every row ends with the first day in and the first day out, None is open."""

    memberships: list[tuple[str, str, date | None, date | None]]
    """person, unit; at most one at any time, and only while the unit exists"""
    person_ids: list[tuple[str, str, str, date | None, date | None]]
    """system, id, person"""
    unit_ids: list[tuple[str, str, str, date | None, date | None]]
    """system, id, unit; only while the unit exists"""
    closure: list[tuple[str, str, date | None, date | None]]
    """unit, ancestor; as ``closure``"""


@acting_for_system("placing facts")
def whereabouts(
    on: date | None = None, *, units: Collection[str] | None = None, people: Collection[str] | None = None
) -> Whereabouts:
    """Everything that places facts, whoever asks: with an id left out, its facts would count for nobody.
    ``on`` as for ``closure``: it chooses the tree, never who was a member where.

    With ``units``, of people only those who were ever members of one of them, or of one that was ever below
    it; with ``people``, only these. Facts of everybody else are then nobody's, and not to be asked for.
    """
    whole = tree()
    steps = _closure(whole, on)

    def while_it_exists(unit: str, starts_on: date | None, ends_on: date | None) -> Days:
        return Days(starts_on, ends_on) & whole.life(unit)

    members = Post.objects.filter(role=PostRole.MEMBER)
    identifiers = PersonIdentifier.objects.all()
    inside = {step.unit for step in steps if step.ancestor in (units or ())}
    if people is not None:
        members = members.filter(person__key__in=people)
        identifiers = identifiers.filter(person__key__in=people)
    elif units is not None and NOT_ASSIGNED not in inside:
        there = members.filter(unit__key__in=inside).values("person")
        members, identifiers = members.filter(person__in=there), identifiers.filter(person__in=there)
    posts = members.values_list("person__key", "unit__key", "starts_on", "ends_on")
    person_ids = identifiers.values_list("system", "value", "person__key", "starts_on", "ends_on")
    unit_ids = UnitIdentifier.objects.values_list("system", "value", "unit__key", "starts_on", "ends_on")
    return Whereabouts(
        memberships=[
            (person, unit, days.start, days.end)
            for person, unit, *dates in posts
            if not (days := while_it_exists(unit, *dates)).is_empty
        ],
        person_ids=list(person_ids),
        unit_ids=[
            (system, value, unit, days.start, days.end)
            for system, value, unit, *dates in unit_ids
            if not (days := while_it_exists(unit, *dates)).is_empty
        ],
        closure=[(step.unit, step.ancestor, step.days.start, step.days.end) for step in steps],
    )


def open_on(on: date | Given) -> Q:
    """Rows with ``starts_on`` and ``ends_on`` that hold on that day."""
    return (Q(starts_on=None) | Q(starts_on__lte=on)) & (Q(ends_on=None) | Q(ends_on__gt=on))


def person_of(account: int | None) -> Person | None:
    """Who signs in with this account, when it is somebody of the organization."""
    return Person.objects.filter(user=account).first() if account is not None else None


def find_person(key: str) -> Person:
    """The person of that key; DoesNotExist when there is none."""
    return Person.objects.get(key=key)


def people_names(keys: Collection[str]) -> dict[str, str]:
    """What these people are called, by key."""
    return dict(Person.objects.filter(key__in=keys).values_list("key", "name"))


def find_unit_by_key(key: str) -> Unit:
    """The unit of that key, whoever asks; DoesNotExist when there is none."""
    return Unit.objects.get(key=key)


def members(unit: str, on: date) -> QuerySet[Person]:
    """The people who are members of the unit itself on that day, by name."""
    posts = Post.objects.filter(open_on(on), role=PostRole.MEMBER, unit__key=unit)
    return Person.objects.filter(pk__in=posts.values("person"))


def organization_snapshot() -> OrganizationSnapshot | None:
    """What the record holds of the organization and its units; None before the first load."""
    held = Organization.objects.first()
    if held is None:
        return None
    parents = tree().declared
    return OrganizationSnapshot(
        name=held.name,
        fiscal_year_starts=held.fiscal_year_starts,
        timezone=held.timezone,
        working_days=_working_days(held),
        holidays=tuple(Holiday.objects.values_list("day", "name")),
        units={
            unit.key: UnitSnapshot(
                unit.key, unit.name, unit.kind, Days(unit.starts_on, unit.ends_on), parents.get(unit.key, ())
            )
            for unit in Unit.objects.order_by("id")
        },
    )


def people_snapshot() -> dict[str, PersonSnapshot]:
    """Everybody in the record with all their posts, in two queries."""
    posts = Post.objects.select_related("unit", "supervisor")
    people = Person.objects.order_by("key").prefetch_related(Prefetch("posts", queryset=posts))
    return {
        person.key: PersonSnapshot(
            person.key,
            person.name,
            person.email,
            person.classification,
            tuple(
                sorted(
                    map(_post, person.posts.all()), key=lambda post: (post.days.bounds, post.unit, post.role)
                )
            ),
        )
        for person in people
    }


def _post(post: Post) -> PostSnapshot:
    supervisor = post.supervisor.key if post.supervisor else None
    return PostSnapshot(post.unit.key, PostRole(post.role), Days(post.starts_on, post.ends_on), supervisor)


_IDENTIFIERS: dict[str, type[PersonIdentifier] | type[UnitIdentifier]] = {
    "person": PersonIdentifier,
    "unit": UnitIdentifier,
}


def identifiers(owner: str) -> tuple[IdentifierSnapshot, ...]:
    """What other systems call people (``owner`` is person) or units (unit), ordered by whom they name."""
    key = f"{owner}__key"
    rows = _IDENTIFIERS[owner].objects.order_by(key, "system", "value", "starts_on")
    return tuple(
        IdentifierSnapshot(named, system, value, Days(starts_on, ends_on))
        for named, system, value, starts_on, ends_on in rows.values_list(
            key, "system", "value", "starts_on", "ends_on"
        )
    )


def unit_names(keys: Collection[str]) -> dict[str, str]:
    """What these units are called, by key."""
    return dict(Unit.objects.filter(key__in=keys).values_list("key", "name"))
