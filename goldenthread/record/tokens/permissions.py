"""Who may make a token, and who may end one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from goldenthread.accounts.models import User
from goldenthread.record.access.rights import Rights, rights_of, rights_of_actor
from goldenthread.record.access.roles import PERMISSION_WORDS, Permission
from goldenthread.record.answers import Denied
from goldenthread.record.audit.actor import Actor
from goldenthread.record.tokens.models import Token
from goldenthread.record.tokens.purposes import MEANINGS, Purpose


def open_purposes(rights: Rights) -> tuple[Purpose, ...]:
    """What the holder of these rights can make a token for today."""
    opened = {reach.permission for reach in rights.reaches}
    return tuple(one for one, meaning in MEANINGS.items() if meaning.permission in opened)


def check_can_make(by: Actor, owner: User, purposes: Iterable[Purpose], *, today: date) -> None:
    """A token is made by its owner alone, for what they may do today."""
    if by.user_id != owner.pk:
        raise Denied("A token is made by the one in whose name it acts, and by nobody else.")
    allowed = open_purposes(rights_of(owner, today=today))
    for one in purposes:
        if one not in allowed:
            words = PERMISSION_WORDS[MEANINGS[one].permission]
            raise Denied(f"You may not {words}, so no token of yours does.")


def check_can_end(by: Actor, token: Token, *, today: date) -> None:
    """A token is ended by its owner, by an administrator, or by the operator of the machine."""
    if by.is_the_machine or by.user_id == token.owner_id:
        return
    if not may_end(rights_of_actor(by, today=today), token.owner, today=today):
        raise Denied("A token is ended by its owner, or by an administrator of a unit where they work.")


def may_end(rights: Rights, owner: User, *, today: date) -> bool:
    """Whether the holder administers the whole organization, or a unit where the owner holds something."""
    administered = rights.units_with(Permission.ADMINISTER)
    held = {one.unit for one in rights_of(owner, today=today).holdings}
    return rights.tree.top in administered or not administered.isdisjoint(held)
