"""The door for scripts: what opens it, what does not, and what each try leaves in the audit log."""

from __future__ import annotations

import datetime

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from goldenthread.accounts.models import User
from goldenthread.record.audit.actor import Actor
from goldenthread.record.audit.models import AuditEvent
from goldenthread.record.tokens.actions import end_token
from goldenthread.record.tokens.minting import new_secret
from goldenthread.record.tokens.models import Token
from goldenthread.web.access import scope
from tests.web.bearers import Script, bearer
from tests.web.desk.worlds import as_user, build_units

pytestmark = pytest.mark.django_db
LIST = "/measures/data.csv"


@pytest.fixture(autouse=True)
def county(db):
    build_units()
    cache.clear()


def rows(**asked) -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(**asked).order_by("pk"))


def error_of(response) -> str:
    assert response["Content-Type"] == "application/json"
    assert response["Cache-Control"] == "private, no-store"
    return response.json()["error"]


def test_a_script_takes_along_what_its_owner_would_and_the_log_says_by_which_token():
    script = Script("ana", "results")
    answer = script.get(LIST)
    assert answer.status_code == 200
    assert answer.content == as_user("ana").get(LIST).content
    assert answer["Cache-Control"] == "private, no-store"
    assert not answer.cookies
    by_script, in_person = rows(action="exported")
    assert (by_script.actor, by_script.object_id) == (f"user:{script.token.owner_id}", LIST)
    assert by_script.roles == f"member, token:{script.token.pk}"
    assert in_person.roles == "member"


def test_what_is_read_is_the_log_page_and_who_looked_in_words():
    script = Script("ana", "results")
    script.get(LIST)
    page = as_user("aud").get("/audit/?kind=address").content.decode()
    assert f"Member, by token {script.token.pk}" in page


def test_the_first_use_of_a_day_is_written_down_and_others_are_not(monkeypatch):
    script = Script("ana", "results")
    for _ in range(3):
        script.get(LIST)
    assert len(rows(action="used")) == 1
    tomorrow = timezone.now() + datetime.timedelta(days=1)
    monkeypatch.setattr("django.utils.timezone.now", lambda: tomorrow)
    script.get(LIST)
    assert len(rows(action="used", kind="token", object_id=str(script.token.pk))) == 2
    assert Token.objects.get().last_used_on == tomorrow.date()


def test_one_that_was_ended_opens_nothing_on_the_next_request():
    script = Script("ana", "results")
    assert script.get(LIST).status_code == 200
    now = timezone.now()
    end_token(token=script.token, by=Actor.operator(), now=now, today=now.date())
    refused = script.get(LIST)
    assert refused.status_code == 401
    assert refused["WWW-Authenticate"] == 'Bearer realm="Goldenthread"'
    assert "was ended on" in error_of(refused)
    (denied,) = rows(action="denied")
    assert (denied.actor, denied.kind, denied.object_id) == ("stranger", "token", str(script.token.pk))


def test_one_that_expired_opens_nothing(monkeypatch):
    script = Script("ana", "results")
    later = script.token.expires_at
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)
    assert "expired on" in error_of(script.get(LIST))


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("Bearer gt_short", "Found 8 characters that are no token; wanted the 52 that begin with gt_"),
        ("Bearer ", "Found 0 characters"),
        ("bearer eyJhbGciOi", "Found 10 characters"),
        ("Bearer gt_NobodyEverHadThisOneNobodyEverHadThisOne0000xoGsh", "There is no such token."),
    ],
)
def test_what_is_no_token_is_refused_in_words_and_written_down(header, words):
    for address in (LIST, "/", "/no/such/thing/", "/accounts/"):
        refused = Client(headers={"Authorization": header}).get(address)
        assert refused.status_code == 401
        assert words in error_of(refused)
    denied = [(one.actor, one.object_id) for one in rows(action="denied", kind="token")]
    assert denied == [("stranger", "")] * 4


def test_a_token_in_the_clear_is_refused_where_a_page_is_led_to_https(settings):
    settings.SECURE_SSL_REDIRECT = True
    script = Script("ana", "results")
    refused = script.get(LIST)
    assert refused.status_code == 400
    assert "wanted https" in error_of(refused)
    assert script.get(LIST, secure=True).status_code == 200
    assert as_user("ana").get("/measures/")["Location"] == "https://testserver/measures/"


def test_wrong_tokens_are_counted_and_right_ones_never_held_up():
    stranger, script = Client(headers=bearer(new_secret())), Script("ana", "results")
    statuses = [stranger.get(LIST).status_code for _ in range(22)]
    assert statuses == [401] * 20 + [429] * 2
    answer = stranger.get(LIST)
    assert 1 <= int(answer["Retry-After"]) <= 60
    assert "Wait a minute" in error_of(answer)
    # From the limit on nothing more is written, or a stranger could fill the log.
    assert len(rows(action="denied")) == 20
    assert script.get(LIST).status_code == 200


@pytest.mark.parametrize("address", [LIST, "/", "/my-tokens/", "/no/such/thing/"])
def test_a_token_and_a_cookie_together_are_refused_wherever(address):
    script, browser = Script("ana", "results"), as_user("ana")
    browser.defaults["HTTP_AUTHORIZATION"] = f"Bearer {script.secret}"
    refused = browser.get(address)
    assert refused.status_code == 400
    assert "Found a token and the cookie of a browser" in error_of(refused)


def test_what_a_proxy_puts_before_a_browser_is_not_ours():
    browser = as_user("ana")
    for header in ("Bearer eyJhbGciOi.of.a.proxy", "Basic YTpi"):
        assert browser.get("/", headers={"Authorization": header}).status_code == 200


def test_it_is_taken_from_the_header_and_from_nowhere_else():
    secret = Script("ana", "results").secret
    stranger = Client()
    for answer in (
        stranger.get(LIST, {"token": secret, "access_token": secret}),
        stranger.get(f"/measures/{secret}/data.csv"),
        stranger.post(LIST, {"token": secret}),
        Client(headers={"X-Token": secret, "Authorization": f"Basic {secret}"}).get(LIST),
    ):
        assert answer.status_code == 302
    stranger.cookies[settings.SESSION_COOKIE_NAME] = secret
    assert stranger.get(LIST).status_code == 302


def test_the_public_side_never_looks_at_it():
    script = Script("ana", "results")
    script.get("/public/")
    assert Client(headers=bearer("gt_wrong")).get("/public/").status_code == 404
    assert not rows(action="used")


def test_it_never_sees_workers_though_its_owner_does():
    by_script = scope(Script("sam", "results").get(LIST).wsgi_request)
    in_person = scope(as_user("sam").get(LIST).wsgi_request)
    assert (by_script.people, in_person.people) == (frozenset(), {"ana", "sam"})
    assert by_script.units == in_person.units >= {"north"}


def test_a_form_of_another_site_gets_nowhere_with_a_session():
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(User.objects.get(username="ada"))
    missing = browser.post("/no/such/thing/")
    sent = browser.post("/api/sources/calls/files/")
    assert (sent.status_code, sent.content) == (missing.status_code, missing.content)
