"""A unit at a glance: its measures, and what nobody could place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from goldenthread.facts.scope import Scope
from goldenthread.results.series import tiles_at
from goldenthread.results.standings import Standing, Tally, measured_at, not_assigned, standings, tally
from goldenthread.results.surroundings import Surroundings
from goldenthread.results.values import Tile

TILES_ON_A_PAGE = 15


@dataclass(frozen=True)
class UnitNumbers:
    """The measures of a unit: ``tally`` counts all of them, ``tiles`` are those of one page, its own first.

    ``not_assigned`` are facts of the whole organization that no unit could be found for, of the last period.
    """

    measures: int
    tally: Tally
    tiles: tuple[Tile, ...]
    standings: tuple[Standing, ...]
    not_assigned: tuple[Standing, ...]


def unit_numbers(unit: str, scope: Scope, *, today: date, page: int = 1, is_top: bool = False) -> UnitNumbers:
    """The measures that have values for the unit: those it keeps first, then the rest by title.

    Constant in queries; a page has fifteen, for each is judged with its whole past. Nothing for a unit the
    scope does not see.
    """
    measures = sorted(
        measured_at(unit, scope), key=lambda one: (one.unit is None or one.unit.key != unit, one.title)
    )
    around = Surroundings(today)
    found = standings([(measure, unit) for measure in measures], scope, today=today, around=around)
    with_value = {one.measure.key for one in found}
    listed = [measure for measure in measures if measure.key in with_value]
    shown = listed[(page - 1) * TILES_ON_A_PAGE : page * TILES_ON_A_PAGE]
    return UnitNumbers(
        measures=len(listed),
        tally=tally(found),
        tiles=tiles_at([(measure, unit) for measure in shown], scope, today=today, around=around),
        standings=found,
        not_assigned=not_assigned(measures, scope, around=around) if is_top else (),
    )
