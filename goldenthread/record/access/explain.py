"""What one user can see and may do, and why: a line for each thing that is open, made of what opens it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from goldenthread.facts.scope import NOT_ASSIGNED
from goldenthread.record.access.holdings import Holding
from goldenthread.record.access.rights import Rights, Step
from goldenthread.record.access.roles import Permission
from goldenthread.record.access.seen import Tie, seen_people


class About(StrEnum):
    """What a line is about. Results are told unit by unit, other permissions with the units they are held
    over."""

    UNIT = "unit"
    SERVICE = "service"
    PERMISSION = "permission"
    PERSON = "person"


@dataclass(frozen=True)
class Line:
    """One thing that is open, and one reason for it.

    ``key`` names the unit, the service, the permission or the person. ``units``: what a permission is held
    over. ``unit``: where the post is that ties a person to the viewer. ``holding`` is None for what needs no
    right: the own numbers, and those of people who name the viewer as their supervisor.
    """

    about: About
    key: str
    step: Step | Tie
    holding: Holding | None
    units: frozenset[str] = frozenset()
    unit: str = ""


def explain(rights: Rights, *, below: Mapping[str, frozenset[str]], today: date) -> tuple[Line, ...]:
    """Every line: units, services, permissions, people. One query at most.

    ``below``: each of ``rights.seen_services()`` with itself and all that hangs below it. Together the lines
    are the ``Scope`` and the permissions of these rights, exactly.
    """
    return (
        *_of_units(rights),
        *_of_services(rights, below),
        *_of_permissions(rights),
        *_of_people(rights, today),
    )


def _of_units(rights: Rights) -> Iterator[Line]:
    told: set[tuple[Holding, str]] = set()
    for reach in rights.reaches:
        if reach.permission is not Permission.SEE_RESULTS:
            continue
        units = sorted(reach.units)
        if reach.step is Step.BELOW and rights.tree.top in reach.units:
            units.append(NOT_ASSIGNED)
        for unit in units:
            if (reach.holding, unit) not in told:
                told.add((reach.holding, unit))
                yield Line(About.UNIT, unit, reach.step, reach.holding)


def _of_services(rights: Rights, below: Mapping[str, frozenset[str]]) -> Iterator[Line]:
    for reach in rights.reaches:
        if reach.step is Step.SERVICE:
            for service in sorted(below[reach.holding.service]):
                yield Line(About.SERVICE, service, reach.step, reach.holding)


def _of_permissions(rights: Rights) -> Iterator[Line]:
    for reach in rights.reaches:
        if reach.permission is not Permission.SEE_RESULTS and reach.units:
            yield Line(About.PERMISSION, reach.permission, reach.step, reach.holding, reach.units)


def _of_people(rights: Rights, today: date) -> Iterator[Line]:
    for one in seen_people(rights, today=today):
        yield Line(About.PERSON, one.person, one.tie, one.holding, unit=one.unit)


@dataclass(frozen=True)
class Change:
    """One thing on which two days differ, or agree. ``units``: over which, of a permission; ``by``: the lines
    that give it, on the later day unless it was lost."""

    about: About
    key: str
    units: frozenset[str]
    by: tuple[Line, ...]


@dataclass(frozen=True)
class Difference:
    """What was gained, lost and kept from one day to another."""

    gained: tuple[Change, ...]
    lost: tuple[Change, ...]
    kept: tuple[Change, ...]


_Thing = tuple[About, str]
_NOWHERE: frozenset[str] = frozenset()


def compare(before: Iterable[Line], after: Iterable[Line]) -> Difference:
    """Compare the lines of two days, thing by thing, in the order of the lines."""
    was, now = _by_thing(before), _by_thing(after)
    gained, lost, kept = [], [], []
    for thing in dict.fromkeys((*was, *now)):
        older, newer = was.get(thing, ()), now.get(thing, ())
        units_older, units_newer = _units(older), _units(newer)
        both = units_older & units_newer
        if newer and (not older or units_newer - both):
            gained.append(_change(thing, units_newer - both, newer))
        if older and (not newer or units_older - both):
            lost.append(_change(thing, units_older - both, older))
        if older and newer and (both or not units_older | units_newer):
            kept.append(_change(thing, both, newer))
    return Difference(tuple(gained), tuple(lost), tuple(kept))


def _by_thing(lines: Iterable[Line]) -> dict[_Thing, tuple[Line, ...]]:
    found: dict[_Thing, list[Line]] = defaultdict(list)
    for line in lines:
        found[line.about, line.key].append(line)
    return {thing: tuple(of_thing) for thing, of_thing in found.items()}


def _units(lines: Iterable[Line]) -> frozenset[str]:
    return _NOWHERE.union(*(line.units for line in lines))


def _change(thing: _Thing, units: frozenset[str], lines: Iterable[Line]) -> Change:
    by = tuple(line for line in lines if not units or line.units & units)
    return Change(*thing, units, by)
