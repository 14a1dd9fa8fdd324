"""A full disk, told as what it is: each library has its own error for it."""

from __future__ import annotations

from django.conf import settings

_SIGNS = ("no space left on device", "database or disk is full", "disk quota exceeded", "errno 28")


def is_full(error: BaseException) -> bool:
    """Whether an error, or one it came from, says that the disk has no room left."""
    said = f"{error} {error.__cause__ or ''} {error.__context__ or ''}".lower()
    return any(sign in said for sign in _SIGNS)


def full_sentence() -> str:
    return (
        f"There is no room left on the disk of {settings.WORKSPACE.home}. Make room, then try again; "
        "goldenthread doctor shows how much is free."
    )
