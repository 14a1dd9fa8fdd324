"""The one SQL statement that types a table: values, key hash, and why a row is refused."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from goldenthread.facts.columns import ROW
from goldenthread.facts.intake import expressions
from goldenthread.facts.intake.headers import Binding
from goldenthread.facts.intake.tables import TextTable, quoted, scan_name, scan_names
from goldenthread.facts.sources import Column, SourceDefinition
from goldenthread.render.spreadsheets import GUARD, GUARDED

WHY, KEY = "_why", "_key"
INSTANT = "__instant"
# What a workbook shows where a formula failed.
SPREADSHEET_ERRORS = (
    *("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"),
    *("#BLOCKED!", "#CALC!", "#CONNECT!", "#FIELD!", "#GETTING_DATA", "#SPILL!", "#UNKNOWN!"),
)
BLANK_ROW, REPEATED_HEADER = "blank", "header"
A_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Fault:
    """What a code in the ``_why`` column stands for."""

    column: str
    reason: str


@dataclass(frozen=True)
class Statement:
    """SQL whose columns are the definition's columns, ``X__instant`` for datetimes that may carry an offset,
    ``_key`` (a 64-bit hash, when there is a key), ``_row`` (when the table is numbered) and ``_why``: NULL
    for a good row, else a list of {code, value}, each code a key of ``faults``, BLANK_ROW or
    REPEATED_HEADER.
    """

    sql: str
    faults: dict[str, Fault]


def statement(
    definition: SourceDefinition,
    table: TextTable,
    binding: Binding,
    timezone: str,
    *,
    received: dt.datetime | None = None,
) -> Statement:
    """Build the statement; ``timezone`` is the organization's, for datetimes that name no other.

    Columns that refuse the future do so for what lies more than a day after ``received``, if that is known:
    clocks and zones of other systems may be off by hours, a mistyped year never is.
    """
    must = {*definition.key, *([definition.time] if definition.time else [])}
    plans = [
        _plan(name, column, binding.indices[name], table, must=column.required or name in must)
        for name, column in definition.columns.items()
    ]
    faults = {code: fault for plan in plans for code, fault in plan.faults.items()}
    suspects = [plan.suspect for plan in plans if plan.suspect]
    entries = [entry for plan in plans for entry in plan.entries]
    shown = {plan.name: plan.shown for plan in plans}
    for number, check in enumerate(definition.checks):
        later, earlier = check.not_before
        code, test = f"check {number}", _before(definition, later, earlier, timezone)
        faults[code] = Fault(label_of(later, binding.indices[later], table), check.reason)
        suspects.append(test)
        entries.append((code, test, shown[later]))
    for name in filter(definition.refuses_future, definition.columns if received else ()):
        assert received is not None
        zone = definition.columns[name].timezone or definition.timezone or timezone
        latest = (received + A_DAY).astimezone(ZoneInfo(zone))
        code, test = f"{name}>", _after(definition, name, latest)
        reason = f"wanted a day no later than {latest:%Y-%m-%d}, one day after the file came"
        faults[code] = Fault(label_of(name, binding.indices[name], table), reason)
        suspects.append(test)
        entries.append((code, test, shown[name]))
    # A blank row or a second header also breaks the rules of some column, unless no column has any.
    structure = [(REPEATED_HEADER, _header_again(table)), (BLANK_ROW, _blank(table))]
    if not any(plan.catches_text for plan in plans):
        suspects.append(structure[0][1])
    if table.fan_out > 1 or not any(plan.catches_nothing for plan in plans):
        suspects.append(structure[1][1])
    entries += [(code, test, "NULL") for code, test in structure]
    cells = scan_names(len(table.names)) + ([ROW] if table.numbered else [])
    final = [column for plan in plans for column in plan.final] + ([f"v.{ROW}"] if table.numbered else [])
    if definition.key:
        keyed = {plan.name: plan.key for plan in plans}
        final.append(f"hash({', '.join(keyed[name] for name in definition.key)}) AS {KEY}")
    final.append(f"{_why(suspects, entries)} AS {WHY}")
    plain = ", ".join([*cells, *(plan.plain for plan in plans if plan.plain)])
    texts = ", ".join(["*", *(plan.text for plan in plans)])
    values = ", ".join(["*", *(plan.value for plan in plans)])
    instants = ", ".join(["*", *(plan.instant for plan in plans if plan.instant)])
    return Statement(
        f"SELECT {', '.join(final)} FROM (SELECT {instants} FROM (SELECT {values} FROM "
        f"(SELECT {texts} FROM (SELECT {plain} FROM {table.relation})))) AS v",
        faults,
    )


@dataclass(frozen=True)
class _Plan:
    """The SQL of one column. ``text`` is there where ``plain`` found no value, ``shown`` for every cell.
    ``suspect`` is cheap and true for each refused row; ``entries`` say why.
    """

    name: str
    plain: str | None
    text: str
    shown: str
    value: str
    instant: str | None
    final: tuple[str, ...]
    key: str
    suspect: str | None
    entries: tuple[tuple[str, str, str], ...]
    faults: dict[str, Fault]
    catches_text: bool
    catches_nothing: bool


def _plan(name: str, column: Column, places: tuple[int, ...], table: TextTable, *, must: bool) -> _Plan:
    text, value = f"v.{_text_name(name)}", f'v."{name}"'
    typed = expressions.value_of(_text_name(name), column, epoch=table.epoch, decimal=table.decimal)
    cell = _cell(places)
    cleaned, shown = _text(cell, column, guarded=table.guarded), text
    plain = cell and expressions.plain_value_of(
        cell, column, missing=_early_missing_words(column), decimal=table.decimal
    )
    if plain:
        found = f"_p_{name}"
        plain, typed = f"{plain} AS {found}", f"coalesce({found}, {typed})"
        cleaned, shown = f"CASE WHEN {found} IS NULL THEN {cleaned} END", cleaned
    instant, final, empty = None, [], f"{value} IS NULL"
    if column.type == "datetime" and (sql := expressions.instant_of(_text_name(name), column)):
        instant = f'CASE WHEN "{name}" IS NULL THEN {sql} END AS "{name}{INSTANT}"'
        final.append(f'v."{name}{INSTANT}"')
        empty += f' AND v."{name}{INSTANT}" IS NULL'
    any_text_will_do = column.type in ("text", "category") and not column.values
    words = _listed(_late_missing_words(column))
    present = f"{text} IS NOT NULL" + (f" AND lower(trim({text})) NOT IN ({words})" if words else "")
    tests = [] if any_text_will_do else [f"{empty} AND {present}"]
    limits = expressions.within_limits(value, column)
    if any_text_will_do and table.errors:
        limits = f"{text} NOT IN ({', '.join(map(quoted, SPREADSHEET_ERRORS))})"
    tests += [f"NOT ({limits})"] if limits else []
    bad = " OR ".join(f"({test})" for test in tests) or "false"
    label = label_of(name, places, table)
    entries: list[tuple[str, str, str]] = []
    faults = {}
    forgiving = column.invalid == "missing"
    kept = f"CASE WHEN NOT coalesce({bad}, false) THEN {value} END" if forgiving and limits else value
    if not forgiving and tests:
        no_error = ", not an error of the spreadsheet" if any_text_will_do else ""
        faults[name] = Fault(label, f"wanted {expressions.wanted(column)}{no_error}")
        entries.append((name, bad, shown))
    if must:
        code = f"{name}?"
        faults[code] = Fault(label, f"wanted {expressions.wanted(column)}, which this column must have")
        nothing = f"({empty})" if forgiving else f"({empty}) AND NOT coalesce({bad}, false)"
        entries.append((code, f"{nothing} OR ({kept}) IS NULL" if forgiving and limits else nothing, shown))
    suspects = (
        [f"({empty})"] if must else [f"({test})" for test in tests[:1]] if tests and not forgiving else []
    )
    if limits and (must or not forgiving):
        suspects.append(f"NOT ({limits})")
    return _Plan(
        name=name,
        plain=plain,
        text=f"{cleaned} AS {_text_name(name)}",
        shown=shown,
        value=f'{typed} AS "{name}"',
        instant=instant,
        final=(*final, f'{kept} AS "{name}"'),
        key=f'coalesce({value}, v."{name}{INSTANT}")' if instant else value,
        suspect=" OR ".join(dict.fromkeys(suspects)) or None,
        entries=tuple(entries),
        faults=faults,
        catches_text=bool(places) and not any_text_will_do and not forgiving,
        catches_nothing=must,
    )


def label_of(name: str, places: tuple[int, ...], table: TextTable) -> str:
    """What the file calls a column of the definition; its own name when the file lacks it."""
    return " ".join(table.names[index] for index in places) or name


def _text_name(column: str) -> str:
    return f"_t_{column}"


def _cell(places: tuple[int, ...]) -> str | None:
    """A cell as it stands in the file, or several joined; None where the file has no such column."""
    if len(places) > 1:
        return f"nullif(concat_ws(' ', {', '.join(map(scan_name, places))}), '')"
    return scan_name(places[0]) if places else None


def _text(cell: str | None, column: Column, *, guarded: bool) -> str:
    """A cell's text without the space around it, NULL when it holds nothing or a word for nothing."""
    if cell is None:
        return "CAST(NULL AS VARCHAR)"
    # Trimming each cell costs more than the comparison that shows it needs none.
    padded = " OR ".join([f"{cell} < '!'", *(f"suffix({cell}, {quoted(edge)})" for edge in " \t\n")])
    free = f"WHEN {_is_guarded(cell)} THEN {_trimmed(f'{cell}[2:]')} " if guarded else ""
    text = f"CASE {free}WHEN {padded} THEN {_trimmed(cell)} ELSE {cell} END"
    if words := _listed(_early_missing_words(column)):
        text = f"CASE WHEN lower({text}) IN ({words}) THEN NULL ELSE {text} END"
    return text


