"""A link lets one person begin to sign in, once, within seven days."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.utils import timezone

from goldenthread.accounts import actions
from goldenthread.accounts.models import Invitation, User
from goldenthread.record.access.models import Grant
from goldenthread.record.audit.models import AuditEvent
from goldenthread.record.orgs.models import Unit
from tests.web.accounts.people import BY, NOW, PASSWORD, add_app, county, sign_in, signed_in, user_of

pytestmark = [pytest.mark.usefixtures("county"), pytest.mark.served]
__all__ = ["county"]

NEW = "eight lamps by the river"


def link_for(username: str) -> str:
    return f"/accounts/invitation/{actions.invite(user=user_of(username), by=BY, now=timezone.now())}/"


def choose(client: Client, link: str, password: str = NEW):
    return client.post(link, {"password1": password, "password2": password})


def is_over(response) -> bool:
    return b"This link no longer works" in response.content


def as_administrator() -> Client:
    client = signed_in("adam")
    add_app(client)
    return client


def test_a_password_by_a_link_and_the_link_is_gone():
    link = link_for("new")
    client = Client()
    page = client.get(link).content.decode()
    assert "Welcome, New Person" in page
    assert "Your username is new" in page
    assert choose(client, link)["Location"] == "/"
    assert client.get("/help/").status_code == 200
    assert not Invitation.objects.exists()
    for again in (client.get(link), Client().get(link), choose(Client(), link, PASSWORD)):
        assert is_over(again)
    assert sign_in(Client(), "new", NEW).status_code == 302


def test_a_password_that_will_not_do_leaves_the_link():
    link = link_for("new")
    for weak in ("short", "123456789987654321"):
        assert "password1" in choose(Client(), link, weak).context["password"].errors
    assert choose(Client(), link).status_code == 302


def test_it_begins_anew_what_signed_in_before():
    client = signed_in("ana")
    add_app(client)
    link = link_for("ana")
    assert client.get("/help/").status_code == 200, "nothing ends before the link is used"
    fresh = Client()
    assert "password1" in choose(fresh, link, "kelp9 lamp").context["password"].errors
    choose(fresh, link)
    assert fresh.get("/help/").status_code == 200
    assert client.get("/help/").status_code == 302
    assert not Authenticator.objects.exists()
    assert sign_in(Client(), "ana", PASSWORD).status_code == 200


def test_it_begins_anew_where_somebody_else_is_signed_in():
    add_app(signed_in("ana"))
    browser = as_administrator()
    link = link_for("ana")
    assert choose(browser, link)["Location"] == "/"
    assert [one.user.username for one in Authenticator.objects.filter(type="totp")] == ["adam"]
    assert browser.get("/help/").wsgi_request.user == user_of("ana")


def test_it_is_too_old_after_seven_days(monkeypatch):
    link = link_for("new")
    now = timezone.now()
    monkeypatch.setattr("django.utils.timezone.now", lambda: now + timedelta(days=7))
    assert is_over(Client().get(link))
    monkeypatch.setattr("django.utils.timezone.now", lambda: now + timedelta(days=6, hours=23))
    assert not is_over(Client().get(link))


def test_a_newer_one_and_a_closed_account_end_it():
    first, second = link_for("new"), link_for("new")
    assert [is_over(Client().get(one)) for one in (first, second)] == [True, False]
    actions.deactivate(user=user_of("new"), by=BY, now=NOW)
    assert is_over(Client().get(second))


def test_its_secret_stands_nowhere():
    secret = link_for("new").split("/")[3]
    assert secret not in str(list(Invitation.objects.values()) + list(AuditEvent.objects.values()))


def test_an_administrator_invites_a_newcomer_who_holds_nothing():
    page = as_administrator().post("/invite/", {"username": "nia", "name": "Nia Adeyemi"})
    link = urlsplit(page.context["link"]).path
    client = Client()
    assert choose(client, link)["Location"] == "/"
    assert client.get("/units/north/").status_code == 404
    rows = AuditEvent.objects.filter(object_id=str(user_of("nia").pk)).order_by("id")
    assert [(row.actor, row.fields) for row in rows][:2] == [
        (f"user:{user_of('adam').pk}", ["username", "name", "email"]),
        (f"user:{user_of('adam').pk}", ["invitation"]),
    ]


@pytest.mark.parametrize("username", ["ana", "sam", "new", "adam"])
def test_nobody_takes_over_an_account_by_inviting_it(username):
    page = as_administrator().post("/invite/", {"username": username, "name": "Whoever"})
    assert page.context["link"] is None
    assert "goldenthread account" in str(page.context["form"].errors)
    assert not Invitation.objects.exists()


def test_nor_one_that_holds_rights_and_was_never_used():
    User.objects.filter(username="sam").update(password="!", last_login=None)
    page = as_administrator().post("/invite/", {"username": "sam", "name": "Whoever"})
    assert page.context["link"] is None


def test_nor_one_that_will_hold_a_right():
    User.objects.filter(username="new").update(password="!")
    tomorrow = timezone.localdate() + timedelta(days=1)
    Grant.objects.create(user=user_of("new"), role="hr", unit=Unit.objects.first(), starts_on=tomorrow)
    page = as_administrator().post("/invite/", {"username": "new", "name": "Whoever"})
    assert page.context["link"] is None


def test_nor_one_that_a_provider_lets_in():
    User.objects.filter(username="new").update(password="!")
    actions.bind(user=user_of("new"), issuer="https://id.example.gov", subject="new", by=BY, now=NOW)
    page = as_administrator().post("/invite/", {"username": "new", "name": "Whoever"})
    assert page.context["link"] is None


def test_only_administrators_invite():
    client = signed_in("ana")
    missing = client.post("/no/such/thing/", {"username": "nia", "name": "Nia"})
    answer = client.post("/invite/", {"username": "nia", "name": "Nia"})
    assert (answer.status_code, answer.content) == (404, missing.content)
