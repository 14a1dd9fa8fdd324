"""Where results finds its facts: the engines of each process, and the table of each source."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from django.conf import settings

from goldenthread.facts.engines import Engine, StoreEngine
from goldenthread.facts.engines.embedded import EmbeddedEngine
from goldenthread.facts.store.table import FactTable


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
