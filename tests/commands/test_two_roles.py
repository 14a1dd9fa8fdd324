"""PostgreSQL as how-to/operate.md sets it up: an owner that migrates, and a role that serves."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import psycopg
import pytest
from psycopg import errors

from goldenthread.record.access.second_lock import LOCKED
from tests.commands.shell import Shell
from tests.faults.county import write_definitions, write_extract

pytestmark = [
    pytest.mark.server,
    pytest.mark.skipif(
        not os.environ.get("DATABASE_URL", "").startswith("postgresql"), reason="SQLite has no roles"
    ),
]
OWNER, SERVING = "roles_owner", "roles_serving"
DATABASE, RESTORED, EMPTY = "roles_records", "roles_restored", "roles_empty"
SERIES = ("series", "in_time", "--by", "year", "--format", "json")


def url(role: str, database: str) -> str:
    """The server of this run, as another role and on another database."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    host = parse_qs(parts.query).get("host", [""])[0]
    query = f"host={quote(host, safe='')}" if host else ""
    return parts._replace(
        netloc=f"{role}@{parts.netloc.rpartition('@')[2]}", path=f"/{database}", query=query
    ).geturl()


def forget(server: psycopg.Connection) -> None:
    for database in (DATABASE, RESTORED, EMPTY):
        server.execute(f"DROP DATABASE IF EXISTS {database}")
    for role in (SERVING, OWNER):
        server.execute(f"DROP ROLE IF EXISTS {role}")


def held(connection: psycopg.Connection) -> dict[str, int]:
    """How many rows of each locked table a role gets."""
    rows = {table: connection.execute(f"SELECT count(*) FROM {table}").fetchone() for table in LOCKED}
    return {table: row[0] for table, row in rows.items() if row is not None}


def as_superuser(database: str) -> dict[str, int]:
    with psycopg.connect(
        urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{database}").geturl()
    ) as server:
        return held(server)


@pytest.fixture(scope="module")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    """The command line of whoever serves, on records that the owner has made."""
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server:
        forget(server)
        for statement in (
            f"CREATE ROLE {OWNER} LOGIN",
            f"CREATE ROLE {SERVING} LOGIN",
            f"CREATE DATABASE {DATABASE} OWNER {OWNER}",
            f"CREATE DATABASE {RESTORED} OWNER {OWNER}",
            f"CREATE DATABASE {EMPTY} OWNER {OWNER}",
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
        assert set(held(raw).values()) == {0}
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


@pytest.mark.usefixtures("serving")
def test_a_role_that_may_not_work_with_the_records_is_told_who_lets_it(tmp_path: Path) -> None:
    """The server answers, and the fault is none of its own."""
    unadmitted = Shell(tmp_path / "home", DATABASE_URL=url(SERVING, EMPTY))
    admitting = f"as the owner of the tables, goldenthread init --application-role {SERVING}"
    makes_none = unadmitted("init", code=1)
    assert f"The database lets “{SERVING}” make and change no tables" in makes_none
    assert admitting in makes_none

    Shell(unadmitted.home, DATABASE_URL=url(OWNER, EMPTY))("init")
    for words in (["init"], ["serve"], ["doctor"], ["audit", "verify"]):
        reads_none = unadmitted(*words, code=1)
        assert f"The database does not let “{SERVING}” read" in reads_none, words
        assert admitting in reads_none, words
        assert "does not answer" not in reads_none, words


def test_sqlite_has_no_roles(tmp_path: Path) -> None:
    said = Shell(tmp_path / "home")("init", "--application-role", "somebody", code=1)
    assert "SQLite, which knows no roles" in said


def test_what_the_one_backs_up_the_other_brings_back(serving: Shell, tmp_path: Path) -> None:
    definitions = write_definitions(tmp_path / "definitions")
    (definitions / "people_ids.csv").write_text("person,system,id\nw1,phone,4711\n")
    serving("load", definitions)
    serving("import", "calls", write_extract(tmp_path / "one.csv", seed=31), "--yes")
    serving("account", "ana.ruiz", "--name", "Ana Ruiz", "--person", "w1")
    serving("audit", "seal")
    backup = tmp_path / "goldenthread.tar.gz"
    there = as_superuser(DATABASE)
    assert min(there["record_personidentifier"], there["record_auditevent"]) > 0
    serving("backup", backup)

    refused = Shell(tmp_path / "restored", DATABASE_URL=url(SERVING, RESTORED))
    assert "may make no tables in this database. Restore as its owner" in refused("restore", backup, code=1)
    owner = Shell(tmp_path / "restored", DATABASE_URL=url(OWNER, RESTORED))
    said = owner("restore", backup, "--verify")
    assert "Proved equal" in said
    assert "the whole audit log" in said
    for key in ("secret_key", "audit_key"):
        shutil.copy(serving.home / key, owner.home)
    owner("init", "--application-role", SERVING)
    again = Shell(owner.home, DATABASE_URL=url(SERVING, RESTORED))
    assert again(*SERIES) == serving(*SERIES)
    assert again("audit", "verify").startswith("The audit log is whole.")
    assert "guards the rows of persons against our own role" in again("doctor")
    # No lock hid a row from the backup, and each is laid again over what came back.
    came_back = as_superuser(RESTORED)
    assert {table for table in LOCKED if came_back[table] < there[table]} == set()
    with psycopg.connect(url(SERVING, RESTORED)) as raw:
        assert set(held(raw).values()) == {0}


def test_what_a_purge_leaves_to_the_owner_is_told(serving: Shell, tmp_path: Path) -> None:
    """Rows go; the pages that they stood in are written anew by whoever owns them."""
    serving("load", write_definitions(tmp_path / "definitions"))
    serving("import", "calls", write_extract(tmp_path / "old.csv", seed=37), "--yes")
    with psycopg.connect(url(OWNER, DATABASE), autocommit=True) as owner:
        owner.execute("UPDATE record_batch SET received_at = '2020-01-01'")
    process = serving.start("purge", "--yes")
    out, err = process.communicate()
    assert process.returncode == 0, err
    assert "import_originals: 0 gone" not in out
    statement = "VACUUM FULL record_notice, record_batch, record_auditevent"
    assert f"as their owner: {statement}" in err
    assert "permission denied" not in err
