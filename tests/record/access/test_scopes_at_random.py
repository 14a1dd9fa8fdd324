"""``scope_for`` against a plain twin that walks from unit to unit and asks everybody."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldenthread.facts.scope import NOT_ASSIGNED
from goldenthread.record.access.models import Grant
from goldenthread.record.orgs.models import Person, Post, Unit, UnitParent
from tests.builders import scope_for
from tests.record.access.county import TODAY, build_grant, build_person, build_units, build_user

ROLES_OF_POSTS = ("member", "supervisor", "director")
ROLES_OF_GRANTS = ("member", "supervisor", "director", "analyst", "executive", "administrator")


@st.composite
def counties(draw):
    """Parents by unit, people with their posts, and what the viewer (person 0) holds by grants."""
    names = [f"u{number}" for number in range(draw(st.integers(2, 7)))]
    parents = {name: draw(st.sampled_from(names[:place])) for place, name in enumerate(names) if place}
    post = st.tuples(st.sampled_from(ROLES_OF_POSTS), st.sampled_from(names))
    people = draw(st.lists(st.lists(post, max_size=2, unique=True), min_size=1, max_size=6))
    grants = draw(
        st.lists(st.tuples(st.sampled_from(ROLES_OF_GRANTS), st.sampled_from(names)), max_size=2, unique=True)
    )
    return parents, people, grants


def below(parents, unit):
    return {unit}.union(*(below(parents, child) for child, parent in parents.items() if parent == unit))


def above(parents, unit):
    return {unit} | (above(parents, parents[unit]) if unit in parents else set())


def plain_scope(parents, people, grants):
    units, workers = set(), {"p0"}
    for role, unit in [*people[0], *grants]:
        if role in ("supervisor", "director", "executive", "analyst"):
            units |= below(parents, unit)
            if unit == "u0":
                units.add(NOT_ASSIGNED)
        if role in ("member", "supervisor", "director"):
            units |= above(parents, unit)
        if role == "supervisor":
            for number, posts in enumerate(people):
                for other, place in posts:
                    if other == "member" and unit in (place, parents.get(place)):
                        workers.add(f"p{number}")
    return units, workers


@pytest.mark.django_db
@given(counties())
def test_a_scope_is_what_the_plain_twin_says(county):
    for model in (Grant, Post, UnitParent, Unit, Person):
        model.objects.all().delete()
    parents, people, grants = county
    build_units(parents)
    viewer = build_user(f"viewer{Unit.objects.latest('pk').pk}")
    for number, posts in enumerate(people):
        build_person(f"p{number}", *posts, user=None if number else viewer)
    for role, unit in grants:
        build_grant(viewer, role, unit)
    scope = scope_for(viewer, today=TODAY)
    assert (scope.units, scope.people) == plain_scope(parents, people, grants)
