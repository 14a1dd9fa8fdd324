"""What one may see is asked at each request: of the posts and grants of that day, where one works."""

from __future__ import annotations

import datetime

import pytest
from django.test import Client

from goldenthread.accounts.models import User
from goldenthread.record.access.models import Grant
from goldenthread.record.orgs.models import Organization, Post, Unit
from tests.web.desk.worlds import build_units

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def county(db):
    build_units()


def as_user(username: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=username))
    return client


def found(client: Client, unit: str) -> bool:
    status: int = client.get(f"/units/{unit}/").status_code
    return status == 200


def test_one_who_moves_sees_the_new_unit_and_no_longer_the_old_one_in_every_open_browser():
    browsers = [as_user("ana"), as_user("ana")]
    assert [found(one, "north") for one in browsers] == [True, True]
    Post.objects.filter(person__key="ana").update(unit=Unit.objects.get(key="roads"))
    assert [(found(one, "north"), found(one, "roads")) for one in browsers] == [(False, True)] * 2


def test_a_post_and_a_grant_end_at_midnight_where_the_organization_is(monkeypatch):
    Organization.objects.update(timezone="America/Los_Angeles")
    last_day_out = datetime.date(2026, 3, 2)
    Post.objects.filter(person__key="ana").update(ends_on=last_day_out)
    Grant.objects.filter(user__username="exa").update(ends_on=last_day_out)
    browsers = [as_user("ana"), as_user("exa")]

    def at(hour: int, minute: int) -> None:
        now = datetime.datetime(2026, 3, 2, hour, minute, tzinfo=datetime.UTC)
        monkeypatch.setattr("django.utils.timezone.now", lambda: now)

    at(7, 59)
    assert [found(one, "north") for one in browsers] == [True, True]
    at(8, 0)
    assert [found(one, "north") for one in browsers] == [False, False]


def test_a_post_begins_with_its_first_day(monkeypatch):
    Post.objects.filter(person__key="ana").update(starts_on=datetime.date(2026, 3, 2))
    browser = as_user("ana")
    for day, seen in ((1, False), (2, True)):
        now = datetime.datetime(2026, 3, day, 12, tzinfo=datetime.UTC)
        monkeypatch.setattr("django.utils.timezone.now", lambda now=now: now)
        assert found(browser, "north") is seen
