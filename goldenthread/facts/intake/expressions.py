"""The SQL that turns one text cell into one typed value, or leaves NULL where it cannot.

A cell is read plainly first, as it stands in the file: that is what nearly all cells of an extract need, and
it is several times cheaper than trimming them and looking for currency signs. Only cells that have no plain
value are looked at again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from goldenthread.facts.intake.tables import quoted
from goldenthread.facts.sources import Column

ISO = "iso"
# Without a format: ISO, then what U.S. systems write.
USUAL_FORMATS = (
    ISO,
    "%m/%d/%Y",
    "%m/%d/%Y %I:%M:%S %p",
    "%m/%d/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M",
    "%m/%d/%Y %I:%M %p",
)
# Every way of writing a day or a moment that is looked for where nobody says how a file writes them.
# fmt: off
DATE_FORMATS = (
    ISO, "%m/%d/%Y", "%m/%d/%y", "%d/%m/%Y", "%d.%m.%Y", "%d-%b-%y", "%d-%b-%Y", "%b-%y", "%b %Y", "%B %Y",
    "%Y%m%d", "%b %d, %Y", "%B %d, %Y", "%Y/%m/%d",
)
# fmt: on
CLOCKS = ("%I:%M:%S %p", "%H:%M:%S", "%H:%M", "%I:%M %p")
DATETIME_FORMATS = (ISO, *(f"{day} {clock}" for day in DATE_FORMATS[1:5] for clock in CLOCKS))
# What a workbook calls December 31 of the year 9999.
LAST_SERIAL = 2958465
# What lies before is a mistyping, or a year of two digits under a format that wants four.
FIRST_DAY = dt.date(1000, 1, 1)
SPACES = " \t\r\n\u00a0"
YES = ("yes", "y", "true", "t", "1")
NO = ("no", "n", "false", "f", "0")
SQL_TYPES = {
    "text": "VARCHAR",
    "category": "VARCHAR",
    "number": "DOUBLE",
    "whole_number": "BIGINT",
    "date": "DATE",
    "datetime": "TIMESTAMP",
    "duration": "DOUBLE",
    "yes_no": "BOOLEAN",
}
KINDS = {
    "text": "a text",
    "category": "a word",
    "number": "a number",
    "whole_number": "a whole number",
    "date": "a day",
    "datetime": "a moment",
    "duration": "a duration",
    "yes_no": "yes or no",
}
"""What a value of each type is called in a sentence."""
_CURRENCY = r"(?:[$€£¥]|USD|EUR|GBP|CAD)?"
_SIGN = r"[-+−–]?"
_OFFSET = r".*\d[T ]\d{1,2}:\d\d(:\d\d(\.\d+)?)? ?(Z|[+-]\d\d(:?\d\d)?)"


def plain_value_of(cell: str, column: Column, *, missing: Sequence[str], decimal: str = ".") -> str | None:
    """SQL for the typed value of ``cell`` as it stands in the file, NULL where it is not written in the most
    usual way. What it yields is what ``value_of`` yields for the text of the cell.

    None where a cell has to be cleaned before it can be read: a text has space around it, and some of the
    words for ``missing`` could be read as a value.
    """
    kind = column.type
    if column.values:
        cleaned = {"", *missing}
        as_it_stands = all(
            word == word.strip(SPACES) and word.lower() not in cleaned for word in column.values
        )
        return f"try_cast({cell} AS {_word_type(column)})" if as_it_stands else None
    if missing or kind in ("text", "category", "duration"):
        return None
    if kind == "number":
        return _plain_number(cell, decimal)
    if kind == "whole_number":
        # With space behind them, "-" and "1e" are whole numbers to the cast.
        return f"CASE WHEN {cell}[-1] >= '0' THEN {_plain_whole_number(cell)} END"
    if kind == "yes_no":
        return f"try_cast({cell} AS BOOLEAN)"
    form = (column.format or USUAL_FORMATS)[0]
    if column.fiscal_year_starts or "%z" in form or form != form.strip():
        return None
    moment = _plain_iso(cell, kind) if form == ISO else _strptime(cell, form)
    return f"CAST({moment} AS DATE)" if kind == "date" else moment


def value_of(text: str, column: Column, *, epoch: str | None, decimal: str = ".") -> str:
    """SQL for the typed value of ``text`` (an SQL expression that is NULL when there is no value), in a table
    whose numbers have ``decimal``, a dot or a comma, before their decimals.

    Yields NULL where the text is not of the column's type; limits and allowed values are checked elsewhere.
    A datetime is the clock time as written, without zone; see ``instant_of`` for text that names its offset.
    """
    kind = column.type
    number = f"coalesce({_plain_number(text, decimal)}, {_dressed_number(text, decimal)})"
    if kind == "number":
        return number
    if kind == "whole_number":
        whole = f"CASE WHEN {number} = floor({number}) THEN try_cast({number} AS BIGINT) END"
        return f"coalesce({_plain_whole_number(text)}, {whole})"
    if kind == "duration":
        return _duration(text, column.format, decimal)
    if kind == "yes_no":
        word = f"lower({text})"
        return f"CASE WHEN {word} IN ({_listed(YES)}) THEN true WHEN {word} IN ({_listed(NO)}) THEN false END"
    if column.values:
        words = _word_type(column)
        exact = f"try_cast({text} AS {words})"
        if kind == "text":
            return exact
        canonical = " ".join(f"WHEN {quoted(one.casefold())} THEN {quoted(one)}" for one in column.values)
        return f"coalesce({exact}, CAST(CASE lower({text}) {canonical} END AS {words}))"
    if kind in ("date", "datetime"):
        formats = column.format or USUAL_FORMATS
        moment = _moment(text, formats, epoch, decimal)
        if kind == "datetime":
            return moment
        # A date with a time and an offset is the day as written: a day has no zone.
        written = (
            f"CASE WHEN {_has_offset(text)} THEN try_cast({text}[:10] AS DATE) END"
            if ISO in formats
            else "NULL"
        )
        day = f"coalesce(CAST({moment} AS DATE), {written})"
        return _in_calendar_year(day, column.fiscal_year_starts) if column.fiscal_year_starts else day
    return text


def instant_of(text: str, column: Column) -> str | None:
    """SQL for the UTC timestamp of text that carries its own offset, or None when no format allows one."""
    formats = column.format or USUAL_FORMATS
    tries = [
        f"try_cast({text} AS TIMESTAMPTZ)"
        if one == ISO
        else f"try_strptime({text}, {quoted(one)})::TIMESTAMPTZ"
        for one in formats
        if one == ISO or "%z" in one
    ]
    if not tries:
        return None
    return f"CASE WHEN {_has_offset(text)} THEN timezone('UTC', coalesce({', '.join(tries)}, NULL)) END"


def within_limits(value: str, column: Column) -> str | None:
    """SQL for "the value is finite and within the column's limits", None where nothing is to be checked."""
    tests = []
    if column.type in ("number", "duration"):
        tests.append(f"isfinite({value})")
    if column.type in ("date", "datetime"):
        tests.append(f"{value} >= DATE '{FIRST_DAY}'")
    if column.lowest is not None:
        tests.append(f"{value} >= {column.lowest!r}")
    if column.maximum is not None:
        tests.append(f"{value} <= {column.maximum!r}")
    return " AND ".join(tests) if tests else None


def wanted(column: Column) -> str:
    """What a cell of the column should have held, in words."""
    kind = column.type
    if column.values:
        shown = ", ".join(column.values[:12])
        return f"one of {shown}" + (", ..." if len(column.values) > 12 else "")
    if kind in ("number", "whole_number", "duration"):
        noun = {
            "number": "a number",
            "whole_number": "a whole number",
            "duration": f"a duration such as {_duration_example(column)}",
        }[kind]
        low, high = column.lowest, column.maximum
        if low is not None and high is not None:
            return f"{noun}, {low:g} to {high:g}"
        if low is not None:
            return f"{noun}, {low:g} or more"
        return f"{noun}, {high:g} or less" if high is not None else noun
    if kind in ("date", "datetime"):
        noun = "a date" if kind == "date" else "a date and time"
        formats = column.format or USUAL_FORMATS[:3]
        return f"{noun} such as {' or '.join(_date_example(one, kind) for one in formats[:3])}"
    return {"yes_no": "yes or no"}.get(kind, "text")


def _word_type(column: Column) -> str:
    # One look into a table instead of a comparison with each word, and a number instead of a text from here
    # to the stored file.
    return f"ENUM({_listed(tuple(dict.fromkeys(column.values)))})"


def _plain_whole_number(text: str) -> str:
    return f"CASE WHEN NOT contains({text}, '.') THEN try_cast({text} AS BIGINT) END"


def _plain_iso(cell: str, kind: str) -> str:
    # Text of this shape never names an offset, and text that begins with a space is another once trimmed.
    shape = "____-__-__" if kind == "date" else "____-__-_____:__:__"
    return f"CASE WHEN {cell} >= '0' AND {cell} LIKE {quoted(shape)} THEN try_cast({cell} AS TIMESTAMP) END"


def _plain_number(text: str, decimal: str) -> str:
    if decimal == ".":
        return f"try_cast({text} AS DOUBLE)"
    # A dot groups thousands here, and only the whole pattern of such a number tells whether it does.
    return f"CASE WHEN NOT contains({text}, '.') THEN try_cast({_with_dot(text, decimal)} AS DOUBLE) END"


def _dressed_number(text: str, decimal: str) -> str:
    number = _number(decimal)
    brackets = rf"\(({number})\)"
    digits = f"regexp_replace({text}, '[^0-9{decimal}]', '', 'g')"
    digits = f"try_cast({_with_dot(digits, decimal)} AS DOUBLE)"
    negative = f"contains({text}, '(') OR regexp_matches({text}, '[-−–]')"
    shaped = " OR ".join(f"regexp_full_match({text}, {quoted(one)})" for one in (number, brackets))
    return f"CASE WHEN {shaped} THEN CASE WHEN {negative} THEN -{digits} ELSE {digits} END END"


def _number(decimal: str) -> str:
    """The pattern of a number with thousands separators, a currency or a percent sign."""
    mark, group = (r"\.", ",") if decimal == "." else (",", ".")
    grouped = rf"\d{{1,3}}(?:[{group}\x{{00a0}}\x{{202f}} '’]\d{{3}})+(?:{mark}\d*)?"
    digits = rf"(?:{grouped}|\d+(?:{mark}\d*)?|{mark}\d+)"
    return rf"\s*{_SIGN}\s*{_CURRENCY}\s*{_SIGN}\s*{digits}\s*%?\s*{_CURRENCY}\s*-?\s*"


def _with_dot(text: str, decimal: str) -> str:
    return text if decimal == "." else f"replace({text}, {quoted(decimal)}, '.')"


def _duration(text: str, formats: tuple[str, ...], decimal: str) -> str:
    """Seconds. Two-part clocks are ambiguous, so they are read only when a format says which they are."""
    parts = f"abs(try_cast(split_part({text}, ':', {{}}) AS DOUBLE))"
    sign = f"CASE WHEN starts_with({text}, '-') THEN -1 ELSE 1 END"
    clocks = {
        "h:mm:ss": (r"-?\d+:[0-5]?\d:[0-5]?\d(\.\d+)?", (3600, 60, 1)),
        "h:mm": (r"-?\d+:[0-5]?\d", (3600, 60)),
        "m:ss": (r"-?\d+:[0-5]?\d(\.\d+)?", (60, 1)),
    }
    scales = {"seconds": 1, "minutes": 60, "hours": 3600}
    tries = []
    for one in formats or ("h:mm:ss", "seconds"):
        if one in scales:
            tries.append(f"{_plain_number(text, decimal)} * {scales[one]}")
        else:
            pattern, factors = clocks[one]
            total = " + ".join(f"{parts.format(n)} * {factor}" for n, factor in enumerate(factors, start=1))
            tries.append(
                f"CASE WHEN regexp_full_match({text}, {quoted(pattern)}) THEN {sign} * ({total}) END"
            )
    return f"coalesce({', '.join(tries)}, NULL)"


def _moment(text: str, formats: tuple[str, ...], epoch: str | None, decimal: str) -> str:
    tries = [_iso(text) if one == ISO else _strptime(text, one) for one in formats if "%z" not in one]
    if epoch:
        serial = _plain_number(text, decimal)
        since = f"to_microseconds(CAST(round({serial} * 86400) * 1000000 AS BIGINT))"
        tries.append(
            f"CASE WHEN {serial} BETWEEN 1 AND {LAST_SERIAL} THEN TIMESTAMP {quoted(epoch)} + {since} END"
        )
    return f"coalesce({', '.join(tries)}, NULL)"


def _iso(text: str) -> str:
    # The cast drops an offset without a word; text that has one goes through instant_of instead. The cast
    # also reads 2024/01/05 and the words "infinity" and "epoch", which nobody means as ISO.
    plain = (
        f"strlen({text}) = 19 AND NOT contains({text}, '+') AND NOT suffix({text}, 'Z') AND {text}[17] = ':'"
    )
    return (
        f"CASE WHEN {plain} THEN try_cast({text} AS TIMESTAMP) "
        f"WHEN {text} LIKE '____-_%' AND NOT {_has_offset(text)} THEN try_cast({text} AS TIMESTAMP) END"
    )


def _in_calendar_year(day: str, starts: int) -> str:
    # A fiscal year has the number of the year it ends in, so all months before January lie a year earlier.
    early = f"month({day}) >= {starts}" if starts > 1 else "false"
    return f"CASE WHEN {early} THEN CAST({day} - INTERVAL 1 YEAR AS DATE) ELSE {day} END"


def _has_offset(text: str) -> str:
    return f"(strlen({text}) > 16 AND regexp_full_match({text}, {quoted(_OFFSET)}))"


def _strptime(text: str, form: str) -> str:
    # A strptime that fails costs several times one that succeeds: text without the format's separator is not
    # tried.
    separators = [mark for mark in "/-.:" if mark in form]
    attempt = f"try_strptime({text}, {quoted(form)})"
    if not separators:
        return attempt
    shape = f"contains({text}, {quoted(separators[0])})"
    clock = f" AND {'' if ':' in form else 'NOT '}contains({text}, ':')"
    return f"CASE WHEN {shape}{clock} THEN {attempt} END"


def _listed(words: tuple[str, ...] | list[str]) -> str:
    return ", ".join(quoted(word) for word in words)


def _duration_example(column: Column) -> str:
    examples = {
        "h:mm:ss": "0:06:09",
        "h:mm": "1:30",
        "m:ss": "6:09",
        "seconds": "369",
        "minutes": "6",
        "hours": "1.5",
    }
    return " or ".join(examples[one] for one in (column.format or ("h:mm:ss", "seconds")))


def _date_example(form: str, kind: str) -> str:
    if form == ISO:
        return "2026-07-01" if kind == "date" else "2026-07-01 14:30:00"
    return dt.datetime(2026, 7, 1, 14, 30, tzinfo=dt.UTC).strftime(form)
