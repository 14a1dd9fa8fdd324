"""One source's facts as a Delta Lake table: Parquet files that any engine can read, and a log of versions."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.parquet as pq
from deltalake import DeltaTable, Field, Schema
from deltalake.transaction import (
    AddAction,
    CommitProperties,
    PostCommitHookProperties,
    RemoveAction,
    create_table_with_add_actions,
)

from goldenthread.facts.columns import BATCH, ROW
from goldenthread.facts.engines import Session, StoreEngine, WritingSession
from goldenthread.facts.store.days import day_column
from goldenthread.facts.store.files import flush, locked, milliseconds, moved_in, put_over
from goldenthread.facts.store.folding import difference, fold, without_batch
from goldenthread.facts.store.log import Commit, Entry, Load, Log, Mode, StoreError, metadata, transaction
from goldenthread.facts.store.outdating import Aging, OldMonth, cleaned, months_in
from goldenthread.facts.store.pinning import ever_listed

ORPHANS_KEPT_FOR = timedelta(hours=1)
"""A younger file that no version lists may belong to a commit that is still under way."""

# Reported values stand on old versions, so neither log nor replaced files may expire by themselves.
_CONFIGURATION = {
    "delta.enableExpiredLogCleanup": "false",
    "delta.logRetentionDuration": "interval 36500 days",
    "delta.deletedFileRetentionDuration": "interval 36500 days",
}


_DELETIONS = "deletionVectors"


@dataclass(frozen=True)
class Snapshot:
    """A version of a table: its columns, and the Parquet files with its rows."""

    version: int
    schema: pa.Schema
    files: tuple[Path, ...]


class FactTable:
    """The facts of one source in `folder`, which must be among the folders of `engine`.

    Reading needs no lock and sees one version; changes wait for each other.
    """

    def __init__(self, folder: Path, engine: StoreEngine) -> None:
        self.folder = folder
        self._engine = engine

    @property
    def exists(self) -> bool:
        return DeltaTable.is_deltatable(str(self.folder))

    def version(self) -> int:
        return self._open().version()

    def newest(self) -> Snapshot:
        """The newest version, read in one go."""
        table = self._open()
        return Snapshot(table.version(), pa.schema(table.schema().to_arrow()), tuple(_files(table)))

    def commits_since(self, version: int) -> tuple[Commit, ...] | None:
        """What batches did after a version; None when something else changed the table, too."""
        table = self._open()
        found = [entry.commit for entry in Log.read(table).entries if entry.commit.version > version]
        return tuple(found) if len(found) == table.version() - version else None

    def schema(self, version: int | None = None) -> pa.Schema:
        return pa.schema(self._open(version).schema().to_arrow())

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(self.schema().names)

    def files(self, version: int | None = None) -> list[Path]:
        """The Parquet files of a version, or of the newest; none when nothing was ever loaded."""
        return _files(self._open(version)) if self.exists else []

    def rows(self, session: Session, version: int | None = None) -> ir.Table:
        """The facts of a version as a table to query."""
        return session.table(self.files(version), self.schema(version))

    def has_batch(self, batch: int) -> bool:
        """Whether a batch was ever committed, undone since or not."""
        return self.exists and self._open().transaction_version(transaction(batch).app_id) is not None

    def commit_of(self, batch: int) -> Commit | None:
        """What a batch did when it was committed; None when it never was."""
        return Log.read(self._open()).commit_of(batch) if self.exists else None

    def live_batches(self, version: int | None = None) -> tuple[int, ...]:
        """The batches that make up a version, in the order they came."""
        return tuple(load.batch for load in Log.read(self._open()).live(version)) if self.exists else ()

    def commit(
        self,
        staged: Sequence[Path],
        *,
        batch: int,
        mode: Mode,
        key: Sequence[str] = (),
        time: str | None = None,
    ) -> Commit:
        """Moves the staged Parquet files in and makes their rows visible, all at once.

        Upsert replaces rows with the same `key`; replace period replaces those between the first and the
        last day of `time` that arrive. A batch that was committed before changes nothing and returns what
        it did then. Raises StoreError when a column changed its type or a key or time column is missing;
        the staged files then stay where they were.
        """
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with locked(self.folder), self._engine.session() as session:
            log = Log.read(self._open()) if self.exists else Log()
            if (earlier := log.commit_of(batch)) is not None:
                # The disk may have failed after the version was there, and before it was sure to last.
                self._flush_log(earlier.version)
                return earlier
            schema = self._widened(staged)
            _check_columns(schema, mode, key, time)
            listed = partial(self.has_batch, batch)
            with moved_in(staged, self.folder, prefix=f"batch-{batch}", listed=listed) as arrived:
                load = Load(batch, mode, tuple(key), time, tuple(file.name for file in arrived))
                before = self.files()
                folded = fold(session, self.folder, before, load, schema)
                commit = Commit(
                    version=self._open().version() + 1 if self.exists else 0,
                    batch=batch,
                    rows_added=sum(_rows(file) for file in arrived),
                    rows_replaced=folded.rows_replaced,
                    touched=folded.touched,
                )
                replacing = log.replacing() | ({batch} if folded.rows_replaced else set())
                self._write(Entry(commit, load, frozenset(replacing)), before, folded.files, schema)
            return commit

    def replace(self, staged: Path) -> None:
        """The rows of a staged Parquet file become all there is, in one version. They are of no batch."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with locked(self.folder):
            before = self.files()
            schema = self._widened([staged])
            with moved_in(
                [staged], self.folder, prefix="filled", listed=lambda: self.files() != before
            ) as now:
                self._list(before, [file for file in now if _rows(file)], schema)

    def undo(self, batch: int) -> Commit:
        """A new version as if the batch had never come; rows it had replaced are there again.

        Undoing twice changes nothing more. Raises StoreError when the batch never came, or when files it
        takes to go back were removed.
        """
        if not self.has_batch(batch):
            raise StoreError(f"Found no batch {batch} in {self.folder.name}; wanted one that was loaded.")
        with locked(self.folder), self._engine.session() as session:
            table = self._open()
            log = Log.read(table)
            if (earlier := log.commit_of(batch, undo=True)) is not None:
                return earlier
            schema, before = self.schema(), _files(table)
            if batch in log.replacing():
                after, written, replacing = self._fold_again(session, log, batch, schema)
            else:
                after, written = without_batch(session, self.folder, before, batch, schema)
                replacing = log.replacing()
            added, removed, touched = difference(session, before, after, schema)
            commit = Commit(table.version() + 1, batch, added, removed, touched)
            self._write(Entry(commit, None, replacing - {batch}), before, after, schema)
            for file in set(written) - set(after):
                file.unlink()
            return commit

    def old_months(self, aging: Aging, *, before: date) -> tuple[OldMonth, ...]:
        """The months whose last day lies before a first of a month and of which any file still holds rows,
        be it one of an old version."""
        if not self.exists:
            return ()
        held = [file for file in ever_listed(self.folder) if file.exists()]
        with self._engine.session() as session:
            return months_in(session, held, self.schema(), aging, before=before)

    def let_go(self, months: Collection[date], aging: Aging) -> None:
        """The rows of these months (their first days) leave every file, also those of old versions.

        The newest version lists new files. The old ones are written over under their own names, so that a
        batch can still be undone, with the rows that are left. Interrupted, it goes on where it was.
        """
        with locked(self.folder), self._engine.session() as session:
            schema, before = self.schema(), self.files()
            held = [file for file in ever_listed(self.folder) if file.exists()]
            anew = cleaned(session, held, schema, aging, months)
            after = [anew.get(file, file) for file in before]
            if after != before:
                self._list(before, [file for file in after if _rows(file)], schema)
            listed = set(self.files())
            for old, new in anew.items():
                put_over(old, new, keep_both=new in listed)
            flush(self.folder)

    def sweep(self, *, now: datetime) -> list[Path]:
        """Removes files that no version lists, left by a crash more than an hour ago; returns them."""
        table = self._open()
        listed = {file for version in range(table.version() + 1) for file in self.files(version)}
        oldest = (now - ORPHANS_KEPT_FOR).timestamp()
        orphans = [
            file
            for file in sorted(self.folder.glob("*.parquet"))
            if file not in listed and file.stat().st_mtime < oldest
        ]
        for file in orphans:
            file.unlink()
        return orphans

    def _open(self, version: int | None = None) -> DeltaTable:
        table = DeltaTable(str(self.folder), version=version)
        if _DELETIONS in (table.protocol().reader_features or []):
            raise StoreError(
                f"Found deletion vectors in {self.folder.name}, made by another program: rows that count no "
                "more still stand in its files, and Goldenthread reads whole files. Have that program write "
                "them anew (REORG TABLE ... APPLY (PURGE)) and drop the feature, or restore a backup."
            )
        return table

    def _fold_again(
        self, session: WritingSession, log: Log, batch: int, schema: pa.Schema
    ) -> tuple[tuple[Path, ...], tuple[Path, ...], frozenset[int]]:
        """The files of the live batches without one, from the last version they agree with."""
        remaining = tuple(load for load in log.live() if load.batch != batch)
        version, agreed = log.nearest_version(remaining)
        files = tuple(self.files(version)) if version is not None else ()
        later = remaining[agreed:]
        needed = [*files, *(self.folder / name for load in later for name in load.files)]
        if gone := [file.name for file in needed if not file.exists()]:
            raise StoreError(
                f"Batch {batch} cannot be undone: the facts as they were before it are no longer held "
                f"({len(gone)} files, such as {gone[0]}). Load corrected facts as a new batch instead."
            )
        written: list[Path] = []
        replacing = log.replacing() - {load.batch for load in later}
        for load in later:
            folded = fold(session, self.folder, files, load, schema)
            files = folded.files
            written += folded.written
            if folded.rows_replaced:
                replacing |= {load.batch}
        return files, tuple(written), replacing

    def _widened(self, staged: Sequence[Path]) -> pa.Schema:
        """The schema with what the staged files add, after the table has taken new columns in.

        Columns come in a commit of their own: a crash between the two leaves a column without values.
        """
        arriving = pa.unify_schemas([pq.read_schema(file).remove_metadata() for file in staged])
        if not self.exists:
            return pa.schema(Schema.from_arrow(arriving).to_arrow())
        held = self.schema()
        given = pa.schema(Schema.from_arrow(arriving).to_arrow())
        for field in given:
            if field.name in held.names and held.field(field.name).type != field.type:
                kind = held.field(field.name).type
                raise StoreError(
                    f"Column {field.name} of {self.folder.name} holds {kind} and would become {field.type}. "
                    f"Give the new column another name, or load it as a new source."
                )
        new = [Field.from_arrow(field) for field in given if field.name not in held.names]
        if new:
            self._open().alter.add_columns(new)
        return self.schema()

    def _write(self, entry: Entry, before: Iterable[Path], after: Iterable[Path], schema: pa.Schema) -> None:
        """One atomic commit of a batch that turns the files `before` into those `after`."""
        self._list(
            before,
            after,
            schema,
            custom_metadata=metadata(entry),
            app_transactions=[transaction(entry.commit.batch, undo=entry.load is None)],
        )

    def _list(self, before: Iterable[Path], after: Iterable[Path], schema: pa.Schema, **told: Any) -> None:
        """One atomic commit, with what is ``told`` of it."""
        old, new = set(before), set(after)
        for file in new - old:
            flush(file)
        added = [_add(file) for file in sorted(new - old)]
        removed = [RemoveAction(file.name, True, milliseconds()) for file in sorted(old - new)]
        # A retry would rebase onto a version this change was not computed from.
        properties = CommitProperties(max_commit_retries=0, **told)
        if self.exists:
            self._open().create_write_transaction(
                [*added, *removed],
                "append",
                Schema.from_arrow(schema),
                commit_properties=properties,
                post_commithook_properties=PostCommitHookProperties(cleanup_expired_logs=False),
            )
        else:
            create_table_with_add_actions(
                str(self.folder),
                Schema.from_arrow(schema),
                added,
                configuration=_CONFIGURATION,
                commit_properties=properties,
            )
        self._flush_log(self.version())

    def _flush_log(self, version: int) -> None:
        log = self.folder / "_delta_log"
        flush(log / f"{version:020}.json")
        flush(log)


def _files(table: DeltaTable) -> list[Path]:
    return sorted(Path(uri) for uri in table.file_uris())


def _rows(file: Path) -> int:
    return int(pq.read_metadata(file).num_rows)


def _add(file: Path) -> AddAction:
    status = file.stat()
    return AddAction(
        path=file.name,
        size=status.st_size,
        partition_values={},
        modification_time=int(status.st_mtime * 1000),
        data_change=True,
        stats=json.dumps({"numRecords": _rows(file)}),
    )


def _check_columns(schema: pa.Schema, mode: Mode, key: Sequence[str], time: str | None) -> None:
    if missing := [name for name in (BATCH, ROW, *key) if name not in schema.names]:
        raise StoreError(f"Found no column {missing[0]}; wanted it in every file that is loaded.")
    if mode is Mode.UPSERT and not key:
        raise StoreError(
            "Found no key; wanted the columns that tell one row from another, to load by upsert."
        )
    if mode is Mode.REPLACE_PERIOD:
        if time is None:
            raise StoreError("Found no time column; wanted one, to replace the period it covers.")
        day_column(time, schema)
