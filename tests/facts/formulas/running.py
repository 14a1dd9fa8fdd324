"""Runs the formulas over rows from a test, through real Parquet files and a real engine: the embedded one, or
the cluster that GOLDENTHREAD_ENGINE names."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from goldenthread.calc.clocks import WorkingCalendar
from goldenthread.calc.periods import FiscalCalendar
from goldenthread.facts.engines import Engine
from goldenthread.facts.engines.embedded import EmbeddedEngine
from goldenthread.facts.formulas.compute import SourceFacts, WantedSide, compute_sides
from goldenthread.facts.formulas.derived import Derived
from goldenthread.facts.formulas.whereabouts import PlacedBy, WhereaboutsTables
from goldenthread.facts.scope import NOT_ASSIGNED, Scope
from tests.builders import system_scope
from tests.facts.formulas.plain import Answer, Key, PlainSource, World

SPAN = [("from", pa.date32()), ("to", pa.date32())]


def whereabouts(world: World) -> WhereaboutsTables:
    return WhereaboutsTables(
        memberships=_table(["worker", "unit"], world.memberships),
        person_ids=_table(["system", "id", "person"], world.person_ids),
        unit_ids=_table(["system", "id", "unit"], world.unit_ids),
        closure=_table(["unit", "ancestor"], list(_closure(world))),
    )


def _closure(world: World) -> Iterable[tuple[str, str, date | None, date | None]]:
    """The tree between one change and the next, so that each row holds for all its days."""
    edges = sorted({edge for row in world.parents for edge in row[2:] if edge is not None})
    for start, end in zip([None, *edges], [*edges, None], strict=True):
        day = start or date(1, 1, 1)
        for unit in [*{row[0] for row in world.parents}, NOT_ASSIGNED]:
            for ancestor in world.ancestors(unit, day):
                yield unit, ancestor, start, end


def _table(names: list[str], rows: Iterable[tuple[Any, ...]]) -> pa.Table:
    schema = pa.schema([*((name, pa.string()) for name in names), *SPAN])
    return pa.Table.from_pylist([dict(zip(schema.names, row, strict=True)) for row in rows], schema=schema)


def run(
    sources: Mapping[str, tuple[PlainSource, pa.Schema]],
    wanted: Iterable[WantedSide],
    world: World,
    calendar: FiscalCalendar,
    *,
    window: tuple[date, date] | None = None,
    scope: Scope | None = None,
    inside: Collection[str] | None = None,
    derived: Mapping[str, Derived] | None = None,
    working_calendar: WorkingCalendar | None = None,
    timezone: str = "UTC",
) -> dict[Key, Answer]:
    with tempfile.TemporaryDirectory() as folder, _engine(Path(folder)) as engine:
        given = {
            name: _source(Path(folder) / f"{name}.parquet", source, schema, derived or {})
            for name, (source, schema) in sources.items()
        }
        table = compute_sides(
            engine,
            given,
            wanted,
            whereabouts(world),
            calendar,
            working_calendar=working_calendar or WorkingCalendar(),
            timezone=timezone,
            window=window,
            scope=scope or system_scope(),
            inside=inside,
        )
    rows = table.to_pylist()
    found = {
        (row["id"], row["unit"], row["grain"], row["period_start"], row["category"]): (
            row["value"],
            row["weight"],
            row["n"],
            row["contributors"],
        )
        for row in rows
    }
    assert len(found) == len(rows), "two rows for one side, unit, period and category"
    return found


@contextmanager
def _engine(folder: Path) -> Iterator[Engine]:
    if url := os.environ.get("GOLDENTHREAD_ENGINE"):
        yield _cluster(url)
    else:
        with EmbeddedEngine([folder]) as engine:
            yield engine


@cache
def _cluster(url: str) -> Engine:
    from goldenthread.facts.engines.spark import SparkEngine

    return SparkEngine(url)


def _source(
    path: Path, source: PlainSource, schema: pa.Schema, derived: Mapping[str, Derived]
) -> SourceFacts:
    pq.write_table(pa.Table.from_pylist(list(source.rows), schema=schema), path)
    placement = None
    if source.worker:
        placement = PlacedBy(source.worker, "worker", source.system)
    elif source.unit:
        placement = PlacedBy(source.unit, "unit", source.system)
    return SourceFacts([path], schema, source.time, placement, derived)
