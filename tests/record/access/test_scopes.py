"""What each kind of person sees, and nothing else."""

from __future__ import annotations

from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser

from goldenthread.calc.folding import Fold
from goldenthread.facts.scope import NOT_ASSIGNED
from goldenthread.jobs.scoping import scope_of
from goldenthread.record.access import queries
from goldenthread.record.access.rights import rights_of
from goldenthread.record.access.roles import Permission
from goldenthread.record.access.scopes import system_scope
from goldenthread.record.audit.actor import Actor
from goldenthread.record.orgs.models import Person, Post, Unit
from tests.builders import scope_for
from tests.record.access.county import (
    EVERY_UNIT,
    TODAY,
    build_grant,
    build_person,
    build_units,
    build_user,
)

pytestmark = pytest.mark.django_db

STAFF = {"n1": "north", "n2": "north", "s1": "south", "b1": "benefits", "c1": "county", "r1": "roads"}


@pytest.fixture
def viewer():
    """A user in a county with one or two members in every unit but works."""
    build_units()
    for key, unit in STAFF.items():
        build_person(key, ("member", unit))
    return build_user("viewer")


UP_FROM_NORTH = {"north", "benefits", "county"}
BENEFITS = {"benefits", "north", "south"}


@pytest.mark.parametrize(
    ("posts", "units", "people"),
    [
        ([], set(), {"me"}),
        ([("member", "north")], UP_FROM_NORTH, {"me"}),
        ([("member", "county")], {"county"}, {"me"}),
        ([("supervisor", "north")], UP_FROM_NORTH, {"me", "n1", "n2"}),
        ([("supervisor", "benefits")], {"county"} | BENEFITS, {"me", "b1", "n1", "n2", "s1"}),
        ([("supervisor", "county")], EVERY_UNIT | {NOT_ASSIGNED}, {"me", "c1", "b1"}),
        ([("supervisor", "works")], {"works", "roads", "county"}, {"me", "r1"}),
        ([("director", "benefits")], {"county"} | BENEFITS, {"me"}),
        ([("director", "county")], EVERY_UNIT | {NOT_ASSIGNED}, {"me"}),
        ([("member", "north"), ("supervisor", "roads")], UP_FROM_NORTH | {"works", "roads"}, {"me", "r1"}),
    ],
)
def test_what_posts_open(viewer, posts, units, people):
    build_person("me", *posts, user=viewer)
    scope = scope_for(viewer, today=TODAY)
    assert (scope.viewer, scope.reason) == (f"user:{viewer.pk}", "own rights")
    assert (scope.units, scope.people) == (frozenset(units), frozenset(people))
    assert not scope.every_unit
    assert not scope.every_person


@pytest.mark.parametrize(
    ("posts", "open_at", "closed_at"),
    [
        ([("member", "north")], {}, {"north": Fold.FOLDED, "benefits": Fold.FOLDED}),
        ([("director", "benefits")], {}, {"north": Fold.FOLDED, "benefits": Fold.FOLDED}),
        ([("supervisor", "north")], {"north"}, {"benefits": Fold.BELOW, "county": Fold.BELOW}),
        ([("supervisor", "benefits")], {"benefits", "north", "south"}, {"county": Fold.BELOW}),
        ([("supervisor", "county")], set(), {"county": Fold.BESIDE, "benefits": Fold.BESIDE}),
        (
            [("supervisor", "north"), ("supervisor", "south")],
            {"north", "south"},
            {"benefits": Fold.BESIDE, "county": Fold.BELOW},
        ),
        ([("supervisor", "north"), ("director", "benefits")], {"north"}, {"benefits": Fold.BESIDE}),
    ],
)
def test_cells_of_few_are_open_where_every_worker_is(viewer, posts, open_at, closed_at):
    build_person("me", *posts, user=viewer)
    scope = scope_for(viewer, today=TODAY)
    assert not any(scope.is_closed(unit, Fold.FOLDED) for unit in open_at)
    for unit, least in closed_at.items():
        assert [fold for fold in Fold if scope.is_closed(unit, fold)] == [f for f in Fold if f >= least]


def test_what_acts_in_their_name_is_told_nothing_that_gives_away_the_rest(viewer):
    """It sees no workers, and they do: together they could take those off a whole."""
    build_person("me", ("supervisor", "north"), user=viewer)
    rights = rights_of(viewer, today=TODAY)
    by_token = scope_of(rights.within(frozenset({Permission.SEE_RESULTS})), today=TODAY)
    assert by_token.is_closed("north", Fold.FOLDED)
    assert by_token.closed_from == scope_of(rights, today=TODAY).closed_from
    assert by_token.is_closed("benefits", Fold.BELOW)


