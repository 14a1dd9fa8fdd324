"""What was being sent when a session ended is kept for whoever typed it, and given back."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from django.test import Client
from django.utils import timezone

from goldenthread.accounts import drafts
from goldenthread.accounts.actions import forget_expired
from goldenthread.accounts.models import Draft
from tests.web.accounts.people import PASSWORD, clock, county, sign_in, signed_in, user_of

pytestmark = pytest.mark.usefixtures("county")
__all__ = ["clock", "county"]

FORM = "application/x-www-form-urlencoded"
ADDRESS = "/units/north/mission/comment/"


def send(client: Client, fields: dict[str, object], address: str = ADDRESS, **more):
    return client.post(address, urlencode(fields, doseq=True), content_type=FORM, **more)


def kept_for(username: str):
    return drafts.drafts_of(user_of(username), now=timezone.now())


def test_a_form_that_comes_too_late_is_kept_and_not_acted_upon(clock):
    client = signed_in("ana")
    clock(minutes=31)
    answer = send(client, {"text": "Say “we answer within a day”.", "tags": ["a", "b"]})
    assert answer["Location"] == "/?next=%2Faccounts%2Fdrafts%2F"
    assert client.get("/help/").status_code == 302, "nobody is signed in any more"
    assert sign_in(client, "ana", next="/accounts/drafts/")["Location"] == "/accounts/drafts/"
    page = client.get("/accounts/drafts/").content.decode()
    assert f'action="{ADDRESS}"' in page
    assert 'name="text" value="Say “we answer within a day”."' in page
    assert page.count('name="tags"') == 2


def test_it_is_sent_from_there_and_then_gone(clock):
    client = signed_in("ana")
    clock(minutes=31)
    address = "/my-numbers/"
    send(client, {"value": "12"}, address)
    sign_in(client, "ana")
    (draft,) = kept_for("ana")
    assert draft.address == address
    send(client, {"goldenthread_draft": draft.pk, "text": "We answer."}, "/accounts/session/stay/")
    assert not kept_for("ana")


def test_it_is_thrown_away_by_its_owner_alone(clock):
    client = signed_in("ana")
    clock(minutes=31)
    send(client, {"text": "Mine."})
    (draft,) = kept_for("ana")
    signed_in("sam").post(f"/accounts/drafts/{draft.pk}/drop/")
    assert kept_for("ana")
    sign_in(client, "ana")
    client.post(f"/accounts/drafts/{draft.pk}/drop/")
    assert not kept_for("ana")


def test_nobody_else_sees_it_and_the_database_shows_nothing_of_it(clock):
    client = signed_in("ana")
    clock(minutes=31)
    send(client, {"text": "canary-4711"})
    assert "canary-4711" not in str(list(Draft.objects.values()))
    assert "canary-4711" not in signed_in("eli").get("/accounts/drafts/").content.decode()
    sign_in(client, "eli")
    assert "canary-4711" not in client.get("/accounts/drafts/").content.decode()


@pytest.mark.parametrize("address", ["/accounts/password/change/", "/accounts/login/", "/public/x/"])
def test_passwords_and_what_is_public_are_never_kept(clock, address):
    client = signed_in("ana")
    clock(minutes=31)
    send(client, {"password1": PASSWORD, "oldpassword": PASSWORD, "text": "x"}, address)
    assert not Draft.objects.exists()


def test_a_field_called_password_is_left_out_anywhere(clock):
    client = signed_in("ana")
    clock(minutes=31)
    send(client, {"password": PASSWORD, "text": "x"})
    assert [draft.fields for draft in kept_for("ana")] == [(("text", "x"),)]


def test_a_form_from_elsewhere_is_not_kept(clock):
    client = Client(enforce_csrf_checks=True)
    client.force_login(user_of("ana"))
    clock(minutes=31)
    send(client, {"text": "from another site"})
    assert not Draft.objects.exists()


def test_with_its_token_a_form_of_ours_is(clock):
    client = Client(enforce_csrf_checks=True)
    client.force_login(user_of("ana"))
    token = client.get("/accounts/logout/").context["csrf_token"]
    clock(minutes=31)
    send(client, {"text": "mine", "csrfmiddlewaretoken": str(token)})
    assert [draft.fields for draft in kept_for("ana")] == [(("text", "mine"),)]


def test_it_goes_after_a_day_with_all_else_that_is_over(clock):
    client = signed_in("ana")
    clock(minutes=31)
    send(client, {"text": "x"})
    clock(hours=24)
    assert not kept_for("ana")
    forget_expired(now=timezone.now())
    assert not Draft.objects.exists()


def test_a_script_keeps_one_while_the_session_lasts_and_after(clock):
    client = signed_in("ana")
    fields = {"goldenthread_address": ADDRESS, "text": "half a sen"}
    assert send(client, fields, "/accounts/drafts/keep/").status_code == 204
    clock(minutes=31)
    fields["text"] = "half a sentence"
    assert send(client, fields, "/accounts/drafts/keep/").status_code == 204
    assert [draft.fields for draft in kept_for("ana")] == [(("text", "half a sentence"),)]


@pytest.mark.parametrize("address", ["", "//elsewhere.example/", "https://a.example/", "/accounts/x/"])
def test_it_leads_nowhere_else(address):
    client = signed_in("ana")
    fields = {"goldenthread_address": address, "text": "x"}
    assert send(client, fields, "/accounts/drafts/keep/").status_code == 404
    assert not Draft.objects.exists()


def test_very_much_text_is_not_kept(clock):
    client = signed_in("ana")
    clock(minutes=31)
    send(client, {"text": "x" * 500_001})
    assert not Draft.objects.exists()
