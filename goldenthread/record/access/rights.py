"""What one user holds on one day, gathered once and asked many times."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cached_property

from django.contrib.auth.models import AnonymousUser

from goldenthread.accounts.models import User
from goldenthread.record.access.holdings import Holding, ask_holdings
from goldenthread.record.access.roles import OVER_SERVICES, UNDIVIDED, Permission, Role
from goldenthread.record.audit.actor import Actor
from goldenthread.record.orgs import queries as orgs
from goldenthread.record.orgs.tree import DayTree
from goldenthread.record.orgs.units import NO_UNITS, Units

_EMPTY_TREE = DayTree(None, {})


class Step(StrEnum):
    """How far one goes from the unit that a role is held over."""

    BELOW = "below"
    NEXT = "next"
    ABOVE = "above"
    SERVICE = "service"


@dataclass(frozen=True)
class Reach:
    """What one holding opens by one step: the permission, over these units.

    ABOVE opens results alone: one sees how the whole does, and may do nothing there. NEXT is the unit and
    those directly below it. SERVICE names no unit.
    """

    holding: Holding
    permission: Permission
    step: Step
    units: frozenset[str]


@dataclass(frozen=True)
class Rights:
    """What a user holds by posts, grants and delegations on one day, and that day's tree. Roles only add.

    ``reaches`` says all of it, each with what gives it; whatever else is asked is read from them, so that the
    explanation of a right and the right cannot differ. ``units`` are those that ``tree`` was taken from, for
    whoever needs them next. ``only``: nothing but these permissions; None is all of them.
    """

    user_id: int | None
    person_id: int | None
    person: str | None
    holdings: tuple[Holding, ...]
    tree: DayTree
    units: Units = NO_UNITS
    only: frozenset[Permission] | None = None

    def within(self, permissions: frozenset[Permission]) -> Rights:
        """The same rights for whoever acts in the holder's name, and may do no more than this there."""
        return replace(self, only=permissions)

    @property
    def whole(self) -> Rights:
        """All that the holder has, also where somebody acts who may do only a part of it."""
        return replace(self, only=None)

    @property
    def held(self) -> tuple[tuple[Role, str], ...]:
        """Each role and the unit it is held over."""
        return tuple(dict.fromkeys((one.role, one.unit) for one in self.holdings if one.unit))

    @cached_property
    def reaches(self) -> tuple[Reach, ...]:
        """Everything that is open, by what opens it."""
        found = (reach for one in self.holdings for reach in self._reaches_of(one))
        return tuple(one for one in found if self.only is None or one.permission in self.only)

    def _reaches_of(self, held: Holding) -> Iterator[Reach]:
        if held.service:
            for permission in sorted(held.role.permissions & OVER_SERVICES):
                yield Reach(held, permission, Step.SERVICE, frozenset())
            return
        narrowed = self.tree.subtree(held.only) if held.only else None

        def reach(permission: Permission, step: Step, units: frozenset[str]) -> Reach:
            return Reach(held, permission, step, units if narrowed is None else units & narrowed)

        below = self.tree.subtree(held.unit)
        # Workers end two levels down: whoever supervises a unit sees its members and those of the units
        # directly below, and nobody further.
        next_below = frozenset((held.unit, *self.tree.children(held.unit)))
        for permission in sorted(held.role.permissions):
            if permission in UNDIVIDED and held.unit != self.tree.top:
                continue
            if permission is Permission.SEE_WORKERS:
                yield reach(permission, Step.NEXT, next_below)
            else:
                yield reach(permission, Step.BELOW, below)
        if held.role.sees_above:
            above = frozenset((held.unit, *self.tree.ancestors(held.unit)))
            yield reach(Permission.SEE_RESULTS, Step.ABOVE, above)

    @cached_property
    def _over(self) -> dict[Permission, frozenset[str]]:
        found: dict[Permission, set[str]] = defaultdict(set)
        for reach in self.reaches:
            if reach.step is not Step.ABOVE:
                found[reach.permission] |= reach.units
        return {permission: frozenset(units) for permission, units in found.items()}

    def units_with(self, permission: Permission) -> frozenset[str]:
        """The units over which the permission is held. One that is undivided is held over all or none."""
        return self._over.get(permission, frozenset())

    def may(self, permission: Permission, unit: str | None = None) -> bool:
        """Whether the permission is held over ``unit``; without one, over any unit at all."""
        units = self.units_with(permission)
        return bool(units) if unit is None else unit in units

    @property
    def role_keys(self) -> tuple[str, ...]:
        """The roles held anywhere, in the order of the alphabet."""
        return tuple(sorted({one.role.key for one in self.holdings}))

    @property
    def standing_in_for(self) -> tuple[str, ...]:
        """The keys of the people in whose place some of it is held, in the order of the alphabet."""
        return tuple(sorted({one.giver_key for one in self.holdings if one.giver_key}))

    def seen_units(self) -> frozenset[str]:
        """The units whose results are open: below every role that sees results, and above every post."""
        return frozenset().union(
            *(reach.units for reach in self.reaches if reach.permission is Permission.SEE_RESULTS)
        )

    def seen_services(self) -> frozenset[str]:
        """The services whose results are open wherever their work is done, by key."""
        return frozenset(reach.holding.service for reach in self.reaches if reach.step is Step.SERVICE)


def rights_of(user: User | AnonymousUser, *, today: date) -> Rights:
    """Read a user's rights: nothing for one who is not signed in or whose account is closed. Four queries at
    most."""
    if not isinstance(user, User) or not user.is_active:
        return Rights(None, None, None, (), _EMPTY_TREE)
    person_id, person, holdings = ask_holdings(user.pk, on=today)
    units = orgs.units() if holdings else NO_UNITS
    tree = units.tree.as_of(today) if holdings else _EMPTY_TREE
    return Rights(user.pk, person_id, person, holdings, tree, units)


def rights_of_actor(by: Actor, *, today: date) -> Rights:
    """``rights_of`` whoever acts; nothing for what is no user."""
    user = User.objects.filter(pk=by.user_id).first() if by.user_id is not None else None
    return rights_of(user or AnonymousUser(), today=today)
