"""What is in a backup, by name, and what it says of itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Database = Literal["sqlite", "postgresql"]
FORMAT = 1
README, ABOUT, MANIFEST = "README.txt", "about.json", "manifest.json"
RECORDS = "records"
DATABASE_FILE = "goldenthread.sqlite3"
FOLDERS = ("store", "uploads", "audit-heads")
"""Folders of the workspace, under their own names, as far as the records list what is there."""
FILES = ("retention.yaml", "demo-accounts.json")

LEFT_OUT = ("django_session", "usersessions_usersession", "goldenthread_cache", "accounts_draft")
"""Tables whose rows stay out: a session is a way in for whoever reads it, and the rest goes by itself."""

TEXT = """A backup of a Goldenthread workspace.

This is a tar archive, compressed with gzip. One that was made with a key is encrypted with age besides:
age --decrypt -i KEYFILE BACKUP > backup.tar.gz
Bring it back with: goldenthread restore BACKUP

about.json      which version made it, when, and from which database
records/        the records: an SQLite database, or of PostgreSQL a CSV file for each table, as COPY writes it
store/          the facts: a Delta Lake table (Parquet files and their log) for each source
uploads/        the files as they were received
audit-heads/    the signed heads of the audit log
manifest.json   rows and SHA-256 of each table, SHA-256 of each file, versions of the facts, end of the log

Neither the secret key nor the key of the audit log is in it, and no session.
"""


@dataclass(frozen=True)
class About:
    """Who made a backup. ``made_at`` is the moment it shows, as ISO 8601; ``database`` is Django's name of
    it."""

    format: int
    product: str
    made_at: str
    database: Database
    migrations: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class TableRows:
    """``sha256`` is taken over the rows in the order of the primary key."""

    rows: int
    sha256: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class ChainHead:
    """How far the audit log had come."""

    seq: int
    hash: str


@dataclass(frozen=True)
class Manifest:
    """What a restored workspace is compared with. ``sequences`` are the last number that each sequence of
    PostgreSQL gave, ``store`` the version of each of its tables, ``files`` the SHA-256 of each file by its
    name inside the backup."""

    tables: Mapping[str, TableRows]
    sequences: Mapping[str, int]
    chain: ChainHead | None
    store: Mapping[str, int]
    files: Mapping[str, str]

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables.values())


def place_of(name: str, home: Path) -> Path | None:
    """Where a file of a backup belongs in a workspace; None for one that is only read."""
    if name in (README, ABOUT, MANIFEST):
        return None
    if name == f"{RECORDS}/{DATABASE_FILE}":
        return home / DATABASE_FILE
    return home / name
