from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from deltalake import write_deltalake

from goldenthread.facts.engines.embedded import EmbeddedEngine
from goldenthread.facts.store.days import DayRanges
from goldenthread.facts.store.log import Mode, StoreError
from goldenthread.facts.store.table import FactTable
from tests.facts.store.batches import Stage, row


@pytest.fixture
def table(tmp_path: Path, engine: EmbeddedEngine) -> FactTable:
    return FactTable(tmp_path / "calls", engine)


def held(table: FactTable, engine: EmbeddedEngine, version: int | None = None) -> dict[str, float]:
    with engine.session() as session:
        rows = session.execute(table.rows(session, version)).to_pylist()
    return {one["id"]: one["value"] for one in rows}


def days(*numbers: int) -> DayRanges:
    return DayRanges.of(date(2026, 1, number) for number in numbers)


def test_nothing_is_there_before_the_first_load(table: FactTable) -> None:
    assert not table.exists
    assert table.files() == []
    assert not table.has_batch(1)
    assert table.live_batches() == ()


def test_append_moves_the_file_in_and_tells_what_it_touched(
    table: FactTable, engine: EmbeddedEngine, stage: Stage
) -> None:
    staged = stage(1, [row("a", 1), row("b", 2), row("c", None)])
    commit = table.commit([staged], batch=1, mode=Mode.APPEND)

    assert (commit.version, commit.rows_added, commit.rows_replaced) == (0, 3, 0)
    assert commit.touched == {"on": days(1, 2)}
    assert held(table, engine) == {"a": 1.0, "b": 1.0, "c": 1.0}
    assert not staged.exists()
    assert table.folder.stat().st_mode & 0o777 == 0o700


def test_a_batch_is_committed_once(table: FactTable, engine: EmbeddedEngine, stage: Stage) -> None:
    first = table.commit([stage(1, [row("a")])], batch=1, mode=Mode.APPEND)
    again = table.commit([stage(1, [row("a")])], batch=1, mode=Mode.APPEND)

    assert again == first
    assert held(table, engine) == {"a": 1.0}
    assert table.has_batch(1)


def test_upsert_replaces_by_key_and_touches_both_days(
    table: FactTable, engine: EmbeddedEngine, stage: Stage
) -> None:
    table.commit([stage(1, [row("a", 1), row("b", 2)])], batch=1, mode=Mode.UPSERT, key=["id"])
    commit = table.commit([stage(2, [row("a", 9, 5.0)])], batch=2, mode=Mode.UPSERT, key=["id"])

    assert (commit.rows_added, commit.rows_replaced) == (1, 1)
    assert commit.touched == {"on": days(1, 9)}
    assert held(table, engine) == {"a": 5.0, "b": 1.0}
    assert held(table, engine, version=0) == {"a": 1.0, "b": 1.0}


def test_upsert_leaves_files_without_a_matching_key_alone(table: FactTable, stage: Stage) -> None:
    table.commit([stage(1, [row("a")])], batch=1, mode=Mode.UPSERT, key=["id"])
    table.commit([stage(2, [row("b")])], batch=2, mode=Mode.UPSERT, key=["id"])
    before = set(table.files())
    table.commit([stage(3, [row("b", value=2.0), row("c")])], batch=3, mode=Mode.UPSERT, key=["id"])

    assert len(before & set(table.files())) == 1


def test_replace_period_replaces_from_the_first_to_the_last_day(
    table: FactTable, engine: EmbeddedEngine, stage: Stage
) -> None:
    table.commit(
        [stage(1, [row("a", 1), row("b", 2), row("c", 3), row("d", 4), row("e", None)])],
        batch=1,
        mode=Mode.APPEND,
    )
    commit = table.commit(
        [stage(2, [row("x", 2), row("y", 3)])], batch=2, mode=Mode.REPLACE_PERIOD, time="on"
    )

    assert commit.rows_replaced == 2
    assert sorted(held(table, engine)) == ["a", "d", "e", "x", "y"]


def test_undo_brings_back_what_was_replaced(table: FactTable, engine: EmbeddedEngine, stage: Stage) -> None:
    table.commit([stage(1, [row("a", 1), row("b", 2)])], batch=1, mode=Mode.UPSERT, key=["id"])
    table.commit([stage(2, [row("a", 9, 5.0)])], batch=2, mode=Mode.UPSERT, key=["id"])
    table.commit([stage(3, [row("c", 3)])], batch=3, mode=Mode.UPSERT, key=["id"])
    commit = table.undo(2)

    assert held(table, engine) == {"a": 1.0, "b": 1.0, "c": 1.0}
    assert commit.touched == {"on": days(1, 9)}
    assert (commit.rows_added, commit.rows_replaced) == (1, 1)
    assert table.live_batches() == (1, 3)
    assert table.undo(2) == commit


