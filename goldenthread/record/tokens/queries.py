"""Finding tokens."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from goldenthread.accounts.models import User
from goldenthread.accounts.queries import digest_of
from goldenthread.record.tokens.models import Token


def token_with(secret: str) -> Token | None:
    """The token of this secret, alive or not."""
    return tokens().filter(digest=digest_of(secret)).first()


def tokens() -> QuerySet[Token]:
    """Every token there ever was, the newest first."""
    return Token.objects.select_related("owner").order_by("-pk")


def tokens_of(user: User) -> QuerySet[Token]:
    """Those of one owner."""
    return tokens().filter(owner=user)


def alive(*, now: datetime) -> QuerySet[Token]:
    """Those that open something."""
    return tokens().filter(ended_at=None, expires_at__gt=now, owner__is_active=True)
