"""The records in SQLite: held still by a read transaction, which in WAL mode keeps nobody from writing."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings

from goldenthread.jobs.backups.layout import DATABASE_FILE, LEFT_OUT, TableRows

_ROWS_AT_ONCE = 5000


class SqliteSnapshot:
    """A moment of the database that a connection in a transaction looks at."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def select(self, query: str) -> list[tuple[Any, ...]]:
        return self._connection.execute(query).fetchall()

    def sequences(self) -> dict[str, int]:
        """None: SQLite keeps them in a table."""
        return {}

    def write_into(self, folder: Path) -> dict[str, TableRows]:
        """Write a database file of this moment, without free pages: what was deleted is not in it. What each
        table held, counted at the source, so that a fault of the copy shows."""
        copy, file = folder / "copy.sqlite3", folder / DATABASE_FILE
        for one in (copy, file):
            os.close(os.open(one, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        with closing(sqlite3.connect(copy, isolation_level=None)) as target:
            # The backup interface reads through our transaction; VACUUM INTO would begin one of its own.
            self._connection.backup(target)
            target.execute("PRAGMA journal_mode=DELETE")
            for table in LEFT_OUT:
                target.execute(f"DELETE FROM {table}")  # noqa: S608
            target.execute("VACUUM INTO ?", [str(file)])
        copy.unlink()
        return self.contents()

    def contents(self) -> dict[str, TableRows]:
        """What each table holds, without what is left out of backups."""
        names = self.select("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        return {name: self._contents_of(name) for (name,) in names if name != "sqlite_stat1"}

    def _contents_of(self, table: str) -> TableRows:
        described = self.select(f"PRAGMA table_info({table})")
        columns = tuple(one[1] for one in described)
        key = [one[1] for one in sorted(described, key=lambda one: one[5]) if one[5]] or list(columns)
        digest, count = hashlib.sha256(), 0
        if table not in LEFT_OUT:
            named, order = (", ".join(f'"{name}"' for name in names) for names in (columns, key))
            rows = self._connection.execute(f"SELECT {named} FROM {table} ORDER BY {order}")  # noqa: S608
            while some := rows.fetchmany(_ROWS_AT_ONCE):
                digest.update("\n".join(map(repr, some)).encode())
                count += len(some)
        return TableRows(count, digest.hexdigest(), columns)


@contextmanager
def open_snapshot() -> Iterator[SqliteSnapshot]:
    """The records as they are now, for as long as the block lasts."""
    file = str(settings.DATABASES["default"]["NAME"])
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA query_only=ON")
        connection.execute("BEGIN")
        # A transaction begins with its first look.
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        yield SqliteSnapshot(connection)
