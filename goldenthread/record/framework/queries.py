"""Reads of the framework: the thread up, the tree down, and who looks after what."""

from __future__ import annotations

import difflib
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from django.db.models import Count, QuerySet, TextField

from goldenthread.record.asking import Given, Question, day_of, worded
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
    children: dict[str | None, list[Node]] = defaultdict(list)
    for node in elements().values():
        if with_retired or not node.retired:
            children[node.fields.parent].append(node)

    def build(parent: str | None) -> tuple[Node, ...]:
        return tuple(replace(node, below=build(node.fields.key)) for node in children[parent])

    return build(None)


def elements() -> Mapping[str, Node]:
    """Every element by key, in order, retired ones among them and what hangs below left out; one query.

    For those who then ask several times: ``every=`` of ``thread`` and ``services_of``.
    """
    return _nodes(tuple(_ELEMENTS.ask()))


def thread(key: str, *, every: Mapping[str, Node] | None = None) -> tuple[Node, ...]:
    """The line from an outcome down to the element ``key``, itself last; empty when there is no such
    element."""
    every = elements() if every is None else every
    line: list[Node] = []
    while (node := every.get(key)) is not None:
        line.append(node)
        key = node.fields.parent or ""
    return tuple(reversed(line))


def below(key: str) -> tuple[Node, ...]:
    """What hangs directly below the element ``key``, without retired ones."""
    return tuple(node for node in elements().values() if node.fields.parent == key and not node.retired)


def services_of(units: Collection[str], *, every: Mapping[str, Node] | None = None) -> tuple[Node, ...]:
    """The elements that one of these units runs."""
    every = elements() if every is None else every
    return tuple(node for node in every.values() if node.fields.unit in units and not node.retired)


def find_element(key: str) -> Element | None:
    """The element in use."""
    return _elements().filter(key=key).first()


def element_names(keys: Collection[str]) -> dict[str, str]:
    """What these elements are called, by key, retired ones too."""
    return dict(Element.objects.filter(key__in=keys).values_list("key", "name"))


def services_below(keys: Collection[str]) -> dict[str, frozenset[str]]:
    """Each of these elements with itself and all that hangs below it, retired or not, by key; one query, and
    none for no element."""
    if not keys:
        return {}
    children: dict[str | None, list[str]] = defaultdict(list)
    for key, parent in Element.objects.values_list("key", "parent__key"):
        children[parent].append(key)

    def with_below(key: str) -> frozenset[str]:
        return frozenset((key,)).union(*map(with_below, children[key]))

    return {key: with_below(key) for key in keys}


def services_by_name() -> tuple[tuple[str, str], ...]:
    """Key and name of every element in use but the outcomes, by name."""
    rows = _elements().exclude(level=Level.OUTCOME).order_by("name")
    return tuple(rows.values_list("key", "name"))


def names_on(level: Level) -> list[tuple[str, str]]:
    """Key and name of every element on a level, by name."""
    return list(_elements().filter(level=level).order_by("name").values_list("key", "name"))


class MissionLine(NamedTuple):
    """The latest version of what a unit says it is for; how many of its staff stand behind it."""

    mission: str
    vision: str
    version: int
    adopted_on: date | None
    supports: int


_LATEST_MISSION = Question(
    lambda: (
        Mission.objects.filter(unit__key=Given("unit", TextField()))
        .order_by("-version")
        .values_list("mission", "vision", "version", worded("adopted_on"), Count("supports"))[:1]
    )
)


def latest_mission(unit: str) -> MissionLine | None:
    """What a unit says it is for now, if anything."""
    for mission, vision, version, adopted_on, supports in _LATEST_MISSION.ask(unit=unit):
        return MissionLine(mission, vision, version, day_of(adopted_on) if adopted_on else None, supports)
    return None


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


_ELEMENTS = Question(
    lambda: Element.objects.values_list(
        "pk",
        "owner__name",
        "unit__name",
        worded("retired_on"),
        "key",
        "level",
        "name",
        "parent__key",
        "position",
        "description",
        "owner__key",
        "unit__key",
        *map(worded, ("products", "internal_clients", "external_clients", "partners", "stakeholders")),
    )
)


@lru_cache(maxsize=4)
def _nodes(rows: tuple[tuple[Any, ...], ...]) -> dict[str, Node]:
    """Kept by the very rows it is made of, as the tree of units is: elements are few, and a line through them
    is on every dashboard."""
    nodes = {}
    for pk, owner_name, unit_name, retired_on, key, level, *rest in rows:
        name, parent, position, description, owner, unit, *lists = rest
        fields = ElementFields(
            key,
            Level(level),
            name,
            parent,
            position,
            description,
            owner,
            unit,
            *(tuple(json.loads(one)) for one in lists),
        )
        nodes[key] = Node(pk, fields, owner_name or "", unit_name or "", retired_on is not None)
    return nodes


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
