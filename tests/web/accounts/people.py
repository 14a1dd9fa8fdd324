"""Somebody with a password, in the county of ``worlds``, and ways to be them."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from goldenthread.accounts import actions, queries
from goldenthread.accounts.models import User
from goldenthread.record.audit.actor import Actor
from goldenthread.workspace import Workspace
from tests.web.desk.worlds import build_units

ROOT = Path(__file__).resolve().parents[3]
NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
PASSWORD = "seven lamps by the river"
BY = Actor.job("test")


@pytest.fixture
def county(settings: Any, db: None) -> None:
    """Units and people, each with PASSWORD, and a limit that nobody has used up."""
    # The real hasher takes half a second on purpose, and these tests sign in dozens of times.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()
    build_units()
    for user in User.objects.all():
        actions.set_password(user=user, password=PASSWORD, by=BY, now=NOW)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Moves the clock of the server on: ``clock(minutes=29)``."""
    state = {"now": timezone.now()}
    monkeypatch.setattr("django.utils.timezone.now", lambda: state["now"])

    def move(**by: float) -> None:
        state["now"] += timedelta(**by)

    return move


@pytest.fixture
def settings_of(tmp_path: Path) -> Callable[..., str]:
    """What a process of its own says of its cookies when these variables alone are set; with ``wrong``, what
    it says instead of starting."""
    Workspace(tmp_path).create()
    script = (
        "import json; from goldenthread.config import settings as s; print(json.dumps({"
        "'cookies': [s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME],"
        "'secure': [s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_SSL_REDIRECT]}))"
    )

    def read(variables: dict[str, str], *, wrong: bool = False) -> str:
        environment = {"GOLDENTHREAD_HOME": str(tmp_path), "PATH": os.environ["PATH"], **variables}
        command = [sys.executable, "-c", script]
        done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True)
        assert (done.returncode != 0) == wrong, done.stderr
        return done.stderr if wrong else done.stdout

    return read


def user_of(username: str) -> User:
    found = queries.find_user(username)
    assert found is not None
    return found


def sign_in(client: Client, username: str, password: str = PASSWORD, **more: str) -> HttpResponse:
    answer: Any = client.post("/accounts/login/", {"login": username, "password": password, **more})
    return answer


def signed_in(username: str) -> Client:
    """A browser in which the form was filled in with the right password."""
    client = Client()
    assert sign_in(client, username).status_code == 302
    return client


def code_of(secret: str, *, steps: int = 0) -> str:
    """What an authenticator app shows; ``steps`` half minutes from now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def add_app(client: Client) -> str:
    """Set up an authenticator app as the page asks; returns its secret."""
    secret: str = client.get("/accounts/app/new/").context["form"].secret
    cache.clear()
    answer = client.post("/accounts/app/new/", {"code": code_of(secret)})
    assert answer.status_code == 302, answer.context["form"].errors
    # The code of this half minute counts once, and the next sign-in is within it.
    cache.clear()
    return secret
