"""What one user holds on one day, gathered once and asked many times."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.models import AnonymousUser

from goldenthread.accounts.models import User
from goldenthread.record.access.models import Grant
from goldenthread.record.access.roles import ROLES, UNDIVIDED, Permission, Role
from goldenthread.record.orgs import queries as orgs
from goldenthread.record.orgs.models import Person, Post
from goldenthread.record.orgs.tree import DayTree, Tree

_EMPTY_TREE = DayTree(None, {})
_NO_UNITS = Tree({}, {})


@dataclass(frozen=True)
class Rights:
    """The roles a user holds through posts and grants on one day, and that day's tree. Roles only add.

    ``units`` is the tree through time that ``tree`` was taken from, for whoever needs it next.
    """

    user_id: int | None
    person_id: int | None
    person: str | None
    held: tuple[tuple[Role, str], ...]
    tree: DayTree
    units: Tree = _NO_UNITS

    def units_with(self, permission: Permission) -> frozenset[str]:
        """The units over which the permission is held: those of its roles and all below.

        Workers end two levels down: whoever supervises a unit sees its members and those of the units
        directly below, and nobody further. An undivided permission starts at the top or is not held.
        """
        reached: set[str] = set()
        for unit in self._held_at(permission):
            if permission is Permission.SEE_WORKERS:
                reached.update((unit, *self.tree.children(unit)))
            else:
                reached |= self.tree.subtree(unit)
        return frozenset(reached)

    def may(self, permission: Permission, unit: str | None = None) -> bool:
        """Whether the permission is held over ``unit``; without one, over any unit at all."""
        if unit is None:
            return any(True for _ in self._held_at(permission))
        return unit in self.units_with(permission)

    def _held_at(self, permission: Permission) -> Iterator[str]:
        for role, unit in self.held:
            if permission in role.permissions and (permission not in UNDIVIDED or unit == self.tree.top):
                yield unit

    def seen_units(self) -> frozenset[str]:
        """The units whose results are open: below every role that sees results, and above every post."""
        seen = set(self.units_with(Permission.SEE_RESULTS))
        for role, unit in self.held:
            if role.sees_above:
                seen.update((unit, *self.tree.ancestors(unit)))
        return frozenset(seen)


def rights_of(user: User | AnonymousUser, *, today: date) -> Rights:
    """Read a user's rights: nothing for one who is not signed in or whose account is closed. Five queries at
    most."""
    if not isinstance(user, User) or not user.is_active:
        return Rights(None, None, None, (), _EMPTY_TREE)
    person_id, person = Person.objects.filter(user=user).values_list("pk", "key").first() or (None, None)
    grants = Grant.objects.filter(orgs.open_on(today), user=user).values_list("role", "unit__key")
    held = list(grants)
    if person_id is not None:
        held += Post.objects.filter(orgs.open_on(today), person_id=person_id).values_list("role", "unit__key")
    units = orgs.tree() if held else _NO_UNITS
    tree = units.as_of(today) if held else _EMPTY_TREE
    roles = tuple((ROLES[role], unit) for role, unit in dict.fromkeys(held))
    return Rights(user.pk, person_id, person, roles, tree, units)
