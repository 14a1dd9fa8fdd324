"""A backup and the way back, typed: in the records' database of this run."""

from __future__ import annotations

import csv
import io
import json
import os
import sqlite3
import subprocess
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from tests.commands.shell import Shell
from tests.faults.county import ROWS, write_definitions, write_extract

pytestmark = pytest.mark.server
SERVER = os.environ.get("DATABASE_URL", "")
SERIES = ("series", "in_time", "--by", "year", "--format", "json")


@dataclass(frozen=True)
class Place:
    """Where a workspace can be: a folder, and on PostgreSQL a database of its own."""

    home: Path
    database: str = ""

    @property
    def shell(self) -> Shell:
        return Shell(self.home, **{"DATABASE_URL": self.database} if self.database else {})


class Places:
    """Makes empty places, and takes their databases away again."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._made = folder, 0

    def new(self) -> Place:
        self._made += 1
        name = f"backups_{os.getpid()}_{self._made}"
        place = Place(self._folder / name)
        return replace(place, database=_create(name)) if SERVER else place

    def remove(self) -> None:
        for number in range(self._made):
            name = f"backups_{os.getpid()}_{number + 1}"
            _do(f"DROP DATABASE {name} WITH (FORCE)")
            _do(f"DROP ROLE {name}")


def _create(name: str) -> str:
    """A database whose owner is no superuser: the locks of its rows hold them, too."""
    _do(f"CREATE ROLE {name} LOGIN PASSWORD '{name}'")
    _do(f"CREATE DATABASE {name} OWNER {name}")
    parts = urlsplit(SERVER)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{name}:{name}@{host}", path=f"/{name}"))


def _do(statement: str) -> None:
    with psycopg.connect(SERVER, autocommit=True) as server:
        server.execute(statement)


@pytest.fixture(scope="module")
def places(tmp_path_factory) -> Iterator[Places]:
    places = Places(tmp_path_factory.mktemp("places"))
    yield places
    if SERVER:
        places.remove()


@pytest.fixture(scope="module")
def county(places: Places, tmp_path_factory) -> Place:
    """A workspace with a batch loaded, a file waiting, and a sealed log."""
    folder = tmp_path_factory.mktemp("county")
    place = places.new()
    shell = place.shell
    shell("init")
    shell("load", write_definitions(folder / "definitions"))
    shell("import", "calls", write_extract(folder / "one.csv", seed=31), "--yes")
    shell("import", "calls", write_extract(folder / "two.csv", seed=32), "--dry-run")
    shell("audit", "seal")
    return place


@pytest.fixture(scope="module")
def backup(county: Place, tmp_path_factory) -> Path:
    file = tmp_path_factory.mktemp("backup") / "goldenthread.tar.gz"
    county.shell("backup", file)
    return file


def test_what_comes_back_is_what_was_there(county: Place, backup: Path, places: Places) -> None:
    place = places.new()
    said = place.shell("restore", backup, "--verify")
    for file in (backup, place.home, *place.home.rglob("*")):
        assert file.stat().st_mode & 0o077 == 0, f"others can get at {file}"
    assert "Proved equal" in said
    assert "the whole audit log" in said
    assert place.shell(*SERIES) == county.shell(*SERIES)
    assert f'"denominator": {ROWS}' in place.shell(*SERIES)
    # Life goes on where it was: the file that waited is loaded under its number, the next under the next.
    place.shell("import", "calls", write_extract(place.home.parent / "three.csv", seed=33), "--yes")
    assert f'"denominator": {2 * ROWS}' in place.shell(*SERIES)
    numbers = [json.loads(line)["batch"] for line in place.shell("batches", "--json").splitlines()]
    assert numbers == [3, 2, 1]


def test_plain_tools_open_it(backup: Path, tmp_path: Path) -> None:
    subprocess.run(["tar", "-xzf", backup, "-C", tmp_path], check=True)
    assert "tar archive" in (tmp_path / "README.txt").read_text()
    assert len(list((tmp_path / "store" / "calls").glob("*.parquet"))) == 1
    if SERVER:
        with (tmp_path / "records" / "record_batch.csv").open() as file:
            states = [row["state"] for row in csv.DictReader(file)]
    else:
        with sqlite3.connect(tmp_path / "records" / "goldenthread.sqlite3") as records:
            states = [state for (state,) in records.execute("SELECT state FROM record_batch ORDER BY id")]
    assert states[0] == "loaded"


def test_no_key_is_in_it(county: Place, backup: Path) -> None:
    with tarfile.open(backup) as archive:
        contents = [archive.extractfile(member) for member in archive if member.isreg()]
        held = b"".join(content.read() for content in contents if content is not None)
    for key in ("secret_key", "audit_key"):
        assert (county.home / key).read_bytes() not in held
    assert b"call,agent,day,wait,outcome" in held, "the file as received, so that looking for keys can find"


def test_nothing_that_is_there_is_touched(county: Place, backup: Path) -> None:
    before = backup.read_bytes()
    assert "is there already" in county.shell("backup", backup, code=1)
    assert "is not empty: it holds" in county.shell("restore", backup, code=1)
    assert backup.read_bytes() == before
    assert f'"denominator": {ROWS}' in county.shell(*SERIES)


def test_a_database_that_is_not_empty_is_left_alone(county: Place, backup: Path, tmp_path: Path) -> None:
    if not SERVER:
        pytest.skip("SQLite's database is in the folder")
    said = replace(county, home=tmp_path / "new").shell("restore", backup, code=1)
    assert "tables, such as" in said
    assert f'"denominator": {ROWS}' in county.shell(*SERIES)


def test_records_go_back_into_the_database_they_were_in(backup: Path, tmp_path: Path) -> None:
    other = {} if SERVER else {"DATABASE_URL": "postgresql://nobody@localhost:1/none"}
    said = Shell(tmp_path / "new", **other)("restore", backup, code=1)
    assert "The records of this backup were in" in said
    assert not list((tmp_path / "new").iterdir())


def test_a_damaged_backup_leaves_nothing(backup: Path, places: Places, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged"
    damaged.write_bytes(backup.read_bytes()[:-2000])
    place = places.new()
    assert "This is no backup, or a damaged one" in place.shell("restore", damaged, code=1)
    assert not list(place.home.iterdir())


def test_an_encrypted_backup_needs_the_secret_half(county: Place, places: Places, tmp_path: Path) -> None:
    key, file = tmp_path / "key", tmp_path / "backup.tar.gz.age"
    public = county.shell("backup", "--new-key", key).splitlines()[-1]
    assert key.stat().st_mode & 0o077 == 0
    said = Shell(county.home, **_database(county), GOLDENTHREAD_BACKUP_KEY=public)("backup", file, "--json")
    assert json.loads(said)["encrypted"]
    assert file.read_bytes().startswith(b"age-encryption.org/v1")
    assert b"Riverbend" not in file.read_bytes()
    place = places.new()
    right = Shell(place.home, **_database(place), GOLDENTHREAD_BACKUP_KEY_FILE=str(key))
    assert "Proved equal" in right("restore", file, "--verify")
    assert place.shell(*SERIES) == county.shell(*SERIES)


def _database(place: Place) -> dict[str, str]:
    return {"DATABASE_URL": place.database} if place.database else {}


def test_a_key_that_is_none_stops_the_backup(county: Place, tmp_path: Path) -> None:
    shell = Shell(county.home, **_database(county), GOLDENTHREAD_BACKUP_KEY="hunter2")
    said = shell("backup", tmp_path / "file", code=1)
    assert "Line 1 of GOLDENTHREAD_BACKUP_KEY is no key" in said
    assert "hunter2" not in said
    assert not list(tmp_path.iterdir())


def test_who_took_it_along_is_on_record(county: Place, backup: Path) -> None:
    rows = [json.loads(line) for line in io.StringIO(county.shell("audit", "export"))]
    assert ("exported", "workspace") in [(row["action"], row["kind"]) for row in rows]
