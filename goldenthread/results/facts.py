"""Where results finds its facts: one engine for each process, and the table of each source."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from django.conf import settings

from goldenthread.facts.engines import Engine
from goldenthread.facts.engines.embedded import EmbeddedEngine
from goldenthread.facts.store.table import FactTable


@cache
def engine() -> Engine:
    """The query engine of this process, which reads and writes the store and nothing else."""
    return EmbeddedEngine([Path(settings.WORKSPACE.store)])


def table_of(source: str) -> FactTable:
    """The fact table of a source, whether or not anything was loaded yet."""
    return FactTable(Path(settings.WORKSPACE.store) / source, engine())
