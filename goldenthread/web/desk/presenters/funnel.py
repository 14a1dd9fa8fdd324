"""Units side by side in one period, inside what chance alone would make of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from goldenthread.calc.direction import Better
from goldenthread.calc.formatting import format_number, format_value
from goldenthread.calc.funnel import FunnelLimits, Position
from goldenthread.render.charts.funnel import (
    FunnelChart,
    FunnelLine,
    FunnelMark,
    draw_funnel,
    sample_sizes,
)
from goldenthread.render.charts.values import Direction, Drawing, Mark
from goldenthread.render.tables import Cell, Column, Row, Table
from goldenthread.results.comparing import Apart, ComparedUnit, UnitComparison
from goldenthread.results.values import Tile
from goldenthread.results.verdicts import FEW
from goldenthread.web.desk.presenters.parts import named

_WIDE_OFF = {Position.VERY_HIGH: Direction.UP, Position.VERY_LOW: Direction.DOWN}
_GOOD = {Better.HIGHER: Direction.UP, Better.LOWER: Direction.DOWN}
_RATIO_DECIMALS = 2


@dataclass(frozen=True)
class SideBySide:
    """The funnel of some units, and by the key of each what it says of it. ``how`` are the sentences that say
    how it is worked out."""

    finding: str
    drawing: Drawing
    words: Mapping[str, str]
    table: Table
    how: tuple[str, ...]


def side_by_side(found: UnitComparison, tiles: Sequence[Tile]) -> SideBySide:
    """The units in the order of their names: small ones swing more by chance, so nobody is ranked."""
    units = sorted(found.units, key=lambda one: one.name.casefold())
    line = found.measure
    marks = tuple(FunnelMark(one.name, one.size, one.value, *_mark(one, line.better)) for one in units)
    finding = _finding(units, found)
    sized = _("Expected, %(period)s") if found.strata else _("Out of, %(period)s")
    chart = FunnelChart(
        finding=finding,
        units=marks,
        lines=tuple(_limits(found, size) for size in sample_sizes(marks)),
        average=found.center,
        unit="number" if found.strata else line.unit,
        size_words=sized % {"period": found.label},
        decimals=_RATIO_DECIMALS if found.strata else line.decimals,
        is_ratio=found.strata is not None,
    )
    words = {one.key: _words(one, found) for one in units}
    words |= {key: _apart_words(why, found) for key, why in found.apart.items()}
    return SideBySide(finding, draw_funnel(chart), words, compared_table(found, tiles), _how_counted(found))


def compared_table(found: UnitComparison, tiles: Sequence[Tile]) -> Table:
    """Every unit by name, with the limits for its size, or why it is not beside the others."""
    title = _("Units beside each other, %(period)s")
    if found.strata:
        title = _("Units against what their mix of %(column)s leads one to expect, %(period)s")
    columns = [Column(_("Unit")), Column(_("Counted"), number=True), Column(_("Out of"), number=True)]
    if found.strata:
        columns += [Column(_("Expected"), number=True), Column(_("Counted over expected"), number=True)]
    else:
        columns += [Column(_("Value"), number=True)]
    columns += [
        Column(_("95 of 100 from"), number=True),
        Column(_("95 of 100 to"), number=True),
        Column(_("998 of 1,000 from"), number=True),
        Column(_("998 of 1,000 to"), number=True),
        Column(_("Beside the others")),
    ]
    rows = [(one.name, _row(one, found)) for one in found.units]
    rows += [
        (one.unit_name, Row((Cell(one.unit_name),), says=_apart_words(found.apart[one.unit], found)))
        for one in tiles
        if one.unit in found.apart
    ]
    return Table(
        title % {"period": found.label, "column": _column(found)},
        tuple(columns),
        tuple(row for _name, row in sorted(rows, key=lambda pair: pair[0].casefold())),
    )


def _row(one: ComparedUnit, found: UnitComparison) -> Row:
    cells = [Cell(one.name), _number(one.point.numerator), _number(one.point.denominator)]
    if one.expected is not None:
        cells.append(_number(one.expected, 1))
    cells.append(_shown(one.value, found))
    limits = one.limits
    bounds = (limits.lower_95, limits.upper_95, limits.lower_998, limits.upper_998)
    cells += [_shown(bound, found) if one.position else Cell() for bound in bounds]
    return Row((*cells, Cell(_words(one, found))))


def _number(value: float | None, decimals: int | None = None) -> Cell:
    return Cell() if value is None else Cell(format_number(value, decimals), value=value)


def _shown(value: float, found: UnitComparison) -> Cell:
    if found.strata:
        return _number(value, _RATIO_DECIMALS)
    return Cell(format_value(value, found.measure.unit, found.measure.decimals), value=value)


def _mark(one: ComparedUnit, better: Better) -> tuple[Mark, Direction | None]:
    if one.position is None:
        return Mark.TOO_FEW, None
    went = _WIDE_OFF.get(one.position)
    if went is None:
        return Mark.ORDINARY, None
    good = _GOOD.get(better)
    return (Mark.CHANGED if good is None else Mark.BETTER if went is good else Mark.WORSE), went


def _limits(found: UnitComparison, size: float) -> FunnelLine:
    limits: FunnelLimits = found.limits_at(size)
    return FunnelLine(size, limits.lower_95, limits.upper_95, limits.lower_998, limits.upper_998)


def _finding(units: list[ComparedUnit], found: UnitComparison) -> str:
    said = []
    for position, words in _FINDINGS[bool(found.strata)].items():
        one, many = words()
        names = [unit.name for unit in units if unit.position is position]
        if names:
            told = {"named": named(names), "column": _column(found)}
            said.append((one if len(names) == 1 else many) % told)
    if not said and found.strata:
        said.append(
            _("allowing for their mix of %(column)s, the units differ no more than chance explains.")
            % {"column": _column(found)}
        )
    elif not said:
        said.append(_("the units differ no more than chance explains."))
    few = [unit.name for unit in units if unit.position is None]
    if few:
        said.append(_("Too few to judge: %(named)s.") % {"named": named(few)})
    return " ".join([_("%(period)s:") % {"period": found.label}, *said])


_FINDINGS = {
    False: {
        Position.VERY_LOW: lambda: (
            _("%(named)s is lower than chance explains."),
            _("%(named)s are lower than chance explains."),
        ),
        Position.VERY_HIGH: lambda: (
            _("%(named)s is higher than chance explains."),
            _("%(named)s are higher than chance explains."),
        ),
    },
    True: {
        Position.VERY_LOW: lambda: (
            _(
                "%(named)s is lower than its mix of %(column)s leads one to expect, by more than chance "
                "explains."
            ),
            _(
                "%(named)s are lower than their mix of %(column)s leads one to expect, by more than chance "
                "explains."
            ),
        ),
        Position.VERY_HIGH: lambda: (
            _(
                "%(named)s is higher than its mix of %(column)s leads one to expect, by more than chance "
                "explains."
            ),
            _(
                "%(named)s are higher than their mix of %(column)s leads one to expect, by more than chance "
                "explains."
            ),
        ),
    },
}


def _words(one: ComparedUnit, found: UnitComparison) -> str:
    match one.position:
        case None:
            return _("Too few to judge")
        case Position.VERY_HIGH if found.strata:
            return _("Higher than its mix and chance explain")
        case Position.VERY_LOW if found.strata:
            return _("Lower than its mix and chance explain")
        case Position.VERY_HIGH:
            return _("Higher than chance explains")
        case Position.VERY_LOW:
            return _("Lower than chance explains")
        case _:
            return _("Within chance")


def _apart_words(why: Apart, found: UnitComparison) -> str:
    said = {
        Apart.OTHER_KIND: _("Not compared: another kind of unit"),
        Apart.NO_VALUE: _("Not compared: no value in %(period)s"),
        Apart.FOLDED: _("Not compared: folded, %(few)s"),
        Apart.MIX_FOLDED: _("Not compared: its mix is folded, %(few)s in a part of it"),
        Apart.MIX_UNKNOWN: _("Not compared: its mix is not known"),
        Apart.NOTHING_EXPECTED: _("Not compared: its mix leads one to expect none"),
    }
    return said[why] % {"period": found.label, "few": FEW}


def _column(found: UnitComparison) -> str:
    return (found.strata or "").replace("_", " ")


def _how_counted(found: UnitComparison) -> tuple[str, ...]:
    told = {"column": _column(found), "times": format_number(found.dispersion, 1)}
    how = []
    if found.strata:
        how += [
            _(
                "Expected is what a unit would have counted, had each of its cases fared as cases of the "
                "same %(column)s did in all the compared units together. Cases without a %(column)s are a "
                "group of their own."
            ),
            _(
                "Counted over expected is 1 when a unit does as its mix leads one to expect. Each unit is "
                "judged by its own limits, which are in the table; the curves are for a unit of the average "
                "mix."
            ),
            _(
                "The mix is one reason among many why units differ. What is not recorded in %(column)s is "
                "not allowed for."
            ),
        ]
    else:
        how.append(_("The line is the value of all the compared units together."))
    how.append(
        _(
            "By chance alone, 95 of 100 units lie inside the dotted limits and 998 of 1,000 inside the "
            "dashed ones. Only beyond the dashed ones is a unit said to be different."
        )
    )
    if found.between:
        how.append(
            _(
                "The units differ more than chance alone would make them (%(times)s times as much), so the "
                "limits are widened by what they differ among themselves."
            )
        )
    else:
        how.append(
            _(
                "The units differ no more than chance alone would make them, so nothing is added to the "
                "limits."
            )
        )
    how.append(
        _(
            "A unit with too few to judge is drawn and has no verdict. Its cases count in the whole; how "
            "far it lies from the others does not widen the limits. Only units of one kind are compared."
        )
    )
    return tuple(said % told for said in how)
