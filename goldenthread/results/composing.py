"""Sides become observations: numerator and denominator are brought together, and the rate is derived last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from functools import lru_cache

import ibis
import ibis.expr.operations as ops
import ibis.expr.types as ir
import pyarrow as pa

from goldenthread.facts.engines import Session
from goldenthread.facts.formulas.vocabulary import Word
from goldenthread.results.pieces import DENOMINATOR, NUMERATOR, Piece
from goldenthread.results.spans import Step

ROWS = pa.schema(
    [
        ("version", pa.int64()),
        ("unit", pa.string()),
        ("grain", pa.string()),
        ("period_start", pa.date32()),
        ("category", pa.string()),
        ("numerator", pa.float64()),
        ("denominator", pa.float64()),
        ("value", pa.float64()),
        ("facts", pa.int64()),
        ("contributors", pa.int64()),
    ]
)
_LENGTHENED = pa.schema(
    [
        ("version", pa.int64()),
        ("together", pa.string()),
        ("is_rate", pa.bool_()),
        ("per", pa.float64()),
        ("holds_from", pa.date32()),
        ("holds_until", pa.date32()),
    ]
)
_STEPS = pa.schema(
    [
        ("grain", pa.string()),
        ("period_start", pa.date32()),
        ("longer", pa.string()),
        ("longer_start", pa.date32()),
        ("begins", pa.date32()),
        ("ends", pa.date32()),
    ]
)
_PLACE = ["version", "unit", "grain", "period_start", "category"]


def compose(session: Session, sides: pa.Table, pieces: Sequence[Piece]) -> pa.Table:
    """``ROWS`` out of the answers of ``facts.formulas.compute_sides``, for the periods each piece holds for.

    A mean brings its sum as numerator and its count as denominator, so that it rolls up like any rate.
    A piece whose denominator is another measure's value has no ``value`` yet.
    """
    rows = _both_sides(session.memory(sides).op(), session.memory(_asked(pieces)).op())
    return session.execute(rows.to_expr()).cast(ROWS)


@lru_cache(maxsize=20)
def _both_sides(answers: ops.Relation, asked: ops.Relation) -> ops.Relation:
    """What it says of two tables, which are called alike in each session: saying it takes longer than doing
    it for a page."""
    sides_ = answers.to_expr().join(asked.to_expr(), "id")
    sides_ = sides_.filter(sides_.period_start >= sides_.starts, sides_.period_start < sides_.ends)
    numerators = sides_.filter(sides_.role == NUMERATOR)
    denominators = sides_.filter(sides_.role == DENOMINATOR)
    both = numerators.join(
        denominators,
        [numerators[name].identical_to(denominators[name]) for name in _PLACE],
        how="outer",
        rname="{name}_below",
    )
    below = both.value_below if "value_below" in both.columns else ibis.null("float64")
    denominator = below.fill_null(both.weight)
    rows = both.select(
        **{name: both[name].fill_null(both[f"{name}_below"]) for name in _PLACE},
        numerator=both.value,
        denominator=denominator,
        per=both.per.fill_null(both.per_below),
        is_rate=both.is_rate.fill_null(both.is_rate_below),
        facts=both.n_below.fill_null(both.n),
        contributors=_fewer(both.contributors, both.contributors_below),
    )
    return _with_value(rows).op()


def _fewer(above: ir.Value, below: ir.Value) -> ir.Value:
    """The people of the side behind which fewer stand. A side that counts nothing has nobody behind it, and
    says nothing about anybody."""
    one, other = above.nullif(0), below.nullif(0)
    return ibis.coalesce(ibis.least(one.fill_null(other), other.fill_null(one)), below, above)


def _with_value(rows: ir.Table) -> ir.Table:
    rate = rows.numerator * rows.per / rows.denominator.nullif(0)
    value = rows.is_rate.ifelse(rate, rows.numerator * rows.per)
    return rows.mutate(value=value).select(*ROWS.names)


def _asked(pieces: Sequence[Piece]) -> pa.Table:
    rows = [
        {
            "id": piece.side_id(role),
            "role": role,
            "version": piece.version,
            "starts": piece.starts,
            "ends": piece.ends,
            "per": piece.definition.show_as.per,
            "is_rate": is_rate(piece),
        }
        for piece in pieces
        for role in (NUMERATOR, DENOMINATOR)
    ]
    return pa.Table.from_pylist(
        rows,
        schema=pa.schema(
            [
                ("id", pa.string()),
                ("role", pa.string()),
                ("version", pa.int64()),
                ("starts", pa.date32()),
                ("ends", pa.date32()),
                ("per", pa.float64()),
                ("is_rate", pa.bool_()),
            ]
        ),
    )


def is_rate(piece: Piece) -> bool:
    """Whether a value is a numerator over a denominator.

    A mean is one too, and so is whatever is typed and does not add up.
    """
    if piece.definition.manual:
        return not piece.definition.is_sum
    numerator = piece.definition.numerator
    is_mean = numerator is not None and numerator.word is Word.MEAN
    return piece.definition.denominator is not None or is_mean


def lengthened(session: Session, rows: pa.Table, pieces: Sequence[Piece], steps: Sequence[Step]) -> pa.Table:
    """Longer periods out of a piece's own.

    Sums of sums, least of least, most of most; the rate is derived again. A part with only one side of its
    rate is left out of both sums: its numerator alone would raise the whole. How many people stand behind a
    longer period is at least the most of its parts, and that is what it says.
    """
    together = {piece.version: _together(piece) for piece in pieces if piece.adds_up}
    rated = {piece.version for piece in pieces if is_rate(piece) and piece.value_of is None}
    told = pa.Table.from_pylist(
        [
            {
                "version": piece.version,
                "together": together[piece.version],
                "is_rate": piece.version in rated,
                "per": piece.definition.show_as.per,
                "holds_from": piece.starts,
                "holds_until": piece.ends,
            }
            for piece in pieces
            if piece.version in together
        ],
        schema=_LENGTHENED,
    )
    ways = pa.Table.from_pylist([asdict(step) for step in steps], schema=_STEPS)
    parts = session.memory(rows).join(session.memory(told), "version")
    parts = parts.filter(~parts.is_rate | (parts.numerator.notnull() & parts.denominator.notnull()))
    parts = parts.join(session.memory(ways), ["grain", "period_start"])
    parts = parts.filter(parts.begins >= parts.holds_from, parts.ends <= parts.holds_until)
    numerator = ibis.cases(
        (parts.together.max() == "min", parts.numerator.min()),
        (parts.together.max() == "max", parts.numerator.max()),
        else_=parts.numerator.sum(),
    )
    whole = parts.group_by("version", "unit", "longer", "longer_start", "category").aggregate(
        numerator=numerator,
        denominator=parts.denominator.sum(),
        facts=parts.facts.sum(),
        contributors=parts.contributors.max(),
        per=parts.per.max(),
        is_rate=parts.is_rate.max(),
    )
    shaped = _with_value(whole.rename(grain="longer", period_start="longer_start"))
    return session.execute(shaped).cast(ROWS)


def _together(piece: Piece) -> str:
    """How values of shorter periods are put together: sum, min or max."""
    numerator = piece.definition.numerator
    word = numerator.word if numerator is not None else Word.SUM
    return str(word) if word in (Word.MIN, Word.MAX) else "sum"
