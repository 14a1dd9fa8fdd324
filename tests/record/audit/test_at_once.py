"""Many processes write into one log, and some are killed: one chain, no gap, nothing acknowledged lost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import psycopg
import pytest

pytestmark = pytest.mark.server
WRITERS, ROWS_EACH, KILLED = 8, 30, 25
DATABASE = "goldenthread_audit_at_once"


@dataclass(frozen=True)
class Place:
    """A workspace with a database of its own, of the kind that this run of tests uses."""

    environment: dict[str, str]

    def run(self, *words: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", *words],
            env=self.environment,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        return done.stdout

    def write(self, *words: object) -> list[str]:
        """Have writers write; what they acknowledged."""
        return self.run("tests.record.audit.writers", *map(str, words)).split()

    def chain(self, begin: str) -> list[str]:
        """The things of these writers in the order of the chain, once it has been verified."""
        assert json.loads(self.run("goldenthread", "audit", "verify", "--json"))["broken"] == ""
        rows = [json.loads(line) for line in self.run("goldenthread", "audit", "export").splitlines()]
        assert [row["seq"] for row in rows] == list(range(1, len(rows) + 1))
        return [thing for row in rows if (thing := str(row["object_id"])).startswith(begin)]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    home = tmp_path_factory.mktemp("at-once") / "home"
    environment = {**os.environ, "GOLDENTHREAD_HOME": str(home)}
    server = os.environ.get("DATABASE_URL")
    if server:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {DATABASE}")
            connection.execute(f"CREATE DATABASE {DATABASE}")
        environment["DATABASE_URL"] = urlsplit(server)._replace(path=f"/{DATABASE}").geturl()
    place = Place(environment)
    place.run("goldenthread", "init")
    yield place
    if server:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {DATABASE} WITH (FORCE)")


def test_eight_writers_make_one_chain(place: Place) -> None:
    acknowledged = place.write("write", WRITERS, ROWS_EACH)
    assert len(acknowledged) == WRITERS * ROWS_EACH
    chain = place.chain("writer-")
    assert sorted(chain) == sorted(acknowledged)
    for one in range(WRITERS):
        own = [thing for thing in chain if thing.startswith(f"writer-{one}-")]
        assert own == [f"writer-{one}-{number}" for number in range(ROWS_EACH)], "out of order"


def test_a_writer_that_is_killed_loses_nothing_it_acknowledged(place: Place) -> None:
    acknowledged = place.write("kill", KILLED)
    assert len(acknowledged) >= KILLED
    # The next row that anybody writes gives those their places that a killed writer left without.
    place.write("write", 1, 1)
    chain = place.chain("killed-")
    assert len(set(chain)) == len(chain), "a row stands twice"
    assert set(acknowledged) <= set(chain)
    assert len(chain) <= len(acknowledged) + KILLED, "more than the one row that was being written"
