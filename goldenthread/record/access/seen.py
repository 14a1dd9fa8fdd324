"""Whose numbers are open to somebody, and by what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import starmap

from django.db.models import DateField, Q, QuerySet

from goldenthread.record.access.holdings import Holding, Source
from goldenthread.record.access.rights import Rights
from goldenthread.record.access.roles import Permission
from goldenthread.record.asking import Given, GivenAll, Question
from goldenthread.record.orgs.enums import PostRole
from goldenthread.record.orgs.models import Post
from goldenthread.record.orgs.queries import open_on


class Tie(StrEnum):
    """What ties one person to another whose numbers are open to them."""

    SELF = "self"
    MEMBER = "member"
    NAMED = "named"
    NAMED_ABOVE = "named_above"


@dataclass(frozen=True)
class SeenPerson:
    """One person whose numbers are open, and one reason for it.

    MEMBER: of ``unit``, whose workers ``holding`` opens. NAMED: the post in ``unit`` names the viewer as its
    supervisor; NAMED_ABOVE: it names somebody whose own post names the viewer. ``holding`` is then None, or
    the delegation by which the viewer stands in for the one who is named.
    """

    person: str
    tie: Tie
    unit: str = ""
    holding: Holding | None = None


@dataclass(frozen=True)
class _Member:
    id: int
    key: str
    unit: str
    supervisor: int | None


@dataclass(frozen=True)
class _Leader:
    """Somebody whom posts may name as supervisor, and where that counts; None is everywhere."""

    person: int
    within: frozenset[str] | None
    holding: Holding | None


def _members_of() -> QuerySet[Post, tuple[int, str, str, int | None]]:
    posts = Post.objects.filter(open_on(Given("today", DateField())), role=PostRole.MEMBER)
    named = posts.filter(supervisor__in=GivenAll("leaders"))
    wanted = Q(supervisor__in=GivenAll("leaders")) | Q(supervisor__in=named.values("person"))
    return (
        posts.filter(wanted | Q(unit__in=GivenAll("units")))
        .order_by("person__key", "pk")
        .values_list("person", "person__key", "unit__key", "supervisor")
    )


_MEMBERS = Question(_members_of)


def seen_people(rights: Rights, *, today: date) -> tuple[SeenPerson, ...]:
    """The user; members of supervised units and of those directly below; those who name the user as their
    supervisor, or as their supervisor's; and the same for each whom the user stands in for.

    Nobody, not even the user, where the rights are narrowed to what opens no workers. One query at most.
    """
    if rights.only is not None and Permission.SEE_WORKERS not in rights.only:
        return ()
    own = (SeenPerson(rights.person, Tie.SELF),) if rights.person is not None else ()
    leaders = tuple(_leaders(rights))
    units = rights.units_with(Permission.SEE_WORKERS)
    if not leaders and not units:
        return own
    ids = [rights.units.lines[unit].pk for unit in units]
    rows = _MEMBERS.ask(today=today, leaders={one.person for one in leaders}, units=ids)
    members = list(starmap(_Member, rows))
    return (*own, *_members(rights, members), *_named(leaders, members))


def _leaders(rights: Rights) -> Iterator[_Leader]:
    if rights.person_id is not None:
        yield _Leader(rights.person_id, None, None)
    stood_in_for: dict[tuple[int | None, str], Holding] = {}
    for one in rights.holdings:
        if one.source is Source.DELEGATION:
            stood_in_for.setdefault((one.giver, one.only), one)
    for (giver, only), holding in stood_in_for.items():
        if giver is not None:
            yield _Leader(giver, rights.tree.subtree(only) if only else None, holding)


def _members(rights: Rights, members: list[_Member]) -> Iterator[SeenPerson]:
    reaches = [one for one in rights.reaches if one.permission is Permission.SEE_WORKERS]
    for member in members:
        for reach in reaches:
            if member.unit in reach.units:
                yield SeenPerson(member.key, Tie.MEMBER, member.unit, reach.holding)


def _named(leaders: tuple[_Leader, ...], members: list[_Member]) -> Iterator[SeenPerson]:
    for leader in leaders:
        direct = {one.id for one in members if one.supervisor == leader.person}
        for member in members:
            if leader.within is not None and member.unit not in leader.within:
                continue
            if member.supervisor == leader.person:
                yield SeenPerson(member.key, Tie.NAMED, member.unit, leader.holding)
            elif member.supervisor in direct:
                yield SeenPerson(member.key, Tie.NAMED_ABOVE, member.unit, leader.holding)
