"""Units side by side in one period, inside what chance alone would make of them."""

from __future__ import annotations

from django.utils.translation import gettext as _

from goldenthread.calc.direction import Better
from goldenthread.calc.formatting import format_number
from goldenthread.calc.funnel import Position
from goldenthread.render.charts.funnel import (
    FunnelChart,
    FunnelLine,
    FunnelMark,
    draw_funnel,
    sample_sizes,
)
from goldenthread.render.charts.values import Direction, Mark
from goldenthread.render.tables import Cell, Column, Row, Table
from goldenthread.results.comparing import ComparedUnit, UnitComparison
from goldenthread.web.desk.presenters.multiples import Comparison, named
from goldenthread.web.desk.presenters.parts import measure_address, value_words

_WIDE_OFF = {Position.VERY_HIGH: Direction.UP, Position.VERY_LOW: Direction.DOWN}
_GOOD = {Better.HIGHER: Direction.UP, Better.LOWER: Direction.DOWN}


def side_by_side(found: UnitComparison) -> Comparison:
    """The funnel of the units, its finding and its table, all in the order of their names."""
    units = sorted(found.units, key=lambda one: one.name.casefold())
    line = found.measure
    marks = tuple(
        FunnelMark(one.name, one.size, one.point.value or 0, *_mark(one, line.better)) for one in units
    )
    title, finding = _("Units side by side"), _finding(units, found.label)
    drawing = draw_funnel(
        FunnelChart(
            finding=finding,
            units=marks,
            lines=tuple(_limits(found, size) for size in sample_sizes(marks)),
            average=found.center,
            unit=line.unit,
            size_words=_("Out of, %(period)s") % {"period": found.label},
            decimals=line.decimals,
        )
    )
    return Comparison(
        title=title,
        anchor="side-by-side",
        finding=finding,
        note=_("Small units swing more by chance, so the limits widen to the left. Not a ranking."),
        drawing=drawing.html,
        key=drawing.key,
        table=_table(title, found, units),
        links=(),
    )


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


def _table(title: str, found: UnitComparison, units: list[ComparedUnit]) -> Table:
    columns = (
        Column(_("Unit")),
        Column(found.label, number=True),
        Column(_("Counted"), number=True),
        Column(_("Out of"), number=True),
        Column(_("Beside the others")),
    )
    rows = tuple(
        Row(
            (
                Cell(one.name, href=measure_address(found.measure.key, one.key)),
                Cell(value_words(found.measure, one.point.value), value=one.point.value),
                Cell(format_number(one.point.numerator or 0), value=one.point.numerator),
                Cell(format_number(one.size), value=one.size),
                Cell(_words(one)),
            )
        )
        for one in units
    )
    return Table(title, columns, rows)
