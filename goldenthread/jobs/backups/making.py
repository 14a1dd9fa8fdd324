"""A backup of the workspace, made while people work."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from pydantic import TypeAdapter

from goldenthread.facts.store.files import flush
from goldenthread.facts.store.pinning import pin, tables_in, versions_in
from goldenthread.jobs.backups.archive import Writer, writing
from goldenthread.jobs.backups.holding import Hold, hold
from goldenthread.jobs.backups.layout import (
    ABOUT,
    FILES,
    FORMAT,
    MANIFEST,
    README,
    RECORDS,
    TEXT,
    About,
    ChainHead,
    Database,
    Manifest,
)
from goldenthread.jobs.backups.records import Snapshot, open_snapshot
from goldenthread.jobs.backups.sealing import Keys, sealed
from goldenthread.jobs.locks import Busy, all_at_once, one_at_a_time
from goldenthread.jobs.refused import Refused
from goldenthread.progress import Progress
from goldenthread.record.audit.actions import record_look
from goldenthread.record.audit.actor import Actor
from goldenthread.record.audit.enums import Action
from goldenthread.record.sources.queries import source_keys
from goldenthread.workspace import Workspace

_NAME = "backup"
_WAIT_SECONDS = 600


def back_up(file: Path, *, keys: Keys, by: Actor, now: datetime, progress: Progress) -> Manifest:
    """Write a backup into ``file``, encrypted for the recipients of ``keys`` if it has any; what is in it.

    Refused when the file is there, and when another backup is being made. The file gets its name when it is
    whole and on the disk. That everything was taken along is in the audit log first.
    """
    if file.exists():
        raise Refused(f"{file} is there already. Name a file that is not, or remove that one first.")
    workspace: Workspace = settings.WORKSPACE
    with _alone(), hold(workspace) as held:
        record_look(by=by, action=Action.EXPORTED, kind="workspace", object_id="backup", now=now)
        unfinished = file.with_name(f"{file.name}.unfinished")
        try:
            with (
                _still(held, progress) as (snapshot, store),
                _new(unfinished) as out,
                sealed(out, keys.recipients) as plain,
                writing(plain) as archive,
            ):
                manifest = _write(archive, held, snapshot, store, now=now, progress=progress)
            _name(unfinished, file)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise
    return manifest


def _name(unfinished: Path, file: Path) -> None:
    """Give it its name for good; where the disk will not keep that, the name goes again."""
    unfinished.replace(file)
    try:
        flush(file.parent)
    except BaseException:
        with suppress(OSError):
            file.unlink()
        raise


@contextmanager
def _alone() -> Iterator[None]:
    with ExitStack() as stack:
        try:
            stack.enter_context(one_at_a_time(_NAME, wait_seconds=0))
        except Busy:
            raise Refused("Another backup of this workspace is being made. Wait until it is done.") from None
        yield


@contextmanager
def _new(file: Path) -> Iterator[Any]:
    """A new file that only its owner can read, on the disk when the block ends. One that a killed backup
    left under this name goes."""
    file.unlink(missing_ok=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        yield out
        out.flush()
        os.fsync(out.fileno())


@contextmanager
def _still(held: Hold, progress: Progress) -> Iterator[tuple[Snapshot, dict[str, int]]]:
    """The records at one moment, and every file that belongs to it held. No load is half-way at that moment;
    loads wait for as long as it takes to name the files.

    Categories are written while measures are computed, into the store first and then into the records, where
    a mark stands until both are there. So it is enough that the store was the same before and after.
    """
    workspace: Workspace = settings.WORKSPACE
    progress(0, "waiting for loads to end")
    while True:
        with ExitStack() as stack:
            with all_at_once({*source_keys(), *versions_in(workspace.store)}, wait_seconds=_WAIT_SECONDS):
                before = versions_in(workspace.store)
                snapshot = stack.enter_context(open_snapshot())
                store = _hold_store(held, workspace)
                _hold_files(held, workspace, snapshot)
                unchanged = before == versions_in(workspace.store)
            if unchanged:
                yield snapshot, store
                return
        held.let_go()


def _hold_store(held: Hold, workspace: Workspace) -> dict[str, int]:
    store = {}
    for place in tables_in(workspace.store):
        # What is computed keeps no history: its old versions are nobody's.
        pinned = pin(place, with_history=not place.name.startswith("_"))
        held.take(pinned.files)
        store[place.name] = pinned.version
    kept = workspace.store / "_whereabouts"
    held.take(sorted(kept.iterdir()) if kept.is_dir() else ())
    return store


def _hold_files(held: Hold, workspace: Workspace, snapshot: Snapshot) -> None:
    for folder, state in snapshot.select("SELECT folder, state FROM record_batch ORDER BY id"):
        place = workspace.uploads / folder
        # What is being read is read again from the file as it was received.
        pattern = "original" if state in ("received", "reading") else "**/*"
        held.take(file for file in sorted(place.glob(pattern)) if file.is_file())
    held.take(workspace.home / name for name in FILES)


def _write(
    archive: Writer,
    held: Hold,
    snapshot: Snapshot,
    store: dict[str, int],
    *,
    now: datetime,
    progress: Progress,
) -> Manifest:
    made_at = now.timestamp()
    archive.add_text(README, TEXT, made_at=made_at)
    migrations = snapshot.select("SELECT app, name FROM django_migrations ORDER BY id")
    database: Database = "sqlite" if connection.vendor == "sqlite" else "postgresql"
    about = About(FORMAT, version("goldenthread"), now.isoformat(), database, tuple(migrations))
    archive.add_text(ABOUT, _as_json(About, about), made_at=made_at)
    progress(0, "records")
    folder = held.folder / RECORDS
    folder.mkdir(mode=0o700)
    tables = snapshot.write_into(folder)
    chain = [
        ChainHead(seq, digest) for seq, digest in snapshot.select("SELECT seq, hash FROM record_audithead")
    ]
    for file in sorted(folder.iterdir()):
        archive.add(f"{RECORDS}/{file.name}", file)
        file.unlink()
    for name, text in _heads_until(chain[0].seq if chain else 0).items():
        archive.add_text(name, text, made_at=made_at)
    for number, (name, file) in enumerate(held.files.items()):
        progress(number / len(held.files), name.split("/")[0])
        archive.add(name, file)
    manifest = Manifest(
        tables, snapshot.sequences(), chain[0] if chain else None, store, dict(archive.digests)
    )
    archive.add_text(MANIFEST, _as_json(Manifest, manifest), made_at=made_at)
    return manifest


def _heads_until(seq: int) -> dict[str, str]:
    """The files of the signed heads, without those written since about rows that the backup does not hold."""
    found = {}
    for file in sorted(Path(settings.WORKSPACE.audit_heads).glob("*.jsonl")):
        lines = file.read_text(encoding="ascii").splitlines(keepends=True)
        known = [line for line in lines if json.loads(line)["seq"] <= seq]
        found[f"audit-heads/{file.name}"] = "".join(known)
    return found


def _as_json(shape: type[Any], value: object) -> str:
    return TypeAdapter(shape).dump_json(value, indent=1).decode()
