"""What the product lets people see, against an oracle written apart; and what it says of it, against both."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from goldenthread.facts.scope import NOT_ASSIGNED
from goldenthread.jobs.scoping import scope_of
from goldenthread.record.access.explain import About, compare, explain
from goldenthread.record.access.holders import holders_of
from goldenthread.record.access.rights import Step, rights_of
from goldenthread.record.access.roles import Permission
from tests.builders import scope_for
from tests.record.access import oracle
from tests.record.access.organizations import World, built, organizations

pytestmark = pytest.mark.django_db
EVERY_DAY = 200
LONG = 2000


@settings(max_examples=EVERY_DAY)
@given(organizations())
def test_everybody_sees_the_units_and_people_that_the_oracle_says(world: World) -> None:
    agree_with_the_oracle(world)


@pytest.mark.long
@settings(max_examples=LONG)
@given(organizations())
def test_in_many_more_organizations(world: World) -> None:
    agree_with_the_oracle(world)


def agree_with_the_oracle(world: World) -> None:
    with built(world) as users:
        for person, user in users.items():
            scope = scope_for(user, today=world["on"])
            assert scope.units - {NOT_ASSIGNED} == oracle.seen_units(world, person, world["on"])
            assert scope.people == oracle.seen_people(world, person, world["on"])
            assert scope.services == oracle.seen_services(world, person, world["on"])


@given(organizations())
def test_what_is_explained_is_what_is_open_and_nothing_else(world: World) -> None:
    with built(world) as users:
        for user in users.values():
            rights = rights_of(user, today=world["on"])
            scope = scope_of(rights, today=world["on"])
            lines = lines_of(rights, world["on"])
            assert keys(lines, About.UNIT) == scope.units
            assert keys(lines, About.PERSON) == scope.people
            assert keys(lines, About.SERVICE) == scope.services
            for permission in Permission:
                assert told_units(lines, permission) == rights.units_with(permission)


@given(organizations())
def test_what_two_days_differ_by(world: World) -> None:
    with built(world) as users:
        for user in users.values():
            before, after = (lines_of(rights_of(user, today=on), on) for on in (world["on"], world["later"]))
            found = compare(before, after)
            was, now = atoms(before), atoms(after)
            assert changed(found.gained) == now - was
            assert changed(found.lost) == was - now
            assert changed(found.kept) == was & now
            for side in (found.gained, found.lost, found.kept):
                assert all(change.by for change in side)


@given(organizations())
def test_who_holds_a_permission_is_what_each_of_them_holds(world: World) -> None:
    with built(world) as users:
        held = {user.pk: rights_of(user, today=world["on"]) for user in users.values()}
        for permission in Permission:
            each = {user: rights.units_with(permission) for user, rights in held.items()}
            assert holders_of(permission, today=world["on"]) == {
                user: units for user, units in each.items() if units
            }


@given(organizations())
def test_nobody_holds_more_by_standing_in_than_those_they_stand_in_for(world: World) -> None:
    alone, together = (scopes(one) for one in ({**world, "delegations": []}, world))
    for person, scope in together.items():
        stood_in_for = [alone[row[0]] for row in world["delegations"] if row[1] == person]
        both = [alone[person], *stood_in_for]
        assert scope.units <= set().union(*(one.units for one in both))
        assert scope.people <= set().union(*(one.people for one in both))


def lines_of(rights, on):
    return explain(rights, below={one: frozenset({one}) for one in rights.seen_services()}, today=on)


def scopes(world):
    with built(world) as users:
        return {person: scope_for(user, today=world["on"]) for person, user in users.items()}


def keys(lines, about):
    return {line.key for line in lines if line.about is about}


def told_units(lines, permission):
    if permission is Permission.SEE_RESULTS:
        below = {line.key for line in lines if line.about is About.UNIT and line.step is Step.BELOW}
        return below - {NOT_ASSIGNED}
    told = [line for line in lines if (line.about, line.key) == (About.PERMISSION, permission)]
    return set().union(*(line.units for line in told))


def atoms(lines):
    return {(line.about, line.key, unit) for line in lines for unit in line.units or [""]}


def changed(changes):
    return {(one.about, one.key, unit) for one in changes for unit in one.units or [""]}
