"""The one SQL statement that types a table: values, key hash, and why a row is refused."""

from __future__ import annotations

from dataclasses import dataclass

from goldenthread.facts.intake import expressions
from goldenthread.facts.intake.headers import Binding
from goldenthread.facts.intake.tables import ROW, TextTable, quoted
from goldenthread.facts.sources import Column, SourceDefinition

WHY, KEY = "_why", "_key"
INSTANT = "__instant"
BLANK_ROW, REPEATED_HEADER = "blank", "header"
REQUIRED = "wanted a value, which this column requires"


@dataclass(frozen=True)
class Fault:
    """What a code in the ``_why`` column stands for."""

    column: str
    reason: str


@dataclass(frozen=True)
class Statement:
    """SQL whose columns are the definition's columns, ``X__instant`` for datetimes that may carry an offset,
    ``_key`` (a 64-bit hash, when there is a key), ``_row`` (when the table is numbered) and ``_why``: NULL for a
    good row, else a list of {code, value}, each code a key of ``faults``, BLANK_ROW or REPEATED_HEADER."""

    sql: str
    faults: dict[str, Fault]


def statement(definition: SourceDefinition, table: TextTable, binding: Binding, timezone: str) -> Statement:
    """Build the statement; ``timezone`` is the organization's, for datetimes that name no other."""
    cells, values, after, tests = [], [], [], []
    faults: dict[str, Fault] = {}
    must = {*definition.key, *([definition.time] if definition.time else [])}
    for name, column in definition.columns.items():
        places = binding.indices[name]
        label = " ".join(table.names[index] for index in places) or name
        text, value = f"t_{name}", f'v."{name}"'
        cells.append(f"{_text(places, column)} AS {text}")
        typed = expressions.value_of(text, column, epoch=table.epoch)
        values.append(f'{typed} AS "{name}"')
        present = f"v.{text} IS NOT NULL"
        empty = f"{value} IS NULL"
        if column.type == "datetime" and (instant := expressions.instant_of(text, column)):
            values.append(f'{instant} AS "{name}{INSTANT}"')
            after.append(f'v."{name}{INSTANT}"')
            empty += f' AND v."{name}{INSTANT}" IS NULL'
        if late_words := _late_missing_words(column):
            present += f" AND lower(v.{text}) NOT IN ({late_words})"
        bad = f"{empty} AND {present}" if column.type != "text" or column.values else ""
        limits = expressions.within_limits(value, column)
        bad = " OR ".join(f"({one})" for one in (bad, limits and f"NOT ({limits})") if one)
        if column.invalid == "missing":
            after.append(f'CASE WHEN NOT coalesce({bad}, false) THEN {value} END AS "{name}"' if bad else value)
        else:
            after.append(value)
            if bad:
                faults[name] = Fault(label, expressions.wanted(column))
                tests.append((name, f"({bad})", f"v.{text}"))
        if column.required or name in must:
            faults[f"{name}?"] = Fault(label, f"{REQUIRED}: {expressions.wanted(column)}")
            nothing = f"({empty}) AND NOT coalesce({bad}, false)" if bad else empty
            tests.append((f"{name}?", f"({nothing})", f"v.{text}"))
    for number, check in enumerate(definition.checks):
        later, earlier = check.not_before
        faults[f"check {number}"] = Fault(later, check.reason)
        tests.append((f"check {number}", _before(definition, later, earlier, timezone), f"v.t_{later}"))
    if definition.key:
        keys = ", ".join(
            f'coalesce(v."{name}", v."{name}{INSTANT}")' if f'v."{name}{INSTANT}"' in after else f'v."{name}"'
            for name in definition.key
        )
        after.append(f"hash({keys}) AS {KEY}")
    if table.numbered:
        values.append(ROW)
        after.append(f"v.{ROW}")
    structure = [(REPEATED_HEADER, _header_again(table), "NULL"), (BLANK_ROW, _blank(table), "NULL")]
    values += [f"{test} AS is_{code}" for code, test, _ in structure]
    tests += [(code, f"v.is_{code}", value) for code, _, value in structure]
    after.append(f"{_why(tests)} AS {WHY}")
    width = range(len(table.names))
    scanned = ", ".join([f"c{index}" for index in width] + ([ROW] if table.numbered else []))
    return Statement(
        f"SELECT {', '.join(after)} FROM (SELECT *, {', '.join(values)} FROM "
        f"(SELECT {scanned}, {', '.join(cells)} FROM {table.relation})) AS v",
        faults,
    )


