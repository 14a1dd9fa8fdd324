"""Every write to the framework: from framework.yaml, and one element at a time from the screen."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction
from django.db.models import Max

from goldenthread.record.answers import NotAllowed
from goldenthread.record.audit.actions import record_event
from goldenthread.record.audit.actor import Actor
from goldenthread.record.audit.enums import Action
from goldenthread.record.framework import policies, queries
from goldenthread.record.framework.changes import differences
from goldenthread.record.framework.definition import ElementFields
from goldenthread.record.framework.models import Element, Level, Mission, MissionComment, MissionSupport
from goldenthread.record.framework.permissions import (
    check_can_edit_element,
    check_can_edit_mission,
    check_can_speak,
)
from goldenthread.record.orgs.models import Person, Unit


class UnknownReference(Exception):
    """A key that names nothing; the message says what was found and wanted."""


@dataclass(frozen=True)
class References:
    """What the keys of an element's fields stand for."""

    units: dict[str, Unit]
    people: dict[str, Person]
    elements: dict[str, Element]


def references_of(*elements: ElementFields) -> References:
    """Units, people and elements above that these fields name, in a handful of queries."""
    return References(
        units={
            unit.key: unit for unit in Unit.objects.filter(key__in={one.unit for one in elements if one.unit})
        },
        people=queries.people_called(one.owner for one in elements),
        elements={
            element.key: element
            for element in Element.objects.filter(key__in={one.parent for one in elements if one.parent})
        },
    )


def columns_of(fields: ElementFields, known: References) -> dict[str, Any]:
    """The row of an element, apart from its key. Raises UnknownReference for a key that names nothing."""
    return {
        "level": fields.level,
        "name": fields.name,
        "description": fields.description,
        "parent": _named(known.elements, fields.parent, "element of the framework"),
        "position": fields.position,
        "owner": _named(known.people, fields.owner, "person"),
        "unit": _named(known.units, fields.unit, "unit"),
        "products": list(fields.products),
        "internal_clients": list(fields.internal_clients),
        "external_clients": list(fields.external_clients),
        "partners": list(fields.partners),
        "stakeholders": list(fields.stakeholders),
    }


def _named(known: dict[str, Any], key: str | None, what: str) -> Any:
    if key is None:
        return None
    if key not in known:
        raise UnknownReference(f"Found “{key}”, wanted the key of a {what} that exists.")
    return known[key]


@transaction.atomic
def add_element(*, fields: ElementFields, by: Actor, now: datetime.datetime, today: datetime.date) -> Element:
    """A new element, last among its siblings; ``fields.position`` is not read.

    Raises Denied without the right over the one above it.
    """
    if Element.objects.filter(key=fields.key).exists():
        raise NotAllowed(f"The key “{fields.key}” is taken. Choose another.")
    known = references_of(fields)
    columns = columns_of(fields, known)
    check_can_edit_element(by, columns["parent"], today=today)
    policies.check_place(fields.level, columns["parent"])
    columns["position"] = _end_of_list(columns["parent"])
    element = Element.objects.create(key=fields.key, **columns)
    _record(Action.CREATED, element, by=by, now=now)
    return element


@transaction.atomic
def edit_element(
    *, element: Element, fields: ElementFields, by: Actor, now: datetime.datetime, today: datetime.date
) -> Element:
    """Everything but key, level, place and order, which stay as they are; an edit that changes nothing writes
    nothing. Raises Denied without the right over the element."""
    check_can_edit_element(by, element, today=today)
    before = queries.fields_of(element)
    wanted = replace(
        fields, key=before.key, level=before.level, parent=before.parent, position=before.position
    )
    changed = differences(before, wanted)
    if changed:
        for name, value in columns_of(wanted, references_of(wanted)).items():
            setattr(element, name, value)
        element.save()
        _record(Action.CHANGED, element, by=by, now=now, fields=changed)
    return element


