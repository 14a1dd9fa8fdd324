"""people.csv, people_ids.csv and unit_ids.csv: read, and checked row by row."""

from __future__ import annotations

import csv
import difflib
import io
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from goldenthread.definitions import DefinitionError, Problem, one_of
from goldenthread.record.orgs.days import Days
from goldenthread.record.orgs.enums import PostRole
from goldenthread.record.orgs.keys import WANTED_KEY, is_key
from goldenthread.record.orgs.snapshots import IdentifierSnapshot, PersonSnapshot, PostSnapshot

PEOPLE_COLUMNS = ("person", "name", "unit", "role", "from", "to", "email", "classification", "supervisor")
PERSON_ID_COLUMNS = ("person", "system", "id", "from", "to")
UNIT_ID_COLUMNS = ("unit", "system", "id", "from", "to")


@dataclass(frozen=True)
class Row:
    """One row of a file and the line it starts on; a column that the file lacks is an empty text."""

    line: int
    values: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.values.get(column, "")


@dataclass(frozen=True)
class Table:
    """The rows of one file, named ``file`` in every problem."""

    file: str
    rows: tuple[Row, ...]


def read_table(source: Path | str, *, required: Sequence[str], file: str = "") -> Table:
    """Read a comma-separated file, or its text. Columns nobody asked for are left alone.

    DefinitionError when it is not UTF-8, lacks a required column or every row, or has a row of another length
    than its header.
    """
    name = file or (str(source) if isinstance(source, Path) else "")
    text = _text(source, name) if isinstance(source, Path) else source
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    header: list[str] | None = None
    rows: list[Row] = []
    problems: list[Problem] = []
    line = 1
    try:
        for cells in reader:
            starts, line = line, reader.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            if header is None:
                header = [cell.strip().lower() for cell in cells]
                problems += _header_problems(header, required, name, starts)
            elif len(cells) != len(header):
                problems.append(
                    Problem(name, starts, "", f"{len(cells)} values", f"{len(header)}, one for each column")
                )
            else:
                values = dict(zip(header, (cell.strip() for cell in cells), strict=True))
                rows.append(Row(starts, values))
    except csv.Error as error:
        problems.append(Problem(name, reader.line_num, "", f"broken quoting ({error})", "valid CSV"))
    if not problems and not rows:
        problems.append(
            Problem(name, None, "", "no rows", "at least one; an empty file would remove everything")
        )
    if problems:
        raise DefinitionError(problems)
    return Table(name, tuple(rows))


def _text(path: Path, name: str) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        wanted = "UTF-8 text; in a spreadsheet program choose “CSV UTF-8” when saving"
        raise DefinitionError(
            [Problem(name, None, "", f"a byte that is not UTF-8 at position {error.start}", wanted)]
        ) from error


def _header_problems(header: list[str], required: Sequence[str], file: str, line: int) -> Iterator[Problem]:
    for column in required:
        if column not in header:
            yield Problem(file, line, "", f"the columns {', '.join(header)}", f"a column “{column}” too")
    for column in sorted({column for column in header if column and header.count(column) > 1}):
        yield Problem(file, line, "", f"the column “{column}” more than once", "each column once")


_PROBLEMS_WITH_HINTS = 20
_LONGEST = {"name": 200, "email": 254, "classification": 100, "system": 100, "id": 200}


@dataclass(frozen=True)
class _Checked:
    """A post or an id, and the row it came from."""

    line: int
    days: Days
    key: str
    words: str


