"""The shape of framework.yaml, and the flat list of elements that it unfolds to."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import Field

from goldenthread.definitions import Definition, DefinitionError, Located, Problem, Words, check
from goldenthread.record.framework.models import Level
from goldenthread.record.orgs.keys import Key

Names = tuple[Words, ...]


class Clients(Definition):
    """Who a service is for, inside the organization and outside."""

    internal: Names = ()
    external: Names = ()


class _Shape(Definition):
    id: Key
    name: Words = Field(max_length=300)
    description: str = ""
    owner: str | None = None
    unit: str | None = None
    products: Names = ()
    clients: Clients = Clients()
    partners: Names = ()
    stakeholders: Names = ()


class OperationalServiceShape(_Shape):
    """The lowest level: what a team does."""


class CoreServiceShape(_Shape):
    operational_services: tuple[OperationalServiceShape, ...] = ()


class ServiceAreaShape(_Shape):
    core_services: tuple[CoreServiceShape, ...] = ()


class OutcomeShape(_Shape):
    service_areas: tuple[ServiceAreaShape, ...] = ()


class MissionShape(Definition):
    """One version of what a unit says it is for."""

    unit: str
    version: int = Field(ge=1)
    mission: Words
    vision: str = ""
    adopted: datetime.date | None = None


class FrameworkDefinition(Definition):
    """All of framework.yaml."""

    outcomes: tuple[OutcomeShape, ...] = ()
    missions: tuple[MissionShape, ...] = ()


# The key that holds the children of a level, and their level.
BELOW: dict[Level, tuple[str, Level]] = {
    Level.OUTCOME: ("service_areas", Level.SERVICE_AREA),
    Level.SERVICE_AREA: ("core_services", Level.CORE_SERVICE),
    Level.CORE_SERVICE: ("operational_services", Level.OPERATIONAL_SERVICE),
}
ABOVE: dict[Level, Level] = {lower: upper for upper, (_, lower) in BELOW.items()}


@dataclass(frozen=True)
class ElementFields:
    """One element by itself: its key, where it hangs, and what is known about it. References are keys."""

    key: str
    level: Level
    name: str
    parent: str | None = None
    position: int = 0
    description: str = ""
    owner: str | None = None
    unit: str | None = None
    products: tuple[str, ...] = ()
    internal_clients: tuple[str, ...] = ()
    external_clients: tuple[str, ...] = ()
    partners: tuple[str, ...] = ()
    stakeholders: tuple[str, ...] = ()


@dataclass(frozen=True)
class PlacedElement:
    """An element and the path at which the file holds it, for the line of an error."""

    fields: ElementFields
    path: tuple[str | int, ...]


def elements(definition: FrameworkDefinition) -> Iterator[PlacedElement]:
    """Every element, parents before children, in the order of the file."""
    yield from _unfold(definition.outcomes, Level.OUTCOME, None, ("outcomes",))


def _unfold(
    shapes: tuple[Any, ...], level: Level, parent: str | None, path: tuple[str | int, ...]
) -> Iterator[PlacedElement]:
    for position, shape in enumerate(shapes):
        here = (*path, position)
        yield PlacedElement(
            ElementFields(
                key=shape.id,
                level=level,
                name=shape.name,
                parent=parent,
                position=position,
                description=shape.description,
                owner=shape.owner,
                unit=shape.unit,
                products=shape.products,
                internal_clients=shape.clients.internal,
                external_clients=shape.clients.external,
                partners=shape.partners,
                stakeholders=shape.stakeholders,
            ),
            here,
        )
        if level in BELOW:
            key, lower = BELOW[level]
            yield from _unfold(getattr(shape, key), lower, shape.id, (*here, key))


def check_framework(located: Located) -> FrameworkDefinition:
    """framework.yaml as a value; raises DefinitionError, also for an id or a mission version used twice."""
    definition = check(FrameworkDefinition, located)
    problems = [*_repeated_ids(definition, located), *_repeated_missions(definition, located)]
    if problems:
        raise DefinitionError(problems)
    return definition


def _repeated_ids(definition: FrameworkDefinition, located: Located) -> Iterator[Problem]:
    first: dict[str, tuple[str | int, ...]] = {}
    for element in elements(definition):
        path = (*element.path, "id")
        earlier = first.setdefault(element.fields.key, path)
        if earlier != path:
            line = located.line_of(earlier)
            where = f" (first on line {line})" if line else ""
            yield Problem(
                located.file,
                located.line_of(path),
                ".".join(map(str, path)),
                f"“{element.fields.key}” a second time{where}",
                "an id of its own for every outcome, service area and service",
            )


def _repeated_missions(definition: FrameworkDefinition, located: Located) -> Iterator[Problem]:
    seen: set[tuple[str, int]] = set()
    for index, mission in enumerate(definition.missions):
        if (mission.unit, mission.version) in seen:
            path = ("missions", index, "version")
            yield Problem(
                located.file,
                located.line_of(path),
                ".".join(map(str, path)),
                f"version {mission.version} of “{mission.unit}” a second time",
                "each version of a unit's mission once",
            )
        seen.add((mission.unit, mission.version))
