from __future__ import annotations

import pytest

from goldenthread.definitions import DefinitionError, check, read_yaml
from goldenthread.facts.formulas.checking import check_against, check_derived
from goldenthread.facts.formulas.derived import Derived
from goldenthread.facts.formulas.vocabulary import Side, Word

COLUMNS = {
    "wait_seconds": "number",
    "outcome": "category",
    "started_at": "datetime",
    "closed_on": "date",
    "urgent": "yes_no",
    "held": "whole_number",
}


def side(text: str) -> Side:
    return check(Side, read_yaml(text, file="m.yaml"))


def test_a_side_is_one_word() -> None:
    read = side("{percentile: wait_seconds, at: 90, where: {outcome: answered}}")
    assert (read.word, read.column, read.columns) == (
        Word.PERCENTILE,
        "wait_seconds",
        ("wait_seconds", "outcome"),
    )
    assert side("{count: calls}").column is None


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("{source: calls}", "exactly one of: count"),
        ("{count: calls, sum: wait}", "found count and sum"),
        ("{percentile: wait}", "percentile with at"),
        ("{count: calls, at: 90}", "percentile with at"),
        ("{percentile: wait, at: 100}", "less than 100"),
        ("{open: cases, from: a}", "open with from and until"),
        ("{spent: states, until: a}", "spent with from and until, such as {spent: on_calls"),
        ("{count: calls, from: a}", "from and until only with open and spent, this is count"),
        ("{value_of: population, source: x}", "value_of alone"),
        ("{count: calls, where: {outcome: [a, b]}}", "in: ['a', 'b']"),
        ("{count: calls, where: {outcome: }}", "missing: true"),
        ("{count: calls, where: {outcome: {}}}", "one of: is, not, in"),
        ("{count: calls, where: {wait: {between: [1, x]}}}", "two values of one kind"),
        ("{count: calls, where: {outcome: {or_missing: true}}}", "one of: is, not, in"),
        (
            "{count: calls, where: {outcome: {missing: true, or_missing: true}}}",
            "or_missing beside a comparison",
        ),
        ("{counts: calls}", "“count”"),
    ],
)
def test_what_is_wrong_is_said_with_what_was_wanted(text: str, wanted: str) -> None:
    with pytest.raises(DefinitionError) as raised:
        side(text)
    assert wanted in str(raised.value)
    assert "m.yaml, line 1" in str(raised.value)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{sum: wait_second}", "Found the column “wait_second”; wanted “wait_seconds”."),
        ("{sum: zzz}", "wanted one of: closed_on, held"),
        ("{mean: outcome}", "Found mean of “outcome”, which holds category; wanted a number column."),
        ("{count: c, time: outcome}", "Found “outcome” as time, which holds category; wanted a date"),
        ("{count: c, where: {outcome: {at_most: 5}}}", "Found at_most for “outcome”"),
        ("{count: c, where: {outcome: 5310}}", "wanted text (a number that is a code goes in quotes)."),
        ("{count: c, where: {wait_seconds: {in: [1, x]}}}", "Found 'x' for “wait_seconds”"),
        ("{count: c, where: {urgent: 1}}", "wanted true or false"),
        ("{count: c, where: {closed_on: 5}}", "wanted a date such as"),
    ],
)
def test_a_side_that_does_not_fit_its_source(text: str, sentence: str) -> None:
    assert sentence in " ".join(check_against(side(text), COLUMNS))


def test_a_side_that_fits() -> None:
    text = (
        "{count: c, time: closed_on, where: {wait_seconds: {at_most: 60}, urgent: true, "
        "started_at: {at_least: 2026-01-01}, outcome: {not: [a, b]}}}"
    )
    assert check_against(side(text), COLUMNS, breakdown="outcome") == []
    assert check_against(side(text), COLUMNS, breakdown="office") != []


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("{}", "one of elapsed, on_time, due"),
        ("{due: a, on_time: {done: a, due: b}}", "one of elapsed, on_time, due"),
        ("{due: a, from: b}", "from and until only with elapsed"),
        ("{elapsed: days, from: a}", "elapsed with from and until"),
        ("{on_time: {done: a}}", "either due, or start with days"),
        ("{on_time: {done: a, due: b, start: c, days: 3}}", "not both"),
        ("{on_time: {done: a, due: b, pause_reasons: {r: [x]}}}", "paused, the column"),
    ],
)
def test_a_derived_column_says_one_thing(text: str, wanted: str) -> None:
    with pytest.raises(DefinitionError, match=wanted):
        check(Derived, read_yaml(text))


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        (
            "held",
            "{elapsed: days, from: started_at, until: closed_on}",
            "both as a column and as a derived one",
        ),
        ("x", "{elapsed: hours, from: started_at, until: closed_on}", "which holds date; wanted datetime"),
        ("x", "{elapsed: days, from: startedat, until: closed_on}", "wanted “started_at”"),
        ("x", "{on_time: {done: closed_on, due: started_at, paused: outcome}}", "wanted number"),
        ("x", "{due: in_time}", "the clock “in_time” in x; wanted a derived column with on_time"),
    ],
)
def test_a_derived_column_that_does_not_fit(name: str, text: str, sentence: str) -> None:
    assert sentence in " ".join(check_derived({name: check(Derived, read_yaml(text))}, COLUMNS))
