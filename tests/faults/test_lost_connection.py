"""A PostgreSQL connection that ends in the middle: the same work again comes to the same end."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from django.db import OperationalError, connection

from goldenthread.jobs import computing
from goldenthread.jobs.database import sentence_of
from goldenthread.jobs.extracts import importing
from goldenthread.jobs.healing import heal
from goldenthread.record.acting import acting_for_system, acting_for_user
from goldenthread.record.measures.models import Outdated
from goldenthread.record.sources.models import Batch
from goldenthread.results.facts import table_of
from tests.results.counties import BY, NOW
from tests.web.desk.data_world import GOOD, build_world

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no connection to lose"),
]
SEEN = """
select count(*) from record_batch
where state = %s and not exists (select from record_auditevent where seq is null)
"""
"""In that state, and the audit log has placed the rows that say so: whose loss is no matter of the work."""
LOST = "The connection to the database was lost"


def end_our_connection() -> None:
    """As the server does when it is restarted."""
    ours = connection.connection.info
    with psycopg.connect(ours.dsn, autocommit=True) as other:
        other.execute("select pg_terminate_backend(%s)", [ours.backend_pid])


@contextmanager
def connection_ending_when(state: str) -> Iterator[None]:
    """Once the batch is seen in that state by others, the connection that works at it ends."""
    ours = connection.connection.info
    dsn, pid = ours.dsn, ours.backend_pid
    looks, over = threading.Event(), threading.Event()

    def wait_and_end() -> None:
        with psycopg.connect(dsn, autocommit=True) as other:
            looks.set()
            while not other.execute(SEEN, [state]).fetchone()[0]:
                if over.wait(0.001):
                    return
            other.execute("select pg_terminate_backend(%s)", [pid])

    ending = threading.Thread(target=wait_and_end)
    ending.start()
    looks.wait()
    try:
        yield
    finally:
        over.set()
        ending.join()


@pytest.fixture
def extract(transactional_db: None, tmp_path: Path) -> Path:
    build_world(tmp_path / "definitions")
    file = tmp_path / "calls.csv"
    file.write_text(GOOD)
    return file


def test_work_that_was_committed_is_done_and_the_next_connection_acts_for_the_same() -> None:
    with acting_for_user(1):
        with acting_for_system("a test"):
            end_our_connection()
        with pytest.raises(OperationalError) as lost:
            _actor_at_the_database()
        assert sentence_of(lost.value).startswith(LOST)
        assert _actor_at_the_database() == "user:1"


def _actor_at_the_database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("select current_setting('goldenthread.actor')")
        return cursor.fetchone()[0]


def test_a_file_that_was_being_read_is_read_again(extract: Path, caplog: pytest.LogCaptureFixture) -> None:
    with connection_ending_when("reading"), pytest.raises(OperationalError) as lost:
        importing.bring_in("calls", extract, by=BY, now=NOW)
    assert sentence_of(lost.value).startswith(LOST)
    assert not caplog.records, "it is no fault of ours"
    again = importing.bring_in("calls", extract, by=BY, now=NOW).batch
    assert (again.pk, again.state, again.accepted) == (Batch.objects.get().pk, "waiting", 60)


def test_a_load_is_finished_and_nothing_comes_twice(extract: Path) -> None:
    batch = importing.bring_in("calls", extract, by=BY, now=NOW).batch
    with connection_ending_when("loading"), pytest.raises(OperationalError) as lost:
        importing.load(batch, by=BY, now=NOW)
    assert sentence_of(lost.value).startswith(LOST)
    heal(now=NOW)
    if Batch.objects.get().state == "waiting":
        importing.load(Batch.objects.get(), by=BY, now=NOW)
    assert Batch.objects.get().state == "loaded"
    assert list(table_of("calls").live_batches()) == [batch.pk]
    assert not Outdated.objects.exists()


def test_a_computation_goes_on_from_its_marks(extract: Path) -> None:
    batch = importing.bring_in("calls", extract, by=BY, now=NOW).batch
    importing.load(batch, by=BY, now=NOW, then_compute=False)
    with pytest.raises(OperationalError) as lost:
        computing.catch_up(by=BY, now=NOW, progress=lambda _share, _what: end_our_connection())
    assert sentence_of(lost.value).startswith(LOST)
    assert Outdated.objects.exists()
    assert computing.catch_up(by=BY, now=NOW).measures == 5
    assert not Outdated.objects.exists()
