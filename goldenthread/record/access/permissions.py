"""May this person do this? Each rule raises ``Denied`` with a sentence, or is asked as a plain yes or no."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.models import AnonymousUser

from goldenthread.accounts.models import User
from goldenthread.record.access.rights import rights_of
from goldenthread.record.access.roles import PERMISSION_WORDS, ROLES, Permission
from goldenthread.record.answers import Denied
from goldenthread.record.audit.actor import Actor

Someone = User | AnonymousUser


def may(user: Someone, permission: Permission, unit: str | None = None, *, today: date) -> bool:
    """Whether the user holds the permission over ``unit``, or over any unit when none is named."""
    return rights_of(user, today=today).may(permission, unit)


def check_may(user: Someone, permission: Permission, unit: str | None = None, *, today: date) -> None:
    """``may``, or Denied."""
    if not may(user, permission, unit, today=today):
        where = f" for {unit}" if unit else ""
        roles = " or ".join(role.key for role in ROLES.values() if permission in role.permissions)
        raise Denied(
            f"You may not {PERMISSION_WORDS[permission]}{where}. The role {roles} gives this; "
            "an administrator can grant it."
        )


def units_with(user: Someone, permission: Permission, *, today: date) -> frozenset[str]:
    """The keys of all units over which the user holds the permission."""
    return rights_of(user, today=today).units_with(permission)


def check_can_give(by: Actor, user: User, unit: str | None, *, today: date) -> None:
    """Rights are given by administrators of the unit, or by the operator of the machine; never to oneself."""
    if by.user_id is None:
        return
    if by.user_id == user.pk:
        raise Denied("Nobody gives rights to themselves. Ask another administrator.")
    giver = User.objects.filter(pk=by.user_id).first() or AnonymousUser()
    check_may(giver, Permission.ADMINISTER, unit, today=today)
