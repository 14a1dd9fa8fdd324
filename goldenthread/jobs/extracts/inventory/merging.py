"""What the file says of a measure, put together with what the record already knows of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from goldenthread.jobs.extracts.inventory.rows import InventoryRow, YearTarget
from goldenthread.record.measures.definition import MeasureDefinition, ShowAs, TargetShape


@dataclass(frozen=True)
class Merged:
    """The definition to save, and the years whose target the record keeps against the file."""

    definition: MeasureDefinition
    kept_targets: tuple[YearTarget, ...] = ()


def merge(row: InventoryRow, current: MeasureDefinition | None) -> Merged:
    """The file wins for what it holds; everything else stays as people made it.

    A measure that by now computes itself takes only targets from the file: its formula is worth more than
    typed values. Targets of years that the file is silent about stay.
    """
    targets, kept = _targets(current.targets if current else (), row.targets)
    if current is not None and not current.manual:
        return Merged(current.model_copy(update={"targets": targets}), kept)
    before = current or MeasureDefinition(
        measure=row.key,
        title=row.title,
        frequency=row.frequency,
        show_as=ShowAs(unit="number"),
        manual=True,
        # Of a unit that nobody named, it is not known whether parts add up; saying so would invent totals.
        adds_up=None if row.unit_of_measure else False,
    )
    said = {
        "title": row.title,
        "frequency": row.frequency,
        "show_as": _show_as(row, before.show_as),
        "targets": targets,
    }
    optional = {
        "description": row.description,
        "kind": row.kind,
        "unit": row.unit,
        "serves": row.serves,
    }
    return Merged(
        before.model_copy(update=said | {name: value for name, value in optional.items() if value}), kept
    )


def _show_as(row: InventoryRow, before: ShowAs) -> ShowAs:
    said = {"unit": row.unit_of_measure, "better": row.better}
    return before.model_copy(update={name: value for name, value in said.items() if value})


def _targets(
    known: Iterable[TargetShape], said: Iterable[YearTarget]
) -> tuple[tuple[TargetShape, ...], tuple[YearTarget, ...]]:
    """The targets from now on, oldest first, and those of the file against which another one stands."""
    targets = list(known)
    kept = []
    for one in said:
        general = [target for target in targets if target.unit is None and _overlaps(target, one)]
        same_year = [target for target in general if (target.from_, target.to) == (one.start, one.end)]
        if general != same_year:
            kept.append(one)
            continue
        if one.value is not None and any(target.value == one.value for target in same_year):
            continue
        targets = [target for target in targets if target not in same_year]
        if one.value is not None:
            targets.append(TargetShape.model_validate({"from": one.start, "to": one.end, "value": one.value}))
    return tuple(sorted(targets, key=_start)), tuple(kept)


def _overlaps(target: TargetShape, one: YearTarget) -> bool:
    starts = target.from_ is None or target.from_ < one.end
    return starts and (target.to is None or one.start < target.to)


def _start(target: TargetShape) -> tuple[bool, str, str]:
    return target.from_ is not None, str(target.from_), target.unit or ""
