"""Apache Superset in an environment of its own: the same Parquet files, a row-level filter, and its chart
data over HTTP. Takes two minutes and 1.5 GB of the folder it is given; pip's index has the packages."""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from benchmarks.timing import say

# What its own metadata leaves out, and what is too new for it.
_PACKAGES = (
    "apache-superset==6.1.0",
    "duckdb-engine==0.17.0",
    "duckdb==1.5.5",
    "rich",
    "cachetools<6",
    "flask-caching==2.3.1",
    "setuptools<81",
    "gunicorn",
)
_SETTINGS = """
SECRET_KEY = {key!r}
SQLALCHEMY_DATABASE_URI = "sqlite:///{folder}/superset.db"
WTF_CSRF_ENABLED = False
TALISMAN_ENABLED = False
RATELIMIT_ENABLED = False
PREVENT_UNSAFE_DB_CONNECTIONS = False
CACHE_CONFIG = DATA_CACHE_CONFIG = {{"CACHE_TYPE": "NullCache"}}
"""
_HERE = "127.0.0.1"
_PATIENCE_SECONDS = 120


@contextmanager
def served(folder: Path, files: Sequence[Path], posts: pa.Table, *, unit: str) -> Iterator[Superset]:
    """A Superset that knows the facts with the team of each, and shows everybody those of ``unit`` alone."""
    folder.mkdir(parents=True, exist_ok=True)
    python = folder / "venv" / "bin" / "python"
    if not python.exists():
        say("  installing its packages")
        subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--quiet", *_PACKAGES], check=True)
    password = secrets.token_urlsafe(12)
    settings = folder / "superset_config.py"
    settings.write_text(_SETTINGS.format(key=secrets.token_urlsafe(42), folder=folder), encoding="utf-8")
    environment = {
        **os.environ,
        "SUPERSET_CONFIG_PATH": str(settings),
        "FLASK_APP": "superset",
        "SUPERSET_HOME": str(folder),
    }
    (folder / "superset.db").unlink(missing_ok=True)
    with (folder / "log").open("wb") as log:

        def run(*command: str) -> None:
            subprocess.run(
                [python.with_name("superset"), *command], env=environment, stdout=log, stderr=log, check=True
            )

        run("db", "upgrade")
        named = ("--username", "admin", "--firstname", "A", "--lastname", "B", "--email", "a@example.org")
        run("fab", "create-admin", *named, "--password", password)
        run("init")
        _lay_out(folder / "calls.duckdb", files, posts)
        port = _free_port()
        command = [python.with_name("gunicorn"), "--workers", "1", "--threads", "4", "--timeout", "300"]
        server = subprocess.Popen(
            [*command, "--bind", f"{_HERE}:{port}", "superset.app:create_app()"],
            env=environment,
            stdout=log,
            stderr=log,
        )
        try:
            yield Superset(port, password, folder / "calls.duckdb", unit)
        finally:
            server.terminate()
            server.wait()


class Superset:
    """Its interface, signed in."""

    def __init__(self, port: int, password: str, database: Path, unit: str) -> None:
        self._base, self._token = f"http://{_HERE}:{port}/api/v1", ""
        _wait_for(f"http://{_HERE}:{port}/health")
        sign_in = {"username": "admin", "password": password, "provider": "db", "refresh": False}
        self._token = self._post("security/login", sign_in)["access_token"]
        found = self._post(
            "database/",
            {"database_name": "calls", "sqlalchemy_uri": f"duckdb:///{database}?access_mode=read_only"},
        )
        given = {"database": found["id"], "schema": "main", "table_name": "calls"}
        self._dataset = self._post("dataset/", given)["id"]
        rule = {"name": "own team", "filter_type": "Base", "tables": [self._dataset], "roles": []}
        self._post("rowlevelsecurity/", {**rule, "clause": f"unit = '{unit}'"})

    def report(self, columns: Mapping[str, str], *, first: date, last: date) -> list[dict[str, Any]]:
        """As ``by_hand.HandWritten.report``, of the team that the row-level filter leaves."""
        metrics = [
            {"expressionType": "SQL", "sqlExpression": sql, "label": name} for name, sql in columns.items()
        ]
        days = f"{first} : {last + timedelta(days=1)}"
        query = {
            "columns": ["month"],
            "metrics": metrics,
            "filters": [{"col": "day", "op": "TEMPORAL_RANGE", "val": days}],
            "row_limit": 10_000,
        }
        answer = self._post(
            "chart/data",
            {
                "datasource": {"id": self._dataset, "type": "table"},
                "force": True,
                "queries": [query],
                "result_format": "json",
                "result_type": "full",
            },
        )
        return [{**row, "month": _day(row["month"])} for row in answer["result"][0]["data"]]

    def _post(self, path: str, given: Mapping[str, Any]) -> Any:
        request = urllib.request.Request(  # noqa: S310
            f"{self._base}/{path}",
            data=json.dumps(given).encode(),
            headers={"Content-Type": "application/json", "Authorization": f"Bearer {self._token}"},
        )
        try:
            with urllib.request.urlopen(request, timeout=300) as answer:  # noqa: S310
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise ValueError(
                f"Superset answered {path} with {error.code}: {error.read()[:2000]!r}"
            ) from error


def _lay_out(database: Path, files: Sequence[Path], posts: pa.Table) -> None:
    """The facts as a view with the day, the month and the team of each."""
    database.unlink(missing_ok=True)
    listed = ", ".join(f"'{file}'" for file in files)
    with duckdb.connect(str(database)) as connection:
        connection.register("given_posts", posts)
        connection.execute(
            """CREATE TABLE posts AS SELECT worker, unit, coalesce("from", DATE '0001-01-01') AS starts,
            coalesce("to", DATE '9999-12-31') AS ends FROM given_posts"""
        )
        connection.execute(
            f"""CREATE VIEW calls AS SELECT facts.*, posts.unit, facts.started_at__day AS day,
            date_trunc('month', facts.started_at__day) AS month
            FROM read_parquet([{listed}]) AS facts JOIN posts ON facts.agent = posts.worker
            AND facts.started_at__day >= posts.starts AND facts.started_at__day < posts.ends"""  # noqa: S608
        )


def _day(milliseconds: int | str) -> str:
    if isinstance(milliseconds, str):
        return milliseconds[:10]
    return datetime.fromtimestamp(milliseconds / 1000, UTC).date().isoformat()


def _wait_for(address: str) -> None:
    ends = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            urllib.request.urlopen(address, timeout=5).close()  # noqa: S310
            return
        except OSError:
            if time.monotonic() > ends:
                raise
            time.sleep(0.5)


def _free_port() -> int:
    with socket.socket() as one:
        one.bind((_HERE, 0))
        return int(one.getsockname()[1])