class _Reader:
    """Turns rows into values and gathers what is wrong with them."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.problems: list[Problem] = []
        for row in table.rows:
            for column, longest in _LONGEST.items():
                if len(row[column]) > longest:
                    self.complain(row, column, f"{len(row[column])} characters", f"at most {longest}")

    def complain(self, row: Row, column: str, found: str, wanted: str) -> None:
        self.problems.append(Problem(self.table.file, row.line, column, found, wanted))

    def key(self, row: Row, column: str) -> str:
        text = row[column]
        if not is_key(text):
            self.complain(row, column, f"“{text}”" if text else "nothing", WANTED_KEY)
        return text

    def known(self, row: Row, column: str, keys: Collection[str], thing: str) -> str:
        text = row[column]
        if text not in keys:
            wanted = f"the id of a {thing}"
            # Looking for near ones is slow, and a file that is wrong throughout needs no more hints.
            if keys and len(self.problems) < _PROBLEMS_WITH_HINTS:
                wanted += f": {one_of(_few(keys, text), text)}"
            self.complain(row, column, f"“{text}”" if text else "nothing", wanted)
        return text

    def days(self, row: Row) -> Days:
        days = Days(self._day(row, "from"), self._day(row, "to"))
        if days.is_empty:
            self.complain(row, "to", f"“{days.end}”", f"a day after “from”, which is {days.start}")
        return days

    def _day(self, row: Row, column: str) -> date | None:
        if not row[column]:
            return None
        try:
            day = date.fromisoformat(row[column])
        except ValueError:
            self.complain(row, column, f"“{row[column]}”", "a date such as 2026-02-15, or nothing")
            return None
        # Personnel systems write the last day of the calendar for “no end known”.
        return None if day == date.max else day

    def one_at_a_time(self, entries: Sequence[_Checked], wanted: str) -> None:
        """Complain about each entry that overlaps one before it; all are about one person or one id."""
        ordered = sorted(entries, key=lambda entry: (entry.days.bounds, entry.line))
        latest = None
        for entry in ordered:
            if latest is not None and not (entry.days & latest.days).is_empty:
                first, second = sorted((latest, entry), key=lambda one: one.line)
                self.problems.append(
                    Problem(
                        self.table.file,
                        second.line,
                        second.key,
                        f"{second.words}{second.days} while line {first.line} says {first.words}{first.days}",
                        wanted,
                    )
                )
            if latest is None or entry.days.bounds[1] > latest.days.bounds[1]:
                latest = entry

    def finish(self) -> None:
        if self.problems:
            raise DefinitionError(sorted(self.problems, key=lambda problem: problem.line or 0))


def people_of(
    table: Table, *, units: Collection[str], known: Mapping[str, PersonSnapshot]
) -> dict[str, PersonSnapshot]:
    """The people of people.csv with their posts. ``known`` are people already in the record, who may be named
    as supervisors. A row without a unit is a person without a post. Name, e-mail and classification come from
    the row that starts last.

    DefinitionError naming each row with an unknown unit, a role or a day that cannot be read, a post that
    comes twice, or a second member post at the same time.
    """
    reader = _Reader(table)
    named = {row["person"] for row in table.rows} | set(known)
    posts: dict[str, list[tuple[PostSnapshot, Row]]] = defaultdict(list)
    latest: dict[str, tuple[date, Row]] = {}
    for row in table.rows:
        person = reader.key(row, "person")
        days = reader.days(row)
        start = days.bounds[0]
        if person not in latest or start >= latest[person][0]:
            latest[person] = (start, row)
        if not row["unit"] and not row["role"]:
            posts[person] += []
            continue
        unit = reader.known(row, "unit", units, "unit")
        role = _role(reader, row)
        supervisor = reader.known(row, "supervisor", named, "person") if row["supervisor"] else None
        posts[person].append((PostSnapshot(unit, role, days, supervisor), row))
    for person, held in posts.items():
        _check_posts(reader, person, held)
    reader.finish()
    return {
        person: _person(latest[person][1], known.get(person), [post for post, _ in held])
        for person, held in posts.items()
    }


def _role(reader: _Reader, row: Row) -> PostRole:
    text = row["role"].lower() or PostRole.MEMBER.value
    if text not in PostRole.values:
        reader.complain(row, "role", f"“{row['role']}”", one_of(PostRole.values, text))
        return PostRole.MEMBER
    return PostRole(text)


def _check_posts(reader: _Reader, person: str, held: Sequence[tuple[PostSnapshot, Row]]) -> None:
    seen: dict[object, Row] = {}
    for post, row in held:
        if post.role is not PostRole.MEMBER and (first := seen.get(post.identity)):
            reader.complain(row, person, f"{post} a second time, after line {first.line}", "each post once")
        seen[post.identity] = row
    reader.one_at_a_time(
        [
            _Checked(row.line, post.days, person, f"member of {post.unit}")
            for post, row in held
            if post.role is PostRole.MEMBER and not post.days.is_empty
        ],
        "at most one member post at any time",
    )


def _person(row: Row, known: PersonSnapshot | None, posts: Sequence[PostSnapshot]) -> PersonSnapshot:
    key = row["person"]
    before = known or PersonSnapshot(key, key)
    ordered = tuple(sorted(posts, key=lambda post: (post.days.bounds, post.unit, post.role.value)))
    return PersonSnapshot(
        key,
        name=row["name"] or before.name,
        # A file without the column says nothing about it.
        email=row.values.get("email", before.email),
        classification=row.values.get("classification", before.classification),
        posts=ordered,
    )


def identifiers_of(table: Table, owner: str, *, owners: Collection[str]) -> tuple[IdentifierSnapshot, ...]:
    """The rows of people_ids.csv or unit_ids.csv; ``owner`` is the column, person or unit, and its word.

    DefinitionError naming each row with an unknown owner, without system or id, or with an id that another
    row gives to another owner at the same time.
    """
    reader = _Reader(table)
    by_id: dict[tuple[str, str], list[_Checked]] = defaultdict(list)
    found: list[IdentifierSnapshot] = []
    for row in table.rows:
        key = reader.known(row, owner, owners, owner)
        for column in ("system", "id"):
            if not row[column]:
                reader.complain(row, column, "nothing", "text")
        days = reader.days(row)
        found.append(IdentifierSnapshot(key, row["system"], row["id"], days))
        by_id[row["system"], row["id"]].append(_Checked(row.line, days, row["id"], f"{owner} {key}"))
    for entries in by_id.values():
        reader.one_at_a_time(
            [entry for entry in entries if not entry.days.is_empty],
            f"at most one {owner} for an id at any time",
        )
    reader.finish()
    return tuple(found)


_SHOWN_KEYS = 12


def _few(keys: Collection[str], text: str) -> list[str]:
    """Keys worth naming in a sentence: all when they are few, else the nearest."""
    if len(keys) <= _SHOWN_KEYS:
        return sorted(keys)
    near = difflib.get_close_matches(text, keys, n=_SHOWN_KEYS)
    return near or sorted(keys)[:_SHOWN_KEYS]
