"""Authenticator app and recovery codes, and the door for whoever needs a second factor."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client

from goldenthread.accounts import actions
from goldenthread.record.access.models import Grant
from goldenthread.record.access.roles import Permission
from goldenthread.record.access.second_factor import PASSWORD_IS_ENOUGH, PASSWORD_IS_TOO_LITTLE
from goldenthread.record.audit.models import AuditEvent
from goldenthread.record.orgs.models import Post
from tests.web.accounts.people import (
    BY,
    NOW,
    PASSWORD,
    add_app,
    code_of,
    county,
    sign_in,
    signed_in,
    user_of,
)

pytestmark = pytest.mark.usefixtures("county")
__all__ = ["county"]

ACCOUNT = "/accounts/"
NEEDS_ONE = ("sam", "adam", "aud")
"""A supervisor, an administrator and an auditor."""
NEEDS_NONE = ("ana", "dora", "eli", "ada", "exa", "new")


def bytes_of(response) -> tuple[object, ...]:
    return response.status_code, response.content, tuple(sorted(response.headers.items()))


def codes_shown(client: Client) -> list[str]:
    found: list[str] = client.get("/accounts/recovery-codes/").context["unused_codes"]
    return found


def test_every_permission_is_decided():
    assert PASSWORD_IS_TOO_LITTLE | PASSWORD_IS_ENOUGH.keys() == set(Permission)
    assert not PASSWORD_IS_TOO_LITTLE & PASSWORD_IS_ENOUGH.keys()


@pytest.mark.parametrize("name", NEEDS_ONE)
def test_without_one_everything_leads_to_the_page_to_set_it_up(name):
    client = signed_in(name)
    seen = {bytes_of(client.get(one)) for one in ("/", "/measures/", "/no/such/thing/", "/units/north/")}
    seen |= {bytes_of(client.post(one)) for one in ("/", "/new/source/", "/no/such/thing/")}
    assert [(status, dict(headers)["Location"]) for status, _, headers in seen] == [(302, ACCOUNT)]
    page = client.get(ACCOUNT).content.decode()
    assert "A second factor is needed" in page
    for found in ("/accounts/app/new/", "/accounts/logout/", "/accounts/passkeys/new/"):
        assert found in page
    add_app(client)
    assert client.get("/").status_code == 200


@pytest.mark.parametrize("name", NEEDS_NONE)
def test_nobody_else_is_asked_for_one(name):
    client = signed_in(name)
    assert client.get("/").status_code == 200
    assert client.get("/no/such/thing/").status_code == 404


def test_whoever_is_named_as_a_supervisor_needs_one_without_a_role():
    Post.objects.filter(person__key="ana").update(supervisor=user_of("eli").person)
    assert signed_in("eli").get("/help/")["Location"] == ACCOUNT


def test_the_need_begins_and_ends_with_the_right():
    client = signed_in("ana")
    assert client.get("/help/").status_code == 200
    Grant.objects.filter(user=user_of("adam")).update(user=user_of("ana"))
    assert client.get("/help/")["Location"] == ACCOUNT
    Grant.objects.update(ends_on="2021-01-01")
    assert client.get("/help/").status_code == 200


def test_the_accounts_of_a_demo_on_this_machine_are_asked_for_none(settings):
    settings.WITHOUT_SECOND_FACTOR = frozenset({"sam"})
    assert signed_in("sam").get("/").status_code == 200
    assert signed_in("adam").get("/")["Location"] == ACCOUNT, "who was added to a demo is no part of it"


def test_a_password_alone_no_longer_signs_in():
    secret = add_app(signed_in("sam"))
    client = Client()
    assert sign_in(client, "sam", next="/help/")["Location"] == "/accounts/login/code/"
    assert client.get("/help/")["Location"] == "/?next=%2Fhelp%2F"
    wrong = client.post("/accounts/login/code/", {"code": "000000"})
    assert "a recovery code works once" in wrong.context["form"].errors["code"][0]
    assert client.post("/accounts/login/code/", {"code": code_of(secret)})["Location"] == "/help/"
    assert client.get("/help/").status_code == 200


def test_a_session_from_before_the_app_still_has_to_show_it():
    before = signed_in("sam")
    add_app(signed_in("sam"))
    assert before.get("/help/")["Location"] == ACCOUNT
    assert "sign out, and sign in again" in before.get(ACCOUNT).content.decode()


def test_a_code_counts_once_and_only_for_its_owner():
    secret = add_app(signed_in("sam"))
    code = code_of(secret)
    for expected in (302, 200):
        client = Client()
        sign_in(client, "sam")
        assert client.post("/accounts/login/code/", {"code": code}).status_code == expected
    other = Client()
    add_app(signed_in("ana"))
    sign_in(other, "ana")
    assert other.post("/accounts/login/code/", {"code": code_of(secret)}).status_code == 200


def test_wrong_codes_have_to_wait_and_right_ones_never():
    secret = add_app(signed_in("sam"))
    client = Client()
    sign_in(client, "sam")
    for _ in range(5):
        client.post("/accounts/login/code/", {"code": "000000"})
    refused = client.post("/accounts/login/code/", {"code": code_of(secret)})
    assert refused.context["form"].errors["code"] == ["Too many failed attempts. Try again in 5 minutes."]
    cache.clear()
    assert client.post("/accounts/login/code/", {"code": code_of(secret)}).status_code == 302


def test_recovery_codes_are_shown_once_and_each_counts_once():
    client = signed_in("sam")
    add_app(client)
    codes = codes_shown(client)
    assert len(codes) == len(set(codes)) == 10
    assert codes_shown(client) == ["****"] * 10
    for expected in (302, 200):
        other = Client()
        sign_in(other, "sam")
        assert other.post("/accounts/login/code/", {"code": codes[3]}).status_code == expected
    assert client.get(ACCOUNT).context["factors"].codes_left == 9
    assert client.post("/accounts/recovery-codes/new/").status_code == 302
    fresh = codes_shown(client)
    assert not set(fresh) & set(codes)


def test_no_secret_stands_in_the_database_in_clear():
    client = signed_in("sam")
    secret = add_app(client)
    codes = codes_shown(client)
    kept = str(list(Authenticator.objects.values()))
    assert secret not in kept
    assert not any(code in kept for code in codes)


def test_the_last_one_stays_where_the_role_needs_it():
    client = signed_in("sam")
    add_app(client)
    page = client.get("/accounts/app/remove/").content.decode()
    assert "Your role needs a second factor" in page
    client.post("/accounts/app/remove/")
    assert Authenticator.objects.filter(user=user_of("sam"), type="totp").exists()


def test_elsewhere_it_goes_and_takes_its_recovery_codes_along():
    client = signed_in("ana")
    add_app(client)
    assert client.post("/accounts/app/remove/")["Location"] == ACCOUNT
    assert not Authenticator.objects.filter(user=user_of("ana")).exists()
    assert sign_in(Client(), "ana")["Location"] == "/"


def test_a_short_password_needs_its_second_factor():
    client = signed_in("ana")
    short = {"oldpassword": PASSWORD, "password1": "kelp9 lamp", "password2": "kelp9 lamp"}
    refused = client.post("/accounts/password/change/", short)
    assert refused.context["form"].errors["password1"] == [
        "The password has 10 characters; wanted at least 15."
    ]
    add_app(client)
    assert client.post("/accounts/password/change/", short).status_code == 302
    assert "fewer than 15 characters" in client.get("/accounts/app/remove/").content.decode()
    client.post("/accounts/app/remove/")
    assert Authenticator.objects.filter(user=user_of("ana"), type="totp").exists()


@pytest.mark.served
def test_long_after_signing_in_the_password_is_asked_again(monkeypatch):
    import time

    client = signed_in("ana")
    late = time.time() + 400
    monkeypatch.setattr("time.time", lambda: late)
    asked = client.get("/accounts/app/new/")
    assert asked["Location"] == "/accounts/again/?next=%2Faccounts%2Fapp%2Fnew%2F"
    page = client.get(asked["Location"])
    assert page.status_code == 200
    wrong = client.post("/accounts/again/", {"password": "wrong", "next": "/accounts/app/new/"})
    assert wrong.context["form"].errors["password"]
    right = client.post("/accounts/again/", {"password": PASSWORD, "next": "/accounts/app/new/"})
    assert right["Location"] == "/accounts/app/new/"
    assert client.get("/accounts/app/new/").status_code == 200


def test_what_is_set_up_and_what_fails_is_in_the_log():
    client = signed_in("ana")
    add_app(client)
    client.post("/accounts/recovery-codes/new/")
    other = Client()
    sign_in(other, "ana")
    other.post("/accounts/login/code/", {"code": "000000"})
    rows = AuditEvent.objects.filter(object_id=str(user_of("ana").pk)).order_by("id")
    tail = [(row.actor.split(":")[0], row.action, row.fields) for row in rows][-5:]
    assert tail == [
        ("user", "changed", ["totp"]),
        ("user", "changed", ["recovery_codes"]),
        ("user", "changed", ["recovery_codes"]),
        ("user", "changed", ["recovery_codes"]),
        ("stranger", "sign_in_failed", []),
    ]


def test_the_picture_is_there_only_while_an_app_is_being_added():
    client = signed_in("ana")
    assert client.get("/accounts/app/new/picture.svg").status_code == 404
    client.get("/accounts/app/new/")
    answer = client.get("/accounts/app/new/picture.svg")
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/svg+xml")
    assert answer["Cache-Control"] == "private, no-store"


def test_one_who_signs_in_without_a_password_keeps_a_way_in():
    client = signed_in("ana")
    add_app(client)
    user = user_of("ana")
    user.set_unusable_password()
    user.save()
    client = Client()
    client.force_login(user)
    assert "only way you sign in" in client.get("/accounts/app/remove/").content.decode()


def test_closing_an_account_shuts_the_step_after_the_password():
    secret = add_app(signed_in("ana"))
    client = Client()
    sign_in(client, "ana")
    actions.deactivate(user=user_of("ana"), by=BY, now=NOW)
    client.post("/accounts/login/code/", {"code": code_of(secret)})
    assert client.get("/help/").status_code == 302
