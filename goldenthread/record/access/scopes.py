"""The only place that makes a ``Scope``."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.models import AnonymousUser
from django.db.models import DateField, Q, QuerySet

from goldenthread.accounts.models import User
from goldenthread.facts.scope import NOT_ASSIGNED, Scope
from goldenthread.record.access.rights import Rights, rights_of
from goldenthread.record.access.roles import Permission
from goldenthread.record.asking import Given, GivenAll, Question
from goldenthread.record.audit.actor import Actor
from goldenthread.record.orgs.enums import PostRole
from goldenthread.record.orgs.models import Post
from goldenthread.record.orgs.queries import open_on


def scope_for(user: User | AnonymousUser, *, today: date) -> Scope:
    """What this user may see today, from the posts and grants of today."""
    return scope_of(rights_of(user, today=today), today=today)


def scope_of(rights: Rights, *, today: date) -> Scope:
    """``scope_for`` when the rights have been read already; one more query."""
    units = rights.seen_units()
    below = rights.units_with(Permission.SEE_RESULTS)
    if rights.tree.top is not None and rights.tree.top in below:
        units |= {NOT_ASSIGNED}
    if rights.user_id is None:
        return Scope(viewer="", reason="not signed in")
    return Scope(
        viewer=Actor.user(rights.user_id).key,
        reason="own rights",
        units=units,
        people=_people(rights, today),
    )


def _members_of() -> QuerySet[Post, tuple[str]]:
    posts = Post.objects.filter(open_on(Given("today", DateField())), role=PostRole.MEMBER)
    named = posts.filter(supervisor=Given("person"))
    wanted = Q(supervisor=Given("person")) | Q(supervisor__in=named.values("person"))
    return posts.filter(wanted | Q(unit__in=GivenAll("units"))).values_list("person__key")


_MEMBERS = Question(_members_of)


def _people(rights: Rights, today: date) -> frozenset[str]:
    """The user; members of supervised units and of those directly below; and those who name the user as their
    supervisor, or as their supervisor's."""
    units = rights.units_with(Permission.SEE_WORKERS)
    if rights.person_id is None and not units:
        return frozenset()
    ids = [rights.units.lines[unit].pk for unit in units]
    members = _MEMBERS.ask(today=today, person=rights.person_id, units=ids)
    own = () if rights.person is None else (rights.person,)
    return frozenset((*own, *(person for (person,) in members)))


def system_scope(*, by: Actor, reason: str) -> Scope:
    """Everything, for what the product computes by itself and for commands run on the machine; ``reason``
    says what for."""
    if not reason:
        raise ValueError("Found no reason for a scope that sees everything; wanted a few words.")
    return Scope(viewer=by.key, reason=reason, every_unit=True, every_person=True)
