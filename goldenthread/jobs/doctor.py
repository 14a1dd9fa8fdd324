"""Looks over a workspace and says what is wrong with it and how to mend it. Changes nothing."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pyarrow as pa
import pyarrow.parquet as pq
from deltalake.exceptions import DeltaError
from django.conf import settings
from django.db import DatabaseError, connection
from django_tasks_db.models import DBTaskResult

from goldenthread.facts.store.log import StoreError
from goldenthread.jobs.auditing import SEALED_WITHIN
from goldenthread.jobs.database import admitting, pending_migrations, withheld_sentence
from goldenthread.jobs.extracts.pulling import fetchings
from goldenthread.jobs.extracts.sourcing import DRAFTS
from goldenthread.jobs.mail.sending import why_unusable
from goldenthread.record.access import second_lock
from goldenthread.record.audit import guards
from goldenthread.record.audit import queries as audit
from goldenthread.record.audit.verifying import PLACED_WITHIN
from goldenthread.record.measures.models import Outdated
from goldenthread.record.orgs import queries as orgs
from goldenthread.record.sources import queries as sources
from goldenthread.record.sources.models import Batch, BatchState, Source
from goldenthread.record.subscriptions.queries import to_try_again
from goldenthread.results.facts import table_of
from goldenthread.workspace import Workspace

GIGABYTE = 1_000_000_000
LEAST_FREE = 1 * GIGABYTE
HALF_WAY_FOR = timedelta(hours=2)
WAITING_FOR = timedelta(minutes=10)
DRAFT_KEPT_FOR = timedelta(days=1)
_LOOPBACK = {"localhost", "127.0.0.1", "[::1]"}
_OPEN_TO_OTHERS = 0o077
_SQLITE_WANTED = {"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1"}


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: which, what was found as a sentence, and how to mend it. Something may be
    worth a ``mend`` without being ``wrong``: a late extract is no fault of the workspace."""

    about: str
    sentence: str
    wrong: bool = False
    mend: str = ""


def examine(*, now: datetime) -> tuple[Finding, ...]:
    """Everything there is to say about this workspace; at least one sentence for each check."""
    workspace: Workspace = settings.WORKSPACE
    found = [*_folders(workspace), *_disk(workspace), *_demo(workspace)]
    database = list(_database())
    found += database
    if not any(one.wrong and one.about in ("database", "migrations") for one in database):
        for check in _OF_RECORDS:
            found += check(workspace, now)
    return tuple(found)


def essentials() -> tuple[Finding, ...]:
    """What must hold for the workspace to be served, quickly found; nothing is read but what is asked for."""
    workspace: Workspace = settings.WORKSPACE
    return (*_folders(workspace), *_disk(workspace), *_demo(workspace), *_connection())


def _folders(workspace: Workspace) -> Iterator[Finding]:
    open_ones = []
    folders = (workspace.store, workspace.uploads, workspace.incoming)
    for place in (*folders, workspace.secret_key, settings.AUDIT_KEY_FILE):
        if not place.exists():
            if place != workspace.secret_key:
                yield Finding("folders", f"{place} is not there.", wrong=True, mend="goldenthread init")
        elif stat.S_IMODE(place.stat().st_mode) & _OPEN_TO_OTHERS:
            open_ones.append(str(place))
    if open_ones:
        sentence = f"Other users of this machine can get at {_listed(open_ones)}."
        yield Finding("folders", sentence, wrong=True, mend=f"chmod go= {' '.join(open_ones)}")
    else:
        yield Finding("folders", "Store, uploads, incoming files and both keys are the owner's alone.")


def _disk(workspace: Workspace) -> Iterator[Finding]:
    free = shutil.disk_usage(workspace.home).free
    said = f"{free / GIGABYTE:,.1f} GB are free on the disk of {workspace.home}."
    if free < LEAST_FREE:
        mend = (
            "Make room, or move the workspace to a larger disk: a load needs room for the file three times."
        )
        yield Finding("disk", said, wrong=True, mend=mend)
    else:
        yield Finding("disk", said)


