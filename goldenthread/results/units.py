"""A unit at a glance: its measures, and what nobody could place."""

from __future__ import annotations

from dataclasses import dataclass

from goldenthread.facts.scope import Scope
from goldenthread.record.measures.queries import definitions_at
from goldenthread.results.series import Subject, tiles_of
from goldenthread.results.standings import Standing, Tally, not_assigned, standings_of, tally
from goldenthread.results.surroundings import Surroundings
from goldenthread.results.values import Tile

TILES_ON_A_PAGE = 15


@dataclass(frozen=True)
class UnitNumbers:
    """The measures of a unit: ``tally`` counts all of them, ``tiles`` are those of one page or all, its own
    first.

    ``not_assigned`` are facts of the whole organization that no unit could be found for, of the last period.
    """

    measures: int
    tally: Tally
    tiles: tuple[Tile, ...]
    standings: tuple[Standing, ...]
    not_assigned: tuple[Standing, ...]


def unit_numbers(
    unit: str, scope: Scope, *, around: Surroundings, page: int | None = 1, is_top: bool = False
) -> UnitNumbers:
    """The measures that have values for the unit: those it keeps first, then the rest by title.

    Constant in queries; a page has fifteen, for each is judged with its whole past, and ``page=None`` asks
    for all. Nothing for a unit the scope does not see.
    """
    kept = definitions_at(around.ids[unit] or 0) if scope.sees_unit(unit) else {}
    subjects = sorted(
        (Subject(measure, definition, unit) for measure, definition in kept.items()),
        key=lambda one: (one.definition.unit != unit, one.definition.title),
    )
    found = standings_of(subjects, scope, around=around)
    with_value = {one.measure.key for one in found}
    listed = [one for one in subjects if one.definition.measure in with_value]
    shown = listed if page is None else listed[(page - 1) * TILES_ON_A_PAGE : page * TILES_ON_A_PAGE]
    return UnitNumbers(
        measures=len(listed),
        tally=tally(found),
        tiles=tiles_of(shown, scope, around=around),
        standings=found,
        not_assigned=not_assigned(subjects, scope, around=around) if is_top else (),
    )
