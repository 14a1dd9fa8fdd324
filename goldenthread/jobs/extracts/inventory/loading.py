"""A read inventory into the record: units, framework, measures with targets, and values, all or nothing."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from goldenthread.definitions import Located
from goldenthread.jobs.extracts.inventory.merging import Merged, merge
from goldenthread.jobs.extracts.inventory.placing import apply_framework_of, apply_units
from goldenthread.jobs.extracts.inventory.rows import InventoryReading, InventoryRow
from goldenthread.record.audit.actor import Actor
from goldenthread.record.framework.changes import Change
from goldenthread.record.measures import queries as measures
from goldenthread.record.measures.actions import save_measures
from goldenthread.record.measures.checks import Written
from goldenthread.record.measures.definition import MeasureDefinition
from goldenthread.record.measures.models import Measure, TypedValue
from goldenthread.record.measures.policies import Figures
from goldenthread.record.measures.typed_values import Filed, FiledValue, file_values, withdraw_filed
from goldenthread.record.orgs import queries as orgs
from goldenthread.record.orgs.models import Unit
from goldenthread.record.sources.models import Batch


@dataclass(frozen=True)
class Applied:
    """What a load changed. ``measures`` counts by outcome: created, changed, unchanged.

    ``touched`` are the keys of the measures whose values must be computed anew. ``remarks`` are sentences
    about what a person should look at.
    """

    units: tuple[str, ...]
    framework: tuple[Change, ...]
    measures: dict[str, int]
    values: Filed
    touched: frozenset[str]
    remarks: tuple[str, ...]

    @property
    def sentences(self) -> tuple[str, ...]:
        """The load in sentences, the largest things first."""
        values = self.values
        changes = Counter(change.kind.value for change in self.framework)
        return (
            f"Measures: {_counted(self.measures) or 'none'}.",
            f"Values: {values.added:,} added, {values.changed:,} changed, {values.unchanged:,} as they were.",
            f"Framework: {_counted(changes) or 'as it was'}.",
            f"Units: {f'{len(self.units):,} added' if self.units else 'as they were'}.",
            *self.remarks,
        )


@transaction.atomic
def apply_inventory(
    reading: InventoryReading, *, batch: Batch, by: Actor, now: datetime.datetime, today: datetime.date
) -> Applied:
    """Write a reading into the record; a second time it changes nothing.

    Units and elements that exist stay where people put them. Values that somebody typed by hand stay, and
    so does the formula of a measure that computes itself. Raises Refused without an organization,
    DefinitionError when a measure cannot be saved; then nothing has changed.
    """
    units = apply_units(reading.places, by=by, now=now)
    changes = apply_framework_of(reading.places, by=by, now=now, today=today)
    current = measures_called({row.key for row in reading.rows})
    merged = [merge(row, current.get(row.key)) for row in reading.rows]
    written = [_written(reading, row, one) for row, one in zip(reading.rows, merged, strict=True)]
    saved = save_measures(written, why=f"inventory, batch {batch.pk}", by=by, now=now, today=today)
    computed = frozenset(one.definition.measure for one in merged if not one.definition.manual)
    typed = {one.measure.key: one.measure for one in saved if one.measure.key not in computed}
    filed = file_values(values=_values(reading, typed), batch=batch.pk, by=by, now=now)
    return Applied(
        units=units,
        framework=changes,
        measures=dict(Counter(one.result.value for one in saved)),
        values=filed,
        touched=frozenset(one.measure.key for one in saved if one.needs_computing)
        | (
            frozenset(row.key for row in reading.rows) - computed
            if filed.added or filed.changed
            else frozenset()
        ),
        remarks=(*reading.remarks, *_remarks(reading, merged, computed, filed, batch)),
    )


def preview_inventory(
    reading: InventoryReading, *, batch: Batch, by: Actor, now: datetime.datetime, today: datetime.date
) -> Applied:
    """What ``apply_inventory`` would change: it is done and taken back. Raises as it does."""
    with transaction.atomic():
        applied = apply_inventory(reading, batch=batch, by=by, now=now, today=today)
        transaction.set_rollback(True)
    return applied


def withdraw_inventory(batch: Batch, *, by: Actor, now: datetime.datetime) -> int:
    """Take back the values that a batch brought; returns how many.

    Units, framework and definitions stay: others may have built on them since, and each has its own history.
    """
    return withdraw_filed(batch=batch.pk, by=by, now=now)


def file_again(reading: InventoryReading, *, batch: Batch, by: Actor, now: datetime.datetime) -> Filed:
    """Take the values of an earlier file once more, where a later one that was withdrawn had replaced them.

    Measures that are retired or compute themselves by now have no use for them.
    """
    current = measures_called({row.key for row in reading.rows})
    manual = [key for key, definition in current.items() if definition.manual]
    typed = {one.key: one for one in Measure.objects.filter(key__in=manual, retired_on__isnull=True)}
    return file_values(values=_values(reading, typed), batch=batch.pk, by=by, now=now)


def measures_called(keys: Iterable[str]) -> dict[str, MeasureDefinition]:
    """The current definitions of those of these measures that exist."""
    rows = Measure.objects.select_related("current").filter(key__in=set(keys), current__isnull=False)
    return {row.key: measures.current_definition(row) for row in rows}


def _written(reading: InventoryReading, row: InventoryRow, merged: Merged) -> Written:
    return Written(merged.definition, Located(None, f"{reading.source}, row {row.row:,}"))


def _values(reading: InventoryReading, typed: Mapping[str, Measure]) -> list[FiledValue]:
    keepers = {unit.key: unit for unit in Unit.objects.all()}
    top = keepers[orgs.top_unit() or ""]
    return [
        FiledValue(
            measure=typed[row.key],
            unit=keepers[row.unit] if row.unit else top,
            period=value.period,
            typed=Figures(value=value.value),
            note=value.note,
        )
        for row in reading.rows
        if row.key in typed
        for value in row.values
    ]


def _remarks(
    reading: InventoryReading,
    merged: Sequence[Merged],
    computed: frozenset[str],
    filed: Filed,
    batch: Batch,
) -> Iterable[str]:
    if computed:
        yield f"Only targets were taken for measures that compute themselves by now{_some(sorted(computed))}."
    if filed.kept:
        kept = [f"{key} for {day}" for key, day in filed.kept]
        yield f"Values that somebody typed by hand stay as they are{_some(kept)}."
    if against := [one.definition.measure for one in merged if one.kept_targets]:
        yield f"Measures with a target for part of a year keep it{_some(against)}."
    if gone := _no_longer_listed(reading, batch):
        yield (
            f"Measures of earlier files that are not in this one stay as they are{_some(gone)}. "
            "Retire those that ended."
        )


def _no_longer_listed(reading: InventoryReading, batch: Batch) -> list[str]:
    batches = Batch.objects.filter(source=batch.source).exclude(pk=batch.pk).values("pk")
    earlier = TypedValue.objects.filter(batch_id__in=batches, measure__retired_on__isnull=True)
    keys = set(earlier.values_list("measure__key", flat=True).distinct())
    return sorted(keys - {row.key for row in reading.rows})


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count:,} {what}" for what, count in sorted(counts.items()))


def _some(names: Sequence[str]) -> str:
    """How many, and the first few: “ (7): a, b, c, d, e and 2 more”."""
    rest = f" and {len(names) - 5:,} more" if len(names) > 5 else ""
    return f" ({len(names):,}): {', '.join(names[:5])}{rest}"
