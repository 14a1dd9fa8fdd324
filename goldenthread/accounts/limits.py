"""How often signing in may fail, and how often anything else may be done. allauth counts, in the cache that
all processes share; here is what it counts, and how long one has to wait.

Of signing in, only failures stay counted: an attempt is counted before its password is looked at, so that
many at once find the same limit, and taken off again when it was right.
"""

from __future__ import annotations

import math
import time

from allauth.core.internal.ratelimit import Rate, consume, get_cache_key, parse_rates
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import ngettext

from goldenthread.accounts.rules import FAILURES

_OURS = "goldenthread"


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


def take(request: HttpRequest, what: str, rate: str) -> int:
    """Count one more of ``what``; 0 when ``rate`` ("60/m/user", "600/m/ip") has room for it, else the whole
    seconds until it has."""
    if consume(request, app=_OURS, action=what, config={what: rate}, limit_get=True):
        return 0
    (parsed,) = parse_rates(rate)
    taken: list[float] = cache.get(get_cache_key(request, app=_OURS, action=what, rate=parsed), [])
    # The oldest comes last. With room left, others are counting at this very moment.
    full = len(taken) >= parsed.amount
    return max(1, math.ceil(taken[-1] + parsed.duration - time.time())) if full else 1


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
