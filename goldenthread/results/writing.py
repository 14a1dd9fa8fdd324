"""Observations into the record: what a computation replaces goes, and what it found comes."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, datetime
from typing import Any

import pyarrow as pa
from django.db import connection, transaction

from goldenthread.calc.folding import Fold
from goldenthread.facts.scope import NOT_ASSIGNED
from goldenthread.record.measures.models import Observation
from goldenthread.record.orgs.models import Unit
from goldenthread.results.folds import cell_of
from goldenthread.results.horizon import Horizon

_ROWS_AT_ONCE = 10_000


@transaction.atomic
def replace_observations(
    rows: pa.Table,
    *,
    measures: dict[int, int],
    tree: str,
    periods: Collection[tuple[str, date]] | None,
    horizon: Horizon | None,
    apart: Collection[int],
    store_versions: dict[int, int | None],
    now: datetime,
) -> int:
    """Write ``composing.ROWS`` for these measures, all at once; the number written.

    ``measures`` maps each version of a definition to its measure, ``store_versions`` to that of its facts.
    ``periods`` are the (grain, start) that were computed, None for all of them from the ``horizon`` on: what
    is there for those and was not found again is removed, unless it is of a version computed ``apart``.
    """
    old = Observation.objects.filter(measure__in=set(measures.values()), tree=tree)
    if apart:
        old = old.exclude(version__in=apart)
    if periods is None:
        (old if horizon is None else old.filter(horizon.of_observations())).delete()
    else:
        for grain in {grain for grain, _ in periods}:
            starts = [start for name, start in periods if name == grain]
            old.filter(grain=grain, period_start__in=starts).delete()
    units: dict[str, int | None] = {**dict(Unit.objects.values_list("key", "pk")), NOT_ASSIGNED: None}
    written = 0
    # A million rows through model instances take a minute; through the cursor, seconds.
    with connection.cursor() as cursor:
        for batch in rows.to_batches(max_chunksize=_ROWS_AT_ONCE):
            values = list(_tuples(batch, measures, units, tree, store_versions, now))
            cursor.executemany(_INSERT, values)
            written += len(values)
    return written


_COLUMNS = (
    "measure",
    "version",
    "unit",
    "grain",
    "period_start",
    "tree",
    "numerator",
    "denominator",
    "value",
    "facts",
    "contributors",
    "fold",
    "store_version",
    "computed_at",
)


def _insert() -> str:
    table = Observation._meta.db_table
    fields = {field.name: field.column for field in Observation._meta.concrete_fields}
    columns = [fields[name] for name in _COLUMNS]
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join(['%s'] * len(columns))})"  # noqa: S608


_INSERT = _insert()


def _tuples(
    batch: pa.RecordBatch,
    measures: dict[int, int],
    units: dict[str, int | None],
    tree: str,
    store_versions: dict[int, int | None],
    now: datetime,
) -> Iterator[tuple[Any, ...]]:
    columns = [batch.column(name).to_pylist() for name in batch.schema.names if name != "category"]
    computed_at = connection.ops.adapt_datetimefield_value(now)
    for version, unit, grain, start, numerator, denominator, value, facts, people in zip(
        *columns, strict=True
    ):
        measure = measures[version]
        yield (
            measure,
            version,
            units[unit],
            grain,
            start,
            tree,
            numerator,
            denominator,
            value,
            facts or 0,
            people,
            # Closed from its first moment; what is folded with it follows in the same transaction.
            Fold.FOLDED if cell_of(unit, facts, people).is_of_few else Fold.OPEN,
            store_versions.get(version),
            computed_at,
        )
