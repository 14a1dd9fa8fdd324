"""The shape of a measure's YAML. What it refers to is checked in ``checks.py``."""

from __future__ import annotations

import datetime
import difflib
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, field_validator, model_validator

from goldenthread.calc.direction import Better
from goldenthread.calc.periods import Grain
from goldenthread.definitions import Definition, Words
from goldenthread.facts.formulas.vocabulary import Side, Word
from goldenthread.record.orgs.keys import Key
from goldenthread.record.sources.fields import plain_data

# The three questions of results-based accountability, and the categories that city councils ask for. Any
# other word is a category of the organization's own.
KINDS = ("how_much", "how_well", "better_off", "quality", "cost", "cycle_time", "customer_satisfaction")

# Units in which amounts of parts add up to the amount of the whole.
_ADDING_UNITS = frozenset({"", "count", "number", "currency"})


def _kind(text: str) -> str:
    kind = text.strip().lower().replace(" ", "_").replace("-", "_")
    near = difflib.get_close_matches(kind, KINDS, n=1, cutoff=0.85)
    if near and near[0] != kind:
        raise ValueError(f"“{near[0]}”, or a word of your own that is not so near to it")
    if not 0 < len(kind) <= 40:
        raise ValueError(f"one of {', '.join(KINDS)}, or a word of your own of at most 40 letters")
    return kind


Kind = Annotated[str, AfterValidator(_kind)]
Number = Annotated[float, Field(allow_inf_nan=False)]


class ShowAs(Definition):
    """How a value is written and read: ``numerator / denominator * per``, in ``unit``.

    ``unit`` is a word of ``calc.formatting.format_value`` or one of the measure's own.
    """

    per: Number = Field(default=1, gt=0)
    unit: str = "count"
    better: Better = Better.NONE
    decimals: int | None = Field(default=None, ge=0, le=6)


class TargetShape(Definition):
    """What is aimed at from ``from`` until, not including, ``to``: a value, or a range.

    Without ``unit`` it is the target of whoever keeps the measure; see ``targets.py`` for who else it holds
    for.
    ``tolerance`` is in the measure's own unit, on the worse side of the target.
    """

    unit: Key | None = None
    from_: datetime.date | None = Field(default=None, alias="from")
    to: datetime.date | None = None
    value: Number | None = None
    low: Number | None = None
    high: Number | None = None
    tolerance: Annotated[Number, Field(ge=0)] = 0
    why: str = ""

    def holds_on(self, day: datetime.date) -> bool:
        """Whether the day is one of those the target is for."""
        return (self.from_ is None or self.from_ <= day) and (self.to is None or day < self.to)

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        is_range = self.low is not None or self.high is not None
        if is_range == (self.value is not None):
            raise ValueError("either value, or a range with low or high")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError(f"low at most high, found {self.low:g} above {self.high:g}")
        if self.from_ is not None and self.to is not None and self.from_ >= self.to:
            raise ValueError(f"from before to, found {self.from_} and {self.to}")
        return self


class PeopleShape(Definition):
    """Who looks after a measure: ``owner`` and ``deputy`` are people of the organization, by their key or
    their sign-in name; who wrote and who checked it may be any name."""

    owner: Key | None = None
    deputy: Key | None = None
    authored_by: str | None = None
    checked_by: str | None = None
    next_review: datetime.date | None = None


class SignalSettings(Definition):
    """The rules by which a chart of this measure tells signals from noise; the defaults are the NHS's."""

    shift: int = Field(default=7, ge=2)
    trend: int = Field(default=7, ge=2)
    screening: bool = True
    minimum_points: int = Field(default=12, ge=1)


