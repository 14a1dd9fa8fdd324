"""Letters that go, once for each day they are due, and what comes of those that do not."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import override_settings

from goldenthread.accounts.actions import deactivate
from goldenthread.accounts.models import User
from goldenthread.jobs.locks import one_at_a_time
from goldenthread.jobs.mail.sending import AT_ONCE, send_due
from goldenthread.record.audit.actor import Actor
from goldenthread.record.audit.models import AuditEvent
from goldenthread.record.orgs.models import Post
from goldenthread.record.orgs.queries import organization
from goldenthread.record.subscriptions.actions import FIRST_PAUSE, LONGEST_PAUSE, end, note_sent, subscribe
from goldenthread.record.subscriptions.models import Subscription
from goldenthread.record.subscriptions.rhythms import Rhythm
from goldenthread.web.mail.letters import letter_for
from tests.jobs.extracts.certified import certify
from tests.post.office import Office, open_office
from tests.web.desk.worlds import today
from tests.web.mail.world import ADDRESS, due_at, mailed, server_at
from tests.web.whole_county import BY


@pytest.fixture
def office(things: dict[str, str]) -> Iterator[Office]:
    """The mail server of the county."""
    with open_office() as office, override_settings(MAIL=server_at(office)):
        yield office


def fresh(one: Subscription) -> Subscription:
    return Subscription.objects.get(pk=one.pk)


def test_what_is_due_goes_once_and_is_written_down(office: Office) -> None:
    one = mailed()
    at = due_at(one)
    assert send_due(now=at - timedelta(seconds=1)) == []
    assert office.letters == []
    assert send_due(now=at) == []
    assert send_due(now=at) == []
    [kept] = office.letters
    assert kept.receivers == [ADDRESS]
    assert kept.mail["To"] == ADDRESS
    assert kept.mail["From"] == "Goldenthread <numbers@example.gov>"
    assert kept.mail["Auto-Submitted"] == "auto-generated"
    assert (fresh(one).sent_at, fresh(one).problem) == (at, "")
    assert fresh(one).due_on > one.due_on
    written = AuditEvent.objects.filter(kind="subscription", object_id=str(one.pk))
    assert list(written.order_by("pk").values_list("action", flat=True)) == ["created", "exported"]
    assert send_due(now=due_at(fresh(one))) == []
    first, second = (one.mail["Message-ID"] for one in office.letters)
    assert first != second
    assert first.endswith("@example.gov>")


def test_days_on_which_nobody_sent_are_not_made_up_for(office: Office) -> None:
    one = mailed()
    send_due(now=due_at(one) + timedelta(days=9, hours=3))
    assert len(office.letters) == 1
    assert fresh(one).due_on > one.due_on + timedelta(days=8)


def test_what_was_cut_off_goes_again_under_the_same_number(office: Office) -> None:
    one = mailed()
    at, office.hangs_up_after = due_at(one), True
    [told] = send_due(now=at)
    assert told.startswith("The mail server 127.0.0.1 could not be used")
    assert fresh(one).due_on == one.due_on
    office.hangs_up_after = False
    assert send_due(now=at) == []
    assert len(office.letters) == 1, "not before its pause is over"
    assert send_due(now=at + FIRST_PAUSE) == []
    first, second = (kept.mail["Message-ID"] for kept in office.letters)
    assert first == second
    assert fresh(one).problem == ""


def test_a_server_that_is_away_is_asked_once_for_all_and_less_and_less_often(things: dict[str, str]) -> None:
    with open_office() as office:
        server = server_at(office)
    ones = [mailed(name=f"V{number}", rhythm=Rhythm.WEEKLY) for number in range(3)]
    now, pauses = due_at(ones[0]), []
    with override_settings(MAIL=server):
        while fresh(ones[0]).due_on == ones[0].due_on:
            assert len(send_due(now=now)) == 1
            assert {fresh(one).next_try_at for one in ones} == {fresh(ones[0]).next_try_at}
            pauses.append(fresh(ones[0]).next_try_at - now)
            now = fresh(ones[0]).next_try_at
    assert pauses[:3] == [FIRST_PAUSE, FIRST_PAUSE * 2, FIRST_PAUSE * 4]
    assert max(pauses[:-1]) == LONGEST_PAUSE
    assert now == due_at(fresh(ones[0])), "the next one's turn has come"
    assert "could not be used" in fresh(ones[0]).problem


def test_a_letter_that_is_refused_keeps_no_other_from_going(office: Office) -> None:
    one, other = mailed(name="A"), mailed("dora", page=("indicators", {"key": "benefits"}, {}), name="B")
    office.refuses["RCPT"] = "550 no such person"
    told = send_due(now=due_at(one))
    assert [said.endswith("The mail server refused it: 550 no such person") for said in told] == [True] * 2
    assert ADDRESS not in fresh(one).problem
    assert office.greeted == 1
    office.refuses.clear()
    assert send_due(now=due_at(one) + FIRST_PAUSE) == []
    assert sorted(kept.receivers[0] for kept in office.letters) == ["dora@example.gov", ADDRESS]
    assert fresh(other).problem == ""


def test_a_letter_that_cannot_be_written_keeps_no_other_from_going(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    one, other = mailed(name="A"), mailed(name="B")
    with override_settings(LETTERS="tests.web.mail.test_sending.only_b"):
        [told] = send_due(now=due_at(one))
    assert "could not be written" in told
    assert "ZeroDivisionError" in caplog.text
    assert fresh(one).problem
    assert fresh(other).sent_at
    assert [kept.mail["Subject"] for kept in office.letters] == ["B · Riverbend County"]


def only_b(subscription: Subscription, *, now: object) -> object:
    """A writer that knows one letter."""
    return 1 / 0 if subscription.view.name == "A" else letter_for(subscription, now=now)


@pytest.mark.parametrize(
    ("what", "told"),
    [
        ("post ended", "Its view was not open to its owner."),
        ("account closed", "The account is closed."),
        ("no address", "There is no address to write to."),
        ("elsewhere", "Mail from here does not go to the domain of that address."),
    ],
)
def test_nobody_gets_what_is_not_for_them_any_more(office: Office, what: str, told: str) -> None:
    one = mailed()
    sam = User.objects.filter(username="sam")
    if what == "post ended":
        Post.objects.filter(person__key="sam").update(ends_on=today())
    elif what == "account closed":
        deactivate(user=sam.get(), by=BY, now=due_at(one))
    else:
        sam.update(email="" if what == "no address" else "sam@example.com")
    assert send_due(now=due_at(one)) == []
    assert office.letters == []
    assert fresh(one).problem == told
    assert fresh(one).due_on > one.due_on
    assert fresh(one).sent_at is None


def test_another_process_that_sends_is_left_alone(office: Office) -> None:
    one = mailed()
    with one_at_a_time("mail"):
        assert send_due(now=due_at(one)) == []
    assert office.letters == []


def test_a_round_is_not_longer_than_it_may_be(office: Office) -> None:
    ones = [mailed(name=f"V{number}") for number in range(3)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("goldenthread.jobs.mail.sending.AT_ONCE", 2)
        send_due(now=due_at(ones[0]))
        assert len(office.letters) == 2
        send_due(now=due_at(ones[0]))
    assert len(office.letters) == 3
    assert AT_ONCE > 2


def test_what_its_owner_asked_for_meanwhile_stands(office: Office) -> None:
    """A letter went by what was asked for when the round began."""
    one = mailed()
    stale = fresh(one)
    by, at, zone = Actor.user(one.owner_id), due_at(one), organization().zone
    subscribe(view=one.view, rhythm=Rhythm.MONTHLY, by=by, now=at, zone=zone)
    note_sent(stale, by=BY, now=at, zone=zone)
    assert fresh(one).rhythm == Rhythm.MONTHLY
    assert fresh(one).sent_at is None
    end(subscription=stale, by=by, now=at)
    end(subscription=stale, by=by, now=at)
    assert AuditEvent.objects.filter(kind="subscription", action="ended").count() == 1


def test_without_a_mail_server_nothing_is_due(things: dict[str, str]) -> None:
    one = mailed()
    with override_settings(MAIL=None):
        assert send_due(now=due_at(one)) == []
    assert fresh(one).due_on == one.due_on


def test_on_the_way_it_is_encrypted_for_a_server_that_is_who_it_says(
    things: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = certify(tmp_path, "127.0.0.1")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(shown.shown, shown.key)
    one = mailed()
    with open_office(secure=context) as office:
        server = replace(server_at(office), start_tls=True, user="gold", password="thread")
        with override_settings(MAIL=server):
            [told] = send_due(now=due_at(one))
            assert "certificate" in told
            assert office.letters == []
            monkeypatch.setenv("SSL_CERT_FILE", str(shown.authority))
            assert send_due(now=due_at(one) + FIRST_PAUSE) == []
    [kept] = office.letters
    assert kept.encrypted
    assert kept.user == ":gold:thread"
