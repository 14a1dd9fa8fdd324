"""Why somebody holds a role: the posts, grants and delegations of one day, each with its row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django.db.models import IntegerField, Q, QuerySet, TextField, Value

from goldenthread.record.access.models import Delegation, Grant
from goldenthread.record.access.roles import ROLES, Role
from goldenthread.record.asking import Given, Question, worded
from goldenthread.record.orgs.days import Days
from goldenthread.record.orgs.models import Person
from goldenthread.record.orgs.queries import days_of


class Source(StrEnum):
    """The kind of row that gives a role."""

    POST = "post"
    GRANT = "grant"
    DELEGATION = "delegation"


@dataclass(frozen=True)
class Holding:
    """One role, the row that gives it, and on which days.

    It is held over ``unit`` or over ``service``, whichever is not empty. In a delegation ``giver`` is the id
    of the person whose post it is, ``giver_key`` their key, and ``only`` the unit it is narrowed to.
    """

    role: Role
    source: Source
    row: int
    days: Days
    unit: str = ""
    service: str = ""
    giver: int | None = None
    giver_key: str = ""
    only: str = ""


# Days are read as words and compared here, so that the database writes the same question every day.
_NOTHING = (*(Value(None, IntegerField()),) * 2, *(Value(None, TextField()),) * 4)
_DELEGATION = ("giver", "pk", "giver__key", worded("starts_on"), worded("ends_on"), "unit__key")


def _own(people: QuerySet[Person]) -> QuerySet[Person, tuple[Any, ...]]:
    days = (worded("posts__starts_on"), worded("posts__ends_on"))
    post = ("posts__role", "posts__pk", *days, "posts__unit__key")
    return people.order_by().values_list("user", "pk", "key", *post, *_NOTHING)


def _stood_in_for(delegations: QuerySet[Delegation]) -> QuerySet[Delegation, tuple[Any, ...]]:
    """Only posts are handed on, never what was granted or handed on to the giver; and one whose account was
    closed has nothing to hand on."""
    days = (worded("giver__posts__starts_on"), worded("giver__posts__ends_on"))
    post = ("giver__posts__role", "giver__posts__pk", *days, "giver__posts__unit__key")
    still_open = Q(giver__user=None) | Q(giver__user__is_active=True)
    return (
        delegations.filter(still_open)
        .order_by()
        .values_list("receiver__user", "receiver", "receiver__key", *post, *_DELEGATION)
    )


def _granted(grants: QuerySet[Grant]) -> QuerySet[Grant, tuple[Any, ...]]:
    return grants.order_by("pk").values_list(
        "user", "role", "pk", worded("starts_on"), worded("ends_on"), "unit__key", "service"
    )


_POSTS_OF = Question(
    lambda: _own(Person.objects.filter(user=Given("user"))).union(
        _stood_in_for(Delegation.objects.filter(receiver__user=Given("user"))), all=True
    )
)
_GRANTS_OF = Question(lambda: _granted(Grant.objects.filter(user=Given("user"))))
_POSTS = Question(
    lambda: _own(Person.objects.filter(user__is_active=True)).union(
        _stood_in_for(Delegation.objects.filter(receiver__user__is_active=True)), all=True
    )
)
_GRANTS = Question(lambda: _granted(Grant.objects.filter(user__is_active=True)))


def ask_holdings(user: int, *, on: date) -> tuple[int | None, str | None, tuple[Holding, ...]]:
    """Who of the organization this user is, by id and key, and what they hold on that day; two queries."""
    posts = _POSTS_OF.ask(user=user)
    # A person without a post comes as one row that ends in nothing.
    person_id, person = posts[0][1:3] if posts else (None, None)
    held = (*map(_of_grant, _GRANTS_OF.ask(user=user)), *map(_of_post, posts))
    return person_id, person, _on(on, held)


def holdings_of_everybody(*, on: date) -> dict[int, tuple[Holding, ...]]:
    """What each user who can sign in holds on that day; two queries."""
    found: dict[int, list[Holding | None]] = defaultdict(list)
    for row in _GRANTS.ask():
        found[row[0]].append(_of_grant(row))
    for row in _POSTS.ask():
        found[row[0]].append(_of_post(row))
    return {user: _on(on, held) for user, held in found.items()}


def _of_grant(row: tuple[Any, ...]) -> Holding:
    _user, role, pk, start, end, unit, service = row
    return Holding(ROLES[role], Source.GRANT, pk, days_of(start, end), unit or "", service)


def _of_post(row: tuple[Any, ...]) -> Holding | None:
    """None for a person, or a giver, who has no post at all."""
    role, post, start, end, unit, giver, delegation, giver_key, first, after, only = row[3:]
    if role is None:
        return None
    days = days_of(start, end)
    if delegation is None:
        return Holding(ROLES[role], Source.POST, post, days, unit)
    days &= days_of(first, after)
    return Holding(
        ROLES[role],
        Source.DELEGATION,
        delegation,
        days,
        unit,
        giver=giver,
        giver_key=giver_key,
        only=only or "",
    )


def _on(on: date, held: Iterable[Holding | None]) -> tuple[Holding, ...]:
    """Those that hold on that day: grants, own posts, and what is handed on, each in the order it was
    written."""
    rows = (one for one in held if one is not None and on in one.days)
    return tuple(sorted(rows, key=lambda one: (_ORDER[one.source], one.row)))


_ORDER = {Source.GRANT: 0, Source.POST: 1, Source.DELEGATION: 2}
