"""What an organization file must hold beyond its shape: known parents, one at a time, one top, no rings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from goldenthread.definitions import DefinitionError, Located, Problem, check, one_of
from goldenthread.record.orgs.days import Days
from goldenthread.record.orgs.definition import OrganizationDefinition, UnitDefinition
from goldenthread.record.orgs.snapshots import OrganizationSnapshot, UnitSnapshot, organization_of

Place = tuple[str | int, ...]


def planned_organization(located: Located, *, known: Mapping[str, UnitSnapshot]) -> OrganizationSnapshot:
    """What the record should hold after loading this file; DefinitionError when it cannot.

    ``known`` are the units the record has; those that the file leaves out are kept as they are.
    """
    definition = check(OrganizationDefinition, located)
    checker = _Checker(located, definition, known)
    if problems := [*checker.holidays(), *checker.units()]:
        raise DefinitionError(problems)
    named = {unit.id for unit in definition.units}
    plan = organization_of(definition, kept={key: unit for key, unit in known.items() if key not in named})
    if problems := [*checker.top(plan), *checker.rings(plan)]:
        raise DefinitionError(problems)
    return plan


class _Checker:
    def __init__(
        self, located: Located, definition: OrganizationDefinition, known: Mapping[str, UnitSnapshot]
    ) -> None:
        self.located, self.definition = located, definition
        self.keys = dict.fromkeys([*(unit.id for unit in definition.units), *known])

    def _problem(self, place: Place, where: str, found: str, wanted: str) -> Problem:
        return Problem(self.located.file, self.located.line_of(place), where, found, wanted)

    def _at(self, place: Place) -> str:
        line = self.located.line_of(place)
        return f" on line {line}" if line else ""

    def holidays(self) -> Iterator[Problem]:
        seen: dict[object, Place] = {}
        for index, holiday in enumerate(self.definition.calendar.holidays):
            place: Place = ("calendar", "holidays", index)
            if holiday.date in seen:
                yield self._problem(
                    place,
                    "holidays",
                    f"{holiday.date} a second time, after the one{self._at(seen[holiday.date])}",
                    "each day once",
                )
            seen[holiday.date] = place

    def units(self) -> Iterator[Problem]:
        seen: dict[str, Place] = {}
        for index, unit in enumerate(self.definition.units):
            place: Place = ("units", index)
            if unit.id in seen:
                yield self._problem(
                    place,
                    f"unit {unit.id}",
                    f"the id “{unit.id}” a second time, after the one{self._at(seen[unit.id])}",
                    "each id once",
                )
            seen[unit.id] = place
            yield from self._order(place, f"unit {unit.id}", unit.days)
            yield from self._parents(place, unit)

    def _order(self, place: Place, where: str, days: Days) -> Iterator[Problem]:
        if days.is_empty:
            yield self._problem(
                (*place, "to"), where, f"to: {days.end}", f"a day after its start, {days.start}"
            )

    def _parents(self, place: Place, unit: UnitDefinition) -> Iterator[Problem]:
        where = f"unit {unit.id}"
        if unit.parent is not None and unit.parents:
            yield self._problem(
                (*place, "parents"), where, "both parent and parents", "parent, or parents with dates"
            )
        named = [((*place, "parents", index), parent.unit) for index, parent in enumerate(unit.parents)]
        if unit.parent is not None:
            named.append(((*place, "parent"), unit.parent))
        for at, key in named:
            if key == unit.id:
                yield self._problem(at, where, "itself as its own parent", "another unit")
            elif key not in self.keys:
                yield self._problem(at, where, f"the parent “{key}”", one_of(self.keys, key))
        for index, parent in enumerate(unit.parents):
            at = (*place, "parents", index)
            yield from self._order(at, where, parent.days)
            for earlier, other in enumerate(unit.parents[:index]):
                if not (parent.days & other.days).is_empty:
                    yield self._problem(
                        at,
                        where,
                        f"{parent.unit}{parent.days} while {other.unit}{other.days}"
                        f"{self._at((*place, 'parents', earlier))} is its parent too",
                        "at most one parent at any time",
                    )

    def top(self, plan: OrganizationSnapshot) -> Iterator[Problem]:
        tops = [key for key, unit in plan.units.items() if not unit.parents]
        if len(tops) == 1 or not plan.units:
            return
        if not tops:
            yield self._problem(
                ("units",), "units", "a parent for every unit", "one unit at the top, without a parent"
            )
            return
        named = [key for key in tops if self._index(key) is not None]
        kept = [key for key in tops if self._index(key) is None]
        found = f"{len(tops)} units without a parent: {', '.join(tops)}"
        if kept:
            found += f" ({', '.join(kept)} is kept from an earlier load)"
        last = self._index(named[-1]) if named else None
        yield self._problem(
            ("units",) if last is None else ("units", last),
            "units",
            found,
            "one unit at the top, and a parent for every other",
        )

    def rings(self, plan: OrganizationSnapshot) -> Iterator[Problem]:
        if cycle := plan.tree.find_cycle():
            ring, days = cycle
            index = next((index for key in ring if (index := self._index(key)) is not None), None)
            yield self._problem(
                ("units",) if index is None else ("units", index),
                f"unit {ring[0]}",
                f"a ring{days}: {' under '.join((*ring, ring[0]))}",
                "a tree, in which no unit stands below itself",
            )

    def _index(self, key: str) -> int | None:
        return next((index for index, unit in enumerate(self.definition.units) if unit.id == key), None)
