"""What a framework.yaml would change, as plain values and sentences; reads nothing and writes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, fields
from enum import StrEnum

from goldenthread.record.framework.definition import (
    ElementFields,
    FrameworkDefinition,
    MissionShape,
    elements,
)


class ChangeKind(StrEnum):
    ADDED = "added"
    CHANGED = "changed"
    RESTORED = "restored"
    RETIRED = "retired"
    REMOVED = "removed"


@dataclass(frozen=True)
class Change:
    """One difference. ``object`` is ``element`` or ``mission``; ``fields`` names what differs."""

    kind: ChangeKind
    object: str
    key: str
    sentence: str
    fields: tuple[str, ...] = ()


@dataclass(frozen=True)
class KnownElement:
    """An element as the record has it, and whether a measure hangs on it or on anything below it."""

    fields: ElementFields
    retired: bool
    holds_measures: bool


MissionKey = tuple[str, int]


def compare(
    known: Mapping[str, KnownElement],
    known_missions: Mapping[MissionKey, MissionShape],
    definition: FrameworkDefinition,
) -> tuple[Change, ...]:
    """Every difference, in the order in which the file, then the record, holds the elements."""
    wanted = [placed.fields for placed in elements(definition)]
    changes: list[Change] = []
    for element in wanted:
        changes.extend(_of_element(element, known.get(element.key)))
    changes.extend(_reordered(known, wanted))
    changes.extend(_left_out(known, {element.key for element in wanted}))
    for mission in definition.missions:
        changes.extend(_of_mission(mission, known_missions.get((mission.unit, mission.version))))
    return tuple(changes)


def _of_element(wanted: ElementFields, known: KnownElement | None) -> Sequence[Change]:
    what = wanted.level.label
    if known is None:
        return [Change(ChangeKind.ADDED, "element", wanted.key, f"{what} “{wanted.name}” is new.")]
    differing = differences(known.fields, wanted)
    if known.retired:
        sentence = f"{what} “{wanted.name}” was retired and is back."
        return [Change(ChangeKind.RESTORED, "element", wanted.key, sentence, differing)]
    if differing:
        sentence = f"{what} “{wanted.name}”: {_told(known.fields, wanted, differing)}."
        return [Change(ChangeKind.CHANGED, "element", wanted.key, sentence, differing)]
    return []


def differences(old: ElementFields, new: ElementFields) -> tuple[str, ...]:
    """The names of the fields in which two elements differ; where each stands among its siblings is no
    field."""
    names = (one.name for one in fields(ElementFields) if one.name != "position")
    return tuple(name for name in names if getattr(old, name) != getattr(new, name))


def _told(old: ElementFields, new: ElementFields, differing: Sequence[str]) -> str:
    parts = []
    for name in differing:
        before, after = getattr(old, name), getattr(new, name)
        if name == "parent":
            parts.append(f"moves from “{before or 'the top'}” to “{after or 'the top'}”")
        elif isinstance(after, tuple) or name == "description":
            parts.append(f"{name.replace('_', ' ')} changed")
        else:
            parts.append(f"{name} was “{before or 'nobody'}”, becomes “{after or 'nobody'}”")
    return ", ".join(parts)


def _reordered(known: Mapping[str, KnownElement], wanted: Sequence[ElementFields]) -> Iterator[Change]:
    """One change for each list whose common members swapped places; an insertion or a removal is not a
    swap."""
    names: dict[str | None, str] = {None: "The outcomes stand"}
    names |= {element.key: f"What is below “{element.name}” stands" for element in wanted}
    lists: dict[str | None, list[ElementFields]] = {}
    for element in wanted:
        before = known.get(element.key)
        if before is not None and before.fields.parent == element.parent:
            lists.setdefault(element.parent, []).append(before.fields)
    for parent, stayed in lists.items():
        positions = [element.position for element in stayed]
        if positions != sorted(positions):
            sentence = f"{names[parent]} in another order."
            yield Change(ChangeKind.CHANGED, "element", parent or "", sentence, ("order",))


def _left_out(known: Mapping[str, KnownElement], wanted: AbstractSet[str]) -> Sequence[Change]:
    changes = []
    for key, element in known.items():
        if key in wanted or (element.retired and element.holds_measures):
            continue
        what = f"{element.fields.level.label} “{element.fields.name}” is missing from the file"
        if element.holds_measures:
            sentence = f"{what} and is retired, because measures serve it."
            changes.append(Change(ChangeKind.RETIRED, "element", key, sentence))
        else:
            sentence = f"{what} and is removed; nothing serves it."
            changes.append(Change(ChangeKind.REMOVED, "element", key, sentence))
    return changes


def _of_mission(wanted: MissionShape, known: MissionShape | None) -> Sequence[Change]:
    key = f"{wanted.unit}/{wanted.version}"
    if known is None:
        sentence = f"The mission of “{wanted.unit}” has a version {wanted.version}."
        return [Change(ChangeKind.ADDED, "mission", key, sentence)]
    differing = tuple(
        name for name in ("mission", "vision", "adopted") if getattr(wanted, name) != getattr(known, name)
    )
    if not differing:
        return []
    sentence = f"Version {wanted.version} of the mission of “{wanted.unit}” is worded differently."
    return [Change(ChangeKind.CHANGED, "mission", key, sentence, differing)]
