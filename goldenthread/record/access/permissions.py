"""May this person do this? Each rule raises ``Denied`` with a sentence."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.contrib.auth.models import AnonymousUser

from goldenthread.accounts.models import User
from goldenthread.record.access.rights import rights_of
from goldenthread.record.access.roles import PERMISSION_WORDS, ROLES, Permission
from goldenthread.record.answers import Denied
from goldenthread.record.audit.actor import Actor


def check_may(by: Actor, permission: Permission, units: Iterable[str | None], *, today: date) -> None:
    """Denied unless ``by`` holds the permission over each of these units; None is any unit at all.

    The operator of the machine and jobs are not asked.
    """
    if by.is_the_machine:
        return
    user = User.objects.filter(pk=by.user_id).first() if by.user_id is not None else None
    held = rights_of(user or AnonymousUser(), today=today)
    for unit in units:
        if not held.may(permission, unit):
            where = f" for {unit}" if unit else ""
            roles = " or ".join(role.key for role in ROLES.values() if permission in role.permissions)
            raise Denied(
                f"You may not {PERMISSION_WORDS[permission]}{where}. The role {roles} gives this; "
                "an administrator can grant it."
            )


def check_can_give(by: Actor, user: User, unit: str | None, *, today: date) -> None:
    """Rights are given by administrators of the unit, or by the operator of the machine; never to oneself."""
    if by.user_id == user.pk:
        raise Denied("Nobody gives rights to themselves. Ask another administrator.")
    check_may(by, Permission.ADMINISTER, [unit], today=today)
