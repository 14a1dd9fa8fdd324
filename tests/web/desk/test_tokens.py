"""Making a token, seeing one's own, and ending one, in pages."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from goldenthread.accounts.models import User
from goldenthread.definitions import read_yaml
from goldenthread.record.audit.models import AuditEvent
from goldenthread.record.sources.actions import save_source
from goldenthread.record.sources.checks import read_source
from goldenthread.record.tokens.minting import is_whole
from goldenthread.record.tokens.models import Token
from tests.web.bearers import Script, bearer
from tests.web.desk.worlds import BY, SOURCE, as_user, build_units, say_why, text_of

pytestmark = pytest.mark.django_db
NEW = "/new/token/"


@pytest.fixture(autouse=True)
def county(db):
    build_units()
    save_source(read_source(read_yaml(SOURCE)), by=BY, now=timezone.now())


def make(username: str, **cells):
    sent = {"name": "nightly, from phone01", "purposes": ["results"], "days": "30", **cells}
    return as_user(username).post(NEW, sent)


def secret_in(page: str) -> str:
    (secret,) = re.findall(r'id="secret"[^>]*value="([^"]*)"', page)
    return secret


def test_it_is_shown_once_and_works():
    answer = make("ada", purposes=["results", "extracts"], sources=["calls"], days="7")
    secret = secret_in(answer.content.decode())
    assert is_whole(secret)
    assert answer["Cache-Control"] == "private, no-store"
    token = Token.objects.get()
    assert (token.purposes, token.sources) == (["results", "extracts"], ["calls"])
    assert (token.expires_at - token.made_at).days == 7
    assert Client(headers=bearer(secret)).get("/measures/data.csv").status_code == 200
    mine = text_of("ada", "/my-tokens/")
    assert "nightly, from phone01" in mine
    assert "Read results, Send extracts" in mine
    for page in (mine, text_of("aud", "/audit/?kind=token"), text_of("adam", "/access/people/~ada/")):
        assert secret not in page
        assert token.digest not in page


@pytest.mark.parametrize(
    ("username", "cells", "words"),
    [
        ("ada", {"name": ""}, "Say which script will use it."),
        ("ada", {"purposes": []}, "Choose at least one."),
        ("ada", {"purposes": ["extracts"]}, "Choose the sources it sends files to."),
        ("ada", {"sources": ["calls"]}, "Sources go with sending extracts."),
        ("ada", {"purposes": ["extracts"], "sources": ["payroll"]}, "payroll is not one of the available"),
        ("ada", {"purposes": ["audit"]}, "audit is not one of the available choices"),
        ("ada", {"days": "365"}, "365 is not one of the available choices"),
        ("ana", {"purposes": ["extracts"]}, "extracts is not one of the available choices"),
    ],
)
def test_what_cannot_be_made_is_said(username, cells, words):
    assert words in make(username, **cells).content.decode()
    assert not Token.objects.exists()


def test_each_is_offered_what_they_may_do():
    purposes = re.compile(r'name="purposes" value="(\w+)"')
    offered = {name: purposes.findall(text_of(name, NEW)) for name in ("ada", "aud", "ana")}
    assert offered == {"ada": ["results", "extracts"], "aud": ["results", "audit"], "ana": ["results"]}
    assert 'name="sources"' not in text_of("ana", NEW)


def test_one_who_holds_nothing_has_nothing_to_make_one_for():
    for name in ("new", "adam"):
        assert as_user(name).get(NEW).status_code == 404
        assert make(name).status_code == 404
        assert "hold no right today that one could be for" in text_of(name, "/my-tokens/")


def test_whoever_signed_in_a_while_ago_shows_who_they_are_first():
    # One who has nothing to show could not be asked for it.
    User.objects.filter(username="ada").update(password=make_password("a long one, for ada alone"))
    browser = as_user("ada")
    session = browser.session
    session["began_at"] = timezone.now().timestamp() - 301
    session.save()
    for answer in (browser.get(NEW), browser.post(NEW, {"name": "x", "purposes": ["results"], "days": "7"})):
        assert answer.status_code == 302
        assert answer["Location"].startswith("/accounts/again/")
    assert not Token.objects.exists()


def test_one_whose_role_needs_a_second_factor_shows_it_first():
    browser = as_user("aud")
    session = browser.session
    del session["second_factor_of"]
    session.save()
    assert browser.get(NEW)["Location"] == "/accounts/"
    assert browser.post(NEW, {"name": "x", "purposes": ["audit"], "days": "7"})["Location"] == "/accounts/"
    assert not Token.objects.exists()


def test_its_owner_ends_it_and_it_stays_in_the_list():
    script = Script("ada", "results")
    address = f"/my-tokens/{script.token.pk}/end/"
    assert f'href="{address}"' in text_of("ada", "/my-tokens/")
    assert "End the token “nightly”" in text_of("ada", address)
    page = as_user("ada").post(address, follow=True).content.decode()
    assert "The token “nightly” is ended." in page
    assert address not in page
    assert "ended " in page
    assert script.get("/measures/data.csv").status_code == 401
    assert as_user("ada").get(address).status_code == 404


def test_an_administrator_finds_it_below_what_its_owner_holds_and_ends_it():
    script = Script("ana", "results")
    address = f"/my-tokens/{script.token.pk}/end/"
    say_why("adam", "/access/people/ana/")
    page = text_of("adam", "/access/people/ana/")
    assert "nightly" in page
    assert f'href="{address}"' in page
    answer = as_user("adam").post(address)
    assert answer["Location"] == "/access/people/ana/"
    (ended,) = AuditEvent.objects.filter(kind="token", action="revoked")
    assert ended.actor == f"user:{User.objects.get(username='adam').pk}"
    assert script.get("/measures/data.csv").status_code == 401


def test_whoever_may_look_sees_tokens_and_ends_none():
    script = Script("ana", "results")
    address = f"/my-tokens/{script.token.pk}/end/"
    say_why("aud", "/access/people/ana/")
    page = text_of("aud", "/access/people/ana/")
    assert "nightly" in page
    assert address not in page
    missing = as_user("aud").get("/my-tokens/0/end/").content
    for name in ("aud", "sam", "dora", "new"):
        for send in (as_user(name).get, as_user(name).post):
            answer = send(address)
            assert (answer.status_code, answer.content) == (404, missing)
    assert "nightly" not in text_of("sam", "/my-tokens/")


def test_nothing_of_it_stands_in_a_session():
    secret = secret_in(make("ada").content.decode())
    kept = [session.get_decoded() for session in Session.objects.all()]
    assert kept
    assert secret not in str(kept)
