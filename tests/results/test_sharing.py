"""Who follows whom in what is folded, from definitions alone."""

from __future__ import annotations

from datetime import date

import pytest

from goldenthread.calc.periods import Grain
from goldenthread.definitions import read_yaml
from goldenthread.record.measures.checks import read_measure
from goldenthread.record.measures.definition import MeasureDefinition
from goldenthread.record.measures.queries import ActiveMeasure, FormulaSpan
from goldenthread.results.pieces import Piece, pieces_of
from goldenthread.results.sharing import Sharing

ALL = "{count: calls}"
ANSWERED = "{count: calls, where: {result: answered}}"
TIMES = {"calls": "begun", "letters": "day"}


def definition(key: str, above: str, below: str = "", *, source: str = "calls") -> MeasureDefinition:
    text = f"""
measure: {key}
title: {key}
source: {source}
frequency: month
show_as: {{unit: rate}}
numerator: {above}
"""
    written = read_measure(read_yaml(text + (f"denominator: {below}\n" if below else ""), file=f"{key}.yaml"))
    return written.definition


def measure(number: int, *definitions: MeasureDefinition, breaks: tuple[date, ...] = ()) -> ActiveMeasure:
    starts, ends = (None, *breaks), (*breaks, None)
    spans = tuple(
        FormulaSpan(number * 10 + step, step, one, start, end)
        for step, (one, start, end) in enumerate(zip(definitions, starts, ends, strict=True))
    )
    return ActiveMeasure(number, definitions[-1].measure, definitions[-1], spans, None)


def followed(of: str, *in_use: ActiveMeasure, retired: tuple[ActiveMeasure, ...] = ()) -> list[str]:
    """The keys of what the newest piece of a measure follows."""
    sharing = Sharing(in_use, retired, TIMES)
    *_, piece = (one for one in pieces_of(in_use) if one.key == of)
    return [one.key for one in sharing.followed_by(piece)]


SHARE = measure(1, definition("a_share", ANSWERED, ALL))
COUNT = measure(2, definition("received", ALL))


def test_a_rate_follows_the_counts_of_both_its_sides():
    answered = measure(3, definition("x_answered", ANSWERED))
    assert followed("a_share", SHARE, COUNT, answered) == ["x_answered", "received"]
    assert followed("received", SHARE, COUNT, answered) == []


def test_of_two_rates_the_second_follows_the_first():
    other = measure(3, definition("b_share", "{count: calls, where: {result: lost}}", ALL))
    assert followed("b_share", other, SHARE) == ["a_share"]
    assert followed("a_share", other, SHARE) == []


@pytest.mark.parametrize(
    ("same", "above"),
    [
        (True, "{count: anything, time: begun}"),
        (True, "{mean: wait}"),
        (False, "{count: calls, time: ended}"),
        (False, "{open: calls, from: begun, until: ended}"),
        (False, ANSWERED),
        (False, "{count: calls, source: letters}"),
    ],
)
def test_the_same_facts_are_those_of_one_source_clock_and_condition(same, above):
    other = measure(3, definition("z_other", above))
    assert followed("z_other", COUNT, other) == (["received"] if same else [])


def test_the_order_of_what_a_condition_lists_makes_no_difference():
    one = measure(1, definition("one", "{count: calls, where: {result: {in: [answered, lost]}}}"))
    two = measure(2, definition("two", "{count: calls, where: {result: {in: [lost, answered]}}}"))
    assert followed("two", one, two) == ["one"]


def test_other_periods_are_not_compared():
    weekly = definition("weekly", ALL).model_copy(update={"frequency": Grain.WEEK})
    assert followed("received", COUNT, measure(3, weekly)) == []


def test_who_takes_values_comes_after_whom_they_are_taken_of():
    """By name the taker would be the first to count the letters, and each would wait for the other."""
    taker = measure(1, definition("a_taker", "{count: letters}", "{value_of: lender}", source="letters"))
    lender = measure(
        2, definition("lender", "{count: letters}", "{count: calls, source: calls}", source="letters")
    )
    assert followed("a_taker", taker, lender) == ["lender"]
    assert followed("lender", taker, lender) == []


def test_a_first_that_holds_for_some_days_leaves_the_others_to_the_next():
    broken = measure(
        1, definition("a_count", ALL), definition("a_count", ANSWERED), breaks=(date(2025, 1, 1),)
    )
    mean = measure(4, definition("z_mean", "{mean: wait}"))
    assert followed("z_mean", broken, COUNT, mean) == ["a_count", "received"]


def test_a_retired_measure_is_followed_and_so_is_the_next():
    retired = measure(9, definition("zz_retired", ALL))
    assert followed("a_share", SHARE, COUNT, retired=(retired,)) == ["zz_retired", "received"]
    assert followed("received", SHARE, COUNT, retired=(retired,)) == ["zz_retired"]


def test_what_nobody_saved_yet_follows_what_is_there():
    tried = Piece(COUNT.id, COUNT.key, 0, COUNT.definition, date.min, date.max)
    sharing = Sharing([SHARE, COUNT], [], TIMES)
    assert [one.key for one in sharing.followed_by(tried)] == ["received"]


def test_whoever_follows_is_settled_with_the_first_and_after_it():
    borrows = measure(
        4, definition("a_borrower", "{count: letters}", "{value_of: a_share}", source="letters")
    )
    apart = measure(5, definition("apart", "{count: letters, time: sent}", source="letters"))
    sharing = Sharing([borrows, apart, SHARE, COUNT], [], TIMES)
    assert list(sharing.with_followers(pieces_of([COUNT]))) == [COUNT.id, SHARE.id, borrows.id]
    assert list(sharing.with_followers(pieces_of([SHARE]))) == [SHARE.id, borrows.id]
