"""A session ends after half an hour without a request, after twelve hours, and when its account is closed."""

from __future__ import annotations

import json
import random

import pytest
from django.test import Client
from django.utils import timezone

from goldenthread.accounts import actions
from tests.web.accounts.people import (
    BY,
    PASSWORD,
    add_app,
    clock,
    county,
    settings_of,
    sign_in,
    signed_in,
    user_of,
)

pytestmark = pytest.mark.usefixtures("county")
__all__ = ["clock", "county", "settings_of"]


def is_in(client: Client) -> bool:
    answer = client.get("/help/")
    assert answer.status_code in (200, 302)
    return answer.status_code == 200


def test_half_an_hour_without_a_request(clock):
    client = signed_in("ana")
    clock(minutes=29)
    assert is_in(client)
    clock(minutes=29)
    assert is_in(client)
    clock(minutes=30)
    assert not is_in(client)


def test_twelve_hours_whatever_one_does(clock):
    client = signed_in("ana")
    for _ in range(35):
        clock(minutes=20)
        assert is_in(client)
    clock(minutes=20)
    assert not is_in(client)
    assert client.get("/help/")["Location"] == "/?next=%2Fhelp%2F"


def test_asking_how_long_it_lasts_does_not_prolong_it_and_staying_does(clock):
    client = signed_in("ana")
    clock(minutes=28)
    assert client.get("/accounts/session/").json() == {"seconds": 120, "can_stay": True}
    clock(minutes=1)
    assert client.get("/accounts/session/").json() == {"seconds": 60, "can_stay": True}
    answer = client.post("/accounts/session/stay/", {"next": "/help/"})
    assert (answer.status_code, answer["Location"]) == (302, "/help/")
    assert client.get("/accounts/session/").json() == {"seconds": 1800, "can_stay": True}
    assert client.post("/accounts/session/stay/", {"next": "//elsewhere.example/"})["Location"] == "/"


def test_near_the_twelfth_hour_nothing_prolongs_it(clock):
    client = signed_in("ana")
    for _ in range(28):
        clock(minutes=25)
        assert is_in(client)
    clock(minutes=10)
    assert is_in(client)
    assert client.get("/accounts/session/").json() == {"seconds": 600, "can_stay": False}


def test_reading_writes_the_clock_down_at_most_once_a_minute(clock, django_assert_num_queries):
    client = signed_in("ana")
    clock(seconds=59)
    with django_assert_num_queries(3):
        client.get("/accounts/session/")
    before = client.session["seen_at"]
    is_in(client)
    assert client.session["seen_at"] == before
    clock(seconds=1)
    is_in(client)
    assert client.session["seen_at"] == before + 60


@pytest.mark.parametrize("revocations", [20, pytest.param(200, marks=pytest.mark.long)])
def test_random_revocations_bite_on_the_next_request(revocations):
    draw = random.Random(revocations)
    names = ("ana", "sam", "dora", "eli", "ada", "exa", "new")
    for turn in range(revocations):
        name = draw.choice(names)
        browsers = [signed_in(name) for _ in range(draw.randint(1, 2))]
        client = draw.choice(browsers)
        assert client.get("/accounts/session/").status_code == 200
        how = draw.choice(("closed", "new password", "ended"))
        user = user_of(name)
        if how == "closed":
            actions.deactivate(user=user, by=BY, now=timezone.now())
        elif how == "new password":
            actions.set_password(user=user, password=PASSWORD, by=BY, now=timezone.now())
        else:
            actions.end_sessions(user=user, by=BY, now=timezone.now())
        for one in browsers:
            assert one.get("/accounts/session/").status_code == 302, (turn, name, how)
        if how == "closed":
            actions.reactivate(user=user, by=BY, now=timezone.now())
            assert browsers[0].get("/accounts/session/").status_code == 302, "an old session came back"


def test_signing_out_everywhere_else_leaves_this_browser():
    here, there = signed_in("ana"), signed_in("ana")
    assert len(here.get("/accounts/").context["browsers"]) == 2
    assert here.post("/accounts/session/end-others/")["Location"] == "/accounts/"
    assert is_in(here)
    assert not is_in(there)


def test_what_was_done_is_said_in_our_words_where_the_page_does_not_show_it():
    client = signed_in("ana")
    assert not list(client.get("/accounts/").context["messages"])
    new = "eight lamps by the river"
    client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    (said,) = client.get("/accounts/").context["messages"]
    assert str(said) == "Your password is changed. Everywhere else you are signed out."


def test_every_cookie_has_every_flag(client, settings):
    set_by = [sign_in(client, "ana"), client.get("/"), client.get("/accounts/password/change/")]
    add_app(client)
    set_by += [client.post("/accounts/session/end-others/"), client.get("/accounts/")]
    set_by += [client.post("/accounts/logout/"), sign_in(client, "ana"), client.get("/accounts/login/code/")]
    seen = {cookie.key: cookie for response in set_by for cookie in response.cookies.values()}
    assert seen.keys() == {settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME}
    for cookie in seen.values():
        assert cookie["httponly"], cookie.key
        assert cookie["samesite"] == "Lax", cookie.key
        assert cookie["path"] == "/", cookie.key
        assert not cookie["domain"], cookie.key


def test_production_is_the_default_and_plain_http_has_to_be_asked_for(settings_of):
    found = json.loads(settings_of({}))
    assert found["cookies"] == ["__Host-goldenthread", "__Host-goldenthread-csrf"]
    assert found["secure"] == [True, True, True]
    plain = json.loads(settings_of({"GOLDENTHREAD_PLAIN_HTTP": "1"}))
    assert plain["cookies"] == ["goldenthread", "goldenthread-csrf"]
    assert plain["secure"] == [False, False, False]
