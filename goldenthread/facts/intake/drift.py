"""In what a file differs from what its source expects, and which change of the definition would fit it.

Only a sample is looked at, and nothing is decided here: a person accepts a change, or leaves it. No value of
the file is repeated but new words for a column of listed words, and never one of the worker's column."""

from __future__ import annotations

import datetime as dt
import difflib
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

import duckdb

from goldenthread.facts.drift import NO_DRIFT, Change, Drift
from goldenthread.facts.intake import expressions
from goldenthread.facts.intake.headers import Binding, looks_like_value, names_wanted, shorten
from goldenthread.facts.intake.tables import TextTable, quoted, scan_name
from goldenthread.facts.sources import AnyOf, Column, SourceDefinition

SAMPLE_ROWS = 50_000
MOST_NEW_WORDS = 12
LONGEST_WORD = 80
ENOUGH = 0.9
"""A column is read well when so many of its filled cells are."""
_ALIKE = 0.6
_WORDS = re.compile(r"[^\W\d_]+|\d+")
_HUMPS = re.compile(r"(?<=[a-z])(?=[A-Z])")
# Moments in which the order of day, month and year shows: a form that reads one as another day cannot join.
_TELLING = ("2026-03-04 05:06:07+00:00", "2009-11-12 13:14:15+00:00")


def drift_of(
    definition: SourceDefinition,
    table: TextTable,
    binding: Binding,
    connection: duckdb.DuckDBPyConnection,
    *,
    unused: Collection[str] = (),
) -> Drift:
    """Compare a table with its definition. ``unused`` are headers that earlier files had and nobody asked
    for: they are neither new nor another name of anything. Of a wide table nothing is proposed."""
    if definition.wide:
        return NO_DRIFT
    extra = [name for name in binding.extra if name not in unused]
    _sample(connection, table)
    looked = _Looked(definition, table, binding, connection, tuple(extra))
    renamed = looked.renamed()
    changes = list(renamed.values())
    told = [
        f"{_called(definition, name)} is not in the file, and no new column is like it."
        for name in binding.lost
        if name not in renamed
    ]
    for found in looked.read_otherwise():
        if isinstance(found, Change):
            changes.append(found)
        else:
            told.append(found)
    taken = {one for change in renamed.values() for one in change.add}
    if new := [name for name in extra if name not in taken]:
        shown = ", ".join(f"“{shorten(name)}”" for name in new[:20])
        told.append(f"Not asked for, and left out: {shown}{' and more' if len(new) > 20 else ''}.")
    return Drift(tuple(changes), tuple(told))


def _sample(connection: duckdb.DuckDBPyConnection, table: TextTable) -> None:
    cells = ", ".join(f"trim({scan_name(index)}) AS {scan_name(index)}" for index in range(len(table.names)))
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE sample AS SELECT {cells} FROM {table.relation} LIMIT {SAMPLE_ROWS}"
    )


@dataclass(frozen=True)
class _Likeness:
    """How well a header fits a column that was not found; the best has the highest ``score``."""

    score: float
    column: str
    header: str
    why: str


