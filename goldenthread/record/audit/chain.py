"""The chain of the audit log: what a row's hash is taken over, and where a chain is broken. Pure functions.

The canonical form of a row is one JSON object in ASCII: its keys in alphabetical order, no spaces, the time
in UTC with microseconds, and nothing for what is empty, so that a column that is added later changes no hash
that stands. The hash is the SHA-256 of these bytes, in hex. Anybody can compute it again from an export.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from json.encoder import encode_basestring_ascii

GENESIS = "0" * 64
"""What stands before the first row."""

_encode = json.JSONEncoder(separators=(",", ":")).encode

Content = Mapping[str, object]
Row = tuple[int, str, str, Content]
"""A row as it stands: its number, the hash of the one before, its own, and everything else it says."""


@dataclass(frozen=True)
class Place:
    """A point of the chain: the row with this number has this hash."""

    seq: int
    hash: str


BEGINNING = Place(0, GENESIS)


@dataclass(frozen=True)
class Mark:
    """What somebody outside remembers of a row: its hash, and ``where`` that is written, in words."""

    hash: str
    where: str


@dataclass(frozen=True)
class Break:
    """The first place where a chain is not what it was, and what is wrong there, as a sentence."""

    seq: int
    sentence: str


def canonical(content: Content) -> bytes:
    """The bytes that stand for what is said, without what is empty."""
    said = [f'"{key}":{_written(value)}' for key, value in sorted(content.items()) if value]
    return f"{{{','.join(said)}}}".encode("ascii")


def digest(seq: int, previous: str, content: Content) -> str:
    """The hash of a row, in hex."""
    return sha256(canonical({**content, "seq": seq, "previous": previous})).hexdigest()


def first_break(
    rows: Iterable[Row], *, after: Place = BEGINNING, until: Place, marks: Mapping[int, Mark]
) -> Break | None:
    """Follow the rows, which come in the order of their numbers, from ``after`` to ``until``; the first thing
    that does not fit, or None. ``marks`` are what is remembered elsewhere, by the number of the row."""
    last = after
    for seq, previous, found, content in rows:
        if seq != last.seq + 1:
            return _out_of_place(last.seq, seq)
        if previous != last.hash:
            return Break(seq, f"Row {seq} names another row before it than row {last.seq}.")
        if digest(seq, previous, content) != found:
            return Break(seq, f"Row {seq} does not say what it said when it was written.")
        mark = marks.get(seq)
        if mark is not None and mark.hash != found:
            return Break(seq, f"Row {seq} is not the one that {mark.where} was written about.")
        last = Place(seq, found)
    if last.seq < until.seq:
        gone = last.seq + 1
        return Break(gone, f"The log ends with row {last.seq} and had {until.seq}: row {gone} is gone.")
    if last.hash != until.hash:
        return Break(last.seq, f"Row {last.seq} is not the one that the head of the chain names.")
    return None


def _written(value: object) -> str:
    """As json.dumps writes it, which would take three times as long for a whole row."""
    if isinstance(value, str):
        return encode_basestring_ascii(value)
    return str(value) if isinstance(value, int) else _encode(value)


def _out_of_place(last: int, seq: int) -> Break:
    if seq <= last:
        return Break(seq, f"Row {seq} stands twice.")
    return Break(last + 1, f"Row {last + 1} is gone: after row {last} comes row {seq}.")
