"""Folding against somebody who subtracts: random trees, periods and people, and every longer period."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from goldenthread.calc.folding import (
    FEWEST,
    Cell,
    Column,
    Fold,
    Nesting,
    Window,
    folded_windows,
)
from tests.calc.attacker import Attacker, Sum

MONTHS = [date(2025, month, 1) for month in range(1, 7)]
LONGER = [MONTHS[:3], MONTHS[3:], MONTHS, *(MONTHS[:end] for end in range(1, 6))]
Place = tuple[str, tuple[date, ...]]
"""A cell: a unit and the months it is over."""


@dataclass(frozen=True)
class World:
    """``parent`` of each unit but the first; ``work``: how many facts a person has in a unit and month."""

    parent: Mapping[str, str]
    work: Mapping[tuple[str, date, str], int]

    @cached_property
    def units(self) -> list[str]:
        return ["u0", *self.parent]

    @cached_property
    def lines(self) -> Mapping[str, list[str]]:
        """Each unit, followed by those above it."""
        found = {"u0": ["u0"]}
        for unit, above in self.parent.items():
            found[unit] = [unit, *found[above]]
        return found

    @cached_property
    def done_below(self) -> Mapping[tuple[str, date], dict[tuple[str, date, str], int]]:
        """The work of a month in a unit and all units below it."""
        found: dict[tuple[str, date], dict[tuple[str, date, str], int]] = defaultdict(dict)
        for key, count in self.work.items():
            for unit in self.lines[key[0]]:
                found[unit, key[1]][key] = count
        return found

    def parts(self, unit: str) -> list[str]:
        return [one for one, above in self.parent.items() if above == unit]

    def below(self, unit: str) -> set[str]:
        """The unit, and all units below it."""
        return {one for one in self.units if unit in self.lines[one]}

    def cell(self, unit: str, months: Iterable[date]) -> Cell:
        inside = self.inside(unit, months)
        return Cell(sum(inside.values()), len({person for _, _, person in inside}))

    def inside(self, unit: str, months: Iterable[date]) -> dict[tuple[str, date, str], int]:
        return {
            key: count for month in months for key, count in self.done_below.get((unit, month), {}).items()
        }

    def sum(self, place: Place) -> Sum:
        return {(unit, month): 1 for unit, month, _ in self.inside(*place)}

    def column(self, months: Iterable[date]) -> Column:
        months = list(months)
        cells = {unit: self.cell(unit, months) for unit in self.units}
        nesting = Nesting({unit: tuple(self.parts(unit)) for unit in self.units})
        return Column({unit: cell for unit, cell in cells.items() if cell.facts}, nesting)

    @cached_property
    def places(self) -> list[Place]:
        spans = [*((month,) for month in MONTHS), *map(tuple, LONGER)]
        return [(unit, span) for unit in self.units for span in spans if self.cell(unit, span).facts]

    @cached_property
    def folds(self) -> dict[Place, Fold]:
        own, longer = folded_windows(
            {month: self.column([month]) for month in MONTHS},
            [Window(frozenset(span), self.column(span)) for span in LONGER],
        )
        found = {(unit, (month,)): fold for month, folds in own.items() for unit, fold in folds.items()}
        for span, folds in zip(LONGER, longer, strict=True):
            if len(span) > 1:
                found |= {(unit, tuple(span)): fold for unit, fold in folds.items()}
        return {place: found.get(place, Fold.OPEN) for place in self.places}


@st.composite
def worlds(draw: st.DrawFn) -> World:
    size = draw(st.integers(2, 9))
    parent = {f"u{n}": f"u{draw(st.integers(max(0, n - 4), n - 1))}" for n in range(1, size)}
    work: dict[tuple[str, date, str], int] = {}
    for unit in ["u0", *parent]:
        staff = draw(st.sampled_from([0, 0, 2, 4, 5, 6, 9]))
        steady = draw(st.booleans())
        for month in MONTHS:
            there = staff if steady else draw(st.integers(0, staff))
            for number in range(there):
                work[unit, month, f"{unit}-{number}"] = 1 + number % 3
    return World(parent, work)


def staffed(parent: Mapping[str, str], people: Mapping[str, Sequence[int]]) -> World:
    """So many people at work in a unit in each month."""
    return World(
        parent,
        {
            (unit, month, f"{unit}-{number}"): 1 + number % 3
            for unit, there in people.items()
            for month, many in zip(MONTHS, there, strict=True)
            for number in range(many)
        },
    )


ALL_OF_FEW_IN_MARCH = staffed(
    {"u1": "u0", "u2": "u0", "u3": "u2", "u4": "u2", "u5": "u3"},
    {"u3": (3, 5, 1, 0, 0, 5), "u4": (5, 2, 0, 2, 1, 0)},
)
OWN_WORK_ONCE = staffed(
    {"u1": "u0", "u2": "u0", "u3": "u0"},
    {"u0": (1, 0, 0, 3, 0, 3), "u2": (6, 6, 6, 6, 6, 6), "u3": (5, 4, 3, 2, 6, 6)},
)
NOT_EACH_IN_EACH_MONTH = staffed(
    {"u1": "u0", "u2": "u0", "u3": "u0", "u4": "u0", "u5": "u1", "u6": "u2", "u7": "u3"},
    {"u0": (5, 5, 5, 5, 5, 5), "u1": (5, 0, 0, 1, 1, 0), "u2": (5, 0, 1, 0, 1, 0)},
)


def shown_to_all(world: World) -> list[Place]:
    return [place for place, fold in world.folds.items() if fold is not Fold.FOLDED]


def check_nobody_subtracts(world: World) -> None:
    folded = [place for place, fold in world.folds.items() if fold is Fold.FOLDED]
    of_few = {place for place in world.places if world.cell(*place).is_of_few}
    assert of_few <= set(folded)
    attacker = Attacker(world.sum(place) for place in shown_to_all(world))
    assert attacker.found([world.sum(place) for place in folded]) == []
    rests = [rest for unit in world.units for month in MONTHS if (rest := _rest(world, unit, month))]
    assert attacker.found(rests) == []


def _rest(world: World, unit: str, month: date) -> Sum:
    """What a unit did by itself, when few people stand behind it: nobody is shown it."""
    people = {person for one, when, person in world.work if (one, when) == (unit, month)}
    return {(unit, month): 1} if world.parts(unit) and 0 < len(people) < FEWEST else {}


def check_insiders(world: World) -> None:
    """Somebody who sees the workers of a unit and of those right below, with the units above, or with all."""
    for unit in world.units[1:]:
        workers_of = {unit, *world.parts(unit)}
        line = set(world.lines[unit]) - {unit}
        below = world.below(unit)
        for seen in (line | below, set(world.units)):
            closed = {one: _closed_from(world, one, workers_of, seen) for one in seen}
            shown = [
                place
                for place, fold in world.folds.items()
                if place[0] in seen and (closed[place[0]] is None or fold < closed[place[0]])
            ]
            attacker = Attacker(
                [*map(world.sum, shown), *({(one, month): 1} for one in workers_of for month in MONTHS)]
            )
            secret = [
                world.sum(place)
                for place in world.places
                if world.cell(*place).is_of_few and not _all_known(world, place, workers_of)
            ]
            assert attacker.found(secret) == [], (unit, seen)


def _closed_from(world: World, unit: str, workers_of: set[str], seen: set[str]) -> Fold | None:
    below = world.below(unit)
    if below <= workers_of:
        return None
    if not below & workers_of:
        return Fold.FOLDED
    parts = [part for part in world.parts(unit) if world.below(part) & seen]
    return Fold.BELOW if unit not in workers_of and len(parts) == 1 else Fold.BESIDE


def _all_known(world: World, place: Place, workers_of: set[str]) -> bool:
    """Whether nobody but those whose numbers are open stands behind it."""
    return all(unit in workers_of for unit, _, _ in world.inside(*place))


@settings(
    max_examples=200,
    phases=[Phase.explicit, Phase.generate],
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(worlds())
@example(ALL_OF_FEW_IN_MARCH)
@example(OWN_WORK_ONCE)
@example(NOT_EACH_IN_EACH_MONTH)
def test_nobody_finds_a_folded_cell(world: World) -> None:
    check_nobody_subtracts(world)


@settings(
    max_examples=200,
    phases=[Phase.explicit, Phase.generate],
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(worlds())
@example(ALL_OF_FEW_IN_MARCH)
@example(OWN_WORK_ONCE)
@example(NOT_EACH_IN_EACH_MONTH)
def test_who_sees_workers_of_one_unit_finds_no_other(world: World) -> None:
    check_insiders(world)


@pytest.mark.long
@settings(max_examples=5_000, deadline=None, suppress_health_check=list(HealthCheck))
@given(worlds())
def test_nobody_finds_one_of_five_thousand(world: World) -> None:
    check_nobody_subtracts(world)
    check_insiders(world)
