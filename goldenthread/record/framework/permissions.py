"""Who may change the framework and who may speak about a mission. Every check raises Denied with a
sentence."""

from __future__ import annotations

import datetime

from goldenthread.accounts.models import User
from goldenthread.record.access.permissions import check_may
from goldenthread.record.access.roles import Permission
from goldenthread.record.answers import Denied
from goldenthread.record.framework.models import Element
from goldenthread.record.orgs import queries as orgs
from goldenthread.record.orgs.models import Post, Unit


def check_can_edit_element(user: User, element: Element | None, *, today: datetime.date) -> None:
    """Whoever edits the framework for the unit that runs the element, or the nearest one above it.

    A new outcome (``element`` None) and an element that no unit runs belong to the whole organization.
    """
    here = element
    while here is not None and here.unit is None:
        here = here.parent
    check_may(
        user, Permission.EDIT_FRAMEWORK, here.unit.key if here and here.unit else orgs.top_unit(), today=today
    )


def check_can_edit_mission(user: User, unit: Unit, *, today: datetime.date) -> None:
    check_may(user, Permission.EDIT_FRAMEWORK, unit.key, today=today)


def check_can_speak(user: User, unit: Unit, *, today: datetime.date) -> None:
    """Only who holds a post in the unit comments on its mission or supports it."""
    holds_post = Post.objects.filter(orgs.open_on(today), person__user=user, unit=unit).exists()
    if not (user.is_active and holds_post):
        raise Denied(f"Only the staff of {unit.name} comment on its mission.")
