"""The doctor finds each thing that can be wrong, and says how to mend it."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.db import connection
from django.test import override_settings

from goldenthread.accounts.models import User
from goldenthread.jobs import computing, doctor, tasks
from goldenthread.jobs.auditing import make_key, seal
from goldenthread.jobs.doctor import Finding, examine
from goldenthread.jobs.extracts import importing
from goldenthread.record.access import second_lock
from goldenthread.record.audit import guards
from goldenthread.record.audit.actions import place_rows
from goldenthread.record.audit.actor import Actor
from goldenthread.record.audit.models import AuditEvent
from goldenthread.record.saved_views.actions import save_view
from goldenthread.record.sources.models import Batch
from goldenthread.record.subscriptions.actions import note_failed, subscribe
from goldenthread.record.subscriptions.rhythms import Rhythm
from tests.post.office import open_office
from tests.record.access.application import as_application
from tests.results.counties import BY, calls, import_calls, load_definitions
from tests.web.mail.world import server_at

pytestmark = [pytest.mark.django_db, pytest.mark.owner]

NOW = datetime.now(UTC)


@pytest.fixture(autouse=True)
def in_memory(monkeypatch) -> None:
    """A test's database is in memory, where nothing can be written ahead."""
    monkeypatch.setitem(doctor._SQLITE_WANTED, "journal_mode", "memory")


@pytest.fixture(scope="module")
def sound(standing, tmp_path_factory) -> Batch:
    """A sound workspace with one loaded batch."""
    folder = tmp_path_factory.mktemp("county")
    for place in (settings.WORKSPACE.store, settings.WORKSPACE.uploads, settings.WORKSPACE.incoming):
        place.mkdir(exist_ok=True)
        place.chmod(0o700)
    guards.lay()
    make_key()
    load_definitions(folder / "definitions")
    batch = import_calls(folder, calls(20, seed=3), "calls.csv")
    seal(now=NOW)
    return batch


@pytest.fixture
def loaded(sound: Batch, db: None) -> Batch:
    return sound


def as_served() -> AbstractContextManager[None]:
    """As operate.md sets it up: on PostgreSQL by a role that does not own the tables."""
    return as_application() if connection.vendor == "postgresql" else nullcontext()


def wrong(about: str) -> list[Finding]:
    found = [one for one in examine(now=NOW) if one.wrong]
    assert {one.about for one in found} <= {about}, found
    assert all(one.mend for one in found)
    return found


def aged(place: Path) -> Path:
    long_ago = (NOW - timedelta(days=3)).timestamp()
    os.utime(place, (long_ago, long_ago))
    return place


def test_a_sound_workspace_has_one_sentence_for_each_check(loaded: Batch) -> None:
    with as_served():
        found = examine(now=NOW)
    assert [one for one in found if one.wrong or one.mend] == []
    about = {one.about for one in found}
    assert about >= {
        "folders",
        "disk",
        "database",
        "migrations",
        "store",
        "batches",
        "measures",
        "jobs",
        "audit",
    }


def test_folders_that_others_can_read(loaded: Batch) -> None:
    settings.WORKSPACE.store.chmod(0o755)
    [found] = wrong("folders")
    assert found.mend == f"chmod go= {settings.WORKSPACE.store}"


def test_a_folder_that_is_gone(loaded: Batch) -> None:
    settings.WORKSPACE.incoming.rmdir()
    assert wrong("folders")[0].mend == "goldenthread init"


def test_a_key_of_the_log_that_others_can_read(loaded: Batch) -> None:
    settings.AUDIT_KEY_FILE.chmod(0o644)
    [found] = wrong("folders")
    settings.AUDIT_KEY_FILE.chmod(0o600)
    assert found.mend == f"chmod go= {settings.AUDIT_KEY_FILE}"


def test_an_audit_log_without_guards(loaded: Batch) -> None:
    with connection.cursor() as cursor:
        table = "" if connection.vendor == "sqlite" else "ON record_audithead"
        cursor.execute(f"DROP TRIGGER audit_head_stays {table}")
    [found] = wrong("audit")
    assert "audit_head_stays" in found.sentence


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no row-level security")
def test_a_second_lock_that_the_role_could_take_off_or_that_is_gone(loaded: Batch) -> None:
    [found] = [one for one in examine(now=NOW) if one.about == "second lock"]
    assert (found.wrong, "owns the tables" in found.sentence) == (False, True)
    assert "--application-role" in found.mend
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE record_notice DISABLE ROW LEVEL SECURITY")
    [found] = wrong("second lock")
    assert found.sentence.endswith("on the rows of persons: record_notice.")
    second_lock.lay()
    assert wrong("second lock") == []


def test_rows_of_the_audit_log_that_wait_for_their_place(loaded: Batch) -> None:
    AuditEvent.objects.create(
        at=NOW - timedelta(minutes=2), actor="a", action="viewed", kind="person", object_id="w"
    )
    [found] = wrong("audit")
    assert "1 row." in found.sentence
    place_rows()
    assert wrong("audit") == []


