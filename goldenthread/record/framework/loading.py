"""framework.yaml into the record: one transaction, and the second time nothing."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence

from django.db import transaction

from goldenthread.definitions import DefinitionError, Located, Problem, one_of
from goldenthread.record.answers import NotAllowed
from goldenthread.record.audit.actions import Happening, record_events
from goldenthread.record.audit.actor import Actor
from goldenthread.record.audit.enums import Action
from goldenthread.record.framework import policies, queries
from goldenthread.record.framework.actions import columns_of, references_of
from goldenthread.record.framework.changes import Change, ChangeKind, compare
from goldenthread.record.framework.definition import (
    FrameworkDefinition,
    MissionShape,
    PlacedElement,
    elements,
)
from goldenthread.record.framework.models import Element, Level, Mission
from goldenthread.record.orgs.models import Unit

_NOWHERE = Located(None)

_ACTIONS = {
    ChangeKind.ADDED: Action.CREATED,
    ChangeKind.CHANGED: Action.CHANGED,
    ChangeKind.RESTORED: Action.CHANGED,
    ChangeKind.RETIRED: Action.CHANGED,
    ChangeKind.REMOVED: Action.DELETED,
}


def compare_framework(definition: FrameworkDefinition, *, located: Located = _NOWHERE) -> tuple[Change, ...]:
    """What applying the definition would change. Raises DefinitionError when it names units or people nobody
    knows, or rewords a mission that staff have answered; ``located`` gives the lines."""
    placed = list(elements(definition))
    changes = compare(queries.known_elements(), queries.known_missions(), definition)
    problems = [
        *_unknown_references(placed, definition.missions, located),
        *_reworded_missions(changes, definition.missions, located),
    ]
    if problems:
        raise DefinitionError(problems)
    return changes


@transaction.atomic
def apply_framework(
    definition: FrameworkDefinition,
    *,
    located: Located = _NOWHERE,
    by: Actor,
    now: datetime.datetime,
    today: datetime.date,
) -> tuple[Change, ...]:
    """Make the record say what the definition says, and answer what that changed.

    Missions the definition does not name stay: they are history. Elements it does not name are retired when
    measures serve them or anything below them, else removed. Raises as ``compare_framework``.
    """
    changes = compare_framework(definition, located=located)
    _write_elements(list(elements(definition)))
    Element.objects.filter(key__in=_keys(changes, ChangeKind.RETIRED)).update(retired_on=today)
    _remove(_keys(changes, ChangeKind.REMOVED))
    _write_missions(definition.missions)
    units = dict(Element.objects.filter(unit__isnull=False).values_list("key", "unit__key"))
    record_events((_happening(change, units) for change in changes), by=by, now=now)
    return changes


def _write_elements(placed: Sequence[PlacedElement]) -> None:
    """Parents come first in ``placed``, so each level finds the one above it already written."""
    known = references_of(*(one.fields for one in placed))
    rows = {element.key: element for element in Element.objects.all()}
    for level in Level:
        fields = [one.fields for one in placed if one.fields.level == level]
        new: list[str] = []
        old: list[str] = []
        for one in fields:
            row = rows.get(one.key)
            (new if row is None else old).append(one.key)
            rows[one.key] = row or Element(key=one.key)
            for name, value in columns_of(one, known).items():
                setattr(rows[one.key], name, value)
            rows[one.key].retired_on = None
        names = [*columns_of(fields[0], known), "retired_on"] if fields else []
        Element.objects.bulk_create([rows[key] for key in new])
        if old:
            Element.objects.bulk_update([rows[key] for key in old], names)
        known.elements.update((one.key, rows[one.key]) for one in fields)


def _happening(change: Change, units: dict[str, str]) -> Happening:
    is_mission = change.object == "mission"
    unit = change.key.partition("/")[0] if is_mission else units.get(change.key, "")
    return Happening(_ACTIONS[change.kind], change.object, change.key or "outcomes", unit, change.fields)


def _remove(keys: Sequence[str]) -> None:
    for level in reversed(Level):
        Element.objects.filter(key__in=keys, level=level).delete()


def _write_missions(missions: Iterable[MissionShape]) -> None:
    units = {unit.key: unit for unit in Unit.objects.filter(key__in={one.unit for one in missions})}
    for one in missions:
        Mission.objects.update_or_create(
            unit=units[one.unit],
            version=one.version,
            defaults={"mission": one.mission, "vision": one.vision, "adopted_on": one.adopted},
        )


def _keys(changes: Iterable[Change], kind: ChangeKind) -> list[str]:
    return [change.key for change in changes if change.object == "element" and change.kind is kind]


def _unknown_references(
    placed: Sequence[PlacedElement], missions: Sequence[MissionShape], located: Located
) -> Iterator[Problem]:
    units = set(Unit.objects.values_list("key", flat=True))
    people = queries.people_called(one.fields.owner for one in placed)
    named = [(one.fields.unit, (*one.path, "unit")) for one in placed]
    named += [(mission.unit, ("missions", index, "unit")) for index, mission in enumerate(missions)]
    for unit, path in named:
        if unit is not None and unit not in units:
            yield _problem(located, path, unit, f"a unit of the organization: {one_of(sorted(units), unit)}")
    for one in placed:
        owner = one.fields.owner
        if owner is not None and owner not in people:
            wanted = f"a person of the organization{queries.nearest_person(owner)}"
            yield _problem(located, (*one.path, "owner"), owner, wanted)


def _reworded_missions(
    changes: Sequence[Change], missions: Sequence[MissionShape], located: Located
) -> Iterator[Problem]:
    reworded = {
        change.key for change in changes if change.object == "mission" and change.kind is ChangeKind.CHANGED
    }
    for index, shape in enumerate(missions):
        if f"{shape.unit}/{shape.version}" not in reworded:
            continue
        try:
            policies.check_can_be_reworded(Mission.objects.get(unit__key=shape.unit, version=shape.version))
        except NotAllowed as refusal:
            path = ("missions", index, "mission")
            where = ".".join(map(str, path))
            yield Problem(
                located.file,
                located.line_of(path),
                where,
                "other words for a version that staff have answered",
                str(refusal),
            )


def _problem(located: Located, path: tuple[str | int, ...], found: str, wanted: str) -> Problem:
    return Problem(located.file, located.line_of(path), ".".join(map(str, path)), f"“{found}”", wanted)
