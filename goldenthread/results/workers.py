"""Reports of single workers: what each did, beside their own past and never in the order of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from goldenthread.calc.folding import FEWEST
from goldenthread.calc.periods import FiscalCalendar, Period
from goldenthread.facts.scope import NOT_ASSIGNED, Scope
from goldenthread.record.access.pseudonyms import pseudonym
from goldenthread.record.acting import acting_for_system
from goldenthread.record.measures.definition import MeasureDefinition
from goldenthread.record.orgs import queries as orgs
from goldenthread.record.orgs.days import ALWAYS, Days, between
from goldenthread.record.orgs.enums import PostRole
from goldenthread.record.orgs.models import Post
from goldenthread.record.orgs.tree import Tree
from goldenthread.record.reports.definition import Column, ReportDefinition, Window
from goldenthread.record.reports.queries import current_definition, in_use
from goldenthread.record.reports.uses import in_force
from goldenthread.results.compute import Around, as_arrow
from goldenthread.results.reports import Days as Asked
from goldenthread.results.reports import (
    Freshness,
    Stretch,
    counted_tiles,
    definitions_in_use,
    freshness_of,
    is_for,
    is_open,
    stretch_of,
)
from goldenthread.results.surroundings import Setting, Surroundings
from goldenthread.results.values import Tile

_WHOLE = "~whole"
"""Stands above all workers, so that the days are known which the facts cover."""


@dataclass(frozen=True)
class WorkerLine:
    """A person with their number in each column, as ``reports.Line``. ``name`` may be a pseudonym."""

    person: str
    name: str
    tiles: tuple[Tile, ...]


@dataclass(frozen=True)
class WorkersReport:
    """The columns of a report that are shown of single workers, over the days of ``period``: ``lines`` by
    name. ``unit`` is where they did what is counted, None for wherever it was; ``few_left_out`` whether
    somebody is no line of it because a pseudonym would not hide them."""

    definition: ReportDefinition
    columns: tuple[Column, ...]
    calendar: FiscalCalendar
    period: Period
    label: str
    unit: str | None
    lines: tuple[WorkerLine, ...]
    freshness: tuple[Freshness, ...]
    few_left_out: bool = False


def workers_report(
    definition: ReportDefinition,
    columns: Collection[str],
    people: Mapping[str, str],
    unit: str | None,
    asked: Window | Asked,
    scope: Scope,
    *,
    around: Surroundings,
) -> WorkersReport | None:
    """These columns of each of these people, a name for each key, counted now. What was not done in ``unit``,
    or below it, is left out. None when the unit is none of those that the report is for."""
    if unit is not None and (unit not in around.names or not is_for(definition, unit, around)):
        return None
    shown = tuple(one for one in definition.columns if one.id in columns)
    stretch = stretch_of(asked, around.calendar, today=around.today)
    every = zip(definition.columns, definition.as_measures(stretch.asked.grain), strict=True)
    measures = tuple(measure for column, measure in every if column in shown)
    return WorkersReport(
        definition=definition,
        columns=shown,
        calendar=stretch.calendar,
        period=stretch.asked,
        label=stretch.calendar.label(stretch.asked),
        unit=unit,
        lines=tuple(_lines(measures, people, unit, stretch, scope, around.today)),
        freshness=freshness_of(measures),
    )


def _lines(
    measures: Sequence[MeasureDefinition],
    people: Mapping[str, str],
    unit: str | None,
    stretch: Stretch,
    scope: Scope,
    today: date,
) -> Iterator[WorkerLine]:
    if not people or not measures:
        return
    placed = orgs.whereabouts(people=people.keys())
    stays = list(_stays(placed, unit))
    settings = {
        person: Setting(person, name, "", (person,), None, stretch.calendar, today)
        for person, name in sorted(people.items(), key=lambda pair: (pair[1], pair[0]))
    }
    alone = replace(scope, every_unit=False, units=frozenset({*people, _WHOLE}))
    tiles = counted_tiles(measures, settings, stretch, alone, placed=partial(_each_alone, stays, placed))
    for person, setting in settings.items():
        yield WorkerLine(person, setting.name, tiles[person])


def workers_of(unit: str, scope: Scope, *, around: Surroundings) -> dict[str, str]:
    """Key and name of the members of a unit, and of those below it, today whose numbers are open to the
    viewer."""
    below = around.subtree(unit)
    posts = Post.objects.filter(orgs.open_on(around.today), role=PostRole.MEMBER, unit__key__in=below)
    people = posts.values_list("person__key", "person__name")
    return {key: name for key, name in people if scope.sees_person(key)}


def own_reports(person: str | None, *, around: Surroundings, today: date) -> tuple[tuple[str, str], ...]:
    """(key, title) of the reports that show somebody's own numbers: those in use for a unit of which they are
    a member today, with a column that may be shown. By title."""
    posts = Post.objects.filter(orgs.open_on(today), role=PostRole.MEMBER, person__key=person)
    units = [key for key in posts.values_list("unit__key", flat=True) if key in around.names]
    return tuple(
        (one.key, one.title)
        for one in in_use()
        if any(is_for(current_definition(one), unit, around) for unit in units) and in_force(one, today=today)
    )


def reports_of_workers(scope: Scope, *, around: Surroundings) -> tuple[tuple[str, str], ...]:
    """(key, title) of the reports in use with a column that is to be shown of single workers, and that a unit
    keeps whose results the viewer sees. By title."""
    return tuple(
        (one.report, one.title)
        for one in definitions_in_use()
        if any(column.workers for column in one.columns) and scope.sees_unit(one.unit or around.top or "")
    )


def masked_units(
    definition: ReportDefinition, defining: frozenset[str], scope: Scope, *, around: Surroundings
) -> tuple[tuple[str, str], ...]:
    """(key, name) of the highest units whose workers stand under pseudonyms for who may define measures of
    ``defining``. By name."""
    units = {
        one
        for one in defining & around.names.keys()
        if is_for(definition, one, around) and not is_open(one, scope)
    }
    highest = [one for one in units if units.isdisjoint(around.at(one).line[1:])]
    return tuple(sorted(((one, around.names[one]) for one in highest), key=lambda pair: pair[1]))


def masked_report(
    definition: ReportDefinition,
    columns: Collection[str],
    unit: str,
    asked: Window | Asked,
    scope: Scope,
    *,
    around: Surroundings,
) -> WorkersReport | None:
    """``workers_report`` of the members of a unit, and of those below it, today, under pseudonyms.

    Those of one place stand in it together or not at all: never fewer than five, and where somebody did what
    is counted, at least five of them. So no page, and nothing that two pages differ by, is of fewer. Whose
    numbers the viewer reads by name is left out: by what stands in both one would know the pseudonym.
    """
    places = _places(unit, scope, around)
    people = {one: pseudonym(one) for place in places for one in place}
    found = workers_report(definition, columns, people, unit, asked, scope, around=around)
    if found is None:
        return None
    active = {
        one.person for one in found.lines if any(tile.latest and tile.latest.value for tile in one.tiles)
    }
    shown = {person for place in places if _hides(place, active) for person in place}
    kept = tuple(one for one in found.lines if one.person in shown)
    return replace(found, lines=kept, few_left_out=len(shown) < len(people))


def _hides(place: frozenset[str], active: Collection[str]) -> bool:
    """Whether a pseudonym hides who it is among those of its place."""
    return len(place) >= FEWEST and not 0 < len(place.intersection(active)) < FEWEST


@acting_for_system("numbers under pseudonyms")
def _places(unit: str, scope: Scope, around: Surroundings) -> tuple[frozenset[str], ...]:
    """The members of a unit, and of those below it, today, together with who is a member of the very same
    units; without those whose numbers are open to the viewer by name."""
    members = Post.objects.filter(orgs.open_on(around.today), role=PostRole.MEMBER)
    units: dict[str, set[str]] = defaultdict(set)
    for person, where in members.values_list("person__key", "unit__key"):
        units[person].add(where)
    below = around.subtree(unit)
    places: dict[frozenset[str], set[str]] = defaultdict(set)
    for person, held in units.items():
        if not below.isdisjoint(held) and not scope.sees_person(person):
            places[frozenset(held)].add(person)
    return tuple(map(frozenset, places.values()))


_Stay = tuple[str, Days]


def _stays(placed: orgs.Whereabouts, unit: str | None) -> Iterator[_Stay]:
    """When each of them was a member of the unit, or of one that was below it then; of any without one."""
    inside: dict[str, list[Days]] = {}
    for below, above, *days in placed.closure:
        if above == unit:
            inside.setdefault(below, []).append(Days(*days))
    for person, where, *days in placed.memberships:
        for there in [ALWAYS] if unit is None else inside.get(where, ()):
            if not (both := Days(*days) & there).is_empty:
                yield person, both


def _each_alone(stays: Collection[_Stay], placed: orgs.Whereabouts, computed: Around) -> Around:
    """Each worker as a unit of their own, below the whole; what others did is of nobody."""
    units = {NOT_ASSIGNED, *(person for person, _days in stays)}
    pairs = [(one, above) for one in sorted(units) for above in (one, _WHOLE)]
    alone = orgs.Whereabouts(
        memberships=[(person, person, days.start, days.end) for person, days in stays],
        person_ids=placed.person_ids,
        unit_ids=[],
        closure=[(one, above, None, None) for one, above in [*pairs, (_WHOLE, _WHOLE)]],
    )
    return replace(computed, whereabouts=as_arrow(alone), lives=_lives(stays))


def _lives(stays: Collection[_Stay]) -> Tree:
    """From the first day of each worker to their last."""
    bounds: dict[str, tuple[date, date]] = {}
    for person, days in stays:
        first, after = bounds.get(person, days.bounds)
        bounds[person] = min(first, days.bounds[0]), max(after, days.bounds[1])
    lives = {person: between(*one) for person, one in bounds.items()}
    return Tree({_WHOLE: ALWAYS, **lives}, dict.fromkeys(lives, ((_WHOLE, ALWAYS),)))
