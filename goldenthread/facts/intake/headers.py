"""Finds the header of a table and matches its names with those of a source definition."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from goldenthread.facts.intake.errors import Unreadable
from goldenthread.facts.sources import AnyOf, Column, FileLayout, SourceDefinition

MAX_PREAMBLE = 40
MAX_HEADER_ROWS = 6
MAX_COLUMNS = 2_000
_VALUE_LIKE = re.compile(
    r"[\s(]*[-+−]?[$€£]?\s*\d[\d,.]*\s*%?[\s)]*"
    r"|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([T ].*)?"
    r"|\d{1,2}-[A-Za-z]{3}-\d{2,4}"
    r"|\d+:\d\d(:\d\d)?(\.\d+)?( [AP]M)?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Header:
    """Where data begin: rows above the header, rows of the header, and the name of each column."""

    skip_rows: int
    header_rows: int
    names: tuple[str, ...]


def find_header(
    rows: Sequence[Sequence[str]],
    layout: FileLayout,
    definition: SourceDefinition | None,
    *,
    merged: bool = False,
) -> Header:
    """The header among the first ``rows`` of a table.

    What the definition's ``file:`` says wins. Else, with a definition, the place where most of its names are
    found; else the first row that is as wide as the table and reads like names above rows that read like
    values."""
    plain = _plain_header(rows)
    skip = plain[0] if layout.skip_rows is None else layout.skip_rows
    count = plain[1] if layout.header_rows is None else layout.header_rows
    width = _width(rows)
    if definition is not None and layout.skip_rows is None and layout.header_rows != 0:
        wanted = _wanted(definition)
        counts = [layout.header_rows] if layout.header_rows else range(1, MAX_HEADER_ROWS + 1)
        places = [(skip, count)] + [
            (start, height)
            for start in range(min(MAX_PREAMBLE, len(rows)))
            for height in counts
            if start + height <= len(rows)
        ]
        skip, count = max(places, key=lambda place: _names_found(rows, place, wanted, width, merged))
    return Header(skip, count, header_names(rows[skip : skip + count], width, merged=merged))


def header_names(rows: Sequence[Sequence[str]], width: int, *, merged: bool = False) -> tuple[str, ...]:
    """One name per column: rows joined from above, blanks "column 3", repeats "name (2)".

    With ``merged``, equal cells above each other are one cell that covers several rows.
    """
    width = max([width if not rows else 0, *(len(row) for row in rows)])
    if width > MAX_COLUMNS:
        raise Unreadable(
            f"The table has {width:,} columns; at most {MAX_COLUMNS:,} are accepted. "
            "Ask for an extract of the columns that are needed."
        )
    names: list[str] = []
    taken: set[str] = set()
    for index in range(width):
        parts = [_squeezed(row[index]) for row in rows if index < len(row)]
        if merged:
            parts = [part for part, _ in groupby(parts)]
        name = " ".join(part for part in parts if part) or f"column {index + 1}"
        unique, number = name, 2
        while unique.casefold() in taken:
            unique, number = f"{name} ({number})", number + 1
        taken.add(unique.casefold())
        names.append(unique)
    return tuple(names)


@dataclass(frozen=True)
class Binding:
    """For each column of a definition the columns of the file it is read from, empty when the file lacks it.

    ``lost`` says for each of those what was looked for and which name of the file is most like it."""

    indices: dict[str, tuple[int, ...]]
    lost: dict[str, str]
    extra: tuple[str, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """What was looked for in vain, in the order of the definition."""
        return tuple(self.lost.values())

    @property
    def found(self) -> bool:
        """Whether the file has any column of the definition."""
        return any(self.indices.values())


def bind(definition: SourceDefinition, names: Sequence[str]) -> Binding:
    """Match a definition with the file's columns; case, spaces and underscores do not matter."""
    exact = {name: index for index, name in reversed(list(enumerate(names)))}
    forgiving = {matching_form(name): index for index, name in reversed(list(enumerate(names)))}

    def place(name: str) -> int | None:
        return exact.get(name, forgiving.get(matching_form(name)))

    # A wide table has been melted by now: its last two columns are the period and the value.
    melted = (
        dict(
            zip(
                (definition.wide.period, definition.wide.value), (len(names) - 2, len(names) - 1), strict=True
            )
        )
        if definition.wide
        else {}
    )
    indices: dict[str, tuple[int, ...]] = {}
    lost: dict[str, list[list[str]]] = {}
    for column, choices in _sources(definition).items():
        if column in melted:
            indices[column] = (melted[column],)
            continue
        found_sets = [[place(name) for name in together] for together in choices]
        usable = next((one for one in found_sets if None not in one), None)
        if usable is None:
            lost[column] = [[name for name in together if place(name) is None] for together in choices]
        indices[column] = tuple(index for index in usable or () if index is not None)
    used = {index for several in indices.values() for index in several}
    extra = tuple(name for index, name in enumerate(names) if index not in used)
    return Binding(indices, {column: _described(choices, extra) for column, choices in lost.items()}, extra)


