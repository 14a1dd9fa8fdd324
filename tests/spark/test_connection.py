"""An engine on another machine comes and goes; what is asked of it meanwhile is told so."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

pytest.importorskip("pyspark", reason="formulas on Spark: make test runs them apart, in .venv-spark")

from goldenthread.facts.engines import EngineError
from goldenthread.facts.engines.spark import SparkEngine
from tests.spark import cluster

# PySpark, of a server that is gone when its session ends.
pytestmark = pytest.mark.filterwarnings("ignore:The 'warn' method is deprecated:DeprecationWarning")
ROWS = pa.table({"id": [1, 2, 3]})


def asked(engine: SparkEngine) -> int:
    with engine.session() as session:
        return session.execute(session.memory(ROWS)).num_rows


def test_nobody_there_is_told_with_the_address() -> None:
    with SparkEngine("sc://127.0.0.1:9") as engine, pytest.raises(EngineError, match=r"sc://127\.0\.0\.1:9"):
        asked(engine)


def test_one_that_went_away_is_asked_again_when_it_is_back() -> None:
    (port,) = cluster.free_ports(1)
    with SparkEngine(f"sc://127.0.0.1:{port}") as engine:
        with cluster.sail(port):
            assert asked(engine) == 3
        with pytest.raises(EngineError):
            asked(engine)
        with cluster.sail(port):
            assert asked(engine) == 3


def test_a_file_that_is_gone_is_no_file_without_rows(tmp_path: Path) -> None:
    here, gone = tmp_path / "here.parquet", tmp_path / "gone.parquet"
    pq.write_table(ROWS, here)
    with cluster.sail() as environment, SparkEngine(environment["GOLDENTHREAD_ENGINE"]) as engine:
        with engine.session() as session:
            assert session.execute(session.table([here], ROWS.schema)).num_rows == 3
        with pytest.raises(EngineError, match=r"gone\.parquet"), engine.session() as session:
            session.table([here, gone], ROWS.schema)


def test_a_column_that_a_file_lacks_is_null(tmp_path: Path) -> None:
    old, new = tmp_path / "old.parquet", tmp_path / "new.parquet"
    pq.write_table(ROWS, old)
    pq.write_table(pa.table({"note": ["x"], "id": [4]}), new)
    schema = pa.schema([("id", pa.int64()), ("note", pa.string()), ("absent", pa.float64())])
    with (
        cluster.sail() as environment,
        SparkEngine(environment["GOLDENTHREAD_ENGINE"]) as engine,
        engine.session() as session,
    ):
        rows = session.execute(session.table([old, new], schema).order_by("id")).to_pylist()
    notes = [(row["id"], row["note"], row["absent"]) for row in rows]
    assert notes == [(1, None, None), (2, None, None), (3, None, None), (4, "x", None)]
