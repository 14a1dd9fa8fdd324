"""Answers from tallies of single days and ids, which are counted once and kept, without reading the facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Self

import ibis.expr.types as ir
import pyarrow as pa

from goldenthread.facts.engines import Session
from goldenthread.facts.formulas.scan import Scan
from goldenthread.facts.formulas.tallies import (
    FOLDS,
    Columns,
    answers_of,
    count_name,
    value_name,
)
from goldenthread.facts.formulas.vocabulary import Side, Word
from goldenthread.facts.store.tallies import DAY, Kept, schema_of


@dataclass(frozen=True)
class Clock:
    """What sides share whose days are tallied together: the columns that say when a fact counts, and whether
    it lasts from the one to the other."""

    times: tuple[str, ...]
    lasts: bool

    @property
    def name(self) -> str:
        """As it stands in names of folders."""
        return "+".join(self.times)

    @classmethod
    def named(cls, name: str) -> Self:
        """The one of that name."""
        times = tuple(name.split("+"))
        return cls(times, lasts=len(times) > 1)


def clock_of(side: Side, time: str | None) -> Clock | None:
    """The clock by which days of a side are tallied, where ``time`` is that of its source; None where days do
    not add up to longer periods."""
    if not side.word.adds_up or side.word in (Word.OPEN, Word.VALUE_OF):
        return None
    if side.word is Word.SPENT:
        return Clock((side.from_ or "", side.until or ""), lasts=True)
    own = side.time or time
    return Clock((own,), lasts=False) if own else None


def names_of(side: Side) -> tuple[str, ...]:
    """The columns of tallies that a side is answered from."""
    folded = (value_name(side),) if side.word in FOLDS else ()
    return (count_name(side), *folded)


class _KeptColumns(Columns):
    """Those of longer periods, from what was tallied of days."""

    def _counted(self, side: Side) -> ir.Value:
        return self.facts[count_name(side)].sum().cast("int64")

    def _folded(self, side: Side) -> ir.Value:
        folded: ir.Value = getattr(self.facts[value_name(side)], FOLDS[side.word])()
        return folded


def kept_answers(scan: Scan, kept: Kept, sides: Mapping[str, Side]) -> pa.Table:
    """The answers of sides whose columns are all kept, as if they were counted from the facts."""
    span = scan.wanted.span() or (date.min, date.max)
    schema = schema_of(kept)
    assert schema is not None
    days = replace(scan, source=kept.between(*span), schema=schema, derived={})
    return answers_of(days.facts((), DAY, span), DAY, days, sides, _KeptColumns)


def kept_days(session: Session, kept: Kept, window: tuple[date, date]) -> frozenset[date]:
    """The days inside the window (ends included) with any fact."""
    schema = schema_of(kept)
    assert schema is not None
    rows = session.table(kept.between(*window), schema)
    found = session.execute(rows.filter(rows[DAY].between(*window)).select(DAY).distinct())
    return frozenset(found[DAY].to_pylist())
