"""Letting go of what has been kept for long enough: rows, files, and the bytes that they leave behind."""

from __future__ import annotations

import logging
import shutil
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime

from django.conf import settings
from django.db import connection

from goldenthread.jobs import auditing
from goldenthread.jobs.extracts.importing import find_batch, folder_of
from goldenthread.jobs.locks import Busy, one_at_a_time
from goldenthread.jobs.retention.due import Plan, plan
from goldenthread.jobs.retention.facts import let_go_of_facts
from goldenthread.jobs.retention.kept import Kept
from goldenthread.jobs.retention.schedule import RecordClass, schedule
from goldenthread.record.access import second_lock
from goldenthread.record.audit.actor import Actor
from goldenthread.record.audit.months import Month
from goldenthread.record.notices import actions as notices
from goldenthread.record.sources import actions as sources

# Of the tables that a purge deletes from; it waits for, and holds up, whoever uses them.
_WRITES_ANEW = "VACUUM FULL record_notice, record_batch, record_auditevent"
_log = logging.getLogger(__name__)


def purge(*, by: Actor, now: datetime) -> Plan:
    """Let go of what is due and what no hold keeps; what that was. Interrupted, the next one goes on.

    Refused while another one is at it.
    """
    with one_at_a_time("purge", wait_seconds=0):
        found = plan(now=now)
        by_class: Mapping[RecordClass, list[Kept]] = defaultdict(list)
        for one in found.due:
            by_class[one.of].append(one)
        for of, some in by_class.items():
            _WAYS[of](some, by=by, now=now)
        _forget_what_a_killed_backup_held()
        if second_lock.owns_the_tables():
            _write_anew()
    return found


def purge_daily(*, now: datetime) -> None:
    """``purge``, where the schedule asks for it and anything is due."""
    if schedule().purge_daily and plan(now=now).due:
        purge(by=Actor.job("retention"), now=now)
        if left := left_behind():
            _log.warning(left)


def left_behind() -> str:
    """What a purge leaves to somebody else, as a sentence; empty where it does everything itself."""
    if second_lock.owns_the_tables():
        return ""
    return (
        "What went still stands in free pages of the database. The role of DATABASE_URL does not own the "
        f"tables and cannot write them anew; as their owner: {_WRITES_ANEW}"
    )


def _originals(some: Sequence[Kept], *, by: Actor, now: datetime) -> None:
    for one in some:
        batch = find_batch(int(one.object_id))
        sources.note_purged(batch, what="original", by=by, now=now)
        (folder_of(batch) / "original").unlink(missing_ok=True)


def _rejected(some: Sequence[Kept], *, by: Actor, now: datetime) -> None:
    for one in some:
        batch = find_batch(int(one.object_id))
        sources.note_purged(batch, what="rejects", by=by, now=now)
        shutil.rmtree(folder_of(batch) / "read", ignore_errors=True)


def _notices(some: Sequence[Kept], *, by: Actor, now: datetime) -> None:
    notices.purge_settled([int(one.object_id) for one in some], by=by, now=now)


def _months(some: Sequence[Kept], *, by: Actor, now: datetime) -> None:
    auditing.drop_before(Month.parse(some[-1].object_id).next, by=by, now=now)


_WAYS: Mapping[RecordClass, Callable[..., None]] = {
    RecordClass.IMPORT_ORIGINALS: _originals,
    RecordClass.REJECTED_ROWS: _rejected,
    RecordClass.NOTICES: _notices,
    RecordClass.AUDIT_LOG: _months,
    RecordClass.WORKER_FACTS: let_go_of_facts,
}


def _forget_what_a_killed_backup_held() -> None:
    with suppress(Busy), one_at_a_time("backup", wait_seconds=0):
        shutil.rmtree(settings.WORKSPACE.backing_up, ignore_errors=True)


def _write_anew() -> None:
    """What was deleted stands in free pages and in the log of writes until it is written over."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            cursor.execute(_WRITES_ANEW)
