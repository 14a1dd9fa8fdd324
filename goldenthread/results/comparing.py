"""Units side by side in one period: whether they lie further apart than chance would set them. No ranking."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from goldenthread.calc.funnel import (
    Funnel,
    FunnelLimits,
    FunnelUnit,
    Position,
    proportion_funnel,
    rate_funnel,
)
from goldenthread.calc.standardizing import AdjustedFunnel, MixedUnit, adjusted_rates, adjusted_shares
from goldenthread.facts.formulas.vocabulary import Word
from goldenthread.facts.scope import Scope
from goldenthread.record.measures.definition import MeasureDefinition
from goldenthread.record.measures.models import Measure
from goldenthread.record.measures.queries import current_definition
from goldenthread.results.mixes import Mix, mixes_of
from goldenthread.results.surroundings import Surroundings
from goldenthread.results.values import MeasureLine, Point, Tile

FEWEST = 5
"""Units with enough to judge, of which the spread can be told from chance; fewer are not compared."""


class Apart(StrEnum):
    """Why a unit is not put beside the others."""

    OTHER_KIND = "other_kind"
    NO_VALUE = "no_value"
    FOLDED = "folded"
    MIX_FOLDED = "mix_folded"
    MIX_UNKNOWN = "mix_unknown"
    NOTHING_EXPECTED = "nothing_expected"


@dataclass(frozen=True)
class ComparedUnit:
    """``value`` is what the funnel shows of it: its own, or observed over ``expected``. ``position`` is where
    that lies among its ``limits``; None when there are too few to judge."""

    key: str
    name: str
    point: Point
    value: float
    size: float
    limits: FunnelLimits
    position: Position | None
    expected: float | None = None


@dataclass(frozen=True)
class UnitComparison:
    """``units`` in the order given, ``apart`` those not put beside them, by key. ``center`` and all limits
    are
    in the measure's shown unit, or, with ``strata``, the column whose mix is allowed for, ratios around 1.

    ``size`` of a unit is its denominator, with ``strata`` what is expected of it. ``dispersion`` and
    ``between`` as in a ``Funnel``.
    """

    measure: MeasureLine
    label: str
    center: float
    units: tuple[ComparedUnit, ...]
    apart: Mapping[str, Apart]
    dispersion: float
    between: float
    limits_at: Callable[[float], FunnelLimits]
    strata: str | None = None


def compare_units(
    definition: MeasureDefinition, tiles: Sequence[Tile], around: Surroundings
) -> UnitComparison | None:
    """The units of a measure as counted, in the latest period that is complete for any of them.

    Only units of one kind are compared, the kind most of them are of, and only what is counted: of sums and
    means the facts do not say how far chance spreads them. None for those, and for fewer than ``FEWEST``
    units with enough to judge.
    """
    placed, apart = _beside_each_other(tiles, around)
    if _judged(placed) < FEWEST:
        return None
    funnel = _funnel(
        definition,
        [
            FunnelUnit(tile.unit, point.numerator or 0, point.denominator or 0, _may_judge(point))
            for tile, point in placed
        ],
    )
    if funnel is None:
        return None
    per = definition.show_as.per
    return UnitComparison(
        measure=placed[0][0].measure,
        label=placed[0][1].label,
        center=funnel.center * per,
        units=tuple(
            ComparedUnit(
                key=tile.unit,
                name=tile.unit_name,
                point=point,
                value=point.value or 0,
                size=one.denominator,
                limits=one.limits.times(per),
                position=one.position,
            )
            for (tile, point), one in zip(placed, funnel.points, strict=True)
        ),
        apart=apart,
        dispersion=funnel.dispersion,
        between=funnel.between,
        limits_at=lambda size: funnel.limits_at(size).times(per),
    )


def compare_by_mix(
    measure: Measure, tiles: Sequence[Tile], scope: Scope, around: Surroundings
) -> UnitComparison | None:
    """The same, each unit against what its own mix of cases would lead one to expect. The rates of the strata
    are those of the compared units together.

    A unit whose mix is not told in full takes no part. None for a measure without ``strata`` too.
    """
    definition = current_definition(measure)
    placed, apart = _beside_each_other(tiles, around)
    if definition.strata is None or not placed:
        return None
    mixes = mixes_of(
        measure,
        [tile.unit for tile, _ in placed],
        definition.strata,
        placed[0][1].period,
        scope,
        around,
    )
    told = []
    for tile, point in placed:
        why = _untold(mixes.get(tile.unit), point)
        if why is None:
            told.append((tile, point))
        else:
            apart[tile.unit] = why
    if _judged(told) < FEWEST:
        return None
    funnel = _adjusted(
        definition,
        [MixedUnit(tile.unit, mixes[tile.unit].strata, _may_judge(point)) for tile, point in told],
    )
    if funnel is None:
        return None
    found = {one.key: one for one in funnel.points}
    apart |= {tile.unit: Apart.NOTHING_EXPECTED for tile, _ in told if tile.unit not in found}
    return UnitComparison(
        measure=told[0][0].measure,
        label=told[0][1].label,
        center=1.0,
        units=tuple(
            ComparedUnit(
                key=tile.unit,
                name=tile.unit_name,
                point=point,
                value=one.ratio,
                size=one.expected,
                limits=one.limits,
                position=one.position,
                expected=one.expected,
            )
            for tile, point in told
            if (one := found.get(tile.unit))
        ),
        apart=apart,
        dispersion=funnel.dispersion,
        between=funnel.between,
        limits_at=funnel.limits_at,
        strata=definition.strata,
    )


_Placed = list[tuple[Tile, Point]]


def _beside_each_other(tiles: Sequence[Tile], around: Surroundings) -> tuple[_Placed, dict[str, Apart]]:
    """Units of one kind, each with its value of the latest period any of them has one of, and those apart."""
    known = [(tile, point) for tile in tiles for point in tile.recent if _has_value(point)]
    kinds = Counter(around.kinds[unit] for unit in {tile.unit for tile, _ in known})
    kind = max(sorted(kinds), key=lambda one: kinds[one], default=None)
    known = [(tile, point) for tile, point in known if around.kinds[tile.unit] == kind]
    last = max((point.period.start for _tile, point in known), default=None)
    placed = [(tile, point) for tile, point in known if point.period.start == last]
    there = {tile.unit for tile, _ in placed}
    apart = {}
    for tile in tiles:
        if around.kinds[tile.unit] != kind:
            apart[tile.unit] = Apart.OTHER_KIND
        elif tile.unit not in there:
            folded = any(one.status == "folded" and one.period.start == last for one in tile.recent)
            apart[tile.unit] = Apart.FOLDED if folded else Apart.NO_VALUE
    return placed, apart


def _has_value(point: Point) -> bool:
    return point.value is not None and bool(point.denominator) and not point.provisional


def _may_judge(point: Point) -> bool:
    return point.status != "too_few"


def _judged(placed: _Placed) -> int:
    return sum(_may_judge(point) for _tile, point in placed)


def _untold(mix: Mix | None, point: Point) -> Apart | None:
    """Why the mix of a unit cannot be allowed for. One that was computed otherwise than the value, or whose
    parts do not add up to it, is not known."""
    if mix is not None and mix.is_folded:
        return Apart.MIX_FOLDED
    cells = mix.strata.values() if mix is not None else ()
    whole = (sum(above for above, _ in cells), sum(below for _, below in cells))
    adds_up = all(
        abs(part - (side or 0)) <= 1e-9 * abs(part)
        for part, side in zip(whole, (point.numerator, point.denominator), strict=True)
    )
    return None if adds_up else Apart.MIX_UNKNOWN


def _funnel(definition: MeasureDefinition, units: Sequence[FunnelUnit]) -> Funnel | None:
    if not _counts(definition):
        return None
    if _is_share(definition) and all(0 <= unit.numerator <= unit.denominator for unit in units):
        return proportion_funnel(units)
    return rate_funnel(units)


def _adjusted(definition: MeasureDefinition, units: Sequence[MixedUnit]) -> AdjustedFunnel | None:
    cells = [cell for unit in units for cell in unit.strata.values()]
    if _is_share(definition) and all(0 <= above <= below for above, below in cells):
        return adjusted_shares(units)
    return adjusted_rates(units)


def _counts(definition: MeasureDefinition) -> bool:
    above, below = definition.numerator, definition.denominator
    return above is not None and below is not None and above.word is Word.COUNT


def _is_share(definition: MeasureDefinition) -> bool:
    """Whether what is counted can be a part of what it is divided by: both count the same facts."""
    above, below = definition.numerator, definition.denominator
    if above is None or below is None or below.word is not Word.COUNT:
        return False
    facts = [(side.source or definition.source, side.time) for side in (above, below)]
    return facts[0] == facts[1]
