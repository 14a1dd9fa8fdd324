"""How long one stays signed in: twelve hours at most, and half an hour without a request.

Both clocks stand in the session itself, on the server. The second is written down at most once a minute, so
that reading a page costs no write: half an hour may be a minute less, never more.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.backends.base import SessionBase
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from goldenthread.accounts.rules import LONGEST_IDLE, LONGEST_SESSION

_WRITTEN_EVERY = timedelta(minutes=1)
Session = SessionBase | dict[str, Any]
"""A session of the caller, or what the database holds of one."""
_BEGAN, _SEEN = "began_at", "seen_at"


@receiver(user_logged_in)
def _begin(*, request: HttpRequest, **_: object) -> None:
    request.session[_BEGAN] = request.session[_SEEN] = timezone.now().timestamp()


def began_at(session: Session) -> float:
    """When one signed in, in seconds since 1970; 0 for a session of nobody."""
    return float(session.get(_BEGAN, 0))


def ends_at(session: Session) -> float:
    """When the session ends if nothing more is asked for, in seconds since 1970."""
    return min(float(session.get(_SEEN, 0)) + LONGEST_IDLE.total_seconds(), must_end_at(session))


def must_end_at(session: Session) -> float:
    """When the session ends whatever is asked for, in seconds since 1970."""
    return began_at(session) + LONGEST_SESSION.total_seconds()


def is_over(session: Session, *, now: datetime) -> bool:
    """Whether one who was signed in has to sign in again."""
    return now.timestamp() >= ends_at(session)


def keep_alive(session: SessionBase, *, now: datetime) -> None:
    """Somebody asked for something: the half hour begins anew."""
    seen = now.timestamp()
    if seen - float(session.get(_SEEN, 0)) >= _WRITTEN_EVERY.total_seconds():
        session[_SEEN] = seen