@dataclass(frozen=True)
class _Looked:
    definition: SourceDefinition
    table: TextTable
    binding: Binding
    connection: duckdb.DuckDBPyConnection
    extra: tuple[str, ...]

    def renamed(self) -> dict[str, Change]:
        """For a column that was not found the header that most likely is it, each header once."""
        pairs = [one for name in self.binding.lost for one in self._likely(name)]
        found: dict[str, Change] = {}
        taken: set[str] = set()
        for one in sorted(pairs, key=lambda one: -one.score):
            if one.column not in found and one.header not in taken:
                found[one.column] = Change(one.column, "from", (one.header,), one.why, 1.0)
                taken.add(one.header)
        return {name: found[name] for name in self.binding.lost if name in found}

    def _likely(self, name: str) -> Iterator[_Likeness]:
        column = self.definition.columns[name]
        if isinstance(column.from_, tuple):
            return
        called = _called(self.definition, name)
        headers = [one for one in self.extra if not looks_like_value(one)]
        shares = {one: self._share_read(self.table.names.index(one), column) for one in headers}
        fitting = [one for one in headers if (shares[one] or 0) >= ENOUGH]
        peers = [one for one in self.binding.lost if self.definition.columns[one].type == column.type]
        for header in headers:
            score, alike = max(_alike(old, header) for old in names_wanted(column, name))
            kind = self._kind_words(name, header, shares[header])
            if score >= _ALIKE and (score >= ENOUGH or header in fitting or shares[header] is None):
                fits = 0.5 if header in fitting else 0
                yield _Likeness(
                    score + fits, name, header, f"{called} is not in the file, {alike}, and {kind}"
                )
            elif self.binding.found and fitting == [header] and len(peers) == 1 and _is_telling(column):
                why = f"{called} is not in the file, and of the new columns this alone has its kind: {kind}"
                yield _Likeness(0.5, name, header, why)

    def _kind_words(self, name: str, header: str, share: float | None) -> str:
        column, index = self.definition.columns[name], self.table.names.index(header)
        if share is None:
            return "it is empty in this file"
        if self.definition.key == (name,) and self._is_different_in_every_row(index):
            return "it is different in every row, as a key is"
        kind = "one of the listed words" if column.values else expressions.KINDS[column.type]
        return f"{share:.0%} of its cells read as {kind}"

    def _is_different_in_every_row(self, index: int) -> bool:
        cell = scan_name(index)
        found = self.connection.execute(
            f"SELECT count(*) > 0 AND count(*) = count(DISTINCT nullif({cell}, '')) FROM sample"
        ).fetchone()
        return bool(found and found[0])

    def read_otherwise(self) -> Iterator[Change | str]:
        """What columns that are there hold beside what they were said to."""
        for name, column in self.definition.columns.items():
            places = self.binding.indices[name]
            if len(places) != 1:
                continue
            if column.values:
                yield from self._new_words(name, column, places[0])
            elif column.type not in ("text", "category") and column.invalid == "refuse":
                yield from self._new_form(name, column, places[0])

    def _new_words(self, name: str, column: Column, place: int) -> Iterator[Change | str]:
        text = self._text(place, column)
        known = self._value(text, column)
        words = self.connection.execute(
            f"SELECT {text} AS t, count(*) FROM sample WHERE {text} IS NOT NULL AND {known} IS NULL "
            f"GROUP BY ALL ORDER BY ALL LIMIT {MOST_NEW_WORDS + 1}"
        ).fetchall()
        read = self._share_read(place, column)
        if not words or read is None:
            return
        share, worker = 1 - read, self.definition.worker
        names_worker = worker is not None and worker.column == name
        odd = any(len(word) > LONGEST_WORD or not word.isprintable() for word, _count in words)
        if names_worker or odd or len(words) > MOST_NEW_WORDS or share > 0.5:
            header = self.table.names[place]
            yield f"{share:.0%} of the cells of “{header}” hold none of the words listed for it."
            return
        many = "a word that is not listed" if len(words) == 1 else f"{len(words)} words that are not listed"
        why = f"“{self.table.names[place]}” has {many}"
        yield Change(name, "values", tuple(str(word) for word, _count in words), why, share)

    def _new_form(self, name: str, column: Column, place: int) -> Iterator[Change | str]:
        share = self._share_read(place, column)
        if share is None or share >= ENOUGH:
            return
        header = self.table.names[place]
        form = self._form_for(column, place) if column.type in ("date", "datetime") else None
        if form is not None:
            kept = column.format or expressions.USUAL_FORMATS
            add = (form,) if column.format else (*kept, form)
            why = f"only {share:.0%} of the cells of “{header}” read as before, and with it nearly all do"
            yield Change(name, "format", add, why, 1 - share)
            return
        yield (
            f"Only {share:.0%} of the cells of “{header}” read as {expressions.KINDS[column.type]}, and no "
            "form that could stand beside the one in use reads the rest."
        )

    def _form_for(self, column: Column, place: int) -> str | None:
        """A form that, beside those in use, reads nearly all cells and takes no day for another."""
        kept = column.format or expressions.USUAL_FORMATS
        forms = dict.fromkeys((*expressions.DATE_FORMATS, *expressions.DATETIME_FORMATS))
        tried = [form for form in forms if form not in kept]
        both = {form: column.model_copy(update={"format": (*kept, form)}) for form in tried}
        shares = {form: self._share_read(place, one) or 0 for form, one in both.items()}
        good = [form for form in tried if shares[form] >= ENOUGH and self._takes_no_day_amiss(form, column)]
        return max(good, key=lambda form: shares[form], default=None)

    def _takes_no_day_amiss(self, form: str, column: Column) -> bool:
        for day in map(dt.datetime.fromisoformat, _TELLING):
            written = quoted(f"{day:%Y-%m-%d %H:%M:%S}" if form == expressions.ISO else day.strftime(form))
            old, new = (
                self._value(written, one) for one in (column, column.model_copy(update={"format": (form,)}))
            )
            found = self.connection.execute(f"SELECT CAST({old} AS DATE) <> CAST({new} AS DATE)").fetchone()
            if found and found[0]:
                return False
        return True

    def _share_read(self, place: int, column: Column) -> float | None:
        """The share of the filled cells that read as the column; None where none is filled."""
        text = self._text(place, column)
        read = f"{self._value(text, column)} IS NOT NULL"
        if column.type == "datetime" and (instant := expressions.instant_of(text, column)):
            read += f" OR {instant} IS NOT NULL"
        found = self.connection.execute(
            f"SELECT count(*) FILTER (({read}) AND {text} IS NOT NULL) / nullif(count({text}), 0) FROM sample"
        ).fetchone()
        return None if found is None or found[0] is None else float(found[0])

    def _text(self, place: int, column: Column) -> str:
        cell = scan_name(place)
        words = ", ".join(quoted(word.casefold()) for word in {"", *column.missing})
        return f"(CASE WHEN lower({cell}) NOT IN ({words}) THEN {cell} END)"

    def _value(self, text: str, column: Column) -> str:
        value = expressions.value_of(text, column, epoch=self.table.epoch, decimal=self.table.decimal)
        within = expressions.within_limits(value, column) if column.type in ("date", "datetime") else None
        return f"(CASE WHEN {within} THEN {value} END)" if within else value


def _alike(old: str, new: str) -> tuple[float, str]:
    """How like two names are, from 0 to 1, and in which way."""
    first, second, new = _words(old), _words(new), shorten(new)
    if "".join(first) == "".join(second):
        return 1.0, f"“{new}” has the same letters"
    if set(first) <= set(second) or set(second) <= set(first):
        return 0.9, f"“{new}” shares its words"
    ratio = difflib.SequenceMatcher(None, "".join(first), "".join(second)).ratio()
    return min(ratio, 0.89), f"“{new}” is like it"


def _words(name: str) -> list[str]:
    return [word.casefold() for word in _WORDS.findall(_HUMPS.sub(" ", name))]


def _is_telling(column: Column) -> bool:
    """Whether few other columns would read as it does."""
    return bool(column.values) or column.type in ("date", "datetime", "duration", "yes_no")


def _called(definition: SourceDefinition, name: str) -> str:
    """What the file was to call a column: ``“Call Id”``, or ``“Call Id” or “Call”``."""
    read_from = definition.columns[name].from_
    joint = " or " if isinstance(read_from, AnyOf) else " and "
    return joint.join(f"“{one}”" for one in names_wanted(definition.columns[name], name))
