"""Viewers of dashboards, and the queries a dashboard takes. Runs in a process that Django was set up in."""

from __future__ import annotations

import secrets
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from benchmarks.building import BY
from benchmarks.load import SignIn
from benchmarks.timing import say
from goldenthread.accounts.actions import create_user
from goldenthread.accounts.models import User
from goldenthread.jobs import computing
from goldenthread.record.access.actions import grant, link_account
from goldenthread.record.orgs import queries as orgs
from goldenthread.record.orgs.models import Person, Unit

_TOP = "county"
_EXECUTIVE = "executive"
_SAMPLED = 60


def prepare(viewers: int) -> list[SignIn]:
    """Compute everything, and make the viewers: half sees every unit, the others supervise a team each."""
    now = datetime.now(UTC)
    today = _today(now)
    computed = computing.catch_up(by=BY, now=now)
    say(f"  {computed.observations:,} observations")
    units = tuple(Unit.objects.values_list("key", flat=True))
    found = []
    for place in range(viewers):
        password = secrets.token_urlsafe(12)
        if place % 2:
            user = supervisor(place, password=password, now=now)
            found.append(SignIn(user.username, password, (f"team_{place:03}",), _recovery_codes(user)))
        else:
            user = create_user(
                username=f"{_EXECUTIVE}.{place}", name="Executive", password=password, by=BY, now=now
            )
            top = Unit.objects.get(key=_TOP)
            grant(user=user, role=_EXECUTIVE, unit=top, starts_on=today, by=BY, now=now, today=today)
            found.append(SignIn(user.username, password, units))
    return found


def supervisor(place: int, *, password: str, now: datetime) -> User:
    """The account of who supervises the team of that number."""
    person = Person.objects.get(key=f"w{place:04}")
    user = create_user(username=f"supervisor.{place}", name=person.name, password=password, by=BY, now=now)
    link_account(user=user, person=person, by=BY, now=now, today=_today(now))
    return user


def _today(now: datetime) -> date:
    return now.astimezone(ZoneInfo(orgs.organization().timezone)).date()


def _recovery_codes(user: User) -> tuple[str, ...]:
    """Codes that stand in for the authenticator app a supervisor has to have."""
    TOTP.activate(user, generate_totp_secret())
    return tuple(RecoveryCodes.activate(user).get_unused_codes())


def queries() -> dict[str, int]:
    """How many queries the dashboard of each of some units takes an executive, signing in left out."""
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(User.objects.get(username=f"{_EXECUTIVE}.0"))
    units = list(Unit.objects.order_by("pk").values_list("key", flat=True))
    counted = {}
    for key in units[:: max(len(units) // _SAMPLED, 1)]:
        with CaptureQueriesContext(connection) as captured:
            response = client.get(reverse("desk:unit", args=[key]))
        if response.status_code != 200:
            raise ValueError(f"Found {response.status_code} at the dashboard of {key}; wanted 200.")
        counted[key] = len(captured)
    return counted
