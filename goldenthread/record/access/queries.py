"""Fetching and authorizing in one step: what is hidden is not there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, QuerySet

from goldenthread.accounts.models import User
from goldenthread.accounts.queries import with_a_way_in
from goldenthread.facts.scope import Scope
from goldenthread.record.access.models import Grant
from goldenthread.record.orgs.models import Post, Unit
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


@dataclass(frozen=True)
class Accounts:
    """Accounts at a glance, for whoever looks after them. ``ending``: grants that end within a month."""

    active: int
    without_rights: int
    unlinked: int
    ending: int


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
