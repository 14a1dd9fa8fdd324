"""Apache Spark, or what speaks its Connect protocol, for when one machine is outgrown. The only file that
knows its connections; the packages come with the extra `spark`.

The cluster reads the files of the store under the paths this process gives, so both must have the folder in
the same place, and it writes nothing.
"""

from __future__ import annotations

import contextlib
import itertools
import socket
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from ibis.backends.pyspark import Backend
from ibis.backends.pyspark.datatypes import PySparkSchema
from ibis.backends.sql.compilers.pyspark import PySparkCompiler
from py4j.protocol import Py4JError
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.connect.client.retries import DefaultPolicy

from goldenthread.facts.engines import EngineError

_FAILURES = (PySparkException, Py4JError, OSError)
_numbers = itertools.count(1)


class SparkEngine:
    """A Spark cluster at `url`: `spark://host:port` of a standalone master, whose driver then runs in a Java
    process of this machine, or `sc://host:port` of a Connect server.

    Raises EngineError when nobody answers there; the next session tries again. Threads share the connection.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._lock = threading.Lock()
        self._spark: SparkSession | None = None

    @contextlib.contextmanager
    def session(self) -> Iterator[ClusterSession]:
        session: ClusterSession | None = None
        try:
            session = ClusterSession(self._connection())
            yield session
        except _FAILURES as error:
            if not self._answers():
                # Its views went with it.
                session = None
            raise EngineError(
                f"The query engine at {self._url} did not answer as wanted: {_first_line(error)}. See if it "
                "runs and reads the store under the same path, or leave GOLDENTHREAD_ENGINE out."
            ) from error
        finally:
            if session is not None:
                session.forget()

    def close(self) -> None:
        with self._lock:
            self._let_go()

    def __enter__(self) -> SparkEngine:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _connection(self) -> SparkSession:
        with self._lock:
            if self._spark is None:
                self._knock()
                asked = SparkSession.builder.appName("goldenthread")
                if self._is_remote:
                    self._spark = asked.remote(self._url).create()
                    # By itself the client hides a server that went away for ten minutes; so, for 17 seconds.
                    self._spark.client.set_retry_policies([DefaultPolicy(max_retries=5)])
                else:
                    # The driver's own pages show every query to whoever reaches the port.
                    asked = asked.master(self._url).config("spark.ui.enabled", "false")
                    self._spark = asked.getOrCreate()
                self._spark.conf.set("spark.sql.session.timeZone", "UTC")
            return self._spark

    @property
    def _is_remote(self) -> bool:
        return self._url.startswith("sc://")

    def _knock(self) -> None:
        """OSError when nobody listens, which Spark's clients learn after minutes."""
        place = urlsplit(self._url)
        socket.create_connection((place.hostname or "", place.port or 0), timeout=10).close()

    def _answers(self) -> bool:
        """After a failure: whether the connection serves others; one that does not is let go."""
        with self._lock:
            try:
                self._knock()
                if self._spark is not None:
                    self._spark.range(1).collect()
            except _FAILURES:
                self._let_go()
        return self._spark is not None

    def _let_go(self) -> None:
        if self._spark is None:
            return
        if self._is_remote:
            self._spark.client.set_retry_policies([])
        with contextlib.suppress(*_FAILURES):
            self._spark.stop()
        self._spark = None


class ClusterSession:
    """Views of one thread in the Spark session that all share."""

    def __init__(self, spark: SparkSession) -> None:
        self._spark = spark
        self._views: list[str] = []

    def table(self, files: Sequence[Path], schema: pa.Schema) -> ir.Table:
        if not files:
            return self.memory(schema.empty_table())
        for file in files:
            # Sail takes a file that is not there for one without rows.
            file.stat()
        wanted = ibis.Schema.from_pyarrow(schema)
        # With a schema given, Spark opens no file to learn one and gives null for a column that a file lacks.
        rows = self._spark.read.schema(PySparkSchema.from_ibis(wanted)).parquet(*map(str, files))
        return self._view(rows, wanted)

    def memory(self, rows: pa.Table) -> ir.Table:
        schema = ibis.Schema.from_pyarrow(rows.schema)
        given: Any = rows
        return self._view(self._spark.createDataFrame(given, PySparkSchema.from_ibis(schema)), schema)

    def execute(self, rows: ir.Table) -> pa.Table:
        fetched = self._spark.sql(_compiled(rows)).toArrow()
        # Ibis numbers the rows where it skips some, and leaves the number there.
        wanted = rows.schema().to_pyarrow()
        return fetched.select(wanted.names).cast(wanted)

    def forget(self) -> None:
        """The views go."""
        with contextlib.suppress(*_FAILURES):
            for name in self._views:
                self._spark.catalog.dropTempView(name)

    def _view(self, rows: DataFrame, schema: ibis.Schema) -> ir.Table:
        name = f"goldenthread_{next(_numbers)}"
        rows.createTempView(name)
        self._views.append(name)
        return ibis.table(schema, name=name)


class _Compiler(PySparkCompiler):  # type: ignore[misc]
    """What Ibis 12 does not say in Spark's words."""

    __slots__ = ()

    def visit_ExtractMicrosecond(self, op: Any, *, arg: Any) -> Any:  # noqa: N802, as Ibis names it
        return self.f.anon.pmod(self.f.anon.unix_micros(arg), 1_000_000)


class _Backend(Backend):  # type: ignore[misc]
    compiler = _Compiler()


_backend = _Backend()
# Compiling asks for an option of Ibis that its own way to a backend would have registered.
_backend.register_options()


def _compiled(rows: ir.Table) -> str:
    return str(_backend.compile(rows))


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0].rstrip(".")
