"""A small county for truth tables, and a big random one for the plain twin.

county
├── benefits
│   ├── north
│   └── south
└── works
    └── roads
"""

from __future__ import annotations

from datetime import UTC, date, datetime

from goldenthread.accounts.models import User
from goldenthread.record.access.models import Grant
from goldenthread.record.orgs.models import Person, Post, Unit, UnitParent

TODAY = date(2026, 3, 1)
NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
PARENTS = {
    "benefits": "county",
    "works": "county",
    "north": "benefits",
    "south": "benefits",
    "roads": "works",
}
EVERY_UNIT = frozenset({"county", *PARENTS})


def build_units(parents: dict[str, str] = PARENTS) -> dict[str, Unit]:
    """Units by key; each parent must be a key too, or the top."""
    keys = dict.fromkeys([*parents.values(), *parents])
    units = {key: Unit.objects.create(key=key, name=key.title(), kind="team") for key in keys}
    UnitParent.objects.bulk_create(
        UnitParent(unit=units[unit], parent=units[parent]) for unit, parent in parents.items()
    )
    return units


def build_user(name: str) -> User:
    return User.objects.create_user(name, name=name.title())


def build_person(
    key: str, *posts: tuple[str, str], user: User | None = None, supervisor: Person | None = None
) -> Person:
    """A person with posts (role, unit) that hold always."""
    person = Person.objects.create(key=key, name=key.title(), user=user)
    for role, unit in posts:
        Post.objects.create(person=person, role=role, unit=Unit.objects.get(key=unit), supervisor=supervisor)
    return person


def build_grant(
    user: User, role: str, unit: str, starts_on: date = date(2020, 1, 1), ends_on: date | None = None
) -> Grant:
    return Grant.objects.create(
        user=user, role=role, unit=Unit.objects.get(key=unit), starts_on=starts_on, ends_on=ends_on
    )