def test_an_audit_log_that_nobody_seals(loaded: Batch) -> None:
    later = [one for one in examine(now=NOW + timedelta(days=3)) if one.about == "audit"]
    assert [one.mend for one in later] == ["goldenthread audit seal"]


def test_a_database_that_keeps_no_promises(loaded: Batch, monkeypatch) -> None:
    if connection.vendor == "sqlite":
        monkeypatch.setitem(doctor._SQLITE_WANTED, "journal_mode", "wal")
        assert "journal_mode is memory, wanted wal" in wrong("sqlite")[0].sentence


def test_a_disk_nearly_full(loaded: Batch, monkeypatch) -> None:
    monkeypatch.setattr(doctor, "LEAST_FREE", 10**18)
    assert "GB are free" in wrong("disk")[0].sentence


def test_a_demo_that_answers_to_the_world(loaded: Batch, settings) -> None:
    settings.WORKSPACE.demo_accounts.write_text("[]")
    try:
        settings.ALLOWED_HOSTS = ["localhost"]
        assert wrong("demo") == []
        settings.ALLOWED_HOSTS = ["localhost", "measures.example.gov"]
        assert "measures.example.gov" in wrong("demo")[0].sentence
    finally:
        settings.WORKSPACE.demo_accounts.unlink()


def test_facts_that_are_damaged_or_gone(loaded: Batch) -> None:
    [file] = (settings.WORKSPACE.store / "calls").glob("*.parquet")
    file.write_bytes(b"PAR1 and nothing more")
    assert "The facts of calls cannot be read" in wrong("store")[0].sentence


def test_facts_and_records_that_disagree(loaded: Batch) -> None:
    Batch.objects.update(state="discarded", store_version=None)
    assert f"hold batches {loaded.pk}, but the records say none" in wrong("store")[0].sentence


def test_a_file_half_way_for_hours(loaded: Batch, tmp_path) -> None:
    file = tmp_path / "more.csv"
    file.write_text("call,agent,day,wait,outcome\n1,w1,2026-03-30,5,answered\n")
    received = importing.receive("calls", file, by=BY, now=NOW).batch
    assert wrong("batches") == []
    Batch.objects.filter(pk=received.pk).update(received_at=NOW - timedelta(hours=3), state="reading")
    assert f"Batch {received.pk} of calls is being read since" in wrong("batches")[0].sentence


def test_measures_that_are_outdated(loaded: Batch) -> None:
    computing.mark_everything()
    [found] = wrong("measures")
    assert ("5 measures" in found.sentence, found.mend) == (True, "goldenthread compute")


def test_jobs_that_nobody_does(loaded: Batch) -> None:
    tasks.queue_catching_up()
    assert wrong("jobs") == []
    later = examine(now=NOW + timedelta(hours=1))
    assert "1 background job" in next(one.sentence for one in later if one.wrong)


def test_mail_that_could_not_go(loaded: Batch) -> None:
    owner = User.objects.create_user("ana", name="Ana", email="ana@example.gov")
    by, zone = Actor.user(owner.pk), ZoneInfo("UTC")
    page = {"route": "indicators", "arguments": {"key": "north"}, "parameters": {}}
    view = save_view(owner=owner, name="Mine", by=by, now=NOW, **page)
    one = subscribe(view=view, rhythm=Rhythm.WEEKLY, by=by, now=NOW, zone=zone)
    said = [found.sentence for found in examine(now=NOW) if found.about == "mail"]
    assert said == ["No mail leaves from here."]
    with open_office() as office, override_settings(MAIL=server_at(office)):
        assert wrong("mail") == []
        note_failed(one, "The mail server is away.", now=NOW, zone=zone)
        [found] = wrong("mail")
    assert found.sentence == "Mail leaves by 127.0.0.1. 1 mail waits for another try."
    with override_settings(MAIL=server_at(office)):
        [found] = wrong("mail")
    assert found.sentence.startswith("The mail server 127.0.0.1 could not be used: ")
    assert office.letters == []


def test_what_interrupted_work_left_behind_is_told(loaded: Batch) -> None:
    left = settings.WORKSPACE.uploads / "draft-left"
    left.mkdir()
    (left / "original").write_text("x" * 100)
    (settings.WORKSPACE.uploads / "fresh.upload").write_text("still being sent")
    loose = settings.WORKSPACE.store / "calls" / "loose.parquet"
    loose.write_bytes(b"y" * 50)
    aged(left), aged(loose)
    [found] = [one for one in examine(now=NOW) if one.about == "orphans"]
    assert not found.wrong
    assert "2 files or folders, 150 bytes" in found.sentence
    assert found.mend == f"rm -r {left} {loose}"
