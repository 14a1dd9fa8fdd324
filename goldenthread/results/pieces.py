"""Which definition of a measure holds for which days, and what each asks of the facts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from goldenthread.calc.periods import Grain, Period
from goldenthread.facts.formulas.compute import WantedSide
from goldenthread.facts.formulas.vocabulary import Side, Word
from goldenthread.record.measures.definition import MeasureDefinition
from goldenthread.record.measures.queries import ActiveMeasure

NUMERATOR, DENOMINATOR = "numerator", "denominator"
_COARSER = {
    Grain.DAY: (Grain.MONTH, Grain.QUARTER, Grain.YEAR),
    Grain.WEEK: (Grain.MONTH, Grain.QUARTER, Grain.YEAR),
    Grain.MONTH: (Grain.QUARTER, Grain.YEAR),
    Grain.QUARTER: (Grain.YEAR,),
    Grain.YEAR: (),
}


@dataclass(frozen=True)
class Piece:
    """One version of a measure and the days it holds for: from ``starts`` to, not including, ``ends``."""

    measure: int
    key: str
    version: int
    definition: MeasureDefinition
    starts: date
    ends: date

    def holds(self, period: Period) -> bool:
        return self.holds_on(period.start)

    def holds_on(self, day: date) -> bool:
        return self.starts <= day < self.ends

    @property
    def frequency(self) -> Grain:
        return self.definition.frequency

    @property
    def coarser(self) -> tuple[Grain, ...]:
        """The longer periods it is also kept for."""
        return _COARSER[self.frequency]

    @property
    def has_year_to_date(self) -> bool:
        return self.frequency in (Grain.MONTH, Grain.QUARTER) and not self.is_stock

    @property
    def is_stock(self) -> bool:
        return any(side.word is Word.OPEN for side in self.definition.sides)

    @property
    def adds_up(self) -> bool:
        """Whether longer periods follow from its own. A week crosses months, a stock is never summed over
        time, and a median takes the facts again."""
        words = [side.word for side in self.definition.sides if side.word is not Word.VALUE_OF]
        return self.frequency is not Grain.WEEK and not self.is_stock and all(word.adds_up for word in words)

    def side(self, role: str) -> Side | None:
        """The numerator or denominator with its source written out."""
        side: Side | None = getattr(self.definition, role)
        if side is None or side.word is Word.VALUE_OF or side.source is not None:
            return side
        return side.model_copy(update={"source": self.definition.source})

    @property
    def source(self) -> str | None:
        """What its numerator is counted from; None for typed values."""
        side = self.side(NUMERATOR)
        return side.source if side is not None else None

    def side_id(self, role: str) -> str:
        return f"{self.version}/{role}"

    def wanted(self, breakdown: str | None = None) -> Iterator[WantedSide]:
        """What to ask of the facts; longer periods only where they do not follow from its own."""
        grains = (self.frequency,) if self.adds_up else (self.frequency, *self.coarser)
        for role in (NUMERATOR, DENOMINATOR):
            side = self.side(role)
            if side is not None and side.word is not Word.VALUE_OF:
                yield WantedSide(
                    id=self.side_id(role),
                    side=side,
                    grains=grains,
                    breakdown=breakdown,
                    year_to_date=self.has_year_to_date and not self.adds_up,
                )

    def longer_sides(self) -> Iterator[WantedSide]:
        """What to ask of longer periods that follow from its own but for the people behind them."""
        for side in self.wanted():
            yield replace(side, grains=self.coarser, year_to_date=self.has_year_to_date)

    def own_sides(self, breakdown: str | None = None) -> Iterator[WantedSide]:
        """What to ask for its own periods alone."""
        for side in self.wanted(breakdown):
            yield replace(side, grains=(self.frequency,), year_to_date=False)

    @property
    def value_of(self) -> str | None:
        """The measure whose values are its denominator."""
        side = self.definition.denominator
        return side.subject if side is not None and side.word is Word.VALUE_OF else None


def pieces_of(measures: Iterable[ActiveMeasure]) -> tuple[Piece, ...]:
    """Every version whose formula holds for some days."""
    return tuple(
        Piece(one.id, one.key, span.version, span.definition, span.start or date.min, span.end or date.max)
        for one in measures
        for span in one.spans
    )


def in_order(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """The pieces in groups, each of which stands only on the ones before it (and on measures left out)."""
    waiting, done = list(pieces), set[str]()
    asked = {piece.key for piece in pieces}
    groups: list[list[Piece]] = []
    while waiting:
        ready = [one for one in waiting if one.value_of is None or one.value_of not in asked - done]
        if not ready:
            # A cycle is refused when it is written; what is left of one here has no value to stand on.
            break
        groups.append(ready)
        done |= {one.key for one in ready}
        placed = {one.version for one in ready}
        waiting = [one for one in waiting if one.version not in placed]
    return groups
