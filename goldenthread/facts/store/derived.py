"""Values the product has computed and keeps beside the facts, such as observations by breakdown."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from pathlib import Path

import pyarrow as pa
from deltalake import DeltaTable, write_deltalake

Value = str | int | date


class DerivedTable:
    """A Delta Lake table whose rows can always be computed again; old versions are not kept for anyone."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def exists(self) -> bool:
        return DeltaTable.is_deltatable(str(self.folder))

    def put(
        self,
        rows: pa.Table,
        *,
        replacing: Mapping[str, Collection[Value]],
        since: tuple[str, date] | None = None,
    ) -> None:
        """Removes the rows whose every named column holds one of its values, and adds `rows`, in one commit.

        Rows whose column in `since` lies before its day stay. Every row must itself match all this, else
        DeltaError. ValueError when nothing could match.
        """
        if not replacing or not all(replacing.values()):
            raise ValueError(f"Found nothing to replace in {dict(replacing)}; wanted columns with values.")
        if not self.exists:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_deltalake(str(self.folder), rows, mode="append")
            return
        predicate = " AND ".join(
            f"{column} IN ({', '.join(_literal(value) for value in values)})"
            for column, values in replacing.items()
        )
        if since is not None:
            predicate += f" AND {since[0]} >= {_literal(since[1])}"
        # A column that came with an upgrade is empty in the rows that stay.
        write_deltalake(str(self.folder), rows, mode="overwrite", predicate=predicate, schema_mode="merge")

    def schema(self) -> pa.Schema:
        return pa.schema(DeltaTable(str(self.folder)).schema().to_arrow())

    def files(self) -> list[Path]:
        """The Parquet files of the newest version; none when nothing was ever put."""
        return sorted(Path(uri) for uri in DeltaTable(str(self.folder)).file_uris()) if self.exists else []

    def tidy(self, *, keep_hours: int = 1) -> None:
        """Writes small files into larger ones and removes those no reader of the last hours can need."""
        table = DeltaTable(str(self.folder))
        table.optimize.compact()
        table.vacuum(retention_hours=keep_hours, dry_run=False, enforce_retention_duration=False)


def _literal(value: Value) -> str:
    if isinstance(value, date):
        return f"DATE '{value.isoformat()}'"
    if isinstance(value, int):
        return str(value)
    return "'" + value.replace("'", "''") + "'"
