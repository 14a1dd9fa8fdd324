"""The thread: from what the council wants, through the services, to the units that do the work."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from goldenthread.facts.scope import Scope
from goldenthread.record.access.rights import Rights
from goldenthread.record.framework import queries as framework
from goldenthread.record.framework.models import Level
from goldenthread.record.framework.queries import Node
from goldenthread.record.measures.models import Measure
from goldenthread.results.series import Place, tiles_at
from goldenthread.results.standings import (
    Standing,
    Tally,
    keeper_places,
    standings,
    tally,
    visible_measures,
)
from goldenthread.results.surroundings import Surroundings
from goldenthread.results.values import Tile

KINDS_BY_WORTH = (
    "better_off",
    "customer_satisfaction",
    "how_well",
    "quality",
    "cycle_time",
    "cost",
    "how_much",
)
"""Which kind of measure speaks for a service or a unit, first things first."""


@dataclass(frozen=True)
class UnitAt:
    """A unit that does the work of a service. ``standing`` is that of the service's headline measure."""

    key: str
    name: str
    standing: Standing | None
    tile: Tile | None


@dataclass(frozen=True)
class Thread:
    """One line through the framework.

    ``path`` goes from an outcome to the element looked at; ``rows`` are the elements beside each of them, and
    last what hangs below. ``tallies`` count the measures of each element and of all below it, as far as the
    scope opens them; ``headlines`` speak for the elements of the path. ``served_by`` are the measures of the
    last one itself, each at the unit that keeps it, and ``units`` do its work.
    """

    path: tuple[Node, ...]
    rows: tuple[tuple[Node, ...], ...]
    tallies: Mapping[str, Tally]
    headlines: Mapping[str, Tile]
    served_by: tuple[Place, ...]
    units: tuple[UnitAt, ...]
    unit: str | None
    as_of: datetime | None


@dataclass(frozen=True)
class Outline:
    """The whole framework with what is on target below each element."""

    outcomes: tuple[Node, ...]
    tallies: Mapping[str, Tally]
    as_of: datetime | None


def outline(scope: Scope, *, today: date) -> Outline:
    """Every element with its tally; constant in queries."""
    outcomes, around = framework.tree(), Surroundings(today)
    served = _served(scope, around)
    by_measure = _standings(served, scope, around)
    return Outline(outcomes, _tallies(outcomes, served, by_measure), _as_of(by_measure))


def find_thread(key: str, rights: Rights, scope: Scope, *, today: date, unit: str = "") -> Thread | None:
    """The thread through the element ``key``, and on to ``unit`` if that does its work; None without such an
    element."""
    outcomes, around = framework.tree(), Surroundings(today)
    path = _path_to(key, outcomes)
    if not path:
        return None
    served = _served(scope, around)
    by_measure = _standings(served, scope, around)
    headlines = {
        node.fields.key: next(iter(by_worth(served.get(node.fields.key, ()))), None) for node in path
    }
    runs = next((node.fields.unit for node in reversed(path) if node.fields.unit), None)
    rows = [outcomes, *(node.below for node in path)]
    units = _units(runs, unit, key, rights, scope) if not path[-1].below or unit else ()
    spoken = next((one for node in reversed(path) if (one := headlines[node.fields.key])), None)
    shown = unit if unit in units else None
    places = [place for place in headlines.values() if place is not None]
    at_unit = [(spoken[0], shown)] if spoken and shown else []
    spoken_for = tiles_at([*places, *at_unit], scope, today=today, around=around)
    tiles = {(tile.measure.key, tile.unit): tile for tile in spoken_for}
    return Thread(
        path=path,
        rows=tuple(row for row in rows if row),
        tallies=_tallies(outcomes, served, by_measure),
        headlines={
            name: tile
            for name, place in headlines.items()
            if place is not None and (tile := tiles.get((place[0].key, place[1])))
        },
        served_by=tuple(served.get(key, ())),
        units=_units_at(units, spoken, shown, tiles, scope, around),
        unit=shown,
        as_of=_as_of(by_measure),
    )


