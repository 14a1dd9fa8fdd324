"""What stands for a worker where the reader may not see who it is."""

from __future__ import annotations

from django.utils.crypto import salted_hmac

_CHARACTERS = 8


def pseudonym(worker: str) -> str:
    """The same stand-in for the same id on every page of this workspace, and none that can be turned back
    without its secret key."""
    return f"worker-{salted_hmac('goldenthread.pseudonym', worker).hexdigest()[:_CHARACTERS]}"
