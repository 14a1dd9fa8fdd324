"""Home says first what needs its reader, and tells nobody of what they may not see."""

from __future__ import annotations

import csv

import pytest
from django.test import Client
from django.utils import timezone

from goldenthread.accounts.models import User
from goldenthread.definitions import read_yaml
from goldenthread.jobs.noticing import refresh_notices
from goldenthread.jobs.scoping import scope_of
from goldenthread.record.access.rights import rights_of
from goldenthread.record.measures.models import Measure
from goldenthread.record.notices.models import Notice
from goldenthread.record.orgs.models import Post
from goldenthread.record.sources.actions import save_source
from goldenthread.record.sources.checks import read_source
from goldenthread.record.sources.models import Batch, Source
from goldenthread.results.overviews import overview
from tests.web.desk.worlds import BY, SOURCE, build_units, build_world, today

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    build_world()
    refresh_notices(now=timezone.now())


def home_of(username: str) -> str:
    client = Client()
    client.force_login(User.objects.get(username=username))
    response = client.get("/")
    assert response.status_code == 200
    return response.content.decode()


def test_who_is_not_signed_in_finds_the_form(client):
    assert "Sign in" in client.get("/").content.decode()


def test_an_owner_is_told_what_is_overdue(world):
    text = home_of("ana")
    assert "One thing needs you. One is overdue." in text
    assert "Letters answered" in text
    assert "overdue" in text


def test_a_member_reads_of_the_own_unit_first(world):
    text = home_of("ana")
    assert text.index("North office") < text.index("What needs you")
    assert "/measures/calls_answered/?unit=north" in text
    assert "Potholes" not in text
    assert "unit=south" not in text


def test_a_director_reads_of_what_the_department_keeps(world):
    text = home_of("dora")
    assert "The one measure kept in Benefits that has a target missed it in its last period." in text
    assert "Off target: 1 of 1" in text
    assert "Potholes" not in text
    assert "Name an owner for" in text


def test_an_administrator_counts_accounts_and_sees_no_number(world):
    text = home_of("adam")
    assert "Accounts and rights" in text
    assert "Calls answered" not in text
    assert "Accounts and rights" not in home_of("dora")


def test_nothing_to_do_says_so(world):
    assert "Nothing needs you today." in home_of("adam")
    assert "You hold no role yet." in home_of("new")


def test_a_notice_about_what_is_no_longer_seen_is_not_shown(world):
    assert "Name an owner for" in home_of("dora")
    Post.objects.filter(person__key="dora").delete()
    assert Notice.objects.filter(receiver__username="dora", done_at=None).exists()
    text = home_of("dora")
    assert "Calls received" not in text
    assert "You hold no role yet." in text


def test_an_owner_is_told_even_without_a_post(world):
    Post.objects.filter(person__key="ana").delete()
    assert "Letters answered" in home_of("ana")


def test_several_of_a_kind_are_one_thing(world):
    Measure.objects.update(owner=None, deputy=None)
    refresh_notices(now=timezone.now())
    text = home_of("ada")
    assert "Name an owner for four measures" in text


def test_before_anything_is_measured_each_is_told_what_they_can_do():
    build_units()
    for name in ("ana", "dora", "exa"):
        assert "Nothing needs you today." in home_of(name)
    assert "You hold no role yet." in home_of("new")
    assert "Name an analyst." in home_of("adam")
    text = home_of("ada")
    assert "<h1>Begin with an extract.</h1>" in text
    assert 'href="/new/source/"' in text


def test_with_a_source_its_first_file_is_next_and_then_a_measure():
    build_units()
    save_source(read_source(read_yaml(SOURCE)), by=BY, now=timezone.now())
    assert "<h1>Load a first file.</h1>" in home_of("ada")
    Batch.objects.create(
        source=Source.objects.get(),
        state="loaded",
        mode="upsert",
        file_name="calls.csv",
        folder="none",
        sha256="0",
        size=0,
        source_version=1,
        store_version=1,
        received_at=timezone.now(),
        loaded_at=timezone.now(),
        received_by="job:test",
    )
    text = home_of("ada")
    assert "<h1>Define a first measure.</h1>" in text
    assert 'href="/new/measure/"' in text


def test_right_after_install_the_units_come_first():
    User.objects.create_user("first", name="First")
    assert "<h1>Begin with the units.</h1>" in home_of("first")


@pytest.mark.parametrize("name", ["ana", "dora", "ada"])
def test_it_takes_few_queries(world, client, django_assert_max_num_queries, name):
    client.force_login(User.objects.get(username=name))
    with django_assert_max_num_queries(50):
        client.get("/")


def test_what_is_off_target_is_there_as_a_file_with_nothing_of_others(world):
    client = Client()
    client.force_login(User.objects.get(username="dora"))
    assert 'href="/off-target.csv"' in home_of("dora")
    response = client.get("/off-target.csv")
    head, row = csv.reader(response.content.decode("utf-8-sig").splitlines())
    assert head[:2] == ["Measure", "Unit"]
    assert row[:2] == ["Calls answered within a minute", "Benefits"]
    assert 0 < float(row[3]) < 85
    assert row[4] == "85%"


def test_those_without_an_owner_are_counted_beyond_the_rows_shown(world):
    Measure.objects.filter(key="calls_answered").update(owner=None)
    assert "Of those that did not, one has no owner." in home_of("dora")
    held = rights_of(User.objects.get(username="dora"), today=today())
    found = overview(held, scope_of(held, today=today()), today=today(), at_most=0)
    assert (found.missed, found.ownerless) == ((), 1)


def test_without_a_target_there_is_nothing_to_meet(world):
    Measure.objects.filter(key="calls_answered").update(retired_on=today())
    assert "None of the two measures kept in Benefits has a target yet." in home_of("dora")
