"""Who holds a permission, for telling them that something waits."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from goldenthread.record.access.models import Grant
from goldenthread.record.access.rights import Rights
from goldenthread.record.access.roles import ROLES, Permission
from goldenthread.record.orgs import queries as orgs
from goldenthread.record.orgs.models import Post


def holders_of(permission: Permission, *, today: date) -> dict[int, frozenset[str]]:
    """Every user who can sign in and holds the permission today, with the units over which they hold it.

    The same answer as ``Rights.units_with`` of each user, for all of them in four queries.
    """
    roles = [role.key for role in ROLES.values() if permission in role.permissions]
    grants = Grant.objects.filter(orgs.open_on(today), role__in=roles, user__is_active=True)
    posts = Post.objects.filter(orgs.open_on(today), role__in=roles, person__user__is_active=True)
    held: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for user, role, unit in grants.values_list("user", "role", "unit__key"):
        held[user].append((role, unit))
    for user, role, unit in posts.values_list("person__user", "role", "unit__key"):
        held[user].append((role, unit))
    tree = orgs.tree().as_of(today)
    over = {
        user: Rights(user, None, None, tuple((ROLES[role], unit) for role, unit in pairs), tree).units_with(
            permission
        )
        for user, pairs in held.items()
    }
    return {user: units for user, units in over.items() if units}
