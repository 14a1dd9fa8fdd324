"""A wall ends with its maker's account."""

from __future__ import annotations

from datetime import datetime

from django.dispatch import receiver

from goldenthread.accounts.models import User
from goldenthread.accounts.signals import account_changed
from goldenthread.record.audit.actor import Actor
from goldenthread.record.walls.actions import take_down_those_of


@receiver(account_changed)
def _account_changed(*, user: User, by: Actor, now: datetime, **_: object) -> None:
    """Opening the account again brings no wall back."""
    if not user.is_active:
        take_down_those_of(user, by=by, now=now, reason="the account was closed")
