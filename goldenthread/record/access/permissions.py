"""May this person do this? Each rule raises ``Denied`` with a sentence."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Q

from goldenthread.accounts.models import User
from goldenthread.record.access.holdings import Source
from goldenthread.record.access.models import Delegation
from goldenthread.record.access.rights import Rights, rights_of_actor
from goldenthread.record.access.roles import PERMISSION_WORDS, ROLES, Permission
from goldenthread.record.answers import Denied
from goldenthread.record.audit.actor import Actor
from goldenthread.record.orgs import queries as orgs
from goldenthread.record.orgs.enums import PostRole
from goldenthread.record.orgs.models import Person, Post


def check_may(by: Actor, permission: Permission, units: Iterable[str | None], *, today: date) -> None:
    """Denied unless ``by`` holds the permission over each of these units; None is any unit at all.

    The operator of the machine and jobs are not asked.
    """
    if by.is_the_machine:
        return
    held = rights_of_actor(by, today=today)
    for unit in units:
        if not held.may(permission, unit):
            where = f" for {unit}" if unit else ""
            roles = " or ".join(role.key for role in ROLES.values() if permission in role.permissions)
            raise Denied(
                f"You may not {PERMISSION_WORDS[permission]}{where}. The role {roles} gives this; "
                "an administrator can grant it."
            )


def check_can_give(by: Actor, user: User, unit: str | None, *, today: date) -> None:
    """Rights are given by administrators of the unit, or by the operator of the machine; never to oneself.

    None stands for the whole organization.
    """
    if by.user_id == user.pk:
        raise Denied("Nobody gives rights to themselves. Ask another administrator.")
    check_may(by, Permission.ADMINISTER, [unit or orgs.top_unit()], today=today)


def check_can_link(by: Actor, user: User, person: Person, *, today: date) -> None:
    """An account takes over what the person's posts give, so it is linked by who administers all of them."""
    units: set[str | None] = {unit for unit, _, _ in _posts_to_come(person, today)}
    for unit in units or {None}:
        check_can_give(by, user, unit, today=today)


def check_can_arrange(by: Actor, giver: Person, receiver: Person, *, today: date) -> None:
    """A delegation is arranged by the person, by who leads them, or by who administers all their units; never
    to oneself."""
    if by.is_the_machine:
        return
    if by.user_id == receiver.user_id:
        raise Denied(f"Nobody lets themselves stand in. {giver.name} can arrange it, or an administrator.")
    if not may_arrange(rights_of_actor(by, today=today), giver, today=today):
        raise Denied(
            f"{giver.name} can arrange this, or whoever leads them, or an administrator of their units."
        )


def check_can_end(by: Actor, delegation: Delegation, *, today: date) -> None:
    """A delegation is ended by either of the two, or by who could arrange it."""
    if by.is_the_machine:
        return
    if by.user_id is not None and by.user_id == delegation.receiver.user_id:
        return
    if not may_arrange(rights_of_actor(by, today=today), delegation.giver, today=today):
        raise Denied(
            "One of the two can end this, or whoever leads them, or an administrator of their units."
        )


def may_arrange(rights: Rights, giver: Person, *, today: date) -> bool:
    """Whether the holder is ``giver``, leads them, or administers the units of all their posts, today and to
    come."""
    if rights.user_id is None:
        return False
    if rights.person_id == giver.pk:
        return True
    posts = _posts_to_come(giver, today)
    administered = rights.units_with(Permission.ADMINISTER)
    return any(_leads(rights, *post) for post in posts) or (
        bool(posts) and administered.issuperset(unit for unit, _, _ in posts)
    )


def _leads(rights: Rights, unit: str, role: str, supervisor: int | None) -> bool:
    """Whether the holder supervises or directs a unit above, or the unit itself of one who is a member there,
    or is named as supervisor. One who only stands in for somebody leads nobody."""
    if supervisor is not None and supervisor == rights.person_id:
        return True
    above = rights.tree.ancestors(unit)
    over = (unit, *above) if role == PostRole.MEMBER else above
    return any(
        one.unit in over and one.source is not Source.DELEGATION and one.role.key in _LEAD
        for one in rights.holdings
    )


_LEAD = frozenset({PostRole.SUPERVISOR.value, PostRole.DIRECTOR.value})


def _posts_to_come(person: Person, today: date) -> list[tuple[str, str, int | None]]:
    """Unit, role and named supervisor of each post that holds today or later."""
    posts = Post.objects.filter(Q(ends_on=None) | Q(ends_on__gt=today), person=person)
    return list(posts.values_list("unit__key", "role", "supervisor"))
