"""The hierarchy of an inventory into the organization and the framework; what exists stays where it is."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from typing import Any

from goldenthread.definitions import Located
from goldenthread.jobs.extracts.inventory.rows import Place
from goldenthread.jobs.refused import Refused
from goldenthread.record.audit.actor import Actor
from goldenthread.record.framework import queries as framework
from goldenthread.record.framework.changes import Change
from goldenthread.record.framework.definition import ABOVE, BELOW, FrameworkDefinition
from goldenthread.record.framework.loading import apply_framework
from goldenthread.record.framework.models import Element, Level
from goldenthread.record.orgs import queries as orgs
from goldenthread.record.orgs.actions import apply_organization
from goldenthread.record.orgs.dump import organization_yaml
from goldenthread.record.orgs.models import Unit


def apply_units(places: Sequence[Place], *, by: Actor, now: datetime.datetime) -> tuple[str, ...]:
    """Add the units that do not exist yet."""
    held = organization_yaml()
    if held is None:
        raise Refused(
            "There is no organization yet. Load an organization.yaml with its name, its fiscal year and its "
            "top unit first: goldenthread load FOLDER."
        )
    known = set(Unit.objects.values_list("key", flat=True))
    top = orgs.top_unit()
    new = [place for place in places if place.unit_kind and place.key not in known]
    if new:
        shapes = [
            {"id": one.key, "name": one.name, "kind": one.unit_kind, "parent": one.unit_parent or top}
            for one in new
        ]
        apply_organization(Located(held | {"units": [*held["units"], *shapes]}), by=by, now=now)
    return tuple(place.key for place in new)


def apply_framework_of(
    places: Sequence[Place], *, by: Actor, now: datetime.datetime, today: datetime.date
) -> tuple[Change, ...]:
    """Add the elements that do not exist yet; bring descriptions and products of the others up to date."""
    wanted = {place: Level(place.level) for place in places if place.level}
    held = Element.objects.filter(key__in=[place.key for place in wanted]).values_list("key", "level")
    levels = {key: Level(level) for key, level in held}
    for place, level in wanted.items():
        if (found := levels.get(place.key, level)) is not level:
            raise Refused(
                f"Found “{place.key}” as {found.label.lower()} of the framework; the inventory wants it as "
                f"{level.label.lower()}. Give one of them another key."
            )
    whole = framework.dump()
    by_key = dict(_with_keys(whole.setdefault("outcomes", []), Level.OUTCOME))
    for place, level in wanted.items():
        _put(place, level, by_key, whole["outcomes"])
    return apply_framework(FrameworkDefinition.model_validate(whole), by=by, now=now, today=today)


def _put(
    place: Place, level: Level, by_key: dict[str, dict[str, Any]], outcomes: list[dict[str, Any]]
) -> None:
    shape = by_key.get(place.key)
    if shape is None:
        shape = by_key[place.key] = {"id": place.key, "name": place.name}
        if place.unit_kind:
            shape["unit"] = place.key
        if place.element_parent is None:
            outcomes.append(shape)
        else:
            by_key[place.element_parent].setdefault(BELOW[ABOVE[level]][0], []).append(shape)
    if place.description:
        shape["description"] = place.description
    if place.products:
        shape["products"] = place.products


def _with_keys(shapes: Sequence[dict[str, Any]], level: Level) -> Iterable[tuple[str, dict[str, Any]]]:
    for shape in shapes:
        yield shape["id"], shape
        if level in BELOW:
            key, lower = BELOW[level]
            yield from _with_keys(shape.get(key, []), lower)