def _is_guarded(cell: str) -> str:
    """Whether a spreadsheet is kept from running the cell by an apostrophe, as our own files do it."""
    return f"prefix({cell}, {quoted(GUARD)}) AND regexp_matches({cell}, {quoted(f'^{GUARDED}')})"


def _trimmed(cell: str) -> str:
    return f"nullif(trim({cell}, {quoted(expressions.SPACES)}), '')"


def _missing_words(column: Column) -> list[str]:
    return sorted({word.strip().lower() for word in column.missing} - {""})


def _reads_as_value(word: str, column: Column) -> bool:
    return column.type in ("text", "category", "yes_no") or any(letter.isdigit() for letter in word)


def _early_missing_words(column: Column) -> list[str]:
    """Words that would be read as a value of the column, so they must go before it is read."""
    return [word for word in _missing_words(column) if _reads_as_value(word, column)]


def _late_missing_words(column: Column) -> list[str]:
    """Words no number or date can be mistaken for: they are looked at only where reading failed."""
    return [word for word in _missing_words(column) if not _reads_as_value(word, column)]


def _listed(words: list[str]) -> str:
    return ", ".join(map(quoted, words))


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
    return (
        f"(CASE WHEN {both_plain} THEN {plain} ELSE {utc(later)} < {utc(earlier)} END)"
        if instants
        else f"({plain})"
    )