def lacking(definition: SourceDefinition, binding: Binding, names: Sequence[str]) -> str:
    """Why no row of the file could be accepted, in a sentence; nothing when some could."""
    needed = {name for name, column in definition.columns.items() if column.required}
    needed |= {*definition.key, *([definition.time] if definition.time else [])}
    if absent := [name for name in definition.columns if name in needed and name in binding.lost]:
        return (
            f"The file has no column for {', '.join(absent)}: wanted "
            f"{'; '.join(binding.lost[name] for name in absent)}. Its columns are {_listing(names)}. "
            "For a column that goes by a new name, list both in the definition (from: {any: [...]})."
        )
    if not binding.found:
        return f"The file has none of the columns this source expects. Its columns are {_listing(names)}."
    return ""


def _described(choices: Sequence[Sequence[str]], names: Sequence[str]) -> str:
    """What was looked for, and which of the other headers is most like it: ``“Wait” (nearest: “Waits”)``."""
    looked_for = " or ".join(" and ".join(f"“{name}”" for name in together) for together in choices)
    forms = {matching_form(name): name for name in names}
    for name in (name for together in choices for name in together):
        wanted = matching_form(name)
        if near := difflib.get_close_matches(wanted, forms, n=1) or _containing(wanted, forms):
            return f"{looked_for} (nearest: “{forms[near[0]]}”)"
    return looked_for


def _containing(wanted: str, forms: Iterable[str]) -> list[str]:
    """The shortest of the names that have all the words of another: ``call started`` for ``started``."""
    words = set(wanted.split())
    return sorted((form for form in forms if words <= set(form.split())), key=len)


def matching_form(name: str) -> str:
    """The name as it is compared: without case, with one space for any run of space and underscores."""
    return re.sub(r"[\s_]+", " ", name).strip().casefold()


def shorten(text: str, most: int = 60) -> str:
    """The text for a sentence: no longer than it helps, and without marks that nobody can see."""
    seen = "".join(mark if mark.isprintable() else "\N{OPEN BOX}" for mark in text)
    return seen if len(seen) <= most else f"{seen[: most - 1]}…"


def looks_like_value(cell: str) -> bool:
    """Whether a cell reads like a number, a date or a time rather than like a name."""
    return bool(_VALUE_LIKE.fullmatch(cell.strip()))


def names_wanted(column: Column, name: str) -> tuple[str, ...]:
    """Every name of the file that a column is read from."""
    read_from = column.from_
    if isinstance(read_from, AnyOf):
        return read_from.any
    return read_from if isinstance(read_from, tuple) else (read_from or name,)


def _sources(definition: SourceDefinition) -> dict[str, list[list[str]]]:
    choices: dict[str, list[list[str]]] = {}
    for name, column in definition.columns.items():
        if column.from_ is None:
            choices[name] = [[name]]
        elif isinstance(column.from_, AnyOf):
            choices[name] = [[one] for one in column.from_.any]
        elif isinstance(column.from_, str):
            choices[name] = [[column.from_]]
        else:
            choices[name] = [list(column.from_)]
    return choices


def _wanted(definition: SourceDefinition) -> set[str]:
    wanted = {
        matching_form(name)
        for choices in _sources(definition).values()
        for together in choices
        for name in together
    }
    if definition.wide:
        wanted |= {matching_form(name) for name in definition.wide.columns}
    return wanted


def _names_found(
    rows: Sequence[Sequence[str]], place: tuple[int, int], wanted: set[str], width: int, merged: bool
) -> int:
    skip, count = place
    names = header_names(rows[skip : skip + count], width, merged=merged)
    return len({matching_form(name) for name in names} & wanted)


def _plain_header(rows: Sequence[Sequence[str]]) -> tuple[int, int]:
    if not rows:
        return (0, 0)
    width = _width(rows)
    blanks = [index for index, row in enumerate(rows[:MAX_PREAMBLE]) if not any(map(str.strip, row))]
    skip = blanks[-1] + 1 if blanks and _is_preamble(rows[: blanks[-1]], width) else 0
    while skip + 1 < len(rows) and len(rows[skip]) <= 1 < width:
        skip += 1
    body = [row for row in rows[skip:] if len(row) == width]
    typed = [
        index
        for index in range(width)
        if (cells := [row[index] for row in body[1:] if row[index].strip()])
        and sum(map(looks_like_value, cells)) >= 0.6 * len(cells)
    ]
    if not typed or len(body) < 2:
        return (skip, 1)

    def reads_like_values(row: Sequence[str]) -> bool:
        cells = [row[index] for index in typed if index < len(row) and row[index].strip()]
        return bool(cells) and sum(map(looks_like_value, cells)) > len(cells) / 2

    height = 0
    while (
        height < MAX_HEADER_ROWS and skip + height < len(rows) and not reads_like_values(rows[skip + height])
    ):
        height += 1
    # Many rows without one value are rows with missing values, not a tall header.
    return (skip, height if height < MAX_HEADER_ROWS else 1)


def _is_preamble(rows: Sequence[Sequence[str]], width: int) -> bool:
    return all(sum(bool(cell.strip()) for cell in row) <= max(1, width // 3) for row in rows)


def _width(rows: Sequence[Sequence[str]]) -> int:
    widths = [len(row) for row in rows if row]
    return max(set(widths), key=lambda width: (widths.count(width), width)) if widths else 0


def _squeezed(cell: str) -> str:
    return re.sub(r"[\s\x00]+", " ", cell).strip()


def _listing(names: Sequence[str]) -> str:
    shown = ", ".join(f"“{shorten(name)}”" for name in names[:20])
    return f"{shown} and {len(names) - 20} more" if len(names) > 20 else shown
