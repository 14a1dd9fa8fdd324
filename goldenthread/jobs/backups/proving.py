"""Whether what stands in a workspace is what a backup says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from deltalake import DeltaTable
from django.conf import settings

from goldenthread.facts.store.pinning import tables_in
from goldenthread.jobs.backups.archive import digest_of
from goldenthread.jobs.backups.layout import RECORDS, About, ChainHead, Manifest
from goldenthread.jobs.backups.records import Snapshot
from goldenthread.jobs.database import pending_migrations
from goldenthread.jobs.refused import Refused
from goldenthread.progress import Progress
from goldenthread.record.audit import heads, verifying
from goldenthread.workspace import Workspace


@dataclass(frozen=True)
class Proof:
    """What was found equal. ``log``: the whole audit log was gone over too, which takes the version that
    wrote it."""

    tables: int
    rows: int
    files: int
    versions: int
    observations: int
    log: bool


def prove(about: About, manifest: Manifest, snapshot: Snapshot, *, progress: Progress) -> Proof:
    """Compare rows, head of the audit log, versions and files with those of the backup. Refused at the first
    that is not as it was."""
    workspace: Workspace = settings.WORKSPACE
    for difference in _differences(workspace, manifest, snapshot, progress):
        raise Refused(f"What was restored is not what was backed up: {difference}")
    is_current = not pending_migrations()
    if is_current:
        progress(0, "audit log")
        # Whose signatures count is asked where the log is kept: here it is whether they still fit.
        keys = {head.key for head in heads.read(workspace.audit_heads)}
        made_at = datetime.fromisoformat(about.made_at)
        verdict = verifying.verify(folder=workspace.audit_heads, keys=keys, now=made_at)
        if not verdict.whole:
            raise Refused(f"The audit log in this backup is broken. {verdict.broken}")
    return Proof(
        tables=len(manifest.tables),
        rows=manifest.rows,
        files=len(manifest.files),
        versions=len(manifest.store),
        observations=manifest.tables["record_observation"].rows,
        log=is_current,
    )


def _differences(
    workspace: Workspace, manifest: Manifest, snapshot: Snapshot, progress: Progress
) -> Iterator[str]:
    progress(0, "records")
    found = snapshot.contents()
    chain = [ChainHead(*row) for row in snapshot.select("SELECT seq, hash FROM record_audithead")]
    for name in sorted({*found, *manifest.tables}):
        if found.get(name) != manifest.tables.get(name):
            yield f"the rows of {name} differ."
    if (chain[0] if chain else None) != manifest.chain:
        yield "the audit log ends with another row."
    yield from _other_files(workspace.home, manifest, progress)
    tables = {place.name: DeltaTable(str(place)) for place in tables_in(workspace.store)}
    if {name: table.version() for name, table in tables.items()} != manifest.store:
        yield "the facts have other versions."
    for name, table in tables.items():
        if gone := [file for file in table.file_uris() if not Path(file).exists()]:
            yield f"{len(gone)} files of the facts of {name} are missing, such as {gone[0]}."


def _other_files(home: Path, manifest: Manifest, progress: Progress) -> Iterator[str]:
    for number, (name, digest) in enumerate(manifest.files.items()):
        place = home / name
        progress(number / len(manifest.files), name.split("/")[0])
        if "/" in name and not name.startswith(RECORDS) and digest_of(place) != digest:
            yield f"{name} differs."
