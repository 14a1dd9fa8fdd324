"""What a crash left half-way, what a living process is still at, and what cannot be put right."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from goldenthread.jobs import tasks
from goldenthread.jobs.extracts import importing
from goldenthread.jobs.healing import heal
from goldenthread.jobs.locks import Busy, alone_with, one_at_a_time
from goldenthread.jobs.noticing import refresh_notices
from goldenthread.record.notices.models import Notice
from goldenthread.record.sources import actions
from goldenthread.record.sources.models import Batch
from goldenthread.results.facts import table_of
from tests.results.counties import BY, NOW
from tests.web.desk.data_world import GOOD, build_world, signed_in, work

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def waiting(transactional_db, tmp_path: Path) -> Batch:
    build_world(tmp_path / "definitions")
    return brought(tmp_path, GOOD)


def brought(folder: Path, text: str) -> Batch:
    file = folder / "calls.csv"
    file.write_text(text)
    return importing.bring_in("calls", file, by=BY, now=NOW).batch


def state(batch: Batch) -> str:
    return Batch.objects.get(pk=batch.pk).state


def test_a_load_that_another_process_is_at_is_left_alone(waiting: Batch) -> None:
    actions.start_loading(waiting, by=BY, now=NOW)
    with one_at_a_time("calls"):
        assert "another process is at it" in heal(now=NOW)[0]
        assert state(waiting) == "loading"
    assert "it waits again" in heal(now=NOW)[0]
    assert state(waiting) == "waiting"


def test_a_file_that_another_process_reads_is_left_alone(waiting: Batch) -> None:
    actions.start_reading(waiting, now=NOW)
    with alone_with(importing.folder_of(waiting) / "original", busy=""):
        assert tasks.resume() == 1
        work()
        assert state(waiting) == "reading"
        with pytest.raises(Busy, match="is being read by another process"):
            importing.read(waiting, now=NOW)
    tasks.resume()
    work()
    assert state(waiting) == "waiting"


def test_a_batch_that_cannot_be_put_right_keeps_nobody_waiting(waiting: Batch, tmp_path: Path) -> None:
    importing.load(waiting, by=BY, now=NOW)
    other = brought(tmp_path, GOOD.replace("answered", "abandoned"))
    actions.start_loading(other, by=BY, now=NOW)
    for log in (table_of("calls").folder / "_delta_log").iterdir():
        log.write_text("no log")
    told = heal(now=NOW)
    assert any(f"Batch {other.pk} of calls could not be put right" in sentence for sentence in told)
    with tasks.worker_starts(now=lambda: NOW) as said:
        assert said


def test_a_load_that_cannot_be_put_right_is_told_until_it_is(waiting: Batch, tmp_path: Path) -> None:
    importing.load(waiting, by=BY, now=NOW)
    stuck = brought(tmp_path, GOOD.replace("answered", "abandoned"))
    logs = {log: log.read_bytes() for log in (table_of("calls").folder / "_delta_log").glob("*.json")}

    actions.start_loading(stuck, by=BY, now=NOW)
    with one_at_a_time("calls"):
        refresh_notices(now=NOW)
        assert told_of(stuck) == set(), "its process lives"
    for log in logs:
        log.write_text("no log")
    with tasks.worker_starts(now=lambda: NOW):
        assert told_of(stuck) == {"ada", "rob"}
    assert "could not be put right" in signed_in("ada").get("/").content.decode()

    for log, content in logs.items():
        log.write_bytes(content)
    with tasks.worker_starts(now=lambda: NOW):
        assert told_of(stuck) == set()
    assert state(stuck) == "waiting"


def told_of(stuck: Batch) -> set[str]:
    notices = Notice.objects.filter(kind="batch_stuck", object_id=stuck.pk, done_at=None)
    return set(notices.values_list("receiver__username", flat=True))


def test_a_file_that_cannot_be_read_for_a_fault_of_ours_is_refused_and_told(
    waiting: Batch, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_arguments: object, **_named: object) -> None:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(importing, "read_limited", broken)
    actions.start_reading(waiting, now=NOW)
    tasks.resume()
    work()
    assert state(waiting) == "refused"
    assert "the log says what" in Batch.objects.get(pk=waiting.pk).message


def test_a_table_that_is_gone_is_told_and_not_taken_for_an_undo(waiting: Batch) -> None:
    importing.load(waiting, by=BY, now=NOW)
    shutil.rmtree(table_of("calls").folder)
    assert any("could not be put right" in sentence for sentence in heal(now=NOW))
    assert state(waiting) == "loaded"
