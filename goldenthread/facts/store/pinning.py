"""Which files make up a table at this moment, so that a copy of exactly those can be taken."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from deltalake import DeltaTable

_LOG = "_delta_log"
_DIGITS_OF_A_VERSION = 20


@dataclass(frozen=True)
class Pinned:
    """A version of a table, and its files: the Parquet ones and those of its log."""

    version: int
    files: tuple[Path, ...]


def tables_in(store: Path) -> list[Path]:
    """The folders of a store that hold a table."""
    return [place for place in sorted(store.iterdir()) if DeltaTable.is_deltatable(str(place))]


def pin(folder: Path, *, with_history: bool) -> Pinned:
    """The newest version; ``with_history``: and what every earlier one needs, of a table that keeps its log.

    Nothing holds the files there: whoever wants them links or copies them before another change.
    """
    table = DeltaTable(str(folder))
    version = table.version()
    log = _log_of(folder, version)
    data = set(_ever_added(folder, log)) if with_history else {Path(uri) for uri in table.file_uris()}
    return Pinned(version, (*log, *sorted(data)))


def ever_listed(folder: Path) -> list[Path]:
    """The Parquet files that any version of a table lists, whether or not they are still there."""
    return sorted(set(_ever_added(folder, _log_of(folder, DeltaTable(str(folder)).version()))))


def versions_in(store: Path) -> dict[str, int]:
    """The newest version of each table of a store, by the name of its folder."""
    return {place.name: DeltaTable(str(place)).version() for place in tables_in(store)}


def _log_of(folder: Path, version: int) -> list[Path]:
    return [file for file in sorted((folder / _LOG).iterdir()) if _is_until(version, file)]


def _is_until(version: int, file: Path) -> bool:
    """Whether a file of the log tells of a version up to this one. The hint which of them is the last
    checkpoint is left out: it may name a later one, and is not needed."""
    number = file.name[:_DIGITS_OF_A_VERSION]
    return number.isdecimal() and int(number) <= version


def _ever_added(folder: Path, log: list[Path]) -> Iterator[Path]:
    # Read line by line: opening each version by itself reads the log from its start, each time.
    for file in log:
        if file.suffix == ".json":
            for line in file.read_text(encoding="utf-8").splitlines():
                if (added := json.loads(line).get("add")) is not None:
                    yield folder / unquote(added["path"])
