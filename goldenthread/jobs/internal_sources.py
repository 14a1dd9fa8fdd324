"""Internal sources: what the record says as rows of a table of facts, which is replaced when it differs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from goldenthread.calc.periods import Grain
from goldenthread.facts.columns import BATCH, ROW
from goldenthread.facts.intake.reading import stored_schema
from goldenthread.facts.internal import TYPED_VALUES
from goldenthread.facts.sources import SourceDefinition
from goldenthread.facts.store.days import DayRanges, time_columns
from goldenthread.record.measures.models import TypedState, TypedValue
from goldenthread.record.measures.queries import current_definition
from goldenthread.record.orgs import queries as orgs
from goldenthread.results.facts import store_engine, table_of

_NO_BATCH = 0


@dataclass(frozen=True)
class Filled:
    """How many rows an internal source holds, and the day of the latest; None where it holds none."""

    rows: int
    latest: date | None


def filled(source: str) -> Filled:
    """What an internal source holds now."""
    table = table_of(source)
    if not table.exists:
        return Filled(0, None)
    with store_engine().session() as session:
        facts = table.rows(session)
        counted = facts.aggregate(rows=facts.count(), latest=facts[_LATEST[source]].max())
        return Filled(**session.execute(counted).to_pylist()[0])


def rows_of(source: str) -> pa.Table:
    """What an internal source is to hold, in the order of its row numbers."""
    return _ROWS[source]()


def days_that_differ(source: str, wanted: pa.Table) -> Mapping[str, DayRanges] | None:
    """For each time column the days of every row that is held and not wanted, or wanted and not held; None
    when there is no such row."""
    held, asked = _held(source, wanted.schema), _tuples(wanted)
    differing = held ^ asked
    if not differing:
        return None
    columns = time_columns(wanted.schema).items()
    places = {name: wanted.schema.get_field_index(column) for name, column in columns}
    return {name: DayRanges.of(row[place] for row in differing) for name, place in places.items()}


def fill(source: str, rows: pa.Table) -> None:
    """Replace all that an internal source holds."""
    table = table_of(source)
    table.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    # One name, so that what a crash leaves behind is written over.
    staged = table.folder / "filling.parquet"
    pq.write_table(rows, staged)
    table.replace(staged)


def _held(source: str, schema: pa.Schema) -> set[tuple[Any, ...]]:
    table = table_of(source)
    if not table.exists or set(table.columns) != set(schema.names):
        return set()
    with store_engine().session() as session:
        return _tuples(session.execute(table.rows(session)).select(schema.names))


def _tuples(rows: pa.Table) -> set[tuple[Any, ...]]:
    return set(zip(*(column.to_pylist() for column in rows.columns), strict=True))


def _typed_values() -> pa.Table:
    """The values that count: approved, or handed in where the measure asks for no approval."""
    calendar, zone = orgs.fiscal_calendar(), orgs.organization().zone
    handed_in = TypedValue.objects.filter(state__in=[TypedState.APPROVED, TypedState.SUBMITTED])
    rows, asks = [], dict[int, bool]()
    for one in handed_in.select_related("measure__current", "unit").order_by("pk"):
        if one.state == TypedState.SUBMITTED:
            if one.measure_id not in asks:
                asks[one.measure_id] = current_definition(one.measure).approval
            if asks[one.measure_id]:
                continue
        period = calendar.period_of(one.period_start, Grain(one.grain))
        typed_on, handed_in_on = (at.astimezone(zone).date() for at in (one.typed_at, _handed_in_at(one)))
        due_on = period.expected_on(one.measure.lag_days)
        rows.append(
            {
                "measure": one.measure.key,
                "unit": one.unit.key,
                "frequency": one.grain,
                "period_start": one.period_start,
                "period_end": period.end - timedelta(days=1),
                "numerator": one.numerator,
                "denominator": one.denominator,
                "value": one.value,
                "typed_on": typed_on,
                "handed_in_on": handed_in_on,
                "due_on": due_on,
                "in_time": handed_in_on <= due_on,
                "corrections": one.corrections,
                "from_file": one.batch_id is not None,
                BATCH: _NO_BATCH,
                ROW: one.pk,
            }
        )
    return pa.Table.from_pylist(rows, schema=_schema(TYPED_VALUES))


def _handed_in_at(value: TypedValue) -> datetime:
    """The database keeps every value that was handed in from having none."""
    assert value.handed_in_at is not None
    return value.handed_in_at


def _schema(source: str) -> pa.Schema:
    return stored_schema(SourceDefinition.model_validate({"source": source, "kind": "internal"}))


_LATEST: Mapping[str, str] = {TYPED_VALUES: "typed_on"}
_ROWS: Mapping[str, Callable[[], pa.Table]] = {TYPED_VALUES: _typed_values}
