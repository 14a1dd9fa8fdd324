from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from goldenthread.facts.engines.embedded import EmbeddedEngine
from tests.facts.store.batches import Stage, stager


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[EmbeddedEngine]:
    with EmbeddedEngine([tmp_path]) as engine:
        yield engine


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """Writes the rows of a batch to a Parquet file, as intake does; `stage(7, [{"id": "a", ...}])`."""
    return stager(tmp_path)
