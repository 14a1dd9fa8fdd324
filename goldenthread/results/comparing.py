"""Units side by side in one period: whether they lie further apart than chance would set them. No ranking."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from goldenthread.calc.funnel import (
    Funnel,
    FunnelLimits,
    FunnelUnit,
    Position,
    proportion_funnel,
    rate_funnel,
)
from goldenthread.facts.formulas.vocabulary import Word
from goldenthread.record.measures.definition import MeasureDefinition
from goldenthread.results.values import MeasureLine, Point, Tile

FEWEST = 5
"""Units of which the spread can be told from chance; fewer are not compared."""


@dataclass(frozen=True)
class ComparedUnit:
    """``position`` is where its value lies among the limits for its denominator."""

    key: str
    name: str
    point: Point
    position: Position

    @property
    def size(self) -> float:
        """Its denominator, above 0."""
        assert self.point.denominator is not None
        return self.point.denominator


@dataclass(frozen=True)
class UnitComparison:
    """``units`` in the order given. ``center`` and the limits are in the measure's shown unit."""

    measure: MeasureLine
    label: str
    center: float
    units: tuple[ComparedUnit, ...]
    limits_at: Callable[[float], FunnelLimits]


def compare_units(definition: MeasureDefinition, tiles: Sequence[Tile]) -> UnitComparison | None:
    """The units of a measure in the latest period that is complete for any of them.

    Only what is counted is compared: of sums and means the facts do not say how far chance spreads them.
    None for those, and for fewer than ``FEWEST`` units with a denominator.
    """
    placed = _in_one_period(tiles)
    if len(placed) < FEWEST:
        return None
    counts = [FunnelUnit(tile.unit, point.numerator or 0, point.denominator or 0) for tile, point in placed]
    funnel = _funnel(definition, counts)
    if funnel is None:
        return None
    positions = {one.key: one.position for one in funnel.points}
    per = definition.show_as.per
    return UnitComparison(
        measure=placed[0][0].measure,
        label=placed[0][1].label,
        center=funnel.center * per,
        units=tuple(
            ComparedUnit(tile.unit, tile.unit_name, point, positions[tile.unit]) for tile, point in placed
        ),
        limits_at=lambda size: funnel.limits_at(size).times(per),
    )


def _in_one_period(tiles: Sequence[Tile]) -> list[tuple[Tile, Point]]:
    complete = [
        (tile, point)
        for tile in tiles
        for point in tile.recent
        if point.value is not None and point.denominator and not point.provisional
    ]
    last = max((point.period.start for _tile, point in complete), default=None)
    return [(tile, point) for tile, point in complete if point.period.start == last]


def _funnel(definition: MeasureDefinition, units: Sequence[FunnelUnit]) -> Funnel | None:
    above, below = definition.numerator, definition.denominator
    if above is None or below is None or above.word is not Word.COUNT:
        return None
    facts = [(side.source or definition.source, side.time) for side in (above, below)]
    from_the_same_facts = below.word is Word.COUNT and facts[0] == facts[1]
    if from_the_same_facts and all(0 <= unit.numerator <= unit.denominator for unit in units):
        return proportion_funnel(units)
    return rate_funnel(units)
