"""What single days come to, kept beside the facts of a source in a file for each month.

Whatever is kept can be counted again from the facts, so it is in no backup, and going missing loses nothing.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from goldenthread.facts.store.files import flush

_INDEX = "tallies.json"
_READERS_NEED_SECONDS = 3_600
_NO_VERSION = -1


@dataclass(frozen=True)
class Kept:
    """The tallies of one version of a table. ``said`` names the definitions they follow, ``columns`` what is
    tallied, and ``files`` holds them by the first of each month."""

    version: int
    said: str
    columns: tuple[str, ...]
    files: Mapping[date, Path] = field(default_factory=dict)

    def between(self, first: date, last: date) -> list[Path]:
        """The files of the months of these days, both inside, in order."""
        return [file for month, file in sorted(self.files.items()) if first.replace(day=1) <= month <= last]


class TallyFolder:
    """The tallies of one source by one clock. One writer at a time; readers need no lock, and what they have
    begun to read stays for an hour."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def read(self) -> Kept | None:
        """What is kept; None when nothing is."""
        try:
            told = json.loads((self.folder / _INDEX).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        return Kept(
            told["version"],
            told["said"],
            tuple(told["columns"]),
            {date.fromisoformat(month): self.folder / name for month, name in told["files"].items()},
        )

    def new_file(self) -> Path:
        """Where to write what ``keep`` is then given."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return self.folder / f"{uuid.uuid4().hex}.parquet"

    def keep(self, kept: Kept) -> None:
        """This instead of whatever was kept, all at once. Files that no reader can need any more go."""
        for file in kept.files.values():
            flush(file)
        before = self.read()
        told: dict[str, Any] = {
            "version": kept.version,
            "said": kept.said,
            "columns": list(kept.columns),
            "files": {month.isoformat(): file.name for month, file in sorted(kept.files.items())},
        }
        arriving = self.folder / f"{uuid.uuid4().hex}.json"
        arriving.write_text(json.dumps(told), encoding="utf-8")
        flush(arriving)
        arriving.replace(self.folder / _INDEX)
        flush(self.folder)
        for file in set(before.files.values()) - set(kept.files.values()) if before else ():
            # From now on its hour runs.
            file.touch()
        self.sweep()

    def sweep(self) -> None:
        """Files that are not listed, and that no reader can need any more, go."""
        self._sweep(older_than=time.time() - _READERS_NEED_SECONDS)

    def let_go(self, months: Collection[date]) -> None:
        """Nothing is kept of these months (their first days) any more, nor in files that were replaced; and
        what stays is of no version until it is brought up to date.

        Whoever reads the file of such a month meanwhile finds no rows in it.
        """
        if (kept := self.read()) is None:
            return
        staying = {month: file for month, file in kept.files.items() if month not in months}
        for month in kept.files.keys() - staying.keys():
            file, empty = kept.files[month], self.new_file()
            pq.write_table(pq.read_schema(file).empty_table(), empty)
            flush(empty)
            empty.replace(file)
        self.keep(Kept(_NO_VERSION, kept.said, kept.columns, staying))
        self._sweep(older_than=time.time())

    def _sweep(self, *, older_than: float) -> None:
        kept = self.read()
        listed = {_INDEX, *(file.name for file in kept.files.values())} if kept else set()
        for file in self.folder.iterdir():
            if file.name not in listed and file.stat().st_mtime <= older_than:
                file.unlink()


def schema_of(kept: Kept) -> pa.Schema | None:
    """The columns of its files; None when it has none."""
    return next((pq.read_schema(file).remove_metadata() for file in kept.files.values()), None)
