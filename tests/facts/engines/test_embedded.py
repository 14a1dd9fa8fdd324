from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from goldenthread.facts.engines.embedded import EmbeddedEngine

SCHEMA = pa.schema([("id", pa.int64()), ("at", pa.timestamp("us", "UTC")), ("note", pa.string())])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    inside = tmp_path / "inside it's"
    inside.mkdir()
    return inside


@pytest.fixture
def engine(folder: Path) -> Iterator[EmbeddedEngine]:
    with EmbeddedEngine([folder]) as engine:
        yield engine


def write(path: Path, **columns: list[object]) -> Path:
    pq.write_table(pa.table(columns), path)
    return path


@pytest.fixture(params=[KeyboardInterrupt, SystemExit])
def told(request: pytest.FixtureRequest) -> Iterator[type[BaseException]]:
    """What an interruption raises here: in a command the first, in a worker the second."""

    def handler(*_: object) -> None:
        raise request.param

    before = signal.signal(signal.SIGINT, handler)
    yield request.param
    signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize("runs", ["execute", "write"])
def test_a_query_that_is_interrupted_ends_as_any_other_work(
    engine: EmbeddedEngine, folder: Path, runs: str, told: type[BaseException]
) -> None:
    def interrupted() -> None:
        threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
        session.execute(pairs) if runs == "execute" else session.write(pairs, folder / "pairs.parquet")

    with engine.session() as session:
        some = session.memory(pa.table({"id": range(60_000)}))
        other = session.memory(pa.table({"other": range(60_000)}))
        # Billions of pairs: still under way when the interruption comes.
        pairs = some.cross_join(other).agg(total=lambda both: (both.id * both.other % 7).sum())
        with pytest.raises(told):
            interrupted()
        assert session.execute(some.limit(1)).num_rows == 1, "the session goes on"


def test_files_with_fewer_columns_read_as_the_schema_says(engine: EmbeddedEngine, folder: Path) -> None:
    files = [write(folder / "a.parquet", id=[1]), write(folder / "b.parquet", note=["x"], id=[2])]
    with engine.session() as session:
        rows = session.execute(session.table(files, SCHEMA, file_column="file").order_by("id"))
    assert rows.drop_columns(["file"]).schema == SCHEMA
    assert rows["note"].to_pylist() == [None, "x"]
    assert [Path(file) for file in rows["file"].to_pylist()] == files


def test_no_files_are_an_empty_table(engine: EmbeddedEngine) -> None:
    with engine.session() as session:
        assert session.execute(session.table([], SCHEMA)).schema == SCHEMA


def test_times_are_utc(engine: EmbeddedEngine, folder: Path) -> None:
    noon = datetime(2026, 7, 1, 12, tzinfo=UTC)
    with engine.session() as session:
        rows = session.memory(pa.table({"at": pa.array([noon], pa.timestamp("us", "UTC"))}))
        assert session.execute(rows.select(hour=rows["at"].hour()))["hour"].to_pylist() == [12]


def test_what_is_written_is_counted(engine: EmbeddedEngine, folder: Path) -> None:
    with engine.session() as session:
        rows = session.memory(pa.table({"id": [1, 2, 3]}))
        assert session.write(rows.filter(rows["id"] > 1), folder / "out.parquet") == 2
    assert pq.read_table(folder / "out.parquet")["id"].to_pylist() == [2, 3]


def test_files_elsewhere_are_out_of_reach(engine: EmbeddedEngine, tmp_path: Path) -> None:
    outside = write(tmp_path / "outside.parquet", id=[1])
    with engine.session() as session, pytest.raises(duckdb.PermissionException):
        session.table([outside], SCHEMA)


def test_threads_have_sessions_of_their_own(engine: EmbeddedEngine) -> None:
    def doubled(number: int) -> int:
        with engine.session() as session:
            rows = session.memory(pa.table({"n": [number]}))
            return session.execute(rows.select(n=rows["n"] * 2))["n"].to_pylist()[0]

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(doubled, range(20))) == [2 * number for number in range(20)]
