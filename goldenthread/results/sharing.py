"""Measures that count the same facts: what is folded of the first of them is folded of the others, too.

Each by itself would fold other units beside one of few people, and two of them together give that one away.
Whoever reads all of them learns of these facts no more than the first one tells.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from goldenthread.calc.periods import Grain
from goldenthread.facts.formulas.vocabulary import Side, Word
from goldenthread.record.measures.queries import ActiveMeasure, active_definitions, retired_definitions
from goldenthread.record.sources import queries as sources
from goldenthread.results.composing import is_rate
from goldenthread.results.pieces import DENOMINATOR, NUMERATOR, Piece, in_order, pieces_of


class _Facts(NamedTuple):
    """The facts behind a side, whichever word is said of them: those of ``source`` that meet ``conditions``,
    counted for each ``frequency`` by the columns of ``clock``."""

    frequency: Grain
    source: str
    clock: tuple[str | None, ...]
    conditions: frozenset[tuple[str, str, object, bool]]


class Sharing:
    """Every measure whose values can be read, in the order in which they are folded.

    No measure comes before one whose values it takes; counts come before rates. Retired ones are first: they
    stand as they are, so that the others follow them.
    """

    def __init__(
        self,
        in_use: Sequence[ActiveMeasure],
        retired: Sequence[ActiveMeasure],
        times: Mapping[str, str | None],
    ) -> None:
        """``times`` are the sources' own time columns, by key."""
        self._times = times
        used = pieces_of(in_use)
        levels = {piece.measure: level for level, group in enumerate(in_order(used)) for piece in group}
        rates = {piece.measure for piece in used if is_rate(piece)}
        ordered = sorted(used, key=lambda one: (levels.get(one.measure, 0), one.measure in rates, one.key))
        self._standing = pieces_of(retired)
        self._stands = {piece.version for piece in self._standing}
        self._followers = tuple(ordered)
        self._by_facts: dict[_Facts, list[Piece]] = defaultdict(list)
        for piece in (*self._standing, *self._followers):
            for facts in self._facts(piece):
                self._by_facts[facts].append(piece)

    @classmethod
    def of_all(cls) -> Sharing:
        """As the measures are defined now."""
        in_use, retired = active_definitions(), retired_definitions()
        times = {key: source.time for key, source in sources.definitions().items()}
        return cls(in_use, retired, times)

    def followed_by(self, piece: Piece) -> Iterator[Piece]:
        """What the piece takes folds from: of each of its sides the first that counts the same facts, as long
        as the piece holds. None where it is the first itself."""
        for facts in self._facts(piece):
            for one in self._by_facts.get(facts, ()):
                if one.version == piece.version:
                    break
                yield one
                is_whole = one.starts <= piece.starts and piece.ends <= one.ends
                if is_whole and one.version not in self._stands:
                    break

    def with_followers(self, pieces: Iterable[Piece]) -> Mapping[int, Sequence[Piece]]:
        """The pieces of these measures, and of those that are folded as they are or take their values, by
        measure, in order."""
        keys = {piece.measure: piece.key for piece in pieces}
        found: dict[int, list[Piece]] = defaultdict(list)
        for piece in self._followers:
            first = {one.measure for one in self.followed_by(piece)}
            if piece.measure not in keys and (first & keys.keys() or piece.value_of in keys.values()):
                keys[piece.measure] = piece.key
        for piece in (*self._standing, *self._followers):
            if piece.measure in keys:
                found[piece.measure].append(piece)
        return found

    def _facts(self, piece: Piece) -> Iterator[_Facts]:
        for side in (piece.side(NUMERATOR), piece.side(DENOMINATOR)):
            if side is not None and side.word is not Word.VALUE_OF and side.source is not None:
                yield self._facts_of(side, side.source, piece.frequency)

    def _facts_of(self, side: Side, source: str, frequency: Grain) -> _Facts:
        conditions = (
            (
                column,
                word,
                frozenset(value) if isinstance(value, tuple) else value,
                bool(condition.or_missing),
            )
            for column, condition in side.where.items()
            for word, value in condition.said.items()
        )
        clock = (side.from_, side.until) if side.word.lasts else (side.time or self._times.get(source),)
        return _Facts(frequency, source, clock, frozenset(conditions))
