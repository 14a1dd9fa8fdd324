"""Days and trees against plain twins that look at every single day."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from goldenthread.record.orgs.days import Days, changed_span, gaps, joined, spanning
from goldenthread.record.orgs.tree import Tree
from tests.record.orgs.organizations import (
    every_day,
    plain_above,
    plain_existed,
    plain_parent,
    some_day,
    some_days,
    trees,
)


def held(stretches):
    return {day for day in every_day for days in stretches if day in days}


@given(st.lists(some_days()))
def test_joined_holds_the_same_days_apart_from_each_other(stretches):
    merged = joined(stretches)
    assert held(merged) == held(stretches)
    assert all(one.bounds[1] < two.bounds[0] for one, two in pairwise(merged))


@given(some_days(), st.lists(some_days()))
def test_gaps_are_what_is_left(within, stretches):
    assert held(gaps(within, stretches)) == held([within]) - held(stretches)


@given(some_days(), some_days())
def test_common_days(one, two):
    assert held([one & two]) == held([one]) & held([two])
    assert (one & two).is_empty == (two & one).is_empty


@given(*[st.lists(st.tuples(st.sampled_from("ab"), some_days()), max_size=4)] * 2)
def test_changed_span_is_the_shortest_that_holds_every_touched_day(before, after):
    def touched(day):
        return {name for name, days in before if day in days} != {name for name, days in after if day in days}

    days = [day for day in every_day if touched(day)]
    span = changed_span(before, after)
    if not days:
        assert span is None
    else:
        assert held([span]) == {day for day in every_day if days[0] <= day <= days[-1]}
        assert (span.start is None) == (days[0] == every_day[0])
        assert (span.end is None) == (days[-1] == every_day[-1])


def test_spans_together():
    early, late = Days(date(2026, 1, 1), date(2026, 2, 1)), Days(date(2026, 6, 1), None)
    assert spanning([late, None, early]) == Days(date(2026, 1, 1), None)
    assert spanning([None]) is None


@given(trees())
def test_history_is_every_day_of_it(tree):
    found = {
        (step.unit, step.ancestor, day) for step in tree.history() for day in every_day if day in step.days
    }
    wanted = {
        (unit, above, day)
        for unit in tree.lives
        for day in every_day
        for above in plain_above(tree, unit, day)
    }
    assert found == wanted


@given(trees())
def test_every_unit_is_counted_into_the_top_for_each_day_it_exists(tree):
    reached = {
        unit: [s.days for s in tree.history() if (s.unit, s.ancestor) == (unit, "u0")] for unit in tree.lives
    }
    for unit, stretches in reached.items():
        assert held(stretches) == {day for day in every_day if plain_existed(tree, unit, day)}


@given(trees(), some_day)
def test_the_tree_of_a_day_holds_every_unit_once(tree, on):
    day_tree = tree.as_of(on)
    assert day_tree.subtree("u0") == frozenset(tree.lives)
    for unit in tree.lives:
        above = day_tree.ancestors(unit)
        assert len(above) == len(set(above))
        assert all(unit in day_tree.subtree(one) for one in above)
        if plain_existed(tree, unit, on):
            assert above == tuple(plain_above(tree, unit, on)[1:])
        if above:
            assert unit in day_tree.children(day_tree.parent(unit))


@given(trees())
def test_the_dates_of_a_tree_are_the_days_on_which_something_moves(tree):
    def forms(day):
        return {unit: plain_parent(tree, unit, day) for unit in tree.lives if plain_existed(tree, unit, day)}

    for before, day in pairwise(every_day):
        if forms(before) != forms(day):
            assert day in tree.dates()


def test_no_ring_is_found_in_a_tree():
    assert Tree({"a": Days(), "b": Days()}, {"b": (("a", Days()),)}).find_cycle() is None


def test_a_ring_of_two_days_only_is_found():
    january, february = Days(None, date(2026, 2, 1)), Days(date(2026, 1, 30), None)
    lives = dict.fromkeys("tab", Days())
    tree = Tree(lives, {"a": (("b", january),), "b": (("t", Days(None, date(2026, 1, 30))), ("a", february))})
    ring, days = tree.find_cycle()
    assert set(ring) == {"a", "b"}
    assert days == Days(date(2026, 1, 30), date(2026, 2, 1))


def test_units_that_take_turns_over_each_other_are_no_ring():
    before, since = Days(None, date(2026, 2, 1)), Days(date(2026, 2, 1), None)
    tree = Tree(
        dict.fromkeys("tab", Days()),
        {"a": (("b", before), ("t", since)), "b": (("t", before), ("a", since))},
    )
    assert tree.find_cycle() is None
    assert tree.as_of(date(2026, 1, 1)).ancestors("a") == ("b", "t")
    assert tree.as_of(date(2026, 3, 1)).ancestors("b") == ("a", "t")
