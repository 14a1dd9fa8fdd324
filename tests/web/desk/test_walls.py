"""Walls: a unit's key indicators for whoever stands before them, by an address that somebody made."""

from __future__ import annotations

import html
import logging
import re
from datetime import timedelta

import pytest
from django.test import Client, override_settings
from django.utils import timezone

from goldenthread.accounts.actions import deactivate
from goldenthread.accounts.models import User
from goldenthread.accounts.rules import WRONG_TOKENS
from goldenthread.calc.folding import Fold
from goldenthread.jobs.scoping import scope_of
from goldenthread.record.access.rights import rights_of
from goldenthread.record.access.scopes import letter_scope, wall_scope
from goldenthread.record.audit.models import AuditEvent
from goldenthread.record.measures.models import Observation
from goldenthread.record.orgs.models import Post, Unit
from goldenthread.record.tokens.minting import new_secret
from goldenthread.record.walls.models import Wall
from goldenthread.record.walls.policies import PREFIX
from tests.web.desk.worlds import as_user, text_of, today, words
from tests.web.whole_county import BY

WALLS = "/units/north/walls/"
ADDRESS = re.compile(r'value="(http://[^"]+(/wall/gtw_[0-9A-Za-z]+/))"')


@pytest.fixture(autouse=True)
def county(things: dict[str, str]) -> None:
    """With key indicators of North."""


def put_up(by: str = "sam", unit: str = "north") -> str:
    """The address of a new wall, without the host."""
    made = as_user(by).post(f"/units/{unit}/walls/", {"name": "The hall", "days": "90"})
    found = ADDRESS.search(made.content.decode())
    assert found, made.content.decode()
    return found[2]


def newest() -> Wall:
    """The wall put up last."""
    return Wall.objects.latest("pk")


def looked_at(address: str, **more: object):
    """The answer to a browser that nobody is signed in on."""
    return Client().get(address, **more)


def test_a_supervisor_puts_one_up_and_nobody_signs_in_to_read_it() -> None:
    assert f'href="{WALLS}"' in text_of("sam", "/units/north/indicators/")
    answer = looked_at(put_up())
    assert answer.status_code == 200
    assert not answer.cookies
    text = words(answer.content.decode())
    on_the_page = words(
        text_of("iris" if User.objects.filter(username="iris") else "sam", "/units/north/indicators/")
    )
    assert "North office" in text
    titles = re.findall(r"<h2>([^<]+)</h2>", answer.content.decode())
    assert titles
    assert all(html.unescape(one) in on_the_page for one in titles)
    assert "The hall" in text_of("sam", WALLS)


def test_it_is_for_nobody_to_keep_find_or_follow() -> None:
    answer = looked_at(put_up())
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert answer["Refresh"] == "300"
    text = answer.content.decode()
    assert set(re.findall(r'<a [^>]*href="([^"]*)"', text)) == {"#main", "?still"}
    assert 'http-equiv="refresh"' not in text
    assert "Refresh" not in looked_at(f"{put_up()}?still")


def test_no_name_of_anybody_is_on_it() -> None:
    text = looked_at(put_up()).content.decode()
    names = Post.objects.values_list("person__key", "person__name")
    assert not any(name in text for _key, name in names)


def test_what_is_for_anybody_is_closed_to_everybody_who_could_take_it_apart() -> None:
    of = {name: rights_of(User.objects.get(username=name), today=today()) for name in ("dora", "sam")}
    wall = wall_scope(1, "benefits", of["dora"])
    assert wall.units == {"benefits", "north", "south"}
    assert wall_scope(1, "benefits", of["sam"]).units == {"benefits", "north"}
    assert all(wall.is_closed(unit, fold) is bool(fold) for unit in wall.units for fold in Fold)
    letter = letter_scope("benefits", of["sam"])
    assert letter.units == {"benefits", "north"}
    assert letter.closed_from == scope_of(of["sam"], today=today()).closed_from
    for seen in (wall, letter):
        assert not (seen.people | seen.workers_of | seen.services)
        assert not seen.every_person
        assert not seen.every_unit


def test_what_is_folded_is_said_and_not_in_large_type() -> None:
    Observation.objects.filter(measure__key="calls_answered", unit__key="north").update(fold=Fold.FOLDED)
    text = looked_at(put_up()).content.decode()
    [one] = [part for part in text.split("<li") if "Calls answered within a minute" in part]
    assert "Folded into Benefits" in words(one)
    assert "<strong>" not in one
    assert "<strong>" in text


