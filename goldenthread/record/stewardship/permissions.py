"""Who may hold records back, and let them go."""

from __future__ import annotations

from datetime import date

from goldenthread.record.access.permissions import check_may
from goldenthread.record.access.rights import Rights
from goldenthread.record.access.roles import Permission
from goldenthread.record.audit.actor import Actor
from goldenthread.record.orgs.queries import top_unit


def administers_all(held: Rights) -> bool:
    """Whether these are the rights of an administrator of everything: what is kept is everybody's."""
    top = top_unit()
    return top is not None and held.may(Permission.ADMINISTER, top)


def check_can_hold(by: Actor, *, today: date) -> None:
    """Denied unless ``by`` administers the whole organization."""
    check_may(by, Permission.ADMINISTER, [top_unit()], today=today)
