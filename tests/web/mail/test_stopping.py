"""The way out of a mail: without signing in, by a click or a mail program's button, for this one mail."""

from __future__ import annotations

import pytest
from django.test import Client

from goldenthread.jobs.mail.addresses import address_code, stop_code
from goldenthread.record.audit.models import AuditEvent
from goldenthread.record.subscriptions.models import Subscription
from tests.web.desk.worlds import as_user
from tests.web.mail.world import mailed


@pytest.fixture(autouse=True)
def county(things: dict[str, str]) -> None:
    """The county whose mail it is."""


def there(one: Subscription) -> bool:
    return Subscription.objects.filter(pk=one.pk).exists()


@pytest.mark.parametrize("name", [None, "sam", "adam"])
def test_looking_ends_nothing_and_a_click_ends_this_one(name: str | None) -> None:
    one, other = mailed(name="A"), mailed(name="B")
    client = as_user(name) if name else Client(enforce_csrf_checks=True)
    address = f"/accounts/mail/stop/{stop_code(one.pk)}/"
    asked = client.get(address)
    assert "Stop this mail?" in asked.content.decode()
    assert there(one)
    for _ in range(2):
        answer = client.post(address, {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
        assert "This mail is stopped" in answer.content.decode()
    assert not there(one)
    assert there(other)
    [ended] = AuditEvent.objects.filter(kind="subscription", action="ended")
    assert ended.object_id == str(one.pk)


def test_it_says_nothing_of_whose_it_is() -> None:
    one = mailed()
    text = Client().get(f"/accounts/mail/stop/{stop_code(one.pk)}/").content.decode()
    assert not [said for said in ("Monday morning", "sam", "North", "Riverbend") if said in text]


def test_no_other_code_ends_anything() -> None:
    one = mailed()
    wrong = (str(one.pk), f"{one.pk}:x", stop_code(one.pk)[:-1], address_code(one.owner, "a@example.gov"))
    missing = Client().get("/accounts/mail/no/such/thing/")
    for code in wrong:
        for method in ("get", "post"):
            answer = getattr(Client(), method)(f"/accounts/mail/stop/{code}/")
            assert answer.status_code == 404
            assert answer.content == missing.content
    assert there(one)
