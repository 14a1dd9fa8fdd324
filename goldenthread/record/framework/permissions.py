"""Who may change the framework and who may speak about a mission. Every check raises Denied with a
sentence."""

from __future__ import annotations

import datetime

from goldenthread.record.access.permissions import check_may
from goldenthread.record.access.roles import Permission
from goldenthread.record.answers import Denied
from goldenthread.record.audit.actor import Actor
from goldenthread.record.framework.models import Element
from goldenthread.record.orgs import queries as orgs
from goldenthread.record.orgs.models import Post, Unit


def check_can_edit_element(by: Actor, element: Element | None, *, today: datetime.date) -> None:
    """Whoever edits the framework for the unit that runs the element, or the nearest one above it.

    A new outcome (``element`` None) and an element that no unit runs belong to the whole organization.
    """
    here = element
    while here is not None and here.unit is None:
        here = here.parent
    unit = here.unit.key if here and here.unit else orgs.top_unit()
    check_may(by, Permission.EDIT_FRAMEWORK, [unit], today=today)


def check_can_edit_mission(by: Actor, unit: Unit, *, today: datetime.date) -> None:
    check_may(by, Permission.EDIT_FRAMEWORK, [unit.key], today=today)


def check_can_speak(by: Actor, unit: Unit, *, today: datetime.date) -> None:
    """Only who holds a post in the unit comments on its mission or supports it."""
    if by.is_the_machine:
        return
    staff = Post.objects.filter(orgs.open_on(today), person__user__is_active=True, unit=unit)
    if by.user_id is None or not staff.filter(person__user=by.user_id).exists():
        raise Denied(f"Only the staff of {unit.name} comment on its mission.")
