"""Limits count failures, for an account and for an address; whoever knows the password gets in."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.web.accounts.people import PASSWORD, county, sign_in, signed_in

pytestmark = pytest.mark.usefixtures("county")
__all__ = ["county"]


def errors(response) -> list[str]:
    return list(response.context["form"].non_field_errors())


def get_it_wrong(client: Client, times: int, username: str = "ana") -> None:
    for _ in range(times):
        sign_in(client, username, "wrong")


def test_the_right_password_after_four_wrong_ones(client):
    get_it_wrong(client, 4)
    assert sign_in(client, "ana").status_code == 302


def test_a_fifth_failure_makes_the_account_wait_and_says_how_long(client, monkeypatch):
    get_it_wrong(client, 5)
    assert errors(sign_in(client, "ana")) == ["Too many failed attempts. Try again in 5 minutes."]
    late = __import__("time").time() + 250
    monkeypatch.setattr("time.time", lambda: late)
    assert errors(sign_in(client, "ana")) == ["Too many failed attempts. Try again in 1 minute."]
    monkeypatch.setattr("time.time", lambda: late + 60)
    assert sign_in(client, "ana").status_code == 302


def test_waiting_for_one_account_keeps_nobody_else_out(client):
    get_it_wrong(client, 12)
    assert sign_in(client, "sam").status_code == 302


def test_an_address_waits_after_twenty_failures_for_whatever_account(client):
    for username in ("ana", "sam", "dora", "eli"):
        get_it_wrong(client, 5, username)
    assert errors(sign_in(client, "ada")) == ["Too many failed attempts. Try again in 1 minute."]
    other = Client(REMOTE_ADDR="192.0.2.7")
    assert sign_in(other, "ada").status_code == 302


def test_behind_a_proxy_an_address_is_the_callers(settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for username in ("ana", "sam", "dora", "eli"):
        get_it_wrong(Client(headers={"X-Forwarded-For": "198.51.100.1"}), 5, username)
    assert sign_in(Client(headers={"X-Forwarded-For": "198.51.100.2"}), "ada").status_code == 302
    assert errors(sign_in(Client(headers={"X-Forwarded-For": "198.51.100.1"}), "exa"))


def test_successes_are_never_limited():
    for _ in range(60):
        signed_in("ana")


@pytest.mark.served
def test_a_wrong_present_password_counts_as_a_failed_sign_in(client):
    signed = signed_in("ana")
    new = "eight lamps by the river"
    for _ in range(5):
        signed.post("/accounts/password/change/", {"oldpassword": "no", "password1": new, "password2": new})
    answer = signed.post(
        "/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new}
    )
    assert "Try again in 5 minutes" in str(answer.context["form"].errors)
    assert errors(sign_in(client, "ana"))
