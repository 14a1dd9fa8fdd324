"""Where single sign-on is the only door, no other address makes an account or begins a session."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils import timezone

from goldenthread.accounts import actions
from goldenthread.accounts.models import User
from goldenthread.accounts.providers import Provider, SingleSignOn
from goldenthread.web.checks import every_view
from tests.web.accounts.people import (
    BY,
    PASSWORD,
    add_app,
    code_of,
    county,
    settings_of,
    sign_in,
    signed_in,
    user_of,
)

pytestmark = pytest.mark.usefixtures("county")
__all__ = ["county", "settings_of"]

METHODS = ("get", "head", "post", "put", "patch", "delete", "options", "trace")


@pytest.fixture
def only_door(settings):
    city = Provider("city", "City account", "https://city.example", "openid_connect", "sub", vouches=True)
    app = {"provider_id": "city", "name": "City account", "client_id": "x", "secret": "y"}
    app["settings"] = {"server_url": "https://city.example"}
    settings.SINGLE_SIGN_ON = SingleSignOn({"city": city}, {})
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}

    def shut() -> None:
        settings.SINGLE_SIGN_ON_ONLY = True

    return shut


def addresses(secret: str) -> list[str]:
    """Every address below those of signing in, and Home, with what exists in place of each parameter."""
    found = {pattern for pattern, _view in every_view() if pattern.startswith("/accounts/") or pattern == "/"}
    filled = [re.sub(r"<int:\w+>", "1", one).replace("<str:secret>", secret) for one in found]
    return sorted(re.sub(r"<str:\w+>", "city", one) for one in filled)


def test_no_address_lets_anybody_in(only_door):
    secret = add_app(signed_in("ana"))
    invitation = actions.invite(user=user_of("new"), by=BY, now=timezone.now())
    only_door()
    accounts = User.objects.count()
    passwords = dict(User.objects.values_list("username", "password"))
    bodies = (
        {"login": "sam", "password": PASSWORD},
        {"login": "ana", "password": PASSWORD, "code": code_of(secret)},
        {"password1": "eight lamps by the river", "password2": "eight lamps by the river"},
        {"username": "eve", "password1": PASSWORD, "password2": PASSWORD, "email": "eve@example.org"},
        {"credential": "{}", "name": "Key"},
        {"SAMLResponse": "PHg+", "code": "x", "state": "y"},
    )
    for address in addresses(invitation):
        for method in METHODS:
            for body in bodies if method == "post" else ({},):
                client = Client()
                getattr(client, method)(address, body) if body else getattr(client, method)(address)
                assert "_auth_user_id" not in client.session, (method, address, body)
    assert User.objects.count() == accounts
    assert dict(User.objects.values_list("username", "password")) == passwords


def test_its_page_shows_that_door_alone(only_door):
    only_door()
    page = Client().get("/").content.decode()
    assert "Sign in with City account" in page
    assert 'type="password"' not in page
    assert "passkey" not in page
    assert Client().post("/", {"login": "sam", "password": PASSWORD}).status_code == 404
    assert sign_in(Client(), "sam").status_code == 404


def test_one_who_came_in_by_another_door_is_out(only_door):
    client = signed_in("ana")
    assert client.get("/help/").status_code == 200
    only_door()
    assert client.get("/help/").status_code == 302


def test_no_password_can_be_set(only_door):
    only_door()
    client = Client()
    client.force_login(user_of("ana"))
    missing = client.get("/no/such/thing/")
    for address in ("/accounts/password/change/", "/accounts/again/"):
        answer = client.get(address)
        assert (answer.status_code, answer.content) == (404, missing.content)
    assert "Change password" not in client.get("/accounts/").content.decode()


def test_an_invitation_leads_to_that_door(only_door):
    invitation = actions.invite(user=user_of("new"), by=BY, now=timezone.now())
    only_door()
    page = Client().get(f"/accounts/invitation/{invitation}/").content.decode()
    assert f"/accounts/sign-on/city/begin/?invitation={invitation}" in page
    assert 'type="password"' not in page


def test_without_a_provider_it_does_not_start(settings_of):
    said = settings_of({"GOLDENTHREAD_SSO_ONLY": "1"}, wrong=True)
    assert "GOLDENTHREAD_SSO_ONLY is 1, and there is no identity provider" in said
