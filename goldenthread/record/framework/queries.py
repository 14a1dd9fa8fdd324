"""Reads of the framework: the thread up, the tree down, and who looks after what."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import QuerySet

from goldenthread.record.framework.changes import KnownElement, MissionKey
from goldenthread.record.framework.definition import BELOW, ElementFields, MissionShape
from goldenthread.record.framework.models import Element, Level, Mission
from goldenthread.record.orgs.models import Person


@dataclass(frozen=True)
class Node:
    """An element with what hangs below it, as plain values. ``retired`` elements appear only when asked
    for."""

    id: int
    fields: ElementFields
    owner_name: str
    unit_name: str
    retired: bool
    below: tuple[Node, ...] = ()


def tree(*, with_retired: bool = False) -> tuple[Node, ...]:
    """The whole framework, outcomes first, in one query."""
    rows = _elements(with_retired=with_retired)
    children: dict[int | None, list[Element]] = defaultdict(list)
    for element in rows:
        children[element.parent_id].append(element)

    def build(parent: int | None) -> tuple[Node, ...]:
        return tuple(replace(_node(element), below=build(element.pk)) for element in children[parent])

    return build(None)


def thread(key: str) -> tuple[Node, ...]:
    """The line from an outcome down to the element ``key``, itself last; empty when there is no such
    element."""
    levels = ("", "parent__", "parent__parent__", "parent__parent__parent__")
    related = [f"{level}{name}" for level in levels for name in ("owner", "unit")]
    element = Element.objects.select_related(*related).filter(key=key).first()
    line: list[Node] = []
    while element is not None:
        line.append(_node(element))
        element = element.parent
    return tuple(reversed(line))


def below(key: str) -> tuple[Node, ...]:
    """What hangs directly below the element ``key``, without retired ones."""
    return tuple(_node(element) for element in _elements().filter(parent__key=key))


def services_of(units: Collection[str]) -> tuple[Node, ...]:
    """The elements that one of these units runs."""
    return tuple(_node(element) for element in _elements().filter(unit__key__in=units))


def find_element(key: str) -> Element | None:
    """The element in use."""
    return _elements().filter(key=key).first()


def names_on(level: Level) -> list[tuple[str, str]]:
    """Key and name of every element on a level, by name."""
    return list(_elements().filter(level=level).order_by("name").values_list("key", "name"))


def missions_of(unit: str) -> QuerySet[Mission]:
    """A unit's missions, newest version first, with what staff said about them."""
    return Mission.objects.filter(unit__key=unit).prefetch_related("comments__person", "supports__person")


def known_elements() -> dict[str, KnownElement]:
    """The record's framework as ``changes.compare`` takes it, in two queries."""
    rows = list(_elements(with_retired=True))
    parents = {element.pk: element.parent_id for element in rows}
    holding: set[int] = set()
    for serving in Element.objects.filter(measures__isnull=False).values_list("pk", flat=True).distinct():
        here: int | None = serving
        while here is not None and here not in holding:
            holding.add(here)
            here = parents[here]
    return {
        element.key: KnownElement(fields_of(element), element.retired_on is not None, element.pk in holding)
        for element in rows
    }


def known_missions() -> dict[MissionKey, MissionShape]:
    """Every version of every unit's mission."""
    return {
        (mission.unit.key, mission.version): MissionShape(
            unit=mission.unit.key,
            version=mission.version,
            mission=mission.mission,
            vision=mission.vision,
            adopted=mission.adopted_on,
        )
        for mission in Mission.objects.select_related("unit").order_by("unit__key", "version")
    }


def dump() -> dict[str, Any]:
    """The framework in the shape of framework.yaml, without retired elements and empty keys."""
    whole = {
        "outcomes": [_dumped(node) for node in tree()],
        "missions": [mission.model_dump(exclude_defaults=True) for mission in known_missions().values()],
    }
    return {key: entries for key, entries in whole.items() if entries}


def people_called(names: Iterable[str | None]) -> dict[str, Person]:
    """The persons that definitions name, by the word they use: the person's key, else the sign-in name.

    Two queries at most. Names that mean nobody are missing from the answer.
    """
    wanted = {name for name in names if name}
    if not wanted:
        return {}
    found = {person.key: person for person in Person.objects.filter(key__in=wanted)}
    if rest := wanted - found.keys():
        by_user = Person.objects.select_related("user").filter(user__username__in=rest)
        found |= {person.user.username: person for person in by_user if person.user}
    return found


def nearest_person(name: str) -> str:
    """“, perhaps “ana_ruiz””, for the end of a sentence about a name nobody has; empty when none is near."""
    near = difflib.get_close_matches(name, Person.objects.values_list("key", flat=True), n=1)
    return f", perhaps “{near[0]}”" if near else ""


def fields_of(element: Element) -> ElementFields:
    """An element as plain values; reads its owner, unit and parent."""
    return ElementFields(
        key=element.key,
        level=Level(element.level),
        name=element.name,
        parent=element.parent.key if element.parent else None,
        position=element.position,
        description=element.description,
        owner=element.owner.key if element.owner else None,
        unit=element.unit.key if element.unit else None,
        products=tuple(element.products),
        internal_clients=tuple(element.internal_clients),
        external_clients=tuple(element.external_clients),
        partners=tuple(element.partners),
        stakeholders=tuple(element.stakeholders),
    )


def _elements(*, with_retired: bool = False) -> QuerySet[Element]:
    rows = Element.objects.select_related("owner", "unit", "parent")
    return rows if with_retired else rows.filter(retired_on__isnull=True)


def _node(element: Element) -> Node:
    return Node(
        id=element.pk,
        fields=fields_of(element),
        owner_name=element.owner.name if element.owner else "",
        unit_name=element.unit.name if element.unit else "",
        retired=element.retired_on is not None,
    )


def _dumped(node: Node) -> dict[str, Any]:
    one = node.fields
    clients = {"internal": list(one.internal_clients), "external": list(one.external_clients)}
    shape: dict[str, Any] = {
        "id": one.key,
        "name": one.name,
        "description": one.description,
        "owner": one.owner,
        "unit": one.unit,
        "products": list(one.products),
        "clients": {key: names for key, names in clients.items() if names},
        "partners": list(one.partners),
        "stakeholders": list(one.stakeholders),
    }
    if one.level in BELOW:
        shape[BELOW[one.level][0]] = [_dumped(child) for child in node.below]
    return {key: value for key, value in shape.items() if value}
