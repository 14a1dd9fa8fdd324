"""What happens to an account happens to its tokens."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.dispatch import receiver

from goldenthread.accounts.models import User
from goldenthread.accounts.signals import account_changed
from goldenthread.record.audit.actor import Actor
from goldenthread.record.tokens.actions import end_tokens_of

_BEGUN_ANEW = {"password", "invitation"}


@receiver(account_changed)
def _account_changed(*, user: User, by: Actor, fields: Sequence[str], now: datetime, **_: object) -> None:
    """A closed account, or one begun anew because its owner lost it, gives a script nothing any more; opening
    it again brings no old token back."""
    if not user.is_active:
        end_tokens_of(user, by=by, now=now, reason="the account was closed")
    elif set(fields) >= _BEGUN_ANEW:
        end_tokens_of(user, by=by, now=now, reason="the account was begun anew")
