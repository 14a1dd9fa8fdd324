"""A saved view by mail: asked for, changed and ended by its owner."""

from __future__ import annotations

import pytest
from django.test import override_settings

from goldenthread.accounts.models import User
from goldenthread.jobs.mail.server import MailServer
from goldenthread.record.answers import Denied
from goldenthread.record.audit.actor import Actor
from goldenthread.record.saved_views.actions import remove_view
from goldenthread.record.subscriptions.actions import end, note_nothing_to_send, subscribe
from goldenthread.record.subscriptions.models import Subscription
from goldenthread.record.subscriptions.rhythms import Rhythm
from tests.web.desk.worlds import as_user, text_of, words
from tests.web.mail.world import INDICATORS, WORKER, due_at, view_of

SERVER = MailServer.parse(
    url="smtp://127.0.0.1", sender="n@example.gov", domains="example.gov", base="http://localhost:8000"
)


@pytest.fixture(autouse=True)
def county(things: dict[str, str]):
    """With a way for mail to leave, and an address of Sam's."""
    User.objects.filter(username="sam").update(email="sam@example.gov")
    with override_settings(MAIL=SERVER):
        yield


def held() -> Subscription:
    return Subscription.objects.get(owner__username="sam")


def test_it_is_asked_for_changed_and_ended() -> None:
    here = f"/views/{view_of('sam', INDICATORS, 'Mornings').pk}/mail/"
    assert f'href="{here}"' in text_of("sam", "/views/")
    assert "It goes to sam@example.gov." in text_of("sam", here)
    assert as_user("sam").post(here, {"rhythm": "daily"})["Location"] == "/views/"
    assert held().rhythm == "daily"
    assert "Every weekday" in words(text_of("sam", "/views/"))
    page = words(text_of("sam", here))
    assert "The next mail is that of" in page
    assert "Change it" in page
    assert as_user("sam").post(here, {"rhythm": "monthly"})["Location"] == "/views/"
    assert held().rhythm == "monthly"
    assert as_user("sam").post(here, {"stop": "1"})["Location"] == "/views/"
    assert not Subscription.objects.filter(owner__username="sam").exists()
    assert as_user("sam").post(here, {"stop": "1"}).status_code == 302


def test_a_rhythm_that_is_none_is_said_and_nothing_kept() -> None:
    here = f"/views/{view_of('sam', INDICATORS, 'Mornings').pk}/mail/"
    for typed in ({}, {"rhythm": "hourly"}):
        assert as_user("sam").post(here, typed).status_code == 200
    assert not Subscription.objects.filter(owner__username="sam").exists()


@pytest.mark.parametrize(
    ("email", "server", "told"),
    [
        ("", SERVER, "There is no address to write to yet. Say where to write to"),
        ("sam@example.com", SERVER, "does not go to sam@example.com. Say where to write to"),
        ("sam@example.gov", None, "No mail leaves from here."),
    ],
)
def test_what_is_missing_is_said_and_nothing_can_be_asked_for(
    email: str, server: MailServer | None, told: str
) -> None:
    User.objects.filter(username="sam").update(email=email)
    here = f"/views/{view_of('sam', INDICATORS, 'Mornings').pk}/mail/"
    with override_settings(MAIL=server):
        assert told in words(text_of("sam", here))
        assert as_user("sam").post(here, {"rhythm": "daily"}).status_code == 200
    assert not Subscription.objects.filter(owner__username="sam").exists()


def test_what_came_in_between_is_said_and_asking_again_begins_anew() -> None:
    view = view_of("sam", INDICATORS, "Mornings")
    here = f"/views/{view.pk}/mail/"
    as_user("sam").post(here, {"rhythm": "daily"})
    at = due_at(held())
    note_nothing_to_send(held(), "Its view was not open to its owner.", now=at, zone=at.tzinfo)
    for address in (here, "/views/"):
        assert "Its view was not open to its owner." in words(text_of("sam", address))
    as_user("sam").post(here, {"rhythm": "daily"})
    assert held().problem == ""


def test_it_is_its_owners_alone_and_goes_with_the_view() -> None:
    view = view_of("sam", INDICATORS, "Mornings")
    here = f"/views/{view.pk}/mail/"
    as_user("sam").post(here, {"rhythm": "daily"})
    one, at = held(), due_at(held())
    other = Actor.user(User.objects.get(username="adam").pk)
    assert as_user("adam").get(here).status_code == 404
    assert as_user("adam").post(here, {"stop": "1"}).status_code == 404
    with pytest.raises(Denied):
        end(subscription=one, by=other, now=at)
    with pytest.raises(Denied):
        subscribe(view=view, rhythm=Rhythm.DAILY, by=other, now=at, zone=at.tzinfo)
    remove_view(view=view, by=Actor.user(view.owner_id), now=at)
    assert not Subscription.objects.filter(pk=one.pk).exists()


def test_a_view_of_somebody_has_no_such_page() -> None:
    view = view_of("sam", WORKER, "Ana")
    assert as_user("sam").get(f"/views/{view.pk}/mail/").status_code == 404
    assert f"/views/{view.pk}/mail/" not in text_of("sam", "/views/")
