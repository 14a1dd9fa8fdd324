"""Signing in and out through the pages, and what the log keeps of it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import NoReverseMatch, reverse

from goldenthread.accounts import actions
from goldenthread.record.audit.actor import Actor
from goldenthread.record.audit.models import AuditEvent

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.web.addresses")]

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
PASSWORD = "seven lamps by the river"


@pytest.fixture
def user(settings):
    # The real hasher takes half a second on purpose, and these tests sign in dozens of times.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()
    return actions.create_user(
        username="ana", name="Ana Ruiz", password=PASSWORD, by=Actor.job("test"), now=NOW
    )


def sign_in(client, password=PASSWORD, username="ana", **more):
    return client.post("/accounts/login/", {"login": username, "password": password, **more})


def sessions_logged(user):
    rows = AuditEvent.objects.exclude(action="created").order_by("id")
    return [(row.actor.replace(str(user.pk), "N"), row.action, row.object_id) for row in rows]


def test_in_and_out(client, user):
    page = client.get("/accounts/login/?next=/whoami/")
    assert b'value="/whoami/"' in page.content
    assert b'autocomplete="current-password"' in page.content
    response = sign_in(client, next="/whoami/")
    assert (response.status_code, response["Location"]) == (302, "/whoami/")
    assert client.get("/whoami/").status_code == 200
    assert b"<form" in client.get("/accounts/logout/").content
    assert client.get("/whoami/").status_code == 200
    assert client.post("/accounts/logout/")["Location"] == "/"
    assert client.get("/whoami/").status_code == 302
    assert sessions_logged(user) == [
        ("user:N", "signed_in", str(user.pk)),
        ("user:N", "signed_out", str(user.pk)),
    ]


def test_the_form_is_labelled_and_says_what_is_wrong(client, user):
    page = client.post("/accounts/login/", {"login": "", "password": ""}).content.decode()
    for field in ("login", "password"):
        assert f'<label class="usa-label" for="id_{field}">' in page
        assert f'id="id_{field}_error"' in page
        assert f'href="#id_{field}"' in page
    assert page.count('class="usa-input"') == 2
    assert page.count('aria-invalid="true"') == 2
    assert "placeholder" not in page


def test_nobody_is_sent_to_another_site(client, user):
    assert sign_in(client, next="https://elsewhere.example/")["Location"] == "/"


def test_a_wrong_password_and_a_name_that_does_not_exist_look_the_same(client, user):
    wrong, unknown = sign_in(client, "wrong"), sign_in(client, "wrong", username="hunter2")
    assert wrong.status_code == unknown.status_code == 200
    errors = [response.context["form"].non_field_errors() for response in (wrong, unknown)]
    assert errors[0] == errors[1] == ["This username and this password do not go together. Try again."]
    for response in (wrong, unknown):
        alert = response.content.decode().split("autofocus")[1].split("</div>")[0]
        assert errors[0][0] in alert, "the alert takes the focus"
    assert sessions_logged(user) == [
        ("stranger", "sign_in_failed", str(user.pk)),
        ("stranger", "sign_in_failed", ""),
    ]
    assert "hunter2" not in str(list(AuditEvent.objects.values()))


def test_a_closed_account_cannot_sign_in(client, user):
    actions.deactivate(user=user, by=Actor.job("test"), now=NOW)
    response = sign_in(client)
    assert "_auth_user_id" not in client.session
    assert response.status_code in (200, 302)


def test_after_five_failures_the_right_password_has_to_wait(client, user):
    for _ in range(5):
        sign_in(client, "wrong")
    response = sign_in(client)
    assert response.context["form"].non_field_errors() == [
        "Too many failed attempts. Try again in 5 minutes."
    ]
    assert client.get("/whoami/").status_code == 302


def test_successes_are_not_limited(user):
    for _ in range(40):
        assert sign_in(Client()).status_code == 302


def test_a_new_password(client, user):
    other = Client()
    for one in (client, other):
        sign_in(one)
    new = "eight lamps by the river"
    page = client.get("/accounts/password/change/")
    assert b'autocomplete="new-password"' in page.content
    response = client.post(
        "/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new}
    )
    assert response.status_code == 302
    assert client.get("/whoami/").status_code == 200
    assert other.get("/whoami/").status_code == 302
    event = AuditEvent.objects.latest("id")
    assert (event.actor, event.action, event.kind, event.fields) == (
        f"user:{user.pk}",
        "changed",
        "user",
        ["password"],
    )


def test_signing_in_begins_a_session_of_its_own_and_signing_out_ends_it(client, user, settings):
    planted = client.session
    planted["planted"] = True
    planted.save()
    sign_in(client)
    begun = client.session.session_key
    assert begun not in (None, planted.session_key)
    client.post("/accounts/logout/")
    client.cookies[settings.SESSION_COOKIE_NAME] = begun
    assert client.get("/whoami/").status_code == 302


def test_the_page_for_a_new_password_is_for_those_who_are_signed_in(client, user):
    assert client.get("/accounts/password/change/")["Location"].startswith("/?next=")


def test_there_is_no_password_to_change_for_one_who_has_none(client):
    client.force_login(actions.create_user(username="ben", name="Ben", by=Actor.job("test"), now=NOW))
    assert client.get("/accounts/password/change/").status_code == 404


def test_a_mistyped_new_password_is_told_beside_its_field(client, user):
    sign_in(client)
    wrong = {"oldpassword": PASSWORD, "password1": "short", "password2": "other"}
    page = client.post("/accounts/password/change/", wrong).content.decode()
    assert 'id="id_password1_error"' in page or 'id="id_password2_error"' in page
    assert client.post("/accounts/password/change/", wrong).status_code == 200


@pytest.mark.parametrize("name", ["account_signup", "account_reset_password", "account_email"])
def test_what_is_left_out(name):
    with pytest.raises(NoReverseMatch):
        reverse(name)
