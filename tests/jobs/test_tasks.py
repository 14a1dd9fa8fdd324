"""What was asked for and got lost in a restart is asked for again, and done once."""

from __future__ import annotations

import pytest

from goldenthread.jobs import tasks
from goldenthread.jobs.extracts import importing
from goldenthread.record.answers import NotAllowed
from goldenthread.record.audit.actor import Actor
from goldenthread.record.audit.models import AuditEvent
from goldenthread.record.sources.models import Batch
from tests.results.counties import BY, NOW
from tests.web.desk.data_world import GOOD, build_world, work

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def received(transactional_db, tmp_path) -> Batch:
    build_world(tmp_path / "definitions")
    file = tmp_path / "calls.csv"
    file.write_text(GOOD)
    return importing.receive("calls", file, by=BY, now=NOW).batch


def again(batch: Batch) -> Batch:
    return Batch.objects.get(pk=batch.pk)


def test_a_file_whose_reading_was_never_queued_is_read_after_a_restart(received: Batch) -> None:
    assert tasks.resume() == 1
    tasks.resume()
    work()
    assert again(received).state == "waiting"
    assert AuditEvent.objects.filter(action="read", kind="batch").count() == 1
    assert tasks.resume() == 0


def test_a_record_whose_file_did_not_stay_on_the_disk_is_refused_once(received: Batch) -> None:
    (importing.folder_of(received) / "original").unlink()
    tasks.resume()
    work()
    batch = again(received)
    assert (batch.state, batch.message) == ("refused", "The file did not stay on the disk. Send it again.")
    assert tasks.resume() == 0


def test_a_load_that_was_lost_is_done_once_and_by_whoever_asked(received: Batch) -> None:
    tasks.queue_reading(received)
    work()
    tasks.queue_loading(again(received), by=Actor.user(4711))
    assert tasks.resume() == 1
    work()
    batch = again(received)
    assert (batch.state, batch.progress) == ("loaded", {})
    assert [one.actor for one in AuditEvent.objects.filter(action="loaded")] == ["user:4711"]


def test_an_undo_that_was_lost_is_done_once(received: Batch) -> None:
    tasks.queue_reading(received)
    work()
    tasks.queue_loading(again(received), by=BY)
    work()
    tasks.queue_undo(again(received), reason="Wrong month.", by=BY)
    tasks.resume()
    work()
    assert again(received).state == "undone"
    assert AuditEvent.objects.get(action="undone").reason == "Wrong month."


def test_what_the_state_forbids_is_not_queued(received: Batch) -> None:
    with pytest.raises(NotAllowed, match="received"):
        tasks.queue_loading(received, by=BY)
    with pytest.raises(NotAllowed, match="received"):
        tasks.queue_undo(received, reason="", by=BY)


def test_a_load_that_breaks_is_told_and_the_batch_waits(received: Batch) -> None:
    tasks.queue_reading(received)
    work()
    (importing.folder_of(received) / "read" / "accepted.parquet").unlink()
    tasks.queue_loading(again(received), by=BY)
    work()
    batch = again(received)
    assert batch.state == "waiting"
    assert "was not loaded, and nothing has changed" in batch.progress["failed"]
