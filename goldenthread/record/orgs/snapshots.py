"""The organization and its people as plain values: what the record holds, or what files say it should."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from goldenthread.record.orgs.days import Dated, Days
from goldenthread.record.orgs.definition import OrganizationDefinition, UnitDefinition
from goldenthread.record.orgs.enums import PostRole
from goldenthread.record.orgs.tree import Parents, Tree


@dataclass(frozen=True)
class UnitSnapshot:
    key: str
    name: str
    kind: str
    days: Days
    parents: Parents


@dataclass(frozen=True)
class OrganizationSnapshot:
    """``working_days`` are ISO weekdays, 1 Monday to 7 Sunday."""

    name: str
    fiscal_year_starts: int
    timezone: str
    working_days: tuple[int, ...]
    holidays: tuple[tuple[date, str], ...]
    units: Mapping[str, UnitSnapshot] = field(default_factory=dict)

    @cached_property
    def tree(self) -> Tree:
        return Tree(
            {key: unit.days for key, unit in self.units.items()},
            {key: unit.parents for key, unit in self.units.items()},
        )


@dataclass(frozen=True)
class PostSnapshot:
    unit: str
    role: PostRole
    days: Days
    supervisor: str | None = None

    @property
    def identity(self) -> tuple[str, PostRole, date | None]:
        """What makes it the same post although its end or its supervisor changed."""
        return self.unit, self.role, self.days.start

    def __str__(self) -> str:
        return f"{self.role.value} of {self.unit}{self.days}"


@dataclass(frozen=True)
class PersonSnapshot:
    key: str
    name: str
    email: str = ""
    classification: str = ""
    posts: tuple[PostSnapshot, ...] = ()


@dataclass(frozen=True)
class IdentifierSnapshot:
    """What another system calls a unit or a person (``owner``), and when."""

    owner: str
    system: str
    value: str
    days: Days

    def __str__(self) -> str:
        return f"{self.value} in {self.system}{self.days}"


def memberships(people: Mapping[str, PersonSnapshot]) -> list[Dated]:
    """Who was a member of what, and when: the posts by which facts find their unit."""
    return [
        ((person.key, post.unit), post.days)
        for person in people.values()
        for post in person.posts
        if post.role is PostRole.MEMBER
    ]


def organization_of(
    definition: OrganizationDefinition, *, kept: Mapping[str, UnitSnapshot]
) -> OrganizationSnapshot:
    """What the record should hold after loading ``definition``: ``kept`` are the units that it does not
    name."""
    units = {unit.id: _unit_of(unit) for unit in definition.units}
    calendar = definition.calendar
    return OrganizationSnapshot(
        name=definition.organization,
        fiscal_year_starts=definition.fiscal_year_starts,
        timezone=definition.timezone,
        working_days=tuple(sorted({day.iso for day in calendar.working_days})),
        holidays=tuple(sorted((holiday.date, holiday.name) for holiday in calendar.holidays)),
        units={**units, **kept},
    )


def _unit_of(unit: UnitDefinition) -> UnitSnapshot:
    parents: Parents = tuple((parent.unit, parent.days) for parent in unit.parents)
    if unit.parent is not None:
        parents = ((unit.parent, Days()),)
    return UnitSnapshot(
        unit.id,
        unit.name or unit.id,
        unit.kind.value,
        unit.days,
        tuple(sorted(parents, key=lambda placed: placed[1].bounds)),
    )
