"""What somebody may see: their rights, and what hangs below the services they are given."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.models import AnonymousUser

from goldenthread.accounts.models import User
from goldenthread.facts.scope import Scope
from goldenthread.record.access import scopes
from goldenthread.record.access.rights import Rights, rights_of
from goldenthread.record.framework.queries import services_below


def scope_for(user: User | AnonymousUser, *, today: date) -> Scope:
    """What this user may see today, from the posts, grants and delegations of today."""
    return scope_of(rights_of(user, today=today), today=today)


def scope_of(rights: Rights, *, today: date) -> Scope:
    """``scope_for`` when the rights have been read already; one more query, or two with a service."""
    below = services_below(rights.seen_services())
    return scopes.scope_of(rights, services=frozenset().union(*below.values()), today=today)
