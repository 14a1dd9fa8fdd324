"""The records' database of this workspace, whichever it is."""

from __future__ import annotations

from contextlib import AbstractContextManager

from django.db import connection

from goldenthread.jobs.backups import postgresql, sqlite

Snapshot = sqlite.SqliteSnapshot | postgresql.PostgresSnapshot


def open_snapshot() -> AbstractContextManager[Snapshot]:
    """The records as they are now, for as long as the block lasts, while others go on writing."""
    return sqlite.open_snapshot() if connection.vendor == "sqlite" else postgresql.open_snapshot()
