"""Where one gets mail: nowhere that its owner has not read a letter at."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import override_settings

from goldenthread.accounts.models import User
from goldenthread.jobs.mail.addresses import address_code
from goldenthread.record.audit.models import AuditEvent
from tests.post.office import Office, open_office
from tests.web.desk.worlds import as_user, text_of
from tests.web.mail.world import server_at

HERE = "/my-mail/"


@pytest.fixture(autouse=True)
def office(things: dict[str, str]) -> Iterator[Office]:
    """The mail server of the county, and nobody counted yet."""
    cache.clear()
    with open_office() as office, override_settings(MAIL=server_at(office)):
        yield office


def address_of(username: str) -> str:
    return User.objects.get(username=username).email


def test_an_address_is_used_once_its_owner_opened_the_link_in_a_letter(office: Office) -> None:
    assert "No mail is sent to you." in text_of("ana", HERE)
    answer = as_user("ana").post(HERE, {"email": "ana@example.gov"})
    assert "A letter is on its way to ana@example.gov." in answer.content.decode()
    assert address_of("ana") == ""
    [kept] = office.letters
    assert kept.receivers == ["ana@example.gov"]
    text = kept.mail.get_content()
    assert "Somebody who signs in as ana at Riverbend County" in text
    [link] = re.findall(r"https://numbers\.example\.gov(\S+)", text)
    for other in ("sam", "adam"):
        assert as_user(other).get(link).status_code == 404
        assert as_user(other).post(link).status_code == 404
    assert "goes to ana@example.gov" in text_of("ana", link)
    assert address_of("ana") == ""
    assert as_user("ana").post(link)["Location"] == HERE
    assert address_of("ana") == "ana@example.gov"
    assert "Mail goes to ana@example.gov." in text_of("ana", "/accounts/")
    written = AuditEvent.objects.filter(fields=["email"]).values_list("kind", "action")
    assert list(written) == [("user", "changed")]


def test_it_is_taken_off_again() -> None:
    User.objects.filter(username="ana").update(email="ana@example.gov")
    assert as_user("ana").post(HERE, {"forget": "1"})["Location"] == HERE
    assert address_of("ana") == ""


def test_a_link_is_good_for_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    link = f"{HERE}confirm/{address_code(User.objects.get(username='ana'), 'ana@example.gov')}/"
    client = as_user("ana")
    assert client.get(link).status_code == 200
    late = time.time() + timedelta(days=1, seconds=2).total_seconds()
    monkeypatch.setattr("django.core.signing.time.time", lambda: late)
    assert client.get(link).status_code == 404


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("", "Type the address."),
        ("nobody", "Type an address such as name@example.gov."),
        ("a@example.gov\nBcc: b@example.com", "Type an address such as"),
        ("ana@example.com", "Mail from here goes to addresses at example.gov alone."),
        ("ana@evil.example.gov", "Mail from here goes to addresses at example.gov alone."),
    ],
)
def test_what_cannot_be_one_is_said_beside_the_field(office: Office, typed: str, told: str) -> None:
    assert told in as_user("ana").post(HERE, {"email": typed}).content.decode()
    assert office.letters == []


def test_a_server_that_is_away_is_said_and_so_is_none() -> None:
    with open_office() as gone:
        away = server_at(gone)
    with override_settings(MAIL=away):
        said = as_user("ana").post(HERE, {"email": "ana@example.gov"}).content.decode()
        assert "The mail could not be sent right now." in said
    with override_settings(MAIL=None):
        assert "No mail leaves from here." in text_of("ana", HERE)
        said = as_user("ana").post(HERE, {"email": "ana@example.gov"}).content.decode()
        assert "No mail leaves from here." in said


def test_nobody_is_sent_many(office: Office) -> None:
    client = as_user("ana")
    answers = [client.post(HERE, {"email": f"a{n}@example.gov"}).status_code for n in range(7)]
    assert answers == [200] * 5 + [429] * 2
    assert len(office.letters) == 5
