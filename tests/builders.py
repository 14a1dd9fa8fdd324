"""Values that many tests need, made in one place."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.models import AnonymousUser

from goldenthread.accounts.models import User
from goldenthread.facts.scope import Scope
from goldenthread.jobs.scoping import scope_of
from goldenthread.record.access.rights import rights_of


def system_scope() -> Scope:
    """A scope that sees everything, as jobs use it; outside tests only `record/access` makes one."""
    return Scope(viewer="system", reason="a test", every_unit=True, every_person=True)


def scope_for(user: User | AnonymousUser, *, today: date) -> Scope:
    """What this user may see that day."""
    return scope_of(rights_of(user, today=today), today=today)
