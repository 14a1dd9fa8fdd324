"""Values by category into the store, when observations are computed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from django.conf import settings

from goldenthread.calc.periods import FiscalCalendar
from goldenthread.facts.store.derived import DerivedTable, Value
from goldenthread.results.composing import ROWS
from goldenthread.results.folds import Nestings, folds_of_splits
from goldenthread.results.pieces import Piece

_NAME = "_breakdowns"
"""No source can be called so: a key starts with a letter or a digit."""

SPLIT = pa.schema(
    [
        ("measure", pa.string()),
        ("breakdown", pa.string()),
        *((field.name, field.type) for field in ROWS),
        ("fold", pa.int64()),
        ("store_version", pa.int64()),
        ("computed_at", pa.timestamp("us", tz="UTC")),
    ]
)
"""``composing.ROWS`` with the measure's key and the column it is split by. Only a measure's own periods are
kept, by the tree of the time of the event."""


@dataclass(frozen=True)
class SplitRows:
    """``composing.ROWS`` of several pieces, split by one column of their sources."""

    breakdown: str
    rows: pa.Table


def split_table() -> DerivedTable:
    """Where values by category are kept."""
    return DerivedTable(Path(settings.WORKSPACE.store) / _NAME)


def breakdowns_of(piece: Piece) -> tuple[str, ...]:
    """The columns a piece is split by.

    None for a rate per another measure's value: that value is the whole unit's, and no category's share of it
    is known.
    """
    return () if piece.value_of else piece.definition.breakdowns


def replace_split_rows(
    split: Sequence[SplitRows],
    pieces: Sequence[Piece],
    *,
    calendar: FiscalCalendar,
    nestings: Nestings,
    starts: Mapping[str, Collection[date]] | None,
    since: date | None,
    store_versions: Mapping[int, int | None],
    now: datetime,
) -> None:
    """Keep what was computed of ``pieces`` in place of what was kept before.

    ``starts`` are the first days of the periods that were computed, by grain; None for all history, or all
    ``since`` a day, and then what is kept of a measure that is no longer split goes too.
    """
    table = split_table()
    if not split and (starts is not None or not table.exists):
        return
    shaped = pa.concat_tables(
        [
            SPLIT.empty_table(),
            *(_shaped(one, pieces, calendar, nestings, store_versions, now) for one in split),
        ]
    )
    if starts is None:
        keys = {piece.key for piece in pieces}
        if since is not None:
            shaped = shaped.filter(pc.greater_equal(shaped["period_start"], pa.scalar(since, pa.date32())))
        table.put(
            shaped,
            replacing={"measure": sorted(keys)},
            since=("period_start", since) if since is not None else None,
        )
        return
    for grain, days in starts.items():
        keys = {piece.key for piece in pieces if piece.frequency == grain and breakdowns_of(piece)}
        if keys and days:
            mine = pc.and_(
                pc.equal(shaped["grain"], grain),
                pc.is_in(shaped["period_start"], pa.array(sorted(days), pa.date32())),
            )
            replacing: dict[str, Collection[Value]] = {
                "measure": sorted(keys),
                "grain": [grain],
                "period_start": sorted(days),
            }
            table.put(shaped.filter(mine), replacing=replacing)


def _shaped(
    split: SplitRows,
    pieces: Sequence[Piece],
    calendar: FiscalCalendar,
    nestings: Nestings,
    store_versions: Mapping[int, int | None],
    now: datetime,
) -> pa.Table:
    """The rows of the pieces' own periods, as the store keeps them."""
    by_version = {piece.version: piece for piece in pieces}
    versions = split.rows["version"].to_pylist()
    own = [by_version[version].frequency for version in versions]
    rows = split.rows.filter(pc.equal(split.rows["grain"], pa.array(own, pa.string())))
    found = [by_version[version] for version in rows["version"].to_pylist()]
    columns = {
        **{name: rows[name] for name in rows.column_names},
        "measure": pa.array([piece.key for piece in found], pa.string()),
        "fold": folds_of_splits(rows, by_version, calendar, nestings),
        "breakdown": pa.repeat(split.breakdown, len(found)),
        "store_version": pa.array([store_versions.get(piece.version) for piece in found], pa.int64()),
        "computed_at": pa.repeat(pa.scalar(now, SPLIT.field("computed_at").type), len(found)),
    }
    return pa.table([columns[name] for name in SPLIT.names], schema=SPLIT)