def nearest_service(run: Sequence[Node], units: Sequence[str]) -> str | None:
    """Of the elements ``run`` by these units the key of the nearest: the first units first, and the lowest
    level of each."""
    for unit in units:
        of_unit = [node for node in run if node.fields.unit == unit]
        if of_unit:
            return max(of_unit, key=lambda node: _DEPTH[node.fields.level]).fields.key
    return None


def first_outcome() -> str | None:
    """The key of what the council wants first."""
    outcomes = framework.tree()
    return outcomes[0].fields.key if outcomes else None


_DEPTH = {level: depth for depth, level in enumerate(Level)}


def _served(scope: Scope, around: Surroundings) -> dict[str, list[Place]]:
    """By element: its own measures at their keepers, as far as the scope opens those."""
    found: dict[str, list[Place]] = defaultdict(list)
    for measure, unit in keeper_places(visible_measures(scope), top=around.top):
        if measure.service is not None and scope.sees_result(unit, measure.service.key):
            found[measure.service.key].append((measure, unit))
    return found


def _path_to(key: str, nodes: Iterable[Node]) -> tuple[Node, ...]:
    for node in nodes:
        if node.fields.key == key:
            return (node,)
        if below := _path_to(key, node.below):
            return (node, *below)
    return ()


def by_worth(places: Iterable[Place]) -> list[Place]:
    """The measures that say most first: by kind, those with a target before the rest, by title."""
    return sorted(places, key=lambda place: _rank(place[0]))


def _rank(measure: Measure) -> tuple[int, bool, str]:
    known = measure.kind in KINDS_BY_WORTH
    has_target = bool(measure.current and measure.current.definition.get("targets"))
    return (
        KINDS_BY_WORTH.index(measure.kind) if known else len(KINDS_BY_WORTH),
        not has_target,
        measure.title,
    )


def _standings(
    served: Mapping[str, Sequence[Place]], scope: Scope, around: Surroundings
) -> dict[str, Standing]:
    places = [place for of_element in served.values() for place in of_element]
    return {one.measure.key: one for one in standings(places, scope, today=around.today, around=around)}


def _as_of(by_measure: Mapping[str, Standing]) -> datetime | None:
    return max((one.computed_at for one in by_measure.values()), default=None)


def _tallies(
    outcomes: Iterable[Node], served: Mapping[str, Sequence[Place]], by_measure: Mapping[str, Standing]
) -> dict[str, Tally]:
    found: dict[str, Tally] = {}

    def count(node: Node) -> list[Standing]:
        own = [by_measure[one.key] for one, _ in served.get(node.fields.key, ()) if one.key in by_measure]
        every = own + [one for child in node.below for one in count(child)]
        found[node.fields.key] = tally(every)
        return every

    for outcome in outcomes:
        count(outcome)
    return found


def _units(runs: str | None, wanted: str, service: str, rights: Rights, scope: Scope) -> list[str]:
    """The unit asked for among those beside it, or the units below the one that runs a service."""
    tree = rights.tree
    if runs is None or runs not in tree:
        return []
    if wanted and wanted != runs and wanted in tree.subtree(runs):
        beside = tree.children(tree.parent(wanted) or runs)
    else:
        beside = () if wanted == runs else tree.children(runs)
    return [unit for unit in beside or (runs,) if scope.sees_result(unit, service)]


def _units_at(
    units: Sequence[str],
    spoken: Place | None,
    shown: str | None,
    tiles: Mapping[tuple[str, str], Tile],
    scope: Scope,
    around: Surroundings,
) -> tuple[UnitAt, ...]:
    stand = {}
    if spoken is not None:
        places = [(spoken[0], unit) for unit in units]
        stand = {one.unit: one for one in standings(places, scope, today=around.today, around=around)}
    at = [
        UnitAt(
            unit,
            around.names[unit],
            stand.get(unit),
            tiles.get((spoken[0].key, unit)) if spoken and unit == shown else None,
        )
        for unit in units
    ]
    return tuple(sorted(at, key=lambda one: one.name))
