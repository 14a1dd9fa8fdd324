"""Saving, renaming and removing views."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from goldenthread.accounts.models import User
from goldenthread.record.answers import Denied, NotAllowed
from goldenthread.record.audit.actions import record_event
from goldenthread.record.audit.actor import Actor
from goldenthread.record.audit.enums import Action
from goldenthread.record.saved_views.models import LONGEST_NAME, SavedView

MOST = 50
"""How many views one may keep."""


@transaction.atomic
def save_view(
    *,
    owner: User,
    name: str,
    route: str,
    arguments: Mapping[str, str],
    parameters: Mapping[str, str],
    by: Actor,
    now: datetime,
) -> SavedView:
    """Keep a page under a name.

    NotAllowed without a name of its own, or with ``MOST`` kept already; Denied to anybody but the owner.
    """
    _check_own(by, owner.pk)
    name = _checked(name, owner.pk)
    if SavedView.objects.filter(owner=owner).count() >= MOST:
        raise NotAllowed(f"You keep {MOST} views, which is the most there can be. Remove one first.")
    view = SavedView.objects.create(
        owner=owner,
        name=name,
        route=route,
        arguments=dict(arguments),
        parameters=dict(parameters),
        saved_at=now,
    )
    _record(Action.CREATED, view, by=by, now=now)
    return view


@transaction.atomic
def rename_view(*, view: SavedView, name: str, by: Actor, now: datetime) -> None:
    """Call it otherwise. NotAllowed without a name of its own; Denied to anybody but the owner."""
    _check_own(by, view.owner_id)
    name = _checked(name, view.owner_id, but=view.pk)
    if SavedView.objects.filter(pk=view.pk).exclude(name=name).update(name=name):
        _record(Action.CHANGED, view, by=by, now=now)


@transaction.atomic
def remove_view(*, view: SavedView, by: Actor, now: datetime) -> None:
    """Keep it no longer. Denied to anybody but the owner."""
    _check_own(by, view.owner_id)
    number = view.pk
    view.delete()
    view.pk = number
    _record(Action.DELETED, view, by=by, now=now)


def _check_own(by: Actor, owner: int) -> None:
    if by.user_id != owner:
        raise Denied("A saved view is its owner's alone.")


def _checked(name: str, owner: int, *, but: int | None = None) -> str:
    """The name without blanks around it, which no other view of the owner has."""
    name = name.strip()
    if not 0 < len(name) <= LONGEST_NAME:
        raise NotAllowed(f"Found a name of {len(name)} characters; wanted 1 to {LONGEST_NAME}.")
    others = SavedView.objects.filter(owner=owner).exclude(pk=but or 0)
    if others.filter(name=name).exists():
        raise NotAllowed(f"You have another view called “{name}”. Choose another name.")
    return name


def _record(action: Action, view: SavedView, *, by: Actor, now: datetime) -> None:
    record_event(by=by, action=action, kind="saved_view", object_id=view.pk, fields=["name"], now=now)
