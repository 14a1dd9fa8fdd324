"""Finding accounts."""

from __future__ import annotations

from goldenthread.accounts.models import User


def find_user(username: str) -> User | None:
    """The account of that name, open or closed."""
    return User.objects.filter(username=username).first()