def _demo(workspace: Workspace) -> Iterator[Finding]:
    if not workspace.is_demo:
        return
    beyond = sorted(set(settings.ALLOWED_HOSTS) - _LOOPBACK)
    if beyond:
        sentence = f"This is a demo with known sign-ins, and it answers to {_listed(beyond)}."
        yield Finding("demo", sentence, wrong=True, mend="unset GOLDENTHREAD_HOSTS")
    else:
        yield Finding("demo", "This is a demo workspace; it answers on this machine alone.")


def _database() -> Iterator[Finding]:
    found = list(_connection())
    yield from found
    if connection.vendor == "sqlite" and not any(one.about == "database" and one.wrong for one in found):
        yield from _sqlite()


def _connection() -> Iterator[Finding]:
    try:
        if tables := second_lock.withheld():
            yield Finding("database", withheld_sentence(tables), wrong=True, mend=admitting())
            return
        pending = pending_migrations()
    except DatabaseError as error:
        mend = (
            "Check DATABASE_URL and that the server runs; for SQLite, that the file can be read and written."
        )
        # psycopg explains itself over several lines.
        said = " ".join(str(error).split())
        yield Finding("database", f"The database does not answer: {said}", wrong=True, mend=mend)
        return
    yield Finding("database", f"The database answers ({connection.display_name}).")
    if pending:
        sentence = f"The database lacks {_counted(len(pending), 'change')} of this version."
        yield Finding("migrations", sentence, wrong=True, mend="goldenthread init")
    else:
        yield Finding("migrations", "The database is up to date with this version.")


def _sqlite() -> Iterator[Finding]:
    with connection.cursor() as cursor:
        held = {name: str(cursor.execute(f"PRAGMA {name}").fetchone()[0]) for name in _SQLITE_WANTED}
        complaint = cursor.execute("PRAGMA quick_check(1)").fetchone()[0]
    different = [
        f"{name} is {held[name]}, wanted {wanted}"
        for name, wanted in _SQLITE_WANTED.items()
        if held[name] != wanted
    ]
    if different:
        mend = "Serve the workspace from a local disk: network disks cannot keep SQLite's promises."
        yield Finding(
            "sqlite", f"SQLite does not run as it must: {'; '.join(different)}.", wrong=True, mend=mend
        )
    if complaint != "ok":
        mend = "Stop the server and restore goldenthread.sqlite3 from the latest backup."
        yield Finding("sqlite", f"The database file is damaged: {complaint}", wrong=True, mend=mend)
    if not different and complaint == "ok":
        yield Finding("sqlite", "SQLite writes ahead, synchronizes fully, and its file is whole.")


def _store(_workspace: Workspace, _now: datetime) -> Iterator[Finding]:
    tables = 0
    sound = True
    for source in Source.objects.exclude(kind="inventory"):
        loaded = set(
            Batch.objects.filter(source=source, state=BatchState.LOADED).values_list("pk", flat=True)
        )
        if not loaded and not table_of(source.key).exists:
            continue
        tables += 1
        for finding in _table(source.key, loaded):
            sound = False
            yield finding
    if sound:
        yield Finding(
            "store", f"{_counted(tables, 'table')} of facts can be read, and hold what the records say."
        )


def _table(source: str, loaded: set[int]) -> Iterator[Finding]:
    table = table_of(source)
    restore = f"Restore {table.folder} from the latest backup."
    try:
        files, live = table.files(), set(table.live_batches())
        for file in files:
            pq.read_metadata(file)
    except (StoreError, DeltaError, pa.ArrowException, OSError) as error:
        yield Finding("store", f"The facts of {source} cannot be read: {error}", wrong=True, mend=restore)
        return
    if loaded != live:
        sentence = (
            f"The facts of {source} hold batches {_numbers(live)}, but the records say {_numbers(loaded)}."
        )
        yield Finding(
            "store", sentence, wrong=True, mend="goldenthread serve (it puts this right at its start)"
        )


