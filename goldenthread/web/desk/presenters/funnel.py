"""Units side by side in one period, inside what chance alone would make of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from goldenthread.calc.direction import Better
from goldenthread.calc.funnel import Position
from goldenthread.render.charts.funnel import (
    FunnelChart,
    FunnelLine,
    FunnelMark,
    draw_funnel,
    sample_sizes,
)
from goldenthread.render.charts.values import Direction, Drawing, Mark
from goldenthread.results.comparing import ComparedUnit, UnitComparison
from goldenthread.web.desk.presenters.parts import named

_WIDE_OFF = {Position.VERY_HIGH: Direction.UP, Position.VERY_LOW: Direction.DOWN}
_GOOD = {Better.HIGHER: Direction.UP, Better.LOWER: Direction.DOWN}


@dataclass(frozen=True)
class SideBySide:
    """The funnel of some units, and by the key of each what it says of it."""

    finding: str
    drawing: Drawing
    words: Mapping[str, str]


def side_by_side(found: UnitComparison) -> SideBySide:
    """The units in the order of their names: small ones swing more by chance, so nobody is ranked."""
    units = sorted(found.units, key=lambda one: one.name.casefold())
    line = found.measure
    marks = tuple(
        FunnelMark(one.name, one.size, one.point.value or 0, *_mark(one, line.better)) for one in units
    )
    finding = _finding(units, found.label)
    chart = FunnelChart(
        finding=finding,
        units=marks,
        lines=tuple(_limits(found, size) for size in sample_sizes(marks)),
        average=found.center,
        unit=line.unit,
        size_words=_("Out of, %(period)s") % {"period": found.label},
        decimals=line.decimals,
    )
    return SideBySide(finding, draw_funnel(chart), {one.key: _words(one) for one in units})


def _mark(one: ComparedUnit, better: Better) -> tuple[Mark, Direction | None]:
    if one.point.status == "too_few":
        return Mark.TOO_FEW, None
    went = _WIDE_OFF.get(one.position)
    if went is None:
        return Mark.ORDINARY, None
    good = _GOOD.get(better)
    return (Mark.CHANGED if good is None else Mark.BETTER if went is good else Mark.WORSE), went


def _limits(found: UnitComparison, size: float) -> FunnelLine:
    limits = found.limits_at(size)
    return FunnelLine(size, limits.lower_95, limits.upper_95, limits.lower_998, limits.upper_998)


def _finding(units: list[ComparedUnit], label: str) -> str:
    said = []
    for position, one, many in (
        (
            Position.VERY_LOW,
            _("%(named)s is lower than chance explains."),
            _("%(named)s are lower than chance explains."),
        ),
        (
            Position.VERY_HIGH,
            _("%(named)s is higher than chance explains."),
            _("%(named)s are higher than chance explains."),
        ),
    ):
        names = [unit.name for unit in units if unit.position is position and unit.point.status != "too_few"]
        if names:
            said.append((one if len(names) == 1 else many) % {"named": named(names)})
    if said:
        return " ".join([_("%(period)s:") % {"period": label}, *said])
    return _("%(period)s: the units differ no more than chance explains.") % {"period": label}


def _words(one: ComparedUnit) -> str:
    if one.point.status == "too_few":
        return _("Too few to judge")
    match one.position:
        case Position.VERY_HIGH:
            return _("Higher than chance explains")
        case Position.VERY_LOW:
            return _("Lower than chance explains")
        case _:
            return _("Within chance")
