"""Whatever takes a right away takes it from the next request of a token: two hundred at random, none late."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.utils import timezone

from goldenthread.accounts.actions import deactivate
from goldenthread.accounts.models import User
from goldenthread.record.access.models import Delegation, Grant
from goldenthread.record.audit.actor import Actor
from goldenthread.record.orgs.models import Person, Post, Unit
from goldenthread.record.tokens.actions import end_token
from tests.web.bearers import Script
from tests.web.desk.worlds import as_user, build_units, today

pytestmark = pytest.mark.django_db

OPERATOR = Actor.operator()
LONG_AGO = date(2020, 1, 1)
OFFICES = ("north", "south", "roads")
NO_TOKEN, NOTHING_THERE = 401, 404


def by_post(user: User, unit: Unit) -> None:
    Post.objects.create(person=Person.objects.get(user=user), unit=unit, role="member")


def by_grant(user: User, unit: Unit) -> None:
    Grant.objects.create(user=user, role="reader", unit=unit, starts_on=LONG_AGO)


def by_standing_in(user: User, unit: Unit) -> None:
    giver = Person.objects.create(key=f"giver_of_{user.username}", name="Somebody on leave")
    Post.objects.create(person=giver, unit=unit, role="supervisor")
    Delegation.objects.create(
        giver=giver,
        receiver=Person.objects.get(user=user),
        kind="leave",
        starts_on=LONG_AGO,
        ends_on=today() + timedelta(days=9),
        arranged_by="test",
        arranged_at=timezone.now(),
    )


def end_the_token(script: Script) -> int:
    end_token(token=script.token, by=OPERATOR, now=timezone.now(), today=today())
    return NO_TOKEN


def close_the_account(script: Script) -> int:
    deactivate(user=script.token.owner, by=OPERATOR, now=timezone.now())
    return NO_TOKEN


def let_it_expire(script: Script) -> int:
    type(script.token).objects.filter(pk=script.token.pk).update(expires_at=timezone.now())
    return NO_TOKEN


def end_the_post(script: Script) -> int:
    Post.objects.filter(person__user=script.token.owner).update(ends_on=today())
    return NOTHING_THERE


def move_to_another_unit(script: Script) -> int:
    posts = Post.objects.filter(person__user=script.token.owner)
    posts.update(unit=Unit.objects.get(key="benefits"))
    return NOTHING_THERE


def take_the_grant_back(script: Script) -> int:
    Grant.objects.filter(user=script.token.owner).update(ends_on=today())
    return NOTHING_THERE


def narrow_the_grant(script: Script) -> int:
    Grant.objects.filter(user=script.token.owner).update(role="administrator")
    return NOTHING_THERE


def end_the_delegation(script: Script) -> int:
    Delegation.objects.filter(receiver__user=script.token.owner).update(ends_on=today())
    return NOTHING_THERE


def end_the_post_of_whom_they_stand_in_for(script: Script) -> int:
    Post.objects.filter(person__key=f"giver_of_{script.token.owner.username}").update(ends_on=today())
    return NOTHING_THERE


def unlink_the_account(script: Script) -> int:
    Person.objects.filter(user=script.token.owner).update(user=None)
    return NOTHING_THERE


OF_THE_TOKEN = (end_the_token, close_the_account, let_it_expire)
WAYS: tuple[tuple[Callable[[User, Unit], None], tuple[Callable[[Script], int], ...]], ...] = (
    (by_post, (*OF_THE_TOKEN, end_the_post, move_to_another_unit, unlink_the_account)),
    (by_grant, (*OF_THE_TOKEN, take_the_grant_back, narrow_the_grant)),
    (
        by_standing_in,
        (*OF_THE_TOKEN, end_the_delegation, end_the_post_of_whom_they_stand_in_for, unlink_the_account),
    ),
)


def test_two_hundred_rights_taken_away_at_random_are_gone_on_the_next_request():
    build_units()
    draw = random.Random(20260301)
    late, tried = [], set()
    for number in range(200):
        user = User.objects.create_user(f"person_{number}", name=f"Person {number}")
        Person.objects.create(key=f"person_{number}", name=user.name, user=user)
        give, ways = draw.choice(WAYS)
        unit, take_away = draw.choice(OFFICES), draw.choice(ways)
        give(user, Unit.objects.get(key=unit))
        script, address = Script(user.username, "results"), f"/units/{unit}/data.csv"
        # Each from a machine of its own: many wrong tokens from one are answered by 429.
        machine = {"REMOTE_ADDR": f"10.0.0.{number}"}
        assert script.get(address, **machine).status_code == 200, (give, unit)
        wanted = take_away(script)
        found = script.get(address, **machine).status_code
        tried.add((give, take_away))
        if found != wanted:
            late.append((give.__name__, take_away.__name__, found))
    assert not late
    assert len(tried) == sum(len(ways) for _give, ways in WAYS)


def test_one_who_moves_reads_the_new_unit_with_the_same_token():
    build_units()
    script = Script("ana", "results")
    Post.objects.filter(person__key="ana").update(unit=Unit.objects.get(key="roads"))
    found = {unit: script.get(f"/units/{unit}/data.csv").status_code for unit in OFFICES}
    assert found == {"north": 404, "south": 404, "roads": 200}
    assert found["roads"] == as_user("ana").get("/units/roads/data.csv").status_code
