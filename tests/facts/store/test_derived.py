from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from deltalake.exceptions import DeltaError

from goldenthread.facts.store.derived import DerivedTable

JANUARY, FEBRUARY = date(2026, 1, 1), date(2026, 2, 1)


def rows(*given: tuple[str, date, float]) -> pa.Table:
    names = ("measure", "period", "value")
    schema = pa.schema([("measure", pa.string()), ("period", pa.date32()), ("value", pa.float64())])
    return pa.Table.from_pylist([dict(zip(names, one, strict=True)) for one in given], schema)


def held(table: DerivedTable) -> list[tuple[str, date, float]]:
    found = pa.concat_tables(pq.read_table(file) for file in table.files()) if table.files() else rows()
    return sorted(tuple(one.values()) for one in found.to_pylist())


def test_putting_replaces_what_matches_every_named_column(tmp_path: Path) -> None:
    table = DerivedTable(tmp_path / "observations")
    assert table.files() == []
    table.put(
        rows(("it's", JANUARY, 1), ("it's", FEBRUARY, 2), ("b", JANUARY, 3)),
        replacing={"measure": ["it's", "b"]},
    )
    table.put(rows(("it's", FEBRUARY, 9)), replacing={"measure": ["it's"], "period": [FEBRUARY]})

    assert held(table) == [("b", JANUARY, 3), ("it's", JANUARY, 1), ("it's", FEBRUARY, 9)]
    assert table.schema().names == ["measure", "period", "value"]


def test_putting_nothing_removes(tmp_path: Path) -> None:
    table = DerivedTable(tmp_path / "observations")
    table.put(rows(("a", JANUARY, 1), ("b", JANUARY, 3)), replacing={"measure": ["a", "b"]})
    table.put(rows(), replacing={"measure": ["a"]})
    assert held(table) == [("b", JANUARY, 3)]


def test_rows_outside_what_is_replaced_are_refused(tmp_path: Path) -> None:
    table = DerivedTable(tmp_path / "observations")
    table.put(rows(("a", JANUARY, 1)), replacing={"measure": ["a"]})
    with pytest.raises(DeltaError):
        table.put(rows(("b", JANUARY, 1)), replacing={"measure": ["a"]})
    assert held(table) == [("a", JANUARY, 1)]


@pytest.mark.parametrize("replacing", [{}, {"measure": []}])
def test_replacing_nothing_is_refused(tmp_path: Path, replacing: dict[str, list[str]]) -> None:
    with pytest.raises(ValueError, match="nothing to replace"):
        DerivedTable(tmp_path / "observations").put(rows(("a", JANUARY, 1)), replacing=replacing)


def test_tidying_keeps_the_rows_and_drops_old_files(tmp_path: Path) -> None:
    table = DerivedTable(tmp_path / "observations")
    for number in range(3):
        table.put(rows((f"m{number}", JANUARY, 1.0)), replacing={"measure": [f"m{number}"]})
    table.tidy(keep_hours=0)
    assert len(list(table.folder.glob("**/*.parquet"))) == len(table.files()) == 1
    assert len(held(table)) == 3