def _half_way(_workspace: Workspace, now: datetime) -> Iterator[Finding]:
    going_on = (BatchState.RECEIVED, BatchState.READING, BatchState.LOADING)
    found = sources.batches().filter(state__in=going_on)
    stuck = [batch for batch in found if batch.received_at < now - HALF_WAY_FOR]
    for batch in stuck:
        state = BatchState(batch.state).label.lower()
        sentence = (
            f"Batch {batch.pk} of {batch.source.key} is {state} since {batch.received_at:%Y-%m-%d %H:%M} UTC."
        )
        mend = "Restart goldenthread serve: it brings what was interrupted to an end."
        yield Finding("batches", sentence, wrong=True, mend=mend)
    waiting = sources.waiting().count()
    if waiting:
        sentence = f"Waiting to be loaded or discarded: {_counted(waiting, 'file')}."
        yield Finding("batches", sentence, mend="Look at Data, Waiting to be loaded.")
    elif not stuck:
        yield Finding("batches", "No file is half-way.")


def _outdated(_workspace: Workspace, _now: datetime) -> Iterator[Finding]:
    measures = Outdated.objects.values("measure").distinct().count()
    if measures:
        sentence = f"Outdated, unless they are being computed right now: {_counted(measures, 'measure')}."
        yield Finding("measures", sentence, wrong=True, mend="goldenthread compute")
    else:
        yield Finding("measures", "Every measure is up to date with the facts.")


def _jobs(_workspace: Workspace, now: datetime) -> Iterator[Finding]:
    waiting = DBTaskResult.objects.ready().filter(enqueued_at__lt=now - WAITING_FOR).count()
    failed = DBTaskResult.objects.failed().filter(finished_at__gt=now - timedelta(days=1)).count()
    if waiting:
        sentence = f"Waiting for more than ten minutes: {_counted(waiting, 'background job')}."
        yield Finding("jobs", sentence, wrong=True, mend="goldenthread serve (it runs the job worker)")
    if failed:
        sentence = f"{_counted(failed, 'background job')} failed in the last day."
        yield Finding("jobs", sentence, wrong=True, mend="The log of the server says why.")
    if not waiting and not failed:
        yield Finding("jobs", "No background job is left waiting, and none failed in the last day.")


def _audit(_workspace: Workspace, now: datetime) -> Iterator[Finding]:
    found = list(_wrong_with_the_log(now))
    yield from found
    if not found:
        yield Finding(
            "audit", "The audit log is guarded, chained and sealed. Whether it is whole: audit verify"
        )


def _wrong_with_the_log(now: datetime) -> Iterator[Finding]:
    if missing := guards.missing():
        sentence = f"The audit log can be changed: the database lacks {_listed(missing)}."
        yield Finding("audit", sentence, wrong=True, mend="goldenthread init")
    if waiting := audit.waiting_since(now - PLACED_WITHIN):
        sentence = f"Without a place in the chain of the audit log: {_counted(waiting, 'row')}."
        yield Finding("audit", sentence, wrong=True, mend="goldenthread audit seal")
    oldest, latest = audit.oldest_after(0), now - SEALED_WITHIN
    if oldest is not None and oldest < latest and not audit.sealed_on_or_after(latest):
        sentence = "The audit log has had no signed head for two days."
        yield Finding("audit", sentence, wrong=True, mend="goldenthread audit seal")


def _orphans(workspace: Workspace, now: datetime) -> Iterator[Finding]:
    orphans = [*_orphan_uploads(workspace, now), *_orphan_facts(now)]
    if orphans:
        size = sum(_size(one) for one in orphans)
        what = _counted(len(orphans), "file or folder", "files or folders")
        sentence = f"Left by an upload or a load that was interrupted: {what}, {size:,} bytes."
        yield Finding("orphans", sentence, mend=f"rm -r {' '.join(map(str, orphans[:20]))}")
    else:
        yield Finding("orphans", "Every file in uploads and store belongs to something.")


def _orphan_uploads(workspace: Workspace, now: datetime) -> list[Path]:
    held = set(Batch.objects.values_list("folder", flat=True))
    oldest = (now - DRAFT_KEPT_FOR).timestamp()
    return [
        place
        for place in sorted(workspace.uploads.iterdir())
        if place.name not in held
        and place.stat().st_mtime < oldest
        and (place.name.startswith(DRAFTS) or place.is_file() or (place / "original").exists())
    ]


