"""Writes a first source definition for a file, for a person to correct."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import duckdb

from goldenthread.facts.intake import expressions
from goldenthread.facts.intake.reading import connect, open_table
from goldenthread.facts.intake.tables import TextTable, quoted, scan_name, scan_names
from goldenthread.facts.sources import Column

SAMPLE_ROWS = 50_000
FIRST_LOOK = 200
# fmt: off
# #N/A is how a spreadsheet says that there is nothing; its other errors are mistakes somebody should mend.
WORDS_FOR_NOTHING = (
    "n/a", "na", "nan", "none", "null", "nil", "no data", "not available", "missing", "unknown", "#n/a",
    "-", "--", "---", ".", "..", "...", "*", "tbd",
)
# fmt: on
# Seven in ten days of a month are past the twelfth, so a sample that fits both orders is rare but possible.
_DAY_FIRST = {"%m/%d/%Y": "%d/%m/%Y"}
_ID_NAME = re.compile(
    r"(^|[ _])(id|key|number|no|num|case|ticket|code|zip|phone|bbl)([ _]|$)|[a-z]Id$", re.IGNORECASE
)
_TIME_NAME = re.compile(r"creat|open|receiv|start|report|date|month|day", re.IGNORECASE)
_WORKER_NAME = re.compile(r"agent|worker|employee|staff|officer|inspector|assigned|operator", re.IGNORECASE)
_UNIT_NAME = re.compile(
    r"office|agency|department|dept|division|district|unit|team|region|precinct|bureau", re.IGNORECASE
)
_START_NAME = re.compile(r"creat|open|receiv|start", re.IGNORECASE)
_END_NAME = re.compile(r"clos|complet|resolv|finish|end", re.IGNORECASE)


@dataclass(frozen=True)
class Proposal:
    """A source definition as plain data in the order it should be written, and what to check, in
    sentences.
    """

    definition: dict[str, Any]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class _Guess:
    name: str
    label: str
    column: dict[str, Any]
    distinct: int
    filled: int
    notes: tuple[str, ...] = field(default=())


def propose(file: Path) -> Proposal:
    """Guess a definition from the first 50,000 rows of ``file``. Raises Unreadable as ``read`` does."""
    with (
        tempfile.TemporaryDirectory() as scratch,
        connect("512MB", 2, Path(scratch), reading=file, within=Path(scratch)) as connection,
    ):
        table = open_table(file, None, connection, Path(scratch))
        cells = ", ".join(scan_names(len(table.names)))
        connection.execute(f"CREATE TABLE sample AS SELECT {cells} FROM {table.relation} LIMIT {SAMPLE_ROWS}")
        (rows,) = connection.execute("SELECT count(*) FROM sample").fetchone() or (0,)
        comma = _has_decimal_commas(connection, table)
        guesses = _guesses(connection, replace(table, decimal="," if comma else "."))
    notes = [note for guess in guesses for note in guess.notes]
    definition: dict[str, Any] = {"source": _slug(file.name.split(".")[0]) or "extract", "title": file.stem}
    if comma:
        definition["file"] = {"decimal": ","}
        notes.append("Numbers are taken to be written 1.234,56, with a comma before their decimals.")
    if key := _key(guesses, rows):
        definition["key"] = [key.name]
        key.column["required"] = True
    else:
        notes.append(
            "No column is different in every row, so the source has no key and loads can only be appended."
        )
    if time := _first(guesses, ("datetime", "date"), _TIME_NAME):
        definition["time"] = time.name
        time.column["required"] = True
    else:
        notes.append("No column reads as a date: say which one tells when a row happened.")
    for role, pattern in (("worker", _WORKER_NAME), ("unit", _UNIT_NAME)):
        if placed := _first(guesses, ("text", "category", "whole_number"), pattern, named=True):
            definition[role] = placed.name
            notes.append(f"“{placed.label}” is taken for the {role}, by its name alone.")
    definition["load"] = "upsert" if key else "append"
    definition["columns"] = {guess.name: guess.column for guess in guesses}
    start = _first(guesses, ("datetime", "date"), _START_NAME, named=True)
    end = _first(guesses, ("datetime", "date"), _END_NAME, named=True)
    if start and end and start is not end:
        reason = f"{end.label} lies before {start.label}"
        definition["checks"] = [{"not_before": [end.name, start.name], "reason": reason}]
    return Proposal(definition, tuple(notes))


def _guesses(connection: duckdb.DuckDBPyConnection, table: TextTable) -> list[_Guess]:
    guesses: list[_Guess] = []
    for index, label in enumerate(table.names):
        name = _unique(_slug(label) or f"column_{index + 1}", [guess.name for guess in guesses])
        guesses.append(_guess(connection, index, name, label, table))
    return guesses


def _has_decimal_commas(connection: duckdb.DuckDBPyConnection, table: TextTable) -> bool:
    """Whether more cells can only be read as 1.234,56 than can only be read as 1,234.56."""
    shapes = [_only_with(mark, group) for mark, group in ((",", "."), ("\\.", ","))]
    counts = [
        " + ".join(
            f"count(*) FILTER (regexp_full_match(trim({cell}), {quoted(shape)}))"
            for cell in scan_names(len(table.names))
        )
        for shape in shapes
    ]
    found = connection.execute(f"SELECT {', '.join(counts)} FROM (FROM sample LIMIT {FIRST_LOOK})").fetchone()
    commas, dots = found or (0, 0)
    return bool(commas > dots)


def _only_with(mark: str, group: str) -> str:
    """A number that has decimals, and no other number of digits between marks that would make it a group."""
    grouped = rf"\d{{1,3}}([{group}]\d{{3}})+{mark}\d+"
    return rf"[-+(]?[$€£]?\s*({grouped}|\d+{mark}(\d{{1,2}}|\d{{4,}}))\s*[%€]?\)?"


def _guess(
    connection: duckdb.DuckDBPyConnection, index: int, name: str, label: str, table: TextTable
) -> _Guess:
    nothing = ", ".join(map(quoted, WORDS_FOR_NOTHING))
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE cells AS SELECT t, count(*) AS n, lower(t) IN "
        f"({nothing}) AS nothing FROM (SELECT trim({scan_name(index)}) AS t FROM sample) "
        "WHERE t <> '' GROUP BY t"
    )
    missing = [
        word
        for (word,) in connection.execute(
            "SELECT DISTINCT lower(t) FROM cells WHERE nothing ORDER BY 1"
        ).fetchall()
    ]
    filled, distinct, padded, longest = connection.execute(
        "SELECT coalesce(sum(n), 0), count(*), count(*) FILTER (regexp_full_match(t, '0[0-9]+')), "
        "coalesce(max(length(t)), 0) FROM cells WHERE NOT nothing"
    ).fetchone() or (0, 0, 0, 0)
    shape: dict[str, Any] = {"type": "text"}
    notes: list[str] = []
    named_id = re.search(r"zip|phone", label, re.IGNORECASE) or (
        distinct == filled and _ID_NAME.search(label)
    )
    found = _typed(connection, table, dated_only=bool(padded or named_id)) if filled else None
    if not filled:
        notes.append(f"“{label}” is empty in the sample; it is left as text.")
    elif found:
        shape, fits = found
        if missing:
            shape["missing"] = ["", *missing]
        if fits < 1:
            notes.append(
                f"“{label}” reads as {shape['type']} in {fits:.1%} of its cells; the rest would be refused."
            )
        other = _DAY_FIRST.get(shape.get("format", [""])[0])
        if other and _shares(connection, [{"type": "date", "format": [other]}], table) == [1.0]:
            notes.append(
                f"“{label}” could be day/month/year as well as month/day/year; month first is assumed."
            )
    elif distinct <= 50 and distinct * 5 <= max(filled, 10) and longest <= 80:
        shape = {"type": "category"}
    if label != name:
        shape["from"] = label
    return _Guess(name, label, shape, distinct, filled, tuple(notes))


def _typed(
    connection: duckdb.DuckDBPyConnection, table: TextTable, *, dated_only: bool
) -> tuple[dict[str, Any], float] | None:
    """The first type that reads nearly all cells, most telling types first, and the share it reads."""
    candidates: list[dict[str, Any]] = [{"type": "duration", "format": ["h:mm:ss"]}]
    if not dated_only:
        candidates += [{"type": "whole_number"}, {"type": "number"}]
    candidates += [{"type": "date", "format": [one]} for one in expressions.DATE_FORMATS]
    candidates += [{"type": "datetime", "format": [one]} for one in expressions.DATETIME_FORMATS]
    candidates += [{"type": "yes_no"}]
    first_look = _shares(connection, candidates, table, limit=FIRST_LOOK)
    likely = [shape for shape, share in zip(candidates, first_look, strict=True) if share >= 0.5]
    if not likely:
        return None
    shares = _shares(connection, [*likely, _DAYS_ONLY], table)
    best: tuple[dict[str, Any], float] | None = None
    for shape, share in zip(likely, shares, strict=False):
        if shape == _ISO_DATE and shares[-1] < share:
            continue
        if share >= 0.95 and (best is None or share > best[1] + 0.001):
            best = (dict(shape), share)
    return best


def _shares(
    connection: duckdb.DuckDBPyConnection,
    shapes: Sequence[dict[str, Any]],
    table: TextTable,
    *,
    limit: int = SAMPLE_ROWS,
) -> list[float]:
    """For each shape the share of the filled cells that it reads; one scan for all."""
    counts = []
    for shape in shapes:
        column = Column.model_validate(shape)
        typed = expressions.value_of("t", column, epoch=table.epoch, decimal=table.decimal)
        read = f"{typed} IS NOT NULL"
        if column.type == "datetime" and (instant := expressions.instant_of("t", column)):
            read += f" OR {instant} IS NOT NULL"
        counts.append(f"coalesce(sum(n) FILTER ({read}), 0) / sum(n)")
    found = connection.execute(
        f"SELECT {', '.join(counts)} FROM (FROM cells WHERE NOT nothing LIMIT {int(limit)})"
    ).fetchone()
    return [float(share) for share in found or ()]


_ISO_DATE = {"type": "date", "format": ["iso"]}
# Reads a moment only when it has no time of day, or midnight: it tells a column of days from one of moments.
_DAYS_ONLY = {
    "type": "date",
    "format": ["%Y-%m-%d", "%Y-%m-%d 00:00:00", "%Y-%m-%dT00:00:00.000", "%Y-%m-%dT00:00:00"],
}


def _key(guesses: Sequence[_Guess], rows: int) -> _Guess | None:
    unique = [guess for guess in guesses if rows > 1 and guess.filled == guess.distinct == rows]
    unique = [guess for guess in unique if guess.column["type"] in ("text", "whole_number")]
    return next((guess for guess in unique if _ID_NAME.search(guess.label)), None)


def _first(
    guesses: Sequence[_Guess], types: Sequence[str], pattern: re.Pattern[str], *, named: bool = False
) -> _Guess | None:
    fitting = [guess for guess in guesses if guess.column["type"] in types]
    match = next((guess for guess in fitting if pattern.search(guess.label)), None)
    return match or (None if named or not fitting else fitting[0])


def _slug(label: str) -> str:
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", label)
    slug = re.sub(r"[^a-z0-9]+", "_", spaced.lower()).strip("_")
    return f"c_{slug}" if slug[:1].isdigit() else slug


def _unique(name: str, taken: Sequence[str]) -> str:
    candidate, number = name, 2
    while candidate in taken:
        candidate, number = f"{name}_{number}", number + 1
    return candidate
