"""PostgreSQL as how-to/operate.md sets it up: an owner that migrates, and a role that serves."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import psycopg
import pytest
from psycopg import errors

from goldenthread.record.access.second_lock import LOCKED
from tests.commands.shell import Shell

pytestmark = pytest.mark.skipif(
    not os.environ.get("DATABASE_URL", "").startswith("postgresql"), reason="SQLite has no roles"
)
OWNER, SERVING, DATABASE = "roles_owner", "roles_serving", "roles_records"


def url(role: str, database: str) -> str:
    """The server of this run, as another role and on another database."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    host = parse_qs(parts.query).get("host", [""])[0]
    query = f"host={quote(host, safe='')}" if host else ""
    return parts._replace(
        netloc=f"{role}@{parts.netloc.rpartition('@')[2]}", path=f"/{database}", query=query
    ).geturl()


def forget(server: psycopg.Connection) -> None:
    server.execute(f"DROP DATABASE IF EXISTS {DATABASE}")
    for role in (SERVING, OWNER):
        server.execute(f"DROP ROLE IF EXISTS {role}")


@pytest.fixture(scope="module")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    """The command line of whoever serves, on records that the owner has made."""
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server:
        forget(server)
        for statement in (
            f"CREATE ROLE {OWNER} LOGIN",
            f"CREATE ROLE {SERVING} LOGIN",
            f"CREATE DATABASE {DATABASE} OWNER {OWNER}",
        ):
            server.execute(statement)
    folder = tmp_path_factory.mktemp("roles")
    Shell(folder / "home", DATABASE_URL=url(OWNER, DATABASE))("init", "--application-role", SERVING)
    (folder / "url").write_text(url(SERVING, DATABASE))
    yield Shell(folder / "home", DATABASE_URL_FILE=str(folder / "url"))
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server:
        forget(server)


def test_the_role_that_serves_works_with_the_records(serving: Shell) -> None:
    assert "brought" not in serving("init")
    serving("account", "kim.lee", "--name", "Kim Lee")
    serving("audit", "seal")
    assert serving("audit", "verify").startswith("The audit log is whole.")
    assert "guards the rows of persons against our own role" in serving("doctor")


def test_without_an_actor_it_gets_no_row_of_a_person(serving: Shell) -> None:
    with psycopg.connect(url(SERVING, DATABASE)) as raw:
        for table in LOCKED:
            assert raw.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,), table
        raw.execute("SELECT set_config('goldenthread.actor', 'system:a test', false)")
        found = raw.execute("SELECT count(*) FROM record_auditevent").fetchone()
        assert found is not None
        assert found[0] > 0


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE record_notice DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE record_auditevent DISABLE TRIGGER ALL",
        "TRUNCATE record_auditevent",
        "DROP TABLE record_notice",
    ],
)
def test_it_cannot_take_off_what_guards(serving: Shell, statement: str) -> None:
    with psycopg.connect(url(SERVING, DATABASE)) as raw, pytest.raises(errors.InsufficientPrivilege):
        raw.execute(statement)


def test_a_role_that_is_not_there_is_told(serving: Shell) -> None:
    owner = Shell(serving.home, DATABASE_URL=url(OWNER, DATABASE))
    assert "The database knows no role “nobody”." in owner("init", "--application-role", "nobody", code=1)


def test_sqlite_has_no_roles(tmp_path: Path) -> None:
    said = Shell(tmp_path / "home")("init", "--application-role", "somebody", code=1)
    assert "SQLite, which knows no roles" in said
