"""Who may put a wall up, and who may take it down."""

from __future__ import annotations

from datetime import date

from goldenthread.accounts.models import User
from goldenthread.record.access.rights import Rights, rights_of, rights_of_actor
from goldenthread.record.access.roles import Permission
from goldenthread.record.answers import Denied
from goldenthread.record.audit.actor import Actor
from goldenthread.record.walls.models import Wall


def may_show(maker: User, unit: str, *, today: date) -> bool:
    """Whether somebody sees the results of a unit today, and so may show them on a wall."""
    return unit in rights_of(maker, today=today).seen_units()


def check_can_make(by: Actor, maker: User, unit: str, *, today: date) -> None:
    """A wall is put up in one's own name, for a unit whose results one sees."""
    if by.user_id != maker.pk or not may_show(maker, unit, today=today):
        raise Denied("A wall is put up by somebody who sees the results of the unit, in their own name.")


def may_end(rights: Rights, wall: Wall) -> bool:
    """Whether the holder made it, or administers its unit."""
    return rights.user_id == wall.maker_id or wall.unit.key in rights.units_with(Permission.ADMINISTER)


def check_can_end(by: Actor, wall: Wall, *, today: date) -> None:
    """A wall is taken down by its maker, an administrator of its unit, or the operator of the machine."""
    if not by.is_the_machine and not may_end(rights_of_actor(by, today=today), wall):
        raise Denied("A wall is taken down by whoever put it up, or by an administrator of its unit.")