def test_undoing_the_only_batch_leaves_an_empty_table(
    table: FactTable, engine: EmbeddedEngine, stage: Stage
) -> None:
    table.commit([stage(1, [row("a", 1)])], batch=1, mode=Mode.APPEND)
    table.undo(1)

    assert held(table, engine) == {}
    assert table.columns == ("id", "on", "value", "_batch", "_row")


def test_undo_of_an_unknown_batch_is_refused(table: FactTable) -> None:
    with pytest.raises(StoreError, match="no batch 4"):
        table.undo(4)


def test_undo_says_so_when_the_facts_it_needs_are_gone(table: FactTable, stage: Stage) -> None:
    table.commit([stage(1, [row("a", 1)])], batch=1, mode=Mode.UPSERT, key=["id"])
    first = table.files()[0]
    table.commit([stage(2, [row("a", 2)])], batch=2, mode=Mode.UPSERT, key=["id"])
    first.unlink()

    with pytest.raises(StoreError, match="no longer held"):
        table.undo(2)


def test_new_columns_are_taken_in(table: FactTable, engine: EmbeddedEngine, stage: Stage) -> None:
    table.commit([stage(1, [row("a")])], batch=1, mode=Mode.APPEND)
    table.commit([stage(2, [row("b", note="late")])], batch=2, mode=Mode.APPEND)

    with engine.session() as session:
        rows = session.execute(table.rows(session)).to_pylist()
    assert {one["id"]: one["note"] for one in rows} == {"a": None, "b": "late"}
    table.undo(2)
    with engine.session() as session:
        rows = session.execute(table.rows(session)).to_pylist()
    assert [one["note"] for one in rows] == [None]


def test_a_changed_type_is_refused_and_the_file_stays(table: FactTable, stage: Stage, tmp_path: Path) -> None:
    table.commit([stage(1, [row("a")])], batch=1, mode=Mode.APPEND)
    staged = tmp_path / "other.parquet"
    pq.write_table(pa.table({"id": [1], "_batch": [2], "_row": [1]}), staged)

    with pytest.raises(StoreError, match=r"Column id of calls holds string and would become int64"):
        table.commit([staged], batch=2, mode=Mode.APPEND)
    assert staged.exists()
    assert table.live_batches() == (1,)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"mode": Mode.UPSERT}, "no key"),
        ({"mode": Mode.UPSERT, "key": ["nothing"]}, "no column nothing"),
        ({"mode": Mode.REPLACE_PERIOD}, "no time column"),
    ],
)
def test_a_load_without_what_its_mode_needs_is_refused(
    table: FactTable, stage: Stage, options: dict[str, Any], sentence: str
) -> None:
    staged = stage(1, [row("a")])
    with pytest.raises(StoreError, match=sentence):
        table.commit([staged], batch=1, **options)
    assert staged.exists()
    assert not table.exists


def test_a_missing_key_part_equals_a_missing_key_part(
    table: FactTable, engine: EmbeddedEngine, stage: Stage
) -> None:
    keyless: dict[str, Any] = {"id": None, "on": date(2026, 1, 1), "value": 1.0}
    table.commit([stage(1, [keyless])], batch=1, mode=Mode.UPSERT, key=["id"])
    table.commit([stage(2, [{**keyless, "value": 2.0}])], batch=2, mode=Mode.UPSERT, key=["id"])

    with engine.session() as session:
        rows = session.execute(table.rows(session))
    assert rows["value"].to_pylist() == [2.0]


def test_a_half_written_file_is_never_seen_and_swept_after_an_hour(
    table: FactTable, engine: EmbeddedEngine, stage: Stage
) -> None:
    table.commit([stage(1, [row("a")])], batch=1, mode=Mode.UPSERT, key=["id"])
    table.commit([stage(2, [row("a")])], batch=2, mode=Mode.UPSERT, key=["id"])
    half = table.folder / "batch-3-half.parquet"
    half.write_bytes(b"PAR1")
    now = datetime.now(tz=UTC)

    assert held(table, engine) == {"a": 1.0}
    assert table.sweep(now=now) == []
    os.utime(half, ((now - timedelta(hours=2)).timestamp(),) * 2)
    assert table.sweep(now=now) == [half]
    assert held(table, engine, version=0) == {"a": 1.0}


def test_rows_that_another_program_marked_as_deleted_are_refused(
    table: FactTable, engine: EmbeddedEngine
) -> None:
    """Whoever reads whole files would count them."""
    write_deltalake(
        table.folder, pa.table({"id": ["a"]}), configuration={"delta.enableDeletionVectors": "true"}
    )
    with pytest.raises(StoreError, match="Found deletion vectors in calls"):
        table.files()
    with engine.session() as session, pytest.raises(StoreError, match="deletion vectors"):
        table.rows(session)