class MeasureDefinition(Definition):
    """A measure, as its author wrote it.

    ``manual: true`` is for values nobody extracts: they are typed, with ``approval: true`` approved, and
    there is no formula. ``adds_up`` says whether typed amounts of parts sum to the whole's; unsaid, the unit
    decides.
    ``strata`` is the one of the ``breakdowns`` whose mix units are compared by.
    ``formula_from`` is the first day of a new formula, when the days before keep the one they had.
    """

    measure: Key
    title: Words = Field(max_length=300)
    why_it_matters: str = ""
    description: str = ""
    serves: Key | None = None
    kind: Kind | None = None
    unit: Key | None = None
    status: Literal["draft", "in_use"] = "in_use"
    source: Key | None = None
    numerator: Side | None = None
    denominator: Side | None = None
    formula_from: datetime.date | None = None
    show_as: ShowAs
    frequency: Grain
    lag_days: int = Field(default=0, ge=0, le=1000)
    breakdowns: tuple[str, ...] = ()
    strata: str | None = None
    minimum_denominator: Annotated[Number, Field(ge=0)] = 0
    targets: tuple[TargetShape, ...] = ()
    counts: Literal["people", "things"] | None = None
    caveats: str = ""
    manual: bool = False
    approval: bool = False
    adds_up: bool | None = None
    spc: SignalSettings = SignalSettings()
    people: PeopleShape = PeopleShape()

    def __hash__(self) -> int:
        """Not all of it: much is kept by its definition, and a kept one is found by being itself."""
        return hash((self.measure, self.title))

    @field_validator("breakdowns", mode="before")
    @classmethod
    def _one_or_many(cls, value: Any) -> Any:
        return [value] if isinstance(value, str) else value

    @property
    def sides(self) -> tuple[Side, ...]:
        """The numerator and, for a rate, the denominator; none for typed values."""
        return tuple(side for side in (self.numerator, self.denominator) if side is not None)

    @property
    def sources(self) -> frozenset[str]:
        """The sources whose facts its sides count, by key."""
        counting = (side for side in self.sides if side.word is not Word.VALUE_OF)
        return frozenset(key for side in counting if (key := side.source or self.source))

    @property
    def is_sum(self) -> bool:
        """Whether amounts of parts add up to the amount of the whole, so that a part's target is not the
        whole's."""
        if self.manual:
            return self.show_as.unit in _ADDING_UNITS if self.adds_up is None else self.adds_up
        summed = (Word.COUNT, Word.COUNT_DISTINCT, Word.SUM, Word.OPEN, Word.SPENT)
        return self.denominator is None and self.numerator is not None and self.numerator.word in summed


# What numbers depend on. A change anywhere else leaves every value as it was.
_FORMULA = ("source", "numerator", "denominator", "formula_from", "manual", "frequency")
# What else must be computed anew without making earlier values differ.
_COMPUTED = ("breakdowns", "approval")


def same_formula(old: MeasureDefinition, new: MeasureDefinition) -> bool:
    """Whether both give the same values for the same facts, at every level: what is typed rolls up only if it
    is a sum."""
    return (
        old.show_as.per == new.show_as.per
        and old.is_sum == new.is_sum
        and all(getattr(old, key) == getattr(new, key) for key in _FORMULA)
    )


def same_computation(old: MeasureDefinition, new: MeasureDefinition) -> bool:
    """Whether what is stored for one is all that is stored for the other."""
    return same_formula(old, new) and all(getattr(old, key) == getattr(new, key) for key in _COMPUTED)


def as_data(definition: MeasureDefinition) -> dict[str, Any]:
    """The definition as the plain data of its YAML: no key at its default, a bare value for a plain
    ``is``."""
    return with_bare_conditions(plain_data(definition))


def with_bare_conditions(data: dict[str, Any]) -> dict[str, Any]:
    """Something with a ``numerator`` and a ``denominator`` as plain data, with a bare value for a plain
    ``is``."""
    for name in ("numerator", "denominator"):
        if where := data.get(name, {}).get("where"):
            data[name]["where"] = {
                column: said["is"] if said.keys() == {"is"} else said for column, said in where.items()
            }
    return data
