"""The units that a scope opens; grants, proposals and delegations as they stand, for whoever was asked before
whether they may see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from goldenthread.accounts.models import User
from goldenthread.accounts.queries import with_a_way_in
from goldenthread.facts.scope import Scope
from goldenthread.record.access.enums import ProposalState
from goldenthread.record.access.holders import holders_of
from goldenthread.record.access.models import Delegation, Grant, Proposal
from goldenthread.record.access.rights import Rights
from goldenthread.record.access.roles import ROLES, Permission
from goldenthread.record.acting import acting_for_system
from goldenthread.record.audit.actor import Actor
from goldenthread.record.orgs.models import Person, Post, Unit
from goldenthread.record.orgs.queries import open_on


def visible_units(scope: Scope) -> QuerySet[Unit]:
    """The units whose results this scope opens, by name."""
    return Unit.objects.all() if scope.every_unit else Unit.objects.filter(key__in=scope.units)


def find_unit(scope: Scope, key: str) -> Unit | None:
    """The unit, or None when there is none or the scope does not open it; nobody can tell which."""
    return Unit.objects.filter(key=key).first() if scope.sees_unit(key) else None


def grants_of(user: User, *, today: date) -> QuerySet[Grant]:
    """The grants in force today."""
    return (
        Grant.objects.filter(open_on(today), user=user).select_related("unit").order_by("role", "unit__name")
    )


def grants_to_come(user: User, *, today: date) -> QuerySet[Grant]:
    """The grants that begin after today."""
    return Grant.objects.filter(starts_on__gt=today, user=user).select_related("unit").order_by("starts_on")


def find_grant(number: int) -> Grant | None:
    """The grant, whether it holds or not."""
    return Grant.objects.select_related("user", "unit").filter(pk=number).first()


def takes_two(role: str, user: User) -> bool:
    """Whether one administrator alone is not to give it: a role that is guarded, or any to an account that
    stands for no person of the organization, for it could be of whoever made it."""
    return ROLES[role].is_guarded or not Person.objects.filter(user=user).exists()


def administrators_beside(giver: int, receiver: int, unit: str, *, today: date) -> frozenset[int]:
    """The users who administer this unit today and are neither of these two."""
    holders = holders_of(Permission.ADMINISTER, today=today)
    return frozenset(user for user, units in holders.items() if unit in units) - {giver, receiver}


def proposals_over(units: frozenset[str]) -> QuerySet[Proposal]:
    """What waits to be confirmed over one of these units, oldest first."""
    waiting = Proposal.objects.filter(state=ProposalState.WAITING, unit__key__in=units)
    return waiting.select_related("user", "unit")


def proposals_for(user: User) -> QuerySet[Proposal]:
    """What waits to be confirmed for this user."""
    return Proposal.objects.filter(state=ProposalState.WAITING, user=user).select_related("unit")


def delegations_of(person: Person, *, today: date) -> QuerySet[Delegation]:
    """Who stands in for this person and for whom they stand in, today and later, first to begin first."""
    both = Q(giver=person) | Q(receiver=person)
    return Delegation.objects.filter(both, ends_on__gt=today).select_related("giver", "receiver", "unit")


def delegations_around(rights: Rights, *, today: date) -> QuerySet[Delegation]:
    """What holds today or later and concerns the holder: as one of the two, or as who arranged it; for
    whoever may see everybody's access, all of it."""
    rows = Delegation.objects.filter(ends_on__gt=today).select_related("giver", "receiver", "unit")
    if rights.tree.top in rights.units_with(Permission.SEE_ACCESS):
        return rows
    mine = Q(giver=rights.person_id) | Q(receiver=rights.person_id) if rights.person_id else Q()
    arranged_by = Actor.user(rights.user_id).key if rights.user_id else ""
    return rows.filter(mine | Q(arranged_by=arranged_by))


def find_delegation(number: int) -> Delegation | None:
    """The delegation, whether it holds or not."""
    return Delegation.objects.select_related("giver", "receiver", "unit").filter(pk=number).first()


@dataclass(frozen=True)
class Accounts:
    """Accounts at a glance, for whoever looks after them. ``ending``: grants that end within a month."""

    active: int
    without_rights: int
    unlinked: int
    ending: int


@acting_for_system("counting who can sign in")
def accounts(*, today: date) -> Accounts:
    """How many accounts can sign in, hold nothing today, or belong to nobody; four queries."""
    active = with_a_way_in()
    held = Grant.objects.filter(open_on(today), user=OuterRef("pk"))
    posts = Post.objects.filter(open_on(today), person__user=OuterRef("pk"))
    return Accounts(
        active=active.count(),
        without_rights=active.exclude(Exists(held) | Exists(posts)).count(),
        unlinked=active.filter(person=None).count(),
        ending=Grant.objects.filter(
            open_on(today), ends_on__lte=today + timedelta(days=30), user__is_active=True
        ).count(),
    )