def test_an_indicator_of_a_unit_below_names_it() -> None:
    """Reports of Benefits concern the county by their unit."""
    Post.objects.filter(person__key="dora").update(unit=Unit.objects.get(key="county"))
    text = looked_at(put_up("dora", "county")).content.decode()
    assert '<p class="gt-wall__place">Benefits</p>' in text
    assert "gt-wall__place" not in looked_at(put_up()).content.decode()


@pytest.mark.parametrize("how", ["taken down", "over", "post ended", "account closed"])
def test_it_goes_dark_at_once_and_says_nothing_of_it(how: str) -> None:
    address = put_up()
    wall = newest()
    assert looked_at(address).status_code == 200
    if how == "taken down":
        assert as_user("sam").post(f"/walls/{wall.pk}/end/")["Location"] == WALLS
    elif how == "over":
        now = timezone.now()
        Wall.objects.filter(pk=newest().pk).update(
            made_at=now - timedelta(days=2), expires_at=now - timedelta(days=1)
        )
    elif how == "post ended":
        Post.objects.filter(person__key="sam").update(ends_on=today())
    else:
        deactivate(user=User.objects.get(username="sam"), by=BY, now=timezone.now())
    dead, never = looked_at(address), looked_at(f"/wall/{new_secret(PREFIX)}/")
    assert (dead.status_code, dead.content) == (404, never.content)
    assert dead["Cache-Control"] == "private, no-store"
    assert looked_at("/wall/nonsense/").content == dead.content


def test_opening_the_account_again_brings_none_back() -> None:
    put_up()
    deactivate(user=User.objects.get(username="sam"), by=BY, now=timezone.now())
    assert newest().ended_by


def test_the_secret_is_in_no_record_and_no_log(caplog: pytest.LogCaptureFixture) -> None:
    address = put_up()
    secret = address.split("/")[2]
    with caplog.at_level(logging.DEBUG):
        looked_at(address)
        as_user("sam").get(address)
        Wall.objects.filter(pk=newest().pk).update(ended_at=timezone.now(), ended_by="user:1")
        as_user("sam").get(address)
        looked_at(address)
    assert secret not in caplog.text
    for event in AuditEvent.objects.values():
        assert secret not in str(event)
    for wall in Wall.objects.values():
        assert secret not in str(wall)


def test_each_day_it_is_shown_is_written_down_once() -> None:
    address = put_up()
    for _ in range(3):
        looked_at(address)
    assert AuditEvent.objects.filter(kind="wall", action="used", object_id=newest().pk).count() == 1
    assert newest().last_shown_on == today()


def test_forms_and_other_methods_find_nothing() -> None:
    address = put_up()
    for method in ("post", "put", "patch", "delete"):
        assert getattr(Client(), method)(address).status_code == 404
    assert Client().head(address).status_code == 200


def test_trying_secrets_is_slow() -> None:
    allowed = int(WRONG_TOKENS.split("/")[0])
    address = put_up()
    found = [looked_at(f"/wall/{new_secret(PREFIX)}/").status_code for _ in range(allowed + 1)]
    assert found == [404] * allowed + [429]
    assert looked_at(address).status_code == 200, "a right one is never held up"


def test_a_token_or_a_session_makes_no_difference() -> None:
    address = put_up()
    plain = looked_at(address).content
    assert as_user("sam").get(address).content == plain
    assert looked_at(address, headers={"Authorization": "Bearer gt_x"}).content == plain


@override_settings(SECURE_SSL_REDIRECT=True)
def test_over_plain_http_it_is_not_led_on() -> None:
    answer = looked_at("/wall/gtw_x/")
    assert answer.status_code == 400
    assert "Location" not in answer


def test_a_unit_that_one_does_not_see_has_no_walls_for_one() -> None:
    put_up()
    wall = newest()
    for name in ("ana",):
        assert as_user(name).get(f"/walls/{wall.pk}/end/").status_code == 404
        assert as_user(name).post(f"/walls/{wall.pk}/end/").status_code == 404
    assert newest().ended_at is None
    assert as_user("sam").get("/units/roads/walls/").status_code == 404
    assert as_user("sam").post("/units/roads/walls/", {"name": "x", "days": "30"}).status_code == 404
    assert "Say where it hangs." in as_user("sam").post(WALLS, {"name": "", "days": "30"}).content.decode()