@transaction.atomic
def move_element(
    *,
    element: Element,
    parent: Element | None,
    position: int | None = None,
    by: Actor,
    now: datetime.datetime,
    today: datetime.date,
) -> None:
    """Below another element, or elsewhere in its list; ``position`` counts from 0, None is last.

    Raises Denied without the right over the element, and over the one it is to hang below.
    """
    check_can_edit_element(by, element, today=today)
    if parent is not None and parent != element.parent:
        check_can_edit_element(by, parent, today=today)
    policies.check_place(Level(element.level), parent)
    siblings = list(Element.objects.filter(parent=parent).exclude(pk=element.pk))
    place = len(siblings) if position is None else max(0, min(position, len(siblings)))
    siblings.insert(place, element)
    element.parent = parent
    for index, sibling in enumerate(siblings):
        sibling.position = index
    Element.objects.bulk_update(siblings, ["parent", "position"])
    _record(Action.CHANGED, element, by=by, now=now, fields=("parent", "position"))


@transaction.atomic
def retire_element(
    *, element: Element, reason: str = "", by: Actor, now: datetime.datetime, today: datetime.date
) -> None:
    """Out of use from ``today``, kept for the measures and values that were read by it. Raises Denied as
    ``edit_element``."""
    check_can_edit_element(by, element, today=today)
    policies.check_can_be_retired(element)
    element.retired_on = today
    element.save(update_fields=["retired_on"])
    _record(Action.CHANGED, element, by=by, now=now, fields=("retired_on",), reason=reason)


@transaction.atomic
def adopt_mission(
    *,
    unit: Unit,
    mission: str,
    vision: str = "",
    adopted_on: datetime.date | None,
    by: Actor,
    now: datetime.datetime,
    today: datetime.date,
) -> Mission:
    """The next version of what a unit says it is for. Raises Denied without the right over the unit."""
    check_can_edit_mission(by, unit, today=today)
    last = Mission.objects.filter(unit=unit).aggregate(last=Max("version"))["last"] or 0
    adopted = Mission.objects.create(
        unit=unit, version=last + 1, mission=mission, vision=vision, adopted_on=adopted_on
    )
    _record_mission(Action.CREATED, adopted, by=by, now=now)
    return adopted


@transaction.atomic
def comment_on_mission(
    *, mission: Mission, person: Person, text: str, by: Actor, now: datetime.datetime, today: datetime.date
) -> MissionComment:
    """A few words on a mission. Raises Denied for whoever is not of the unit's staff."""
    check_can_speak(by, mission.unit, today=today)
    if not text.strip():
        raise NotAllowed("A comment needs some words.")
    comment = MissionComment.objects.create(mission=mission, person=person, text=text.strip(), written_at=now)
    _record_mission(Action.CHANGED, mission, field="comments", by=by, now=now)
    return comment


@transaction.atomic
def support_mission(
    *, mission: Mission, person: Person, by: Actor, now: datetime.datetime, today: datetime.date
) -> None:
    """Stand behind a mission; a second time changes nothing. Raises Denied as ``comment_on_mission``."""
    check_can_speak(by, mission.unit, today=today)
    _, new = MissionSupport.objects.get_or_create(mission=mission, person=person, defaults={"given_at": now})
    if new:
        _record_mission(Action.CHANGED, mission, field="supports", by=by, now=now)


@transaction.atomic
def withdraw_support(
    *, mission: Mission, person: Person, by: Actor, now: datetime.datetime, today: datetime.date
) -> None:
    """No longer stand behind a mission; without support given it changes nothing. Raises Denied as
    ``comment_on_mission``."""
    check_can_speak(by, mission.unit, today=today)
    withdrawn, _ = MissionSupport.objects.filter(mission=mission, person=person).delete()
    if withdrawn:
        _record_mission(Action.CHANGED, mission, field="supports", by=by, now=now)


def _end_of_list(parent: Element | None) -> int:
    last = Element.objects.filter(parent=parent).aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1


def _record(
    action: Action,
    element: Element,
    *,
    by: Actor,
    now: datetime.datetime,
    fields: tuple[str, ...] = (),
    reason: str = "",
) -> None:
    record_event(
        by=by,
        action=action,
        kind="element",
        object_id=element.key,
        unit=element.unit.key if element.unit else "",
        fields=fields,
        reason=reason,
        now=now,
    )


def _record_mission(
    action: Action, mission: Mission, *, field: str = "", by: Actor, now: datetime.datetime
) -> None:
    record_event(
        by=by,
        action=action,
        kind="mission",
        object_id=f"{mission.unit.key}/{mission.version}",
        unit=mission.unit.key,
        fields=(field,) if field else (),
        now=now,
    )
