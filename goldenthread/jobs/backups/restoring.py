"""A backup becomes a workspace again, in an empty place, whole or not at all.

Everything is unpacked, compared and filled in a workspace of its own inside the folder, ``restoring``. Its
store is moved up last; as long as it stands there, no command takes the folder for a workspace.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader

from goldenthread.facts.store.files import flush
from goldenthread.jobs.backups import postgresql, sqlite
from goldenthread.jobs.backups.beginning import LOCK
from goldenthread.jobs.backups.layout import RECORDS, About, Manifest
from goldenthread.jobs.backups.proving import Proof, prove
from goldenthread.jobs.backups.sealing import Keys
from goldenthread.jobs.backups.unpacking import unpack
from goldenthread.jobs.refused import Refused
from goldenthread.progress import Progress
from goldenthread.workspace import Workspace

_NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


@dataclass(frozen=True)
class Restored:
    """When the backup was made, by which version, and what was proved of it, if that was asked for."""

    about: About
    manifest: Manifest
    proof: Proof | None


def restore(file: Path, workspace: Workspace, *, keys: Keys, verify: bool, progress: Progress) -> Restored:
    """Make ``workspace`` what the backup in ``file`` holds. The settings are those of ``beginning``.

    Refused, and nothing is left, when the file is no whole backup, when its records need another database
    than the one there is or one that is empty, and with ``verify`` when anything is not as it was.
    """
    begun: Workspace = settings.WORKSPACE
    about, manifest = unpack(file, begun.home, keys=keys, check=_check_fits, progress=progress)
    proof = None
    if about.database == "sqlite":
        if verify:
            # Which turns the file to writing ahead, and cannot once somebody looks at it.
            connection.ensure_connection()
            with sqlite.open_snapshot() as snapshot:
                proof = prove(about, manifest, snapshot, progress=progress)
        # The last connection takes its side files with it.
        connection.close()
        _move_up(begun, workspace)
    else:
        with transaction.atomic(durable=True):
            progress(0, "records into PostgreSQL")
            filled = postgresql.bring_back(begun.home / RECORDS, about=about, manifest=manifest)
            shutil.rmtree(begun.home / RECORDS)
            if verify:
                proof = prove(about, manifest, filled, progress=progress)
            _move_up(begun, workspace)
    begun.store.replace(workspace.store)
    shutil.rmtree(begun.home)
    flush(workspace.home)
    return Restored(about, manifest, proof)


def _move_up(begun: Workspace, workspace: Workspace) -> None:
    """Everything but the store."""
    for place in begun.home.iterdir():
        if place.name not in (LOCK, begun.store.name):
            place.replace(workspace.home / place.name)
    flush(workspace.home)


def _check_fits(about: About) -> None:
    """Refused where this version, or the database there is, cannot take it; before anything is unpacked."""
    if about.database != connection.vendor:
        do = "unset what names a server" if about.database == "sqlite" else "name an empty database"
        raise Refused(
            f"The records of this backup were in {_NAMES[about.database]}, and here they would be in "
            f"{_NAMES[connection.vendor]}: {do} (DATABASE_URL, or DATABASE_URL_FILE)."
        )
    known = set(MigrationLoader(None).disk_migrations)
    if later := sorted(set(about.migrations) - known):
        raise Refused(
            f"This backup was made by version {about.product}, which is newer than the one here: it knows "
            f"{later[0][0]}.{later[0][1]}. Install that version, or a later one, and restore again."
        )
    if about.database == "postgresql":
        postgresql.check_is_empty()
