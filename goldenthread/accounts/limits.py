"""How often signing in may fail. allauth counts; here is what it counts, and how long one has to wait.

Only failures stay counted: an attempt is counted before its password is looked at, so that many at once find
the same limit, and taken off again when it was right.
"""

from __future__ import annotations

import math
import time

from allauth.core.internal.ratelimit import Rate, get_cache_key, parse_rates
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import ngettext

from goldenthread.accounts.rules import FAILURES


def check_failures(request: HttpRequest, key: str) -> None:
    """ValidationError, saying how long to wait, when ``key`` or the caller's address has failed too often."""
    seconds = max(_seconds_to_wait(request, key, rate) for rate in parse_rates(FAILURES))
    if seconds > 0:
        minutes = math.ceil(seconds / 60)
        sentence = ngettext(
            "Too many failed attempts. Try again in %(minutes)s minute.",
            "Too many failed attempts. Try again in %(minutes)s minutes.",
            minutes,
        )
        raise ValidationError(sentence % {"minutes": minutes}, code="too_many_login_attempts")


def second_factor_key(user_id: int) -> str:
    """What allauth counts wrong codes of a second factor under."""
    return f"mfa-auth-user-{user_id}"


def _seconds_to_wait(request: HttpRequest, key: str, rate: Rate) -> float:
    """Until the oldest failure that counts is too old to count; 0 or less when there is room."""
    place = get_cache_key(request, app="allauth.account", action="login_failed", rate=rate, key=key)
    # The latest comes first.
    failures: list[float] = cache.get(place, [])
    if len(failures) < rate.amount:
        return 0
    return failures[rate.amount - 1] + rate.duration - time.time()
