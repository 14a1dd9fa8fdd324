"""What single days come to, kept beside the facts of a source in a file for each year.

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
import pyarrow.compute as pc
import pyarrow.parquet as pq

from goldenthread.facts.store.files import flush

DAY = "_day"
"""The column with the day; that of the id is called as in the source."""
_INDEX = "tallies.json"
_READERS_NEED_SECONDS = 3_600
_NO_VERSION = -1


@dataclass(frozen=True)
class Kept:
    """The tallies of one version of a table. ``said`` names the definitions they follow, ``columns`` what is
    tallied, and ``files`` holds them by year."""

    version: int
    said: str
    columns: tuple[str, ...]
    files: Mapping[int, Path] = field(default_factory=dict)

    def between(self, first: date, last: date) -> list[Path]:
        """The files of the years of these days, both inside, in order."""
        return [file for year, file in sorted(self.files.items()) if first.year <= year <= last.year]


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
            {int(year): self.folder / name for year, name in told["files"].items()},
        )

    def new_file(self) -> Path:
        """Where to write what ``keep`` is then given."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return self.folder / f"{uuid.uuid4().hex}.parquet"

    def keep(self, kept: Kept) -> None:
        """This instead of whatever was kept, all at once. Files that no reader can need any more go."""
        for file in kept.files.values():
            flush(file)
        replaced = self._listed() - set(kept.files.values())
        told: dict[str, Any] = {
            "version": kept.version,
            "said": kept.said,
            "columns": list(kept.columns),
            "files": {str(year): file.name for year, file in sorted(kept.files.items())},
        }
        arriving = self.folder / f"{uuid.uuid4().hex}.json"
        arriving.write_text(json.dumps(told), encoding="utf-8")
        flush(arriving)
        arriving.replace(self.folder / _INDEX)
        flush(self.folder)
        self._replaced(replaced)

    def forget(self) -> None:
        """Nothing is kept any more. Said again after an hour, the folder goes, too."""
        replaced = self._listed()
        (self.folder / _INDEX).unlink(missing_ok=True)
        self._replaced(replaced)
        if not any(self.folder.iterdir()):
            self.folder.rmdir()

    def sweep(self) -> None:
        """Files that are not listed, and that no reader can need any more, go."""
        self._sweep(older_than=time.time() - _READERS_NEED_SECONDS)

    def let_go(self, months: Collection[date]) -> None:
        """Nothing is kept of these months (their first days) any more, nor in files that were replaced; and
        what stays is of no version until it is brought up to date.
        """
        if (kept := self.read()) is not None:
            for year in kept.files.keys() & {month.year for month in months}:
                new = self.new_file()
                _write_without(kept.files[year], new, months)
                flush(new)
                # Whoever has the old one open reads on in what it was.
                new.replace(kept.files[year])
            self.keep(Kept(_NO_VERSION, kept.said, kept.columns, kept.files))
        self._sweep(older_than=time.time())

    def _replaced(self, files: Collection[Path]) -> None:
        for file in files:
            # From now on its hour runs.
            file.touch()
        self.sweep()

    def _listed(self) -> set[Path]:
        return set(kept.files.values()) if (kept := self.read()) else set()

    def _sweep(self, *, older_than: float) -> None:
        staying = {self.folder / _INDEX, *self._listed()}
        for file in set(self.folder.iterdir()) - staying:
            if file.stat().st_mtime <= older_than:
                file.unlink()


def schema_of(kept: Kept) -> pa.Schema | None:
    """The columns of its files; None when it has none."""
    return next((pq.read_schema(file).remove_metadata() for file in kept.files.values()), None)


def _write_without(old: Path, new: Path, months: Collection[date]) -> None:
    """The rows of other months, a few at a time."""
    gone = pa.array(sorted(months), pa.date32())
    with pq.ParquetFile(old) as file, pq.ParquetWriter(new, file.schema_arrow) as writer:
        for number in range(file.num_row_groups):
            rows = file.read_row_group(number)
            their_months = pc.cast(pc.floor_temporal(rows[DAY], unit="month"), pa.date32())
            writer.write_table(rows.filter(pc.invert(pc.is_in(their_months, gone))))
