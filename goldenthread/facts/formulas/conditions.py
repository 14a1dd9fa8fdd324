"""Conditions and sides as Ibis expressions over one table of facts."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any

import ibis.expr.types as ir
import pyarrow as pa

from goldenthread.facts.columns import day_of
from goldenthread.facts.formulas.vocabulary import Condition

_WORDS: dict[str, Callable[[Any, Any], Any]] = {
    "is": operator.eq,
    "not": lambda column, value: ~column.isin(value) if isinstance(value, tuple) else column != value,
    "in": lambda column, values: column.isin(values),
    "at_least": operator.ge,
    "at_most": operator.le,
    "more_than": operator.gt,
    "less_than": operator.lt,
    "between": lambda column, ends: column.between(*ends),
    "missing": lambda column, _: column.isnull(),
    "present": lambda column, _: column.notnull(),
}


def holds(facts: ir.Table, where: Mapping[str, Condition], schema: pa.Schema) -> ir.Value | None:
    """Whether a row meets every condition; null counts as no, where it is not said that it may be missing.
    None when there is no condition."""
    said = [_met(_compared(facts, column, schema), condition) for column, condition in where.items()]
    return reduce(operator.and_, said) if said else None


def _met(column: ir.Value, condition: Condition) -> ir.Value:
    met = reduce(operator.and_, (_WORDS[word](column, value) for word, value in condition.said.items()))
    return met | column.isnull() if condition.or_missing else met


def _compared(facts: ir.Table, column: str, schema: pa.Schema) -> ir.Value:
    day = day_of(column)
    return facts[day] if day in schema.names else facts[column]
