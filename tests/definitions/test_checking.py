"""A shape over a text: what was found, where, and what was wanted."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Literal

import pytest
from pydantic import Field, ValidationError, field_validator

from goldenthread.definitions import (
    Definition,
    DefinitionError,
    Located,
    Problem,
    check,
    one_of,
    read_yaml,
)


class Better(StrEnum):
    HIGHER = "higher"
    LOWER = "lower"


class Target(Definition):
    starts_on: date = Field(alias="from")
    value: float


class Measure(Definition):
    measure: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    frequency: Literal["day", "week", "month"] = "month"
    better: Better = Better.HIGHER
    per: int = Field(default=100, gt=0)
    lag_days: int = Field(default=0, ge=0, le=60)
    manual: bool = False
    targets: tuple[Target, ...] = ()
    where: dict[str, float] = {}
    columns: tuple[str, ...] = Field(default=("a",), min_length=1)
    owner: str = ""

    @field_validator("owner")
    @classmethod
    def _known(cls, name: str) -> str:
        if name == "nobody":
            raise ValueError("the id of a person")
        return name


def test_a_text_that_fits():
    text = "measure: calls\ntargets: [{from: 2026-07-01, value: 85}]\n"
    made = check(Measure, read_yaml(text))
    assert made.targets == (Target(starts_on=date(2026, 7, 1), value=85),)
    with pytest.raises(ValidationError, match="frozen"):
        made.measure = "other"


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("frequency: monthly", "frequency: found “monthly”, wanted “month”, or another of: day, week, month"),
        ("frequency: never", "frequency: found “never”, wanted one of: day, week, month"),
        ("better: hihger", "better: found “hihger”, wanted “higher”, or another of: higher, lower"),
        ("per: 0", "per: found “0”, wanted more than 0"),
        ("lag_days: 61", "lag_days: found “61”, wanted at most 60"),
        ("lag_days: -1", "lag_days: found “-1”, wanted at least 0"),
        ("lag_days: 1.5", "lag_days: found “1.5”, wanted a whole number"),
        ("lag_days: soon", "lag_days: found “soon”, wanted a whole number"),
        ("manual: maybe", "manual: found “maybe”, wanted true or false"),
        ("owner: 7", "owner: found “7”, wanted text"),
        ("owner:", "owner: found nothing, wanted text"),
        ("owner: nobody", "owner: found “nobody”, wanted the id of a person"),
        ("targets: 85", "targets: found “85”, wanted a list"),
        ("targets: [85]", "targets.0: found “85”, wanted a mapping"),
        ("targets: [{value: 85}]", "targets.0.from: found nothing, wanted this key, which is required"),
        (
            "targets: [{from: July, value: 85}]",
            "targets.0.from: found “July”, wanted a date such as 2026-07-01",
        ),
        ("targets: [{from: 2026-07-01, value: high}]", "targets.0.value: found “high”, wanted a number"),
        ("where: [a]", "where: found “['a']”, wanted a mapping"),
        ("columns: []", "columns: found “[]”, wanted at least one entry"),
        (
            "targts: []",
            "targts: found the key “targts”, wanted “targets”, or another of: measure, frequency, better, "
            "per, lag_days, manual, targets, where, columns, owner",
        ),
        (
            "targets: [{from: 2026-07-01, value: 1, valeu: 2}]",
            "targets.0.valeu: found the key “valeu”, wanted “value”, or another of: from, value",
        ),
    ],
)
def test_what_does_not_fit(line, problem):
    with pytest.raises(DefinitionError) as caught:
        check(Measure, read_yaml(f"measure: calls\n{line}\n", file="calls.yaml"))
    assert str(caught.value) == f"calls.yaml, line 2, {problem}"


def test_every_problem_in_reading_order():
    text = (
        "per: 0\nmeasure: Calls!\ntargets:\n  - {from: 2026-07-01, value: 1}\n  - {from: never, value: 1}\n"
    )
    with pytest.raises(DefinitionError) as caught:
        check(Measure, read_yaml(text, file="calls.yaml"))
    assert [(one.line, one.where) for one in caught.value.problems] == [
        (1, "per"),
        (2, "measure"),
        (5, "targets.1.from"),
    ]


def test_a_missing_key_and_a_document_that_is_no_mapping():
    for text, problem in (
        ("per: 1\n", "line 1, measure: found nothing, wanted this key, which is required"),
        ("- a\n", "line 1: found “['a']”, wanted a mapping"),
        ("", "line 1: found nothing, wanted a mapping"),
    ):
        with pytest.raises(DefinitionError) as caught:
            check(Measure, read_yaml(text))
        assert str(caught.value) == problem


def test_what_a_form_posted_has_no_line():
    with pytest.raises(DefinitionError) as caught:
        check(Measure, Located({"measure": "calls", "per": 0}))
    assert caught.value.problems == (Problem("", None, "per", "“0”", "more than 0"),)
    assert str(Problem("", None, "", "a ring", "a tree")) == "Found a ring, wanted a tree"


def test_naming_choices():
    assert one_of(["north", "south"]) == "one of: north, south"
    assert one_of(["north", "south"], "nrth") == "“north”, or another of: north, south"
    assert one_of(["north", "south"], "zzz") == "one of: north, south"
