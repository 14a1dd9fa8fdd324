"""Every address of the product, by every method, with a token for each purpose: who is answered, and that all
others find the one answer of a thing that is not there."""

from __future__ import annotations

import pytest

from goldenthread.accounts.models import User
from goldenthread.record.access.models import Grant
from goldenthread.record.audit.models import AuditEvent
from tests.web.bearers import Script
from tests.web.test_every_address import MISSING, addresses, bytes_of, county  # noqa: F401

pytestmark = pytest.mark.django_db

BY_TOKEN = {
    "/api/measures/": "results",
    "/api/measures/calls_answered/": "results",
    "/measures/calls_answered/data.csv": "results",
    "/measures/calls_answered/data.xlsx": "results",
    "/measures/data.csv": "results",
    "/measures/data.xlsx": "results",
    "/off-target.csv": "results",
    "/off-target.xlsx": "results",
    "/services/benefits_core/data.csv": "results",
    "/services/benefits_core/data.xlsx": "results",
    "/units/north/data.csv": "results",
    "/units/north/data.xlsx": "results",
    "/api/batches/1/": "extracts",
    "/data/batches/1/rejects.csv": "extracts",
    "/data/batches/1/rejects.xlsx": "extracts",
    "/audit/log.csv": "audit",
}
"""What is read by a token, and for which purpose it must be."""
SENT = {"/api/sources/calls/files/": "extracts"}
"""What is sent by a token. The answer to a form with nothing in it says what is wanted."""

PURPOSES = ("results", "extracts", "audit")
METHODS = ("get", "head", "post", "put", "patch", "delete", "options", "trace")


@pytest.fixture
def ada(county):  # noqa: F811
    """An analyst who is an auditor too, so that nothing of all this is beyond her in person."""
    grant = Grant.objects.get(user__username="aud")
    Grant.objects.create(
        user=User.objects.get(username="ada"), role="auditor", unit=grant.unit, starts_on=grant.starts_on
    )


@pytest.mark.parametrize("purpose", PURPOSES)
def test_a_token_opens_what_it_is_for_and_finds_nothing_elsewhere(ada, purpose):
    script = Script("ada", purpose, sources=["calls"] if purpose == "extracts" else [])
    missing = {method: bytes_of(getattr(script, method)(MISSING)) for method in METHODS}
    wrong = []
    for address in sorted(addresses()):
        reads, sends = BY_TOKEN.get(address) == purpose, SENT.get(address) == purpose
        for method in METHODS:
            response = getattr(script, method)(address)
            if (reads and method in ("get", "head")) or (sends and method == "post"):
                if response.status_code != (422 if sends else 200):
                    wrong.append(f"is not answered: {method} {address} {response.status_code}")
            elif bytes_of(response) != missing[method]:
                wrong.append(f"finds something: {method} {address} {response.status_code}")
    assert not wrong, "\n".join(wrong)
    assert BY_TOKEN.keys() | SENT.keys() <= addresses()


@pytest.mark.parametrize("purpose", PURPOSES)
def test_each_that_opens_something_leaves_a_row_with_its_token(ada, purpose):
    script = Script("ada", purpose, sources=["calls"] if purpose == "extracts" else [])
    # How far a file has come is asked again and again, and is no look at anything.
    for address in (one for one, held in BY_TOKEN.items() if held == purpose and "/api/batches/" not in one):
        before = AuditEvent.objects.count()
        script.get(address)
        exported = AuditEvent.objects.filter(action="exported").order_by("-pk").first()
        assert AuditEvent.objects.count() > before, address
        assert exported.roles.endswith(f"token:{script.token.pk}"), address


def test_a_file_of_a_source_that_the_token_does_not_name_is_not_there(ada):
    script = Script("ada", "extracts", sources=["other"])
    for address in ("/api/batches/1/", "/data/batches/1/rejects.csv"):
        assert bytes_of(script.get(address)) == bytes_of(script.get(MISSING))
    sent, missing = script.post("/api/sources/calls/files/"), script.post(MISSING)
    assert bytes_of(sent) == bytes_of(missing)