def _orphan_facts(now: datetime) -> list[Path]:
    oldest = (now - HALF_WAY_FOR).timestamp()
    orphans = []
    for source in Source.objects.exclude(kind="inventory"):
        table = table_of(source.key)
        if not table.exists:
            continue
        listed = {file for version in range(table.version() + 1) for file in table.files(version)}
        loose = (file for file in sorted(table.folder.glob("*.parquet")) if file not in listed)
        orphans += [file for file in loose if file.stat().st_mtime < oldest]
    return orphans


def _late(_workspace: Workspace, now: datetime) -> Iterator[Finding]:
    organization = orgs.organization()
    late = sources.late_sources(
        today=organization.day_of(now), calendar=orgs.fiscal_calendar(), zone=organization.zone
    )
    for one in late:
        sentence = (
            f"{one.source.title} is {_counted(one.days_late, 'day')} late; it was expected {one.expected_on}."
        )
        yield Finding("extracts", sentence, mend="Ask its steward for the extract.")
    if not late:
        yield Finding("extracts", "No extract is late.")


def _pulled(_workspace: Workspace, now: datetime) -> Iterator[Finding]:
    fetched = fetchings(now=now)
    wrong = False
    for one in fetched:
        parts = urlsplit(one.pull.address or "")
        if one.pull.address and not settings.PULL_HOSTS.lists(parts):
            wrong = True
            sentence = (
                f"{one.source.key} is to be fetched from {parts.netloc}, which is not on the list of hosts."
            )
            yield Finding("pull", sentence, wrong=True, mend=f"GOLDENTHREAD_PULL_HOSTS={parts.netloc}")
        elif one.failed_at is not None:
            wrong = True
            sentence = (
                f"{one.source.key} was not fetched. {one.reason} It is tried again {one.next_at:%F %R %Z}."
            )
            mend = f"See to the reason; “Fetch it now” on the page of {one.source.title} tries at once."
            yield Finding("pull", sentence, wrong=True, mend=mend)
    if fetched and not wrong:
        sentence = f"Fetched each day, from hosts of the list: {_counted(len(fetched), 'extract')}."
        yield Finding("pull", sentence)
    elif not fetched:
        yield Finding("pull", "No extract is fetched from another machine.")


def _second_lock(_workspace: Workspace, _now: datetime) -> Iterator[Finding]:
    if connection.vendor != "postgresql":
        return
    if missing := second_lock.missing():
        sentence = f"Without the second lock on the rows of persons: {_listed(missing)}."
        yield Finding(
            "second lock", sentence, wrong=True, mend="goldenthread init, as the owner of the tables"
        )
    elif second_lock.is_above_it():
        sentence = "The role of DATABASE_URL owns the tables, so that it could take the second lock off."
        mend = "Serve as a role of its own: goldenthread init --application-role NAME"
        yield Finding("second lock", sentence, mend=mend)
    else:
        yield Finding("second lock", "The database itself guards the rows of persons against our own role.")


def _mail(_workspace: Workspace, _now: datetime) -> Iterator[Finding]:
    if settings.MAIL is None:
        yield Finding("mail", "No mail leaves from here.")
    elif problem := why_unusable(settings.MAIL):
        yield Finding("mail", problem, wrong=True, mend="See to GOLDENTHREAD_MAIL and to that server.")
    else:
        count = to_try_again().count()
        waiting = _counted(count, "mail waits", "mails wait")
        sentence = f"Mail leaves by {settings.MAIL.host}. {waiting} for another try."
        mend = "Why stands beside the view of whoever waits for it, and in the log." if count else ""
        yield Finding("mail", sentence, wrong=count > 0, mend=mend)


_OF_RECORDS: Sequence[Callable[[Workspace, datetime], Iterator[Finding]]] = (
    _store,
    _half_way,
    _outdated,
    _jobs,
    _audit,
    _orphans,
    _late,
    _pulled,
    _mail,
    _second_lock,
)


def _size(place: Path) -> int:
    files = [place] if place.is_file() else [file for file in place.rglob("*") if file.is_file()]
    return sum(file.stat().st_size for file in files)


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _numbers(batches: set[int]) -> str:
    return ", ".join(map(str, sorted(batches))) or "none"


def _counted(count: int, one: str, several: str = "") -> str:
    return f"{count:,} {one if count == 1 else several or f'{one}s'}"
