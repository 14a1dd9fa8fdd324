"""What the state of a measure or a typed value allows, whoever asks."""

from __future__ import annotations

import math
from dataclasses import dataclass

from goldenthread.calc.aggregation import rate
from goldenthread.calc.direction import same
from goldenthread.record.answers import NotAllowed
from goldenthread.record.measures.definition import MeasureDefinition
from goldenthread.record.measures.models import TypedState, TypedValue

S = TypedState

# A value under approval changes only when its approver returns it. Without approval, submitting is approving,
# and the owner may correct a value at any time.
TRANSITIONS: dict[bool, dict[TypedState, frozenset[TypedState]]] = {
    True: {
        S.DRAFT: frozenset({S.DRAFT, S.SUBMITTED}),
        S.SUBMITTED: frozenset({S.APPROVED, S.RETURNED}),
        S.RETURNED: frozenset({S.DRAFT}),
        S.APPROVED: frozenset({S.RETURNED}),
    },
    False: {
        S.DRAFT: frozenset({S.DRAFT, S.APPROVED}),
        S.SUBMITTED: frozenset({S.DRAFT, S.APPROVED, S.RETURNED}),
        S.RETURNED: frozenset({S.DRAFT}),
        S.APPROVED: frozenset({S.DRAFT}),
    },
}

# Nothing more to do for who owes the value.
HANDED_IN = frozenset({S.SUBMITTED, S.APPROVED})


def check_can_become(value: TypedValue, wanted: TypedState, *, approval: bool) -> None:
    """``approval``: whether the measure asks that somebody else approve its typed values."""
    found = TypedState(value.state)
    if wanted in TRANSITIONS[approval][found]:
        return
    if found in HANDED_IN and wanted is S.DRAFT:
        raise NotAllowed(
            f"The value for {value.period_start} is {found.label.lower()}. Ask that it be returned first."
        )
    raise NotAllowed(
        f"The value for {value.period_start} is {found.label.lower()}, "
        f"so it cannot become {wanted.label.lower()}."
    )


@dataclass(frozen=True)
class Figures:
    """What was typed, or what it comes to: amounts, and the value as it is shown. None is no data."""

    numerator: float | None = None
    denominator: float | None = None
    value: float | None = None


def settle(definition: MeasureDefinition, typed: Figures) -> Figures:
    """What typed figures come to; raises NotAllowed when they contradict each other.

    Numerator and denominator give the value. A value alone is an amount that adds up when the measure says
    so; else nothing can be derived from it, and no sum is ever made of it.
    """
    numbers = (typed.numerator, typed.denominator, typed.value)
    if any(number is not None and not math.isfinite(number) for number in numbers):
        raise NotAllowed("Found a number without end; wanted a plain number.")
    if typed.denominator is not None:
        return _rate(definition, typed)
    if typed.numerator is not None:
        if not definition.is_sum:
            raise NotAllowed("Found a numerator without its denominator; wanted both, or the value alone.")
        if typed.value is not None and not same(typed.value, typed.numerator):
            raise NotAllowed(
                f"Found the amount {typed.numerator:g} and the value {typed.value:g}; wanted one of them."
            )
        return Figures(numerator=typed.numerator, value=typed.numerator)
    return Figures(numerator=typed.value, value=typed.value) if definition.is_sum else typed


def _rate(definition: MeasureDefinition, typed: Figures) -> Figures:
    if typed.numerator is None:
        raise NotAllowed("Found a denominator without its numerator; wanted both, or the value alone.")
    assert typed.denominator is not None
    if typed.denominator < 0:
        raise NotAllowed(f"Found the denominator {typed.denominator:g}; wanted 0 or more.")
    value = rate(typed.numerator, typed.denominator, per=definition.show_as.per)
    if typed.value is not None and (value is None or not same(value, typed.value)):
        comes_to = "no value" if value is None else f"{value:g}"
        raise NotAllowed(
            f"Found the value {typed.value:g}, while {typed.numerator:g} of {typed.denominator:g} "
            f"comes to {comes_to}. "
            "Leave the value out, or correct one of the three."
        )
    return Figures(typed.numerator, typed.denominator, value)