@pytest.mark.parametrize(
    ("role", "unit", "units", "people"),
    [
        ("member", "north", UP_FROM_NORTH, set()),
        ("supervisor", "benefits", {"county"} | BENEFITS, {"b1", "n1", "n2", "s1"}),
        ("director", "benefits", {"county"} | BENEFITS, set()),
        ("analyst", "benefits", BENEFITS, set()),
        ("analyst", "county", EVERY_UNIT | {NOT_ASSIGNED}, set()),
        ("executive", "works", {"works", "roads"}, set()),
        ("executive", "county", EVERY_UNIT | {NOT_ASSIGNED}, set()),
        ("administrator", "county", set(), set()),
    ],
)
def test_what_a_grant_opens_to_one_who_is_no_person_of_the_organization(viewer, role, unit, units, people):
    build_grant(viewer, role, unit)
    scope = scope_for(viewer, today=TODAY)
    assert (scope.units, scope.people) == (frozenset(units), frozenset(people))
    assert not scope.every_unit
    assert not scope.every_person


def test_grants_add_to_posts(viewer):
    build_person("me", ("member", "north"), user=viewer)
    build_grant(viewer, "executive", "works")
    assert scope_for(viewer, today=TODAY).units == UP_FROM_NORTH | {"works", "roads"}


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "open_"),
    [
        (date(2026, 3, 1), None, True),
        (date(2026, 3, 2), None, False),
        (date(2025, 1, 1), date(2026, 3, 1), False),
        (date(2025, 1, 1), date(2026, 3, 2), True),
        (None, None, True),
    ],
)
def test_rights_hold_from_their_first_day_to_before_their_last(viewer, starts_on, ends_on, open_):
    build_person("me", ("supervisor", "north"), user=viewer)
    Post.objects.filter(person__key="me").update(starts_on=starts_on, ends_on=ends_on)
    scope = scope_for(viewer, today=TODAY)
    assert scope.sees_unit("north") is open_
    assert scope.sees_person("n1") is open_
    assert scope.sees_person("me")


def test_a_member_who_left_is_no_longer_seen(viewer):
    build_person("me", ("supervisor", "north"), user=viewer)
    Post.objects.filter(person__key="n1").update(ends_on=TODAY)
    assert scope_for(viewer, today=TODAY).people == {"me", "n2"}


def test_a_supervisor_who_is_named_sees_two_levels(viewer):
    me = build_person("me", ("member", "county"), user=viewer)
    lead = build_person("lead", ("member", "works"), supervisor=me)
    worker = build_person("worker", ("member", "roads"), supervisor=lead)
    build_person("helper", ("member", "roads"), supervisor=worker)
    assert scope_for(viewer, today=TODAY).people == {"me", "lead", "worker"}


def test_what_ended_stays_with_those_above_its_last_place(viewer):
    Unit.objects.filter(key="south").update(ends_on=date(2025, 1, 1))
    build_grant(viewer, "executive", "benefits")
    assert "south" in scope_for(viewer, today=TODAY).units


def test_nobody_sees_anything_with_a_closed_account_or_none(viewer):
    build_person("me", ("supervisor", "county"), user=viewer)
    build_grant(viewer, "executive", "county")
    viewer.is_active = False
    for nobody in (viewer, AnonymousUser()):
        scope = scope_for(nobody, today=TODAY)
        assert (scope.units, scope.people, scope.every_unit, scope.every_person) == (
            set(),
            set(),
            False,
            False,
        )


def test_a_scope_of_the_system_has_a_reason():
    scope = system_scope(by=Actor.job("compute"), reason="after batch 7")
    assert (scope.viewer, scope.every_unit, scope.every_person) == ("job:compute", True, True)
    with pytest.raises(ValueError, match="wanted a few words"):
        system_scope(by=Actor.job("compute"), reason="")


def test_fetching_authorizes(viewer):
    build_person("me", ("supervisor", "north"), user=viewer)
    scope = scope_for(viewer, today=TODAY)
    assert queries.find_unit(scope, "north").key == "north"
    for hidden in ("roads", "nowhere", NOT_ASSIGNED):
        assert queries.find_unit(scope, hidden) is None
    assert {unit.key for unit in queries.visible_units(scope)} == UP_FROM_NORTH
    everything = system_scope(by=Actor.job("test"), reason="a test")
    assert queries.visible_units(everything).count() == len(EVERY_UNIT)


def test_a_scope_takes_five_queries_however_big_the_county(viewer, django_assert_num_queries):
    build_person("me", ("supervisor", "benefits"), user=viewer)
    build_grant(viewer, "analyst", "works")
    with django_assert_num_queries(5):
        scope_for(viewer, today=TODAY)
    units = build_units({f"team{number}": "top" for number in range(300)})
    people = Person.objects.bulk_create(Person(key=f"p{number}", name="P") for number in range(900))
    Post.objects.bulk_create(
        Post(person=person, unit=units[f"team{number % 300}"], role="member")
        for number, person in enumerate(people)
    )
    with django_assert_num_queries(5):
        scope_for(viewer, today=TODAY)
