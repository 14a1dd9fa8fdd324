"""What one user holds on one day, gathered once and asked many times."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.models import AnonymousUser

from goldenthread.accounts.models import User
from goldenthread.record.access.models import Grant
from goldenthread.record.access.roles import ROLES, UNDIVIDED, Permission, Role
from goldenthread.record.asking import Given, Question, worded
from goldenthread.record.orgs import queries as orgs
from goldenthread.record.orgs.models import Person
from goldenthread.record.orgs.tree import DayTree
from goldenthread.record.orgs.units import NO_UNITS, Units

_EMPTY_TREE = DayTree(None, {})

_PERSON = Question(
    lambda: (
        Person.objects.filter(user=Given("user"))
        .order_by("posts__pk")
        .values_list(
            "pk",
            "key",
            "posts__role",
            "posts__unit__key",
            worded("posts__starts_on"),
            worded("posts__ends_on"),
        )
    )
)
_GRANTS = Question(
    lambda: (
        Grant.objects.filter(user=Given("user"))
        .order_by("pk")
        .values_list("role", "unit__key", worded("starts_on"), worded("ends_on"))
    )
)


@dataclass(frozen=True)
class Rights:
    """The roles a user holds through posts and grants on one day, and that day's tree. Roles only add.

    ``units`` are those that ``tree`` was taken from, for whoever needs them next.
    """

    user_id: int | None
    person_id: int | None
    person: str | None
    held: tuple[tuple[Role, str], ...]
    tree: DayTree
    units: Units = NO_UNITS

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

    @property
    def role_keys(self) -> tuple[str, ...]:
        """The roles held anywhere, in the order of the alphabet."""
        return tuple(sorted({role.key for role, _unit in self.held}))

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
    """Read a user's rights: nothing for one who is not signed in or whose account is closed. Four queries at
    most."""
    if not isinstance(user, User) or not user.is_active:
        return Rights(None, None, None, (), _EMPTY_TREE)
    posts = _PERSON.ask(user=user.pk)
    # A person without a post comes as one row that ends in nothing.
    person_id, person = posts[0][:2] if posts else (None, None)
    held = [*_GRANTS.ask(user=user.pk), *(post[2:] for post in posts if post[2] is not None)]
    roles = dict.fromkeys((role, unit) for role, unit, *dates in held if today in orgs.days_of(*dates))
    units = orgs.units() if roles else NO_UNITS
    tree = units.tree.as_of(today) if roles else _EMPTY_TREE
    return Rights(user.pk, person_id, person, tuple((ROLES[role], unit) for role, unit in roles), tree, units)
