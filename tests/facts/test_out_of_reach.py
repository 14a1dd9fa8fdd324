"""What SQL could reach if somebody got some of their own into it: nothing but the files it is there for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from goldenthread.facts.engines.embedded import EmbeddedEngine
from goldenthread.facts.intake import read
from goldenthread.facts.intake.reading import connect
from tests.facts.intake.reads import source

REACHES = (
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM '/etc/passwd'",
    "SELECT * FROM glob('/etc/*')",
    "SELECT * FROM read_text('{inside}/../outside/secret.csv')",
    "SELECT * FROM read_csv('{inside}-beside/secret.csv')",
    "SELECT * FROM read_text('http://127.0.0.1:9/x')",
    "SELECT * FROM read_parquet('s3://bucket/x.parquet')",
    "COPY (SELECT 1) TO '{outside}/written.csv'",
    "COPY (SELECT 1) TO '{inside}/../outside/written.csv'",
    "EXPORT DATABASE '{outside}/all'",
    "ATTACH '{outside}/other.db'",
    "INSTALL httpfs",
    "LOAD httpfs",
    "SET enable_external_access = true",
    "SET allowed_directories = ['/']",
    "SET memory_limit = '1TB'",
    "RESET lock_configuration",
    "SELECT getenv('HOME')",
    "CREATE SECRET x (TYPE s3)",
    "SELECT * FROM secret_of_python",
)


@pytest.fixture
def places(tmp_path: Path) -> dict[str, Path]:
    found = {name: tmp_path / name for name in ("inside", "outside", "inside-beside")}
    for folder in found.values():
        folder.mkdir()
        (folder / "secret.csv").write_text("a\n1\n")
    return found


@pytest.fixture(params=["engine", "intake"])
def cursor(request: pytest.FixtureRequest, places: dict[str, Path]) -> Iterator[duckdb.DuckDBPyConnection]:
    inside = places["inside"]
    if request.param == "engine":
        with EmbeddedEngine([inside], memory_limit="200MB") as engine, engine.session() as session:
            yield session._cursor
    else:
        with connect("200MB", 1, inside / "scratch", reading=inside / "secret.csv", within=inside) as found:
            yield found


def test_what_it_is_there_for_is_in_reach(cursor: duckdb.DuckDBPyConnection, places: dict[str, Path]) -> None:
    assert cursor.execute(f"SELECT * FROM read_csv('{places['inside']}/secret.csv')").fetchall() == [(1,)]


@pytest.mark.parametrize("sql", REACHES)
def test_nothing_else_is(cursor: duckdb.DuckDBPyConnection, sql: str, places: dict[str, Path]) -> None:
    secret_of_python = duckdb.sql("SELECT 1 AS a")
    assert secret_of_python
    with pytest.raises(duckdb.Error):
        cursor.execute(sql.format(**places)).fetchall()
    assert {path.name for path in places["outside"].iterdir()} == {"secret.csv"}


def test_words_of_a_definition_are_words(tmp_path: Path) -> None:
    """Names and values with quotes, comments and statements of their own in each place a definition has."""
    evil = "x'\"); COPY (SELECT 1) TO '/tmp/led-out.csv'; --"
    yaml = evil.replace("'", "''")
    definition = source(
        f"columns:\n  id: {{type: text, from: '{yaml}', missing: ['{yaml}']}}\n"
        f"  kind: {{type: category, values: ['{yaml}', b], from: '{yaml} 2'}}\n"
    )
    file = tmp_path / "extract.csv"
    quoted = '"' + evil.replace('"', '""') + '"'
    file.write_text(f'{quoted},"{evil.replace(chr(34), chr(34) * 2)} 2"\na,b\n{quoted},{quoted}\n')
    report = read(file, definition, out=tmp_path / "out", timezone="UTC", batch=1)
    assert (report.rows, report.accepted) == (2, 2)
    assert not Path("/tmp/led-out.csv").exists()
