"""The words a formula may use. Closed on purpose: extend the vocabulary rather than open a back door."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from goldenthread.definitions import Definition

Value = bool | int | float | date | str

NO_CATEGORY = "~missing"
"""The category of facts whose breakdown column is missing."""


class Word(StrEnum):
    """What a side does with the facts that meet its conditions."""

    COUNT = "count"
    COUNT_DISTINCT = "count_distinct"
    SUM = "sum"
    MEAN = "mean"
    MEDIAN = "median"
    PERCENTILE = "percentile"
    MIN = "min"
    MAX = "max"
    OPEN = "open"
    SPENT = "spent"
    VALUE_OF = "value_of"

    @property
    def reads_a_column(self) -> bool:
        return self not in (Word.COUNT, Word.OPEN, Word.SPENT, Word.VALUE_OF)

    @property
    def lasts(self) -> bool:
        """Whether what it says is about the time between two columns."""
        return self in (Word.OPEN, Word.SPENT)

    @property
    def needs_numbers(self) -> bool:
        return self.reads_a_column and self is not Word.COUNT_DISTINCT

    @property
    def adds_up(self) -> bool:
        """Whether the value of a whole follows from those of its parts; else it takes the facts again."""
        return self not in (Word.COUNT_DISTINCT, Word.MEDIAN, Word.PERCENTILE)


class Condition(Definition):
    """What a column must hold. All that is said must be true; of a missing value only `missing` is, and
    whatever stands beside `or_missing`.

    A datetime is compared by its local day. A bare value means `is`.
    """

    is_: Value | None = Field(default=None, alias="is")
    not_: Value | tuple[Value, ...] | None = Field(default=None, alias="not")
    in_: tuple[Value, ...] | None = Field(default=None, alias="in", min_length=1)
    at_least: Value | None = None
    at_most: Value | None = None
    more_than: Value | None = None
    less_than: Value | None = None
    between: tuple[Value, Value] | None = None
    missing: Literal[True] | None = None
    present: Literal[True] | None = None
    or_missing: Literal[True] | None = None

    @model_validator(mode="before")
    @classmethod
    def _bare_value(cls, given: Any) -> Any:
        if isinstance(given, list | tuple):
            raise ValueError(f"a value, or in: {list(given)} for any of several")
        if given is None:
            raise ValueError("a value, or missing: true for rows without one")
        return given if isinstance(given, Mapping) else {"is": given}

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        compared = self.said.keys()
        if not compared:
            words = [_spelled(name) for name in type(self).model_fields if name != "or_missing"]
            raise ValueError(f"one of: {', '.join(words)}")
        if self.or_missing and compared & {"missing", "present"}:
            raise ValueError("or_missing beside a comparison, such as {not: Withdrawn, or_missing: true}")
        if self.between is not None and kind_of(self.between[0]) != kind_of(self.between[1]):
            raise ValueError(f"two values of one kind in between, found {list(self.between)}")
        return self

    @property
    def said(self) -> dict[str, Any]:
        """The words that were used to compare, as they are spelled in YAML, with what they were given."""
        found = {_spelled(name): getattr(self, name) for name in type(self).model_fields}
        return {word: value for word, value in found.items() if value is not None and word != "or_missing"}

    @property
    def values(self) -> tuple[Value, ...]:
        """Every value a column is compared with."""
        given = [value for word, value in self.said.items() if word not in ("missing", "present")]
        return tuple(one for value in given for one in (value if isinstance(value, tuple) else (value,)))

    @property
    def compares_order(self) -> bool:
        return bool(self.said.keys() & {"at_least", "at_most", "more_than", "less_than", "between"})


class Side(Definition):
    """A numerator or a denominator: exactly one word of the vocabulary, and where its facts come from.

    `count`, `open` and `spent` name the things counted, the other words a column (`value_of`: another
    measure). `spent` is the seconds between two instants, cut at the ends of each period. `source` and
    `time` default to the measure's source and that source's time column.
    """

    count: str | None = None
    count_distinct: str | None = None
    sum: str | None = None
    mean: str | None = None
    median: str | None = None
    percentile: str | None = None
    at: float | None = Field(default=None, gt=0, lt=100)
    min: str | None = None
    max: str | None = None
    open: str | None = None
    spent: str | None = None
    from_: str | None = Field(default=None, alias="from")
    until: str | None = None
    value_of: str | None = None
    source: str | None = None
    time: str | None = None
    where: dict[str, Condition] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_word(self) -> Self:
        said = [word for word in Word if getattr(self, word) is not None]
        if len(said) != 1:
            found = " and ".join(said) or "none"
            raise ValueError(f"exactly one of: {', '.join(Word)}; found {found}")
        word = said[0]
        if not self.subject.strip():
            named = "a column" if word.reads_a_column else "the measure" if word is Word.VALUE_OF else "what"
            raise ValueError(f"{named} after {word}, found nothing")
        if (word is Word.PERCENTILE) != (self.at is not None):
            raise ValueError("percentile with at, such as {percentile: wait_seconds, at: 90}")
        if word.lasts and not (self.from_ and self.until and self.time is None):
            example = "cases, from: received_at, until: closed_at"
            if word is Word.SPENT:
                example = "on_calls, from: began_at, until: ended_at"
            raise ValueError(f"{word} with from and until, such as {{{word}: {example}}}")
        if not word.lasts and (self.from_ or self.until):
            raise ValueError(f"from and until only with open and spent, this is {word}")
        if word is Word.VALUE_OF and (self.source or self.time or self.where):
            raise ValueError("value_of alone: the other measure has its own source, time and conditions")
        return self

    @property
    def word(self) -> Word:
        return next(word for word in Word if getattr(self, word) is not None)

    @property
    def subject(self) -> str:
        """What the word was said of: a column, the things counted, or another measure."""
        return str(getattr(self, self.word))

    @property
    def column(self) -> str | None:
        return self.subject if self.word.reads_a_column else None

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column the side names, in reading order."""
        named = (self.column, self.time, self.from_, self.until, *self.where)
        return tuple(dict.fromkeys(name for name in named if name is not None))


def _spelled(field: str) -> str:
    return field.rstrip("_")


def kind_of(value: Value) -> str:
    """How a value compares: as yes_no, number, date or text."""
    if isinstance(value, bool):
        return "yes_no"
    if isinstance(value, int | float):
        return "number"
    return "date" if isinstance(value, date) else "text"
