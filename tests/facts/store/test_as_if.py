"""A table as if a batch had come: the same rows as when it comes, and nothing left behind."""

from __future__ import annotations

from pathlib import Path

import pytest

from goldenthread.facts.engines.embedded import EmbeddedEngine
from goldenthread.facts.store.as_if import as_if_loaded
from goldenthread.facts.store.log import Mode
from goldenthread.facts.store.table import FactTable
from tests.facts.store.batches import Stage, row

Rows = list[tuple[object, ...]]


def rows_of(engine: EmbeddedEngine, files: list[Path], schema) -> Rows:
    with engine.session() as session:
        found = session.execute(session.table(files, schema)).to_pylist()
    return sorted(tuple(map(str, (one["id"], one["on"], one["value"], one.get("more")))) for one in found)


@pytest.mark.parametrize("mode", list(Mode))
def test_it_holds_what_the_commit_then_makes(
    tmp_path: Path, engine: EmbeddedEngine, stage: Stage, mode: Mode
) -> None:
    table = FactTable(tmp_path / "calls", engine)
    table.commit([stage(1, [row("a", 1), row("b", 2), row("c", 9)])], batch=1, mode=Mode.APPEND)
    before, names = table.version(), sorted(table.folder.iterdir())
    staged = stage(2, [row("b", 3, 5.0, more="new"), row("d", 1)])
    how = {"mode": mode, "key": ["id"], "time": "on"}
    with as_if_loaded(table, staged, engine, **how) as after:
        foreseen = rows_of(engine, list(after.files), after.schema)
        assert rows_of(engine, table.files(), table.schema()) != foreseen
    assert (table.version(), sorted(table.folder.iterdir())) == (before, names)
    table.commit([staged], batch=2, **how)
    assert rows_of(engine, table.files(), table.schema()) == foreseen


def test_nothing_is_left_when_it_fails(tmp_path: Path, engine: EmbeddedEngine, stage: Stage) -> None:
    table = FactTable(tmp_path / "calls", engine)
    table.commit([stage(1, [row("a", 1)])], batch=1, mode=Mode.APPEND)
    names = sorted(table.folder.iterdir())
    with (
        pytest.raises(RuntimeError, match="while it was looked at"),
        as_if_loaded(table, stage(2, [row("a", 2)]), engine, mode=Mode.UPSERT, key=["id"]),
    ):
        raise RuntimeError("while it was looked at")
    assert sorted(table.folder.iterdir()) == names
