"""Where results finds its facts: the engines of each process, and the table of each source."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pyarrow as pa
from django.conf import settings

from goldenthread.facts.engines import Engine, StoreEngine
from goldenthread.facts.engines.embedded import EmbeddedEngine
from goldenthread.facts.formulas.compute import SourceFacts
from goldenthread.facts.formulas.derived import Derived
from goldenthread.facts.formulas.whereabouts import PlacedBy
from goldenthread.facts.intake.reading import stored_schema
from goldenthread.facts.sources import SourceDefinition
from goldenthread.facts.store.table import FactTable
from goldenthread.record.sources import queries as sources


@cache
def engine() -> Engine:
    """What answers formulas over facts: the cluster of GOLDENTHREAD_ENGINE, or the embedded engine."""
    if not settings.ENGINE:
        return store_engine()
    # Imports a second's worth of packages that are there only with the extra.
    from goldenthread.facts.engines.spark import SparkEngine

    return SparkEngine(settings.ENGINE)


@cache
def store_engine() -> StoreEngine:
    """What reads and writes the store, and nothing else; also for what is small and in memory."""
    return EmbeddedEngine([Path(settings.WORKSPACE.store)])


def table_of(source: str) -> FactTable:
    """The fact table of a source, whether or not anything was loaded yet."""
    return FactTable(Path(settings.WORKSPACE.store) / source, store_engine())


def facts_of(keys: Iterable[str]) -> dict[str, SourceFacts]:
    """The facts of those of these sources of which anything was ever loaded."""
    return {
        key: source_facts(definition)
        for key, definition in sources.definitions(set(keys)).items()
        if table_of(key).exists
    }


def source_facts(definition: SourceDefinition) -> SourceFacts:
    """Where a source's facts lie and what places them. A column that no load has brought yet is empty."""
    held = table_of(definition.source).newest()
    awaited = [field for field in stored_schema(definition) if field.name not in held.schema.names]
    placement = None
    for names, given in (("worker", definition.worker), ("unit", definition.unit)):
        if given is not None:
            placement = PlacedBy(given.column, names, given.system)
    return SourceFacts(
        files=held.files,
        schema=pa.schema([*held.schema, *awaited]),
        time=definition.time,
        placement=placement,
        derived={name: Derived.model_validate(one) for name, one in definition.derived.items()},
        version=held.version,
    )
