"""Which target holds for a unit in a period.

A target that names a unit is that unit's own. One without a unit is for whoever keeps the measure: its unit,
or the whole organization. A rate, a mean or a stock of a share is aimed at in the same way everywhere, so a
unit without a target of its own takes the nearest one above it, and at last the general one. Amounts that add
up are not: a department's 10,000 inspections are no team's target, so such a unit has none.

When targets change inside a period, the one in force on its last day holds for all of it.
"""

from __future__ import annotations

import datetime
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
    """The target of the unit ``line[0]`` in ``period``; ``line`` goes on with the units above it, nearest
    first.

    ``keeper`` is the unit that keeps the measure, or the top unit when the measure names none.
    """
    if not line:
        return None
    for unit in line[:1] if definition.is_sum else line:
        if found := _in_force(definition, unit, period.last_day):
            return ResolvedTarget(found, unit)
    if definition.is_sum and line[0] != keeper:
        return None
    general = _in_force(definition, None, period.last_day)
    return ResolvedTarget(general, None) if general else None


def _in_force(definition: MeasureDefinition, unit: str | None, day: datetime.date) -> TargetShape | None:
    for target in definition.targets:
        started = target.from_ is None or target.from_ <= day
        if target.unit == unit and started and (target.to is None or day < target.to):
            return target
    return None