def _after(definition: SourceDefinition, name: str, latest: dt.datetime) -> str:
    """SQL for "lies after ``latest``", a moment in the zone of the column."""
    column = definition.columns[name]
    if column.type == "date":
        return f"(v.\"{name}\" > DATE '{latest:%Y-%m-%d}')"
    local = f"v.\"{name}\" > TIMESTAMP '{latest:%Y-%m-%d %H:%M:%S}'"
    if not expressions.instant_of("", column):
        return f"({local})"
    utc = latest.astimezone(dt.UTC)
    return f"({local} OR v.\"{name}{INSTANT}\" > TIMESTAMP '{utc:%Y-%m-%d %H:%M:%S}')"


def _header_again(table: TextTable) -> str:
    if len(table.names) < 2 or any(name.startswith("column ") for name in table.names[:2]):
        return "false"
    return f"({scan_name(0)} = {quoted(table.names[0])} AND {scan_name(1)} = {quoted(table.names[1])})"


def _blank(table: TextTable) -> str:
    if table.fan_out > 1:
        return f"({scan_name(len(table.names) - 1)} IS NULL)"
    cells = ", ".join(map(_trimmed, scan_names(len(table.names))))
    return f"(coalesce({cells}, NULL) IS NULL)"


def _why(suspects: list[str], entries: list[tuple[str, str, str]]) -> str:
    found = ", ".join(
        f"CASE WHEN {test} THEN {{'code': {quoted(code)}, 'value': {value}}} END"
        for code, test, value in entries
    )
    listed = f"nullif(list_filter([{found}], lambda x: x IS NOT NULL), [])"
    return f"CASE WHEN {' OR '.join(suspects)} THEN {listed} END"