def _text(places: tuple[int, ...], column: Column) -> str:
    """A cell's text without the space around it, NULL when it holds nothing or one of the words for nothing."""
    if not places:
        return "CAST(NULL AS VARCHAR)"
    cell = f"c{places[0]}"
    if len(places) > 1:
        cell = f"nullif(concat_ws(' ', {', '.join(f'c{index}' for index in places)}), '')"
    # Trimming each cell costs more than the comparison that shows it needs none.
    edges = quoted(" \t\r\n\u00a0")
    text = f"CASE WHEN {cell} < '!' OR suffix({cell}, ' ') THEN nullif(trim({cell}, {edges}), '') ELSE {cell} END"
    if words := _early_missing_words(column):
        text = f"CASE WHEN lower({text}) IN ({words}) THEN NULL ELSE {text} END"
    return text


def _missing_words(column: Column) -> list[str]:
    return sorted({word.strip().lower() for word in column.missing} - {""})


def _reads_as_value(word: str, column: Column) -> bool:
    return column.type in ("text", "category", "yes_no") or any(letter.isdigit() for letter in word)


def _early_missing_words(column: Column) -> str:
    """Words that would be read as a value of the column, so they must go before it is read."""
    return ", ".join(quoted(word) for word in _missing_words(column) if _reads_as_value(word, column))


def _late_missing_words(column: Column) -> str:
    """Words no number or date can be mistaken for: they are looked at only where reading failed."""
    return ", ".join(quoted(word) for word in _missing_words(column) if not _reads_as_value(word, column))


def _before(definition: SourceDefinition, later: str, earlier: str, timezone: str) -> str:
    """SQL for "later lies before earlier"; clock times of one zone compare as they are, others as UTC."""
    columns = {name: definition.columns[name] for name in (later, earlier)}
    plain = f'v."{later}" < v."{earlier}"'
    if any(column.type == "date" for column in columns.values()):
        return f'(CAST(v."{later}" AS DATE) < CAST(v."{earlier}" AS DATE))'
    zones = {name: column.timezone or definition.timezone or timezone for name, column in columns.items()}
    instants = {
        name: f'v."{name}{INSTANT}"' for name, column in columns.items() if expressions.instant_of("", column)
    }

    def utc(name: str) -> str:
        local = f"timezone('UTC', timezone({quoted(zones[name])}, v.\"{name}\"))"
        return f"coalesce({instants[name]}, {local})" if name in instants else local

    if zones[later] != zones[earlier]:
        return f"({utc(later)} < {utc(earlier)})"
    both_plain = f'v."{later}" IS NOT NULL AND v."{earlier}" IS NOT NULL'
    return f"(CASE WHEN {both_plain} THEN {plain} ELSE {utc(later)} < {utc(earlier)} END)" if instants else f"({plain})"


def _header_again(table: TextTable) -> str:
    if len(table.names) < 2 or any(name.startswith("column ") for name in table.names[:2]):
        return "false"
    return f"(c0 = {quoted(table.names[0])} AND c1 = {quoted(table.names[1])})"


def _blank(table: TextTable) -> str:
    if table.fan_out > 1:
        return f"c{len(table.names) - 1} IS NULL"
    cells = ", ".join(f"c{index}" for index in range(len(table.names)))
    return f"coalesce({cells}, NULL) IS NULL"


def _why(tests: list[tuple[str, str, str]]) -> str:
    broken = " OR ".join(test for _, test, _ in tests)
    entries = ", ".join(
        f"CASE WHEN {test} THEN {{'code': {quoted(code)}, 'value': {value}}} END" for code, test, value in tests
    )
    return f"CASE WHEN {broken} THEN list_filter([{entries}], lambda x: x IS NOT NULL) END"
