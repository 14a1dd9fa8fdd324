"""Organizations as hypothesis draws them, as plain rows for the oracle and as rows of the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from hypothesis import strategies as st

from goldenthread.accounts.models import User
from goldenthread.record.access.models import Delegation, Grant
from goldenthread.record.orgs.models import Person, Post, Unit, UnitParent
from tests.record.access.county import NOW

World = dict[str, Any]
FIRST = date(2026, 1, 1)
DAYS = 40
POSTS = ("member", "member", "supervisor", "director")
GRANTED = (
    "member",
    "supervisor",
    "director",
    "analyst",
    "executive",
    "reader",
    "publisher",
    "hr",
    "auditor",
    "labour_liaison",
    "data_custodian",
    "administrator",
)

day = st.integers(0, DAYS).map(lambda number: FIRST + timedelta(days=number))


@st.composite
def stretches(draw: st.DrawFn, *, open_start: bool = True, open_end: bool = True) -> tuple[Any, Any]:
    """Half-open days, often open on one side."""
    start = draw(st.one_of(st.none(), day) if open_start else day)
    length = draw(st.one_of(st.none(), st.integers(1, DAYS)) if open_end else st.integers(1, DAYS))
    return start, None if length is None else (start or FIRST) + timedelta(days=length)


@st.composite
def organizations(draw: st.DrawFn) -> World:
    """Up to seven units that come, go and move, up to six people, with dated rows of every kind."""
    names = [f"u{number}" for number in range(draw(st.integers(2, 7)))]
    units: dict[str, Any] = {"u0": (None, None)}
    parents = []
    for place, name in enumerate(names[1:], start=1):
        units[name] = draw(st.one_of(st.just((None, None)), stretches()))
        first = draw(st.sampled_from(names[:place]))
        moved = draw(st.one_of(st.none(), day))
        parents.append((name, first, None, moved))
        if moved is not None:
            parents.append((name, draw(st.sampled_from(names[:place])), moved, None))
    people = [f"p{number}" for number in range(draw(st.integers(2, 6)))]
    person, unit = st.sampled_from(people), st.sampled_from(names)
    posts = draw(
        st.lists(
            st.tuples(person, st.sampled_from(POSTS), unit, st.one_of(st.none(), person), stretches()),
            max_size=10,
            unique_by=lambda row: (row[0], row[1], row[2], row[4][0]),
        )
    )
    grants = draw(
        st.lists(
            st.tuples(person, st.sampled_from(GRANTED), unit, stretches(open_start=False)),
            max_size=4,
            unique_by=lambda row: (row[0], row[1], row[2], row[3][0]),
        )
    )
    services = draw(st.lists(st.tuples(person, st.sampled_from(("s0", "s1")), day), max_size=2, unique=True))
    delegations = draw(
        st.lists(
            st.tuples(
                person, person, st.one_of(st.none(), unit), stretches(open_start=False, open_end=False)
            ),
            max_size=3,
        )
    )
    return {
        "one_day": timedelta(days=1),
        "top": "u0",
        "units": units,
        "parents": parents,
        "posts": [(*row[:4], *row[4]) for row in posts],
        "grants": [(*row[:3], *row[3]) for row in grants],
        "delegations": [(*row[:3], *row[3]) for row in delegations if row[0] != row[1]],
        "services": services,
        "closed": set(draw(st.lists(person, max_size=1))),
        "people": people,
        "on": draw(day),
        "later": draw(day),
    }


@contextmanager
def built(world: World) -> Iterator[dict[str, User]]:
    """The organization in the database while the block runs, with an account for everybody, by person."""
    # No block of its own: what is written in one that must be the outermost could not be written here.
    before = transaction.savepoint()
    try:
        yield _build(world)
    finally:
        transaction.savepoint_rollback(before)


def _build(world: World) -> dict[str, User]:
    units = by_key(
        Unit,
        [
            Unit(key=key, name=key.title(), kind="team", starts_on=start, ends_on=end)
            for key, (start, end) in world["units"].items()
        ],
    )
    UnitParent.objects.bulk_create(
        UnitParent(unit=units[unit], parent=units[parent], starts_on=start, ends_on=end)
        for unit, parent, start, end in world["parents"]
    )
    User.objects.bulk_create(
        User(username=key, name=key.title(), is_active=key not in world["closed"]) for key in world["people"]
    )
    users = {user.username: user for user in User.objects.all()}
    people = by_key(Person, [Person(key=key, name=key.title(), user=user) for key, user in users.items()])
    Post.objects.bulk_create(
        Post(
            person=people[person],
            role=role,
            unit=units[unit],
            supervisor=people.get(supervisor),
            starts_on=start,
            ends_on=end,
        )
        for person, role, unit, supervisor, start, end in world["posts"]
    )
    Grant.objects.bulk_create(
        Grant(user=users[person], role=role, unit=units[unit], starts_on=start, ends_on=end)
        for person, role, unit, start, end in world["grants"]
    )
    Grant.objects.bulk_create(
        Grant(user=users[person], role="reader", service=service, starts_on=start)
        for person, service, start in world["services"]
    )
    Delegation.objects.bulk_create(
        Delegation(
            giver=people[giver],
            receiver=people[receiver],
            kind="leave",
            unit=units.get(unit),
            starts_on=start,
            ends_on=end,
            arranged_by="test",
            arranged_at=NOW,
        )
        for giver, receiver, unit, start, end in world["delegations"]
    )
    return users


def by_key(model: type[Any], rows: list[Any]) -> dict[str, Any]:
    return {row.key: row for row in model.objects.bulk_create(rows)}
