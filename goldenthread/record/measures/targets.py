"""Which target holds for a unit in a period.

A target that names a unit is that unit's own. One without a unit is for whoever keeps the measure: its unit,
or the whole organization. A rate, a mean or a stock of a share is aimed at in the same way everywhere, so a
unit without a target of its own takes the nearest one above it, and at last the general one. Amounts that add
up are not: a department's 10,000 inspections are no team's target, so such a unit has none.

When targets change inside a period, the one in force on its last day holds for all of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from goldenthread.calc.periods import Period
from goldenthread.record.measures.definition import MeasureDefinition, TargetShape


@dataclass(frozen=True)
class ResolvedTarget:
    """A target and whose it is: a unit's key, or None for the general one."""

    target: TargetShape
    of_unit: str | None


def target_for(
    definition: MeasureDefinition, line: Sequence[str], period: Period, *, keeper: str | None
) -> ResolvedTarget | None:
    """The target of the unit ``line[0]`` in ``period``; ``line`` and ``keeper`` as for ``targets_for``."""
    every = targets_for(definition, line, keeper=keeper)
    return next((one for one in every if one.target.holds_on(period.last_day)), None)


def targets_for(
    definition: MeasureDefinition, line: Sequence[str], *, keeper: str | None
) -> tuple[ResolvedTarget, ...]:
    """Every target that may hold for the unit ``line[0]``; in a period it is the first that holds on its last
    day.

    ``line`` goes on with the units above it, nearest first. ``keeper`` is the unit that keeps the measure, or
    the top unit when the measure names none.
    """
    if not definition.targets or not line:
        return ()
    adds_up = definition.is_sum
    places: list[str | None] = list(line[:1] if adds_up else line)
    if not adds_up or line[0] == keeper:
        places.append(None)
    return tuple(
        ResolvedTarget(target, place)
        for place in places
        for target in definition.targets
        if target.unit == place
    )
