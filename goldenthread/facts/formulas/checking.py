"""Whether a formula fits the columns of its source, in sentences."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping

from goldenthread.facts.formulas.derived import Derived
from goldenthread.facts.formulas.vocabulary import Condition, Side, Word, kind_of

_NUMBERS = ("number", "whole_number", "duration")
_TIMES = ("date", "datetime")


def check_against(
    side: Side, source_columns: Mapping[str, str], *, breakdown: str | None = None
) -> list[str]:
    """What is wrong with `side` for a source with these columns, each with its type; empty when it fits.

    The types are those of a source definition; derived columns count like any other.
    """
    named = dict.fromkeys((*side.columns, *([breakdown] if breakdown else [])))
    sentences = [
        f"Found the column “{name}”; wanted {_nearest(name, source_columns)}."
        for name in named
        if name not in source_columns
    ]
    known = {name: source_columns[name] for name in named if name in source_columns}
    column = side.column
    if side.word.needs_numbers and column in known and known[column] not in _NUMBERS:
        sentences.append(
            f"Found {side.word} of “{column}”, which holds {known[column]}; wanted a number column."
        )
    for use in ("time", "from_", "until"):
        name = getattr(side, use)
        wanted = ("datetime",) if side.word is Word.SPENT else _TIMES
        if name in known and known[name] not in wanted:
            sentences.append(
                f"Found “{name}” as {use.rstrip('_')}, which holds {known[name]}; "
                f"wanted a {' or '.join(wanted)}."
            )
    for name, condition in side.where.items():
        if name in known:
            sentences += _misfits(name, known[name], condition)
    return sentences


def check_derived(derived: Mapping[str, Derived], source_columns: Mapping[str, str]) -> list[str]:
    """What is wrong with the derived columns of a source whose own columns are given with their types."""
    sentences = []
    for name, one in derived.items():
        if name in source_columns:
            sentences.append(f"Found “{name}” both as a column and as a derived one; wanted another name.")
        sentences += [
            f"Found the column “{column}” in {name}; wanted {_nearest(column, source_columns)}."
            for column in one.columns
            if column not in source_columns
        ]
        clocks = [key for key, other in derived.items() if other.on_time is not None]
        if one.due is not None and one.due not in clocks:
            wanted = _nearest(one.due, clocks) if clocks else "a derived column with on_time beside it"
            sentences.append(f"Found the clock “{one.due}” in {name}; wanted {wanted}.")
        for column, wanted_types in _wanted_types(one):
            kind = source_columns.get(column)
            if kind is not None and kind not in wanted_types:
                sentences.append(
                    f"Found “{column}” in {name}, which holds {kind}; wanted {' or '.join(wanted_types)}."
                )
    return sentences


def _wanted_types(one: Derived) -> Iterable[tuple[str, tuple[str, ...]]]:
    if one.on_time is None:
        exact = one.elapsed not in ("days", "working_days")
        return [(column, ("datetime",) if exact else _TIMES) for column in one.columns]
    clock = one.on_time
    times = [(column, _TIMES) for column in (clock.done, clock.start, clock.due) if column]
    return [*times, *([(clock.paused, _NUMBERS)] if clock.paused else [])]


def _misfits(name: str, kind: str, condition: Condition) -> list[str]:
    wanted = "number" if kind in _NUMBERS else "date" if kind in _TIMES else kind
    if condition.compares_order and wanted not in ("number", "date"):
        words = ", ".join(condition.said)
        return [f"Found {words} for “{name}”, which holds {kind}; wanted is, not, in, missing or present."]
    comparable = wanted if wanted in ("number", "date", "yes_no") else "text"
    return [
        f"Found {value!r} for “{name}”, which holds {kind}; wanted {_EXAMPLES[comparable]}."
        for value in condition.values
        if kind_of(value) != comparable
    ]


_EXAMPLES = {
    "number": "a number",
    "date": "a date such as 2026-07-01",
    "yes_no": "true or false",
    "text": "text (a number that is a code goes in quotes)",
}


def _nearest(name: str, known: Iterable[str]) -> str:
    names = sorted(known)
    near = difflib.get_close_matches(name, names, n=3)
    return f"“{'” or “'.join(near)}”" if near else f"one of: {', '.join(names)}"
