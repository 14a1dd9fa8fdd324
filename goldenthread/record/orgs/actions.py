"""Loading the organization and its people. Each load is all or nothing, and a second one of the same file
does nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from django.db import transaction

from goldenthread.definitions import Located
from goldenthread.record.acting import acting_for_system
from goldenthread.record.audit.actions import Happening, record_events
from goldenthread.record.audit.actor import Actor
from goldenthread.record.audit.enums import Action
from goldenthread.record.orgs import queries
from goldenthread.record.orgs.changes import (
    Change,
    Changes,
    Effect,
    compare_identifiers,
    compare_organization,
    compare_people,
)
from goldenthread.record.orgs.checks import planned_organization
from goldenthread.record.orgs.files import Table, identifiers_of, people_of
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
from goldenthread.record.orgs.policies import check_is_free
from goldenthread.record.orgs.snapshots import (
    IdentifierSnapshot,
    OrganizationSnapshot,
    PersonSnapshot,
    PostSnapshot,
    UnitSnapshot,
)

_ROWS_AT_ONCE = 500
Item = TypeVar("Item")
Identifier = TypeVar("Identifier", PersonIdentifier, UnitIdentifier)


@transaction.atomic
def apply_organization(located: Located, *, by: Actor, now: datetime) -> Changes:
    """Load organization.yaml as ``read_yaml`` gives it. Units that it leaves out are kept and reported.

    DefinitionError when the file, or the tree it makes together with the units kept, cannot stand.
    """
    before = queries.organization_snapshot()
    known = before.units if before else {}
    plan = planned_organization(located, known=known)
    kept = _missing(located, known)
    changes = compare_organization(before, plan, kept=kept)
    if not changes:
        return changes
    _write_settings(plan)
    _write_units(plan.units, changed=changes.by_key("unit").keys())
    _record(changes, "organization", by=by, now=now)
    _record(changes, "unit", by=by, now=now)
    return changes


def _missing(located: Located, known: Mapping[str, UnitSnapshot]) -> list[str]:
    named = {str(unit["id"]) for unit in located.value.get("units") or ()}
    return [key for key in known if key not in named]


def _write_settings(plan: OrganizationSnapshot) -> None:
    Organization.objects.update_or_create(
        id=1,
        defaults={
            "name": plan.name,
            "fiscal_year_starts": plan.fiscal_year_starts,
            "timezone": plan.timezone,
            "working_days": list(plan.working_days),
        },
    )
    if plan.holidays != tuple(Holiday.objects.values_list("day", "name")):
        Holiday.objects.all().delete()
        Holiday.objects.bulk_create(Holiday(day=day, name=name) for day, name in plan.holidays)


def _write_units(units: Mapping[str, UnitSnapshot], *, changed: Collection[str]) -> None:
    written = [
        Unit(key=key, name=unit.name, kind=unit.kind, starts_on=unit.days.start, ends_on=unit.days.end)
        for key, unit in units.items()
        if key in changed
    ]
    Unit.objects.bulk_create(
        written,
        update_conflicts=True,
        unique_fields=["key"],
        update_fields=["name", "kind", "starts_on", "ends_on"],
        batch_size=_ROWS_AT_ONCE,
    )
    ids = dict(Unit.objects.values_list("key", "id"))
    UnitParent.objects.filter(unit__key__in=changed).delete()
    UnitParent.objects.bulk_create(
        [
            UnitParent(unit_id=ids[key], parent_id=ids[parent], starts_on=days.start, ends_on=days.end)
            for key in changed
            for parent, days in units[key].parents
        ],
        batch_size=_ROWS_AT_ONCE,
    )


@transaction.atomic
def apply_people(table: Table, *, by: Actor, now: datetime) -> Changes:
    """Load people.csv as ``read_table`` gives it. The file is the whole truth about posts: those it leaves
    out are removed and reported. People stay, for values, goals and the log name them.

    DefinitionError as ``people_of``.
    """
    before = queries.people_snapshot()
    units = dict(Unit.objects.values_list("key", "id"))
    after = people_of(table, units=units, known=before)
    changes = compare_people(before, after)
    if not changes:
        return changes
    changed = changes.by_key("person").keys()
    written = {key: after[key] if key in after else replace(before[key], posts=()) for key in changed}
    _write_people(written)
    _write_posts(written, units)
    _record(changes, "person", by=by, now=now)
    return changes


def _write_people(people: Mapping[str, PersonSnapshot]) -> None:
    rows = [
        Person(key=key, name=person.name, email=person.email, classification=person.classification)
        for key, person in people.items()
    ]
    Person.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["key"],
        update_fields=["name", "email", "classification"],
        batch_size=_ROWS_AT_ONCE,
    )


def _write_posts(people: Mapping[str, PersonSnapshot], units: Mapping[str, int]) -> None:
    """Replace the posts of these people by what the snapshots hold; a post that goes on keeps its row."""
    ids = dict(Person.objects.values_list("key", "id"))
    held: dict[tuple[object, ...], Post] = {}
    for keys in _chunks(list(people)):
        for post in Post.objects.filter(person__key__in=keys):
            held[post.person_id, post.unit_id, post.role, post.starts_on] = post
    added: list[Post] = []
    altered: list[Post] = []
    for key, person in people.items():
        for wanted in person.posts:
            new = _post_row(wanted, ids[key], units, ids)
            old = held.pop((new.person_id, new.unit_id, new.role, new.starts_on), None)
            if old is None:
                added.append(new)
            elif (old.ends_on, old.supervisor_id) != (new.ends_on, new.supervisor_id):
                old.ends_on, old.supervisor_id = new.ends_on, new.supervisor_id
                altered.append(old)
    for posts in _chunks(list(held.values())):
        Post.objects.filter(pk__in=[post.pk for post in posts]).delete()
    Post.objects.bulk_update(altered, ["ends_on", "supervisor"], batch_size=_ROWS_AT_ONCE)
    Post.objects.bulk_create(added, batch_size=_ROWS_AT_ONCE)


def _post_row(post: PostSnapshot, person: int, units: Mapping[str, int], people: Mapping[str, int]) -> Post:
    return Post(
        person_id=person,
        unit_id=units[post.unit],
        role=post.role.value,
        supervisor_id=people[post.supervisor] if post.supervisor else None,
        starts_on=post.days.start,
        ends_on=post.days.end,
    )


def apply_person_ids(table: Table, *, by: Actor, now: datetime) -> Changes:
    """Load people_ids.csv, the whole truth about what other systems call people. DefinitionError as
    ``identifiers_of``."""
    return _apply_identifiers(table, "person", Person, PersonIdentifier, by=by, now=now)


def apply_unit_ids(table: Table, *, by: Actor, now: datetime) -> Changes:
    """Load unit_ids.csv, the whole truth about what other systems call units. DefinitionError as
    ``identifiers_of``."""
    return _apply_identifiers(table, "unit", Unit, UnitIdentifier, by=by, now=now)


@transaction.atomic
def _apply_identifiers(
    table: Table,
    owner: str,
    owners: type[Person] | type[Unit],
    identifiers: type[Identifier],
    *,
    by: Actor,
    now: datetime,
) -> Changes:
    ids = dict(owners.objects.values_list("key", "id"))
    after = identifiers_of(table, owner, owners=ids)
    changes = compare_identifiers(owner, queries.identifiers(owner), after)
    if changes:
        identifiers.objects.all().delete()
        identifiers.objects.bulk_create(
            [_identifier_row(one, owner, ids[one.owner], identifiers) for one in after],
            batch_size=_ROWS_AT_ONCE,
        )
        _record(changes, owner, by=by, now=now)
    return changes


def add_person_id(one: IdentifierSnapshot, *, by: Actor, now: datetime) -> Changes:
    """Say what another system calls a person, beside what is known. NotAllowed when the id is somebody's
    already on one of these days."""
    return _add_identifier(one, "person", Person, PersonIdentifier, by=by, now=now)


def add_unit_id(one: IdentifierSnapshot, *, by: Actor, now: datetime) -> Changes:
    """Say what another system calls a unit, beside what is known. NotAllowed as ``add_person_id``."""
    return _add_identifier(one, "unit", Unit, UnitIdentifier, by=by, now=now)


@transaction.atomic
@acting_for_system("ids that must be free")
def _add_identifier(
    one: IdentifierSnapshot,
    owner: str,
    owners: type[Person] | type[Unit],
    identifiers: type[Identifier],
    *,
    by: Actor,
    now: datetime,
) -> Changes:
    before: tuple[IdentifierSnapshot, ...] = queries.identifiers(owner)
    check_is_free(one, before)
    named = owners.objects.get(key=one.owner)
    _identifier_row(one, owner, named.pk, identifiers).save(force_insert=True)
    changes = compare_identifiers(owner, before, (*before, one))
    _record(changes, owner, by=by, now=now)
    return changes


def _identifier_row(
    one: IdentifierSnapshot, owner: str, owner_id: int, identifiers: type[Identifier]
) -> Identifier:
    return identifiers(
        **{f"{owner}_id": owner_id},
        system=one.system,
        value=one.value,
        starts_on=one.days.start,
        ends_on=one.days.end,
    )


def _record(changes: Changes, kind: str, *, by: Actor, now: datetime) -> None:
    record_events(
        (
            Happening(_action(items), kind, key, unit=key if kind == "unit" else "", fields=_fields(items))
            for key, items in changes.by_key(kind).items()
        ),
        by=by,
        now=now,
    )


def _action(items: Sequence[Change]) -> Action:
    created = any(item.effect is Effect.ADDED and not item.field for item in items)
    return Action.CREATED if created else Action.CHANGED


def _fields(items: Sequence[Change]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(item.field for item in items if item.field))


def _chunks(items: Sequence[Item]) -> list[Sequence[Item]]:
    return [items[start : start + _ROWS_AT_ONCE] for start in range(0, len(items), _ROWS_AT_ONCE)]
