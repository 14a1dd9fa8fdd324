"""A script that asks for too much is told when to come back; a person never meets the limit."""

from __future__ import annotations

import time

import pytest
from django.core.cache import cache
from django.test import Client

from goldenthread.accounts.models import User
from goldenthread.record.orgs.models import Organization
from goldenthread.web.checks import every_view
from goldenthread.web.rate_limits import A_MINUTE, Costly, counted

pytestmark = pytest.mark.django_db


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> int:
    """Three of everything a minute."""
    cache.clear()
    for what in Costly:
        monkeypatch.setitem(A_MINUTE, what, 3)
    return 3


@pytest.fixture
def ana() -> Client:
    Organization.objects.create(name="Riverbend", timezone="UTC")
    return let_in("ana")


def let_in(name: str) -> Client:
    client = Client()
    client.force_login(User.objects.create_user(name, name=name))
    return client


def test_what_is_counted() -> None:
    marks = {address: counted(view) for address, view in every_view()}
    views = {address: mark.what if mark else None for address, mark in marks.items()}
    assert {address for address in views if address.endswith((".csv", ".xlsx"))} <= {
        address for address, what in views.items() if what is Costly.FILES
    }
    assert views["/data/sources/<str:key>/upload/"] is views["/new/source/"] is Costly.UPLOADS
    assert views["/data/batches/<int:number>/original/"] is Costly.FILES
    assert views["/search/"] is Costly.SEARCHES
    assert views["/new/measure/preview/"] is Costly.PREVIEWS
    assert views["/accounts/login/"] is Costly.SIGN_INS
    assert views["/"] is None


def test_one_who_asks_too_often_is_told_when_to_come_back(few: int, ana: Client) -> None:
    answers = [ana.get("/search/?q=calls") for _ in range(few + 1)]
    assert [one.status_code for one in answers] == [200, 200, 200, 429]
    seconds = int(answers[-1]["Retry-After"])
    assert 0 < seconds <= 60
    assert f"Wait {seconds} second" in answers[-1].content.decode()
    assert answers[-1]["Cache-Control"] == "private, no-store"


def test_others_and_other_things_are_not_kept_waiting(few: int, ana: Client) -> None:
    for _ in range(few + 1):
        ana.get("/search/?q=calls")
    assert ana.get("/help/").status_code == 200
    assert ana.get("/measures/data.csv").status_code == 200
    assert let_in("bo").get("/search/?q=calls").status_code == 200


def test_there_is_room_again_after_a_minute(few: int, ana: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(few + 1):
        last = ana.get("/search/?q=calls")
    later = time.time() + int(last["Retry-After"])
    monkeypatch.setattr(time, "time", lambda: later)
    assert ana.get("/search/?q=calls").status_code == 200


def test_strangers_are_counted_by_their_address(few: int) -> None:
    form = {"login": "nobody", "password": "never that"}
    sent = [
        Client(REMOTE_ADDR="192.0.2.7").post("/accounts/login/", form).status_code for _ in range(few + 1)
    ]
    assert sent == [200, 200, 200, 429]
    assert Client(REMOTE_ADDR="192.0.2.7").get("/accounts/login/").status_code == 200
    assert Client(REMOTE_ADDR="192.0.2.8").post("/accounts/login/", form).status_code == 200


def test_what_one_may_not_call_is_not_counted(few: int, ana: Client) -> None:
    assert {ana.get("/audit/log.csv").status_code for _ in range(few + 1)} == {404}


@pytest.mark.django_db(transaction=True)
def test_processes_count_together(few: int, ana: Client) -> None:
    """Ten, each with a connection of its own: three find room. At once on PostgreSQL; SQLite in memory, which
    only tests have, refuses a table that another connection reads instead of waiting for it; processes that
    share a file are in tests/commands/test_serving.py."""
    from concurrent.futures import ThreadPoolExecutor

    from django.db import connection

    def ask(_: int) -> int:
        client = Client()
        client.cookies = ana.cookies
        try:
            return client.get("/search/?q=calls").status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(5 if connection.vendor == "postgresql" else 1) as pool:
        assert sorted(pool.map(ask, range(10))) == [200] * few + [429] * (10 - few)


def test_a_working_day_stays_far_below() -> None:
    assert min(A_MINUTE.values()) >= 60, "one a second is more than anybody clicks"
