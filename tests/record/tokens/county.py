"""Somebody with a token, in the county of ``tests.record.access``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from goldenthread.accounts.models import User
from goldenthread.record.audit.actor import Actor
from goldenthread.record.tokens.actions import make_token
from goldenthread.record.tokens.models import Token


def token_for(
    owner: User,
    *purposes: str,
    sources: Sequence[str] = (),
    days: int = 30,
    name: str = "nightly",
    now: datetime,
) -> tuple[Token, str]:
    """A token that its owner makes, and its secret."""
    return make_token(
        owner=owner,
        name=name,
        purposes=purposes,
        sources=sources,
        days=days,
        by=Actor.user(owner.pk),
        now=now,
        today=(now + timedelta()).date(),
    )
