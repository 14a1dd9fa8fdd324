"""Every address of the product, by every method, with a token for each purpose: who is answered, and that all
others find the one answer of a thing that is not there."""

from __future__ import annotations

import pytest

from goldenthread.accounts.models import User
from goldenthread.record.access.models import Grant
from goldenthread.record.audit.models import AuditEvent
from goldenthread.web.addresses import is_wall
from tests.web.asking import answered
from tests.web.bearers import Script
from tests.web.matrix import rows
from tests.web.whole_county import build_whole_county

pytestmark = pytest.mark.django_db

BY_TOKEN = {
    "/api/measures/": "results",
    "/api/measures/{measure of Benefits}/": "results",
    "/measures/{measure of Benefits}/data.csv": "results",
    "/measures/{measure of Benefits}/data.xlsx": "results",
    "/measures/data.csv": "results",
    "/measures/data.xlsx": "results",
    "/off-target.csv": "results",
    "/off-target.xlsx": "results",
    "/services/{service of Benefits}/data.csv": "results",
    "/services/{service of Benefits}/data.xlsx": "results",
    "/units/{North}/data.csv": "results",
    "/units/{North}/data.xlsx": "results",
    "/api/batches/{loaded file}/": "extracts",
    "/data/batches/{waiting file}/rejects.csv": "extracts",
    "/data/batches/{waiting file}/rejects.xlsx": "extracts",
    "/audit/log.csv": "audit",
}
"""What is read by a token, and for which purpose it must be."""
SENT = {"/api/sources/{source}/files/": "extracts"}
"""What is sent by a token. The answer to a form with nothing in it says what is wanted."""

PURPOSES = ("results", "extracts", "audit")
MISSING = "/no/such/thing/"
METHODS = ("get", "head", "post", "put", "patch", "delete", "options", "trace")


@pytest.fixture(scope="module")
def whole_county(standing, tmp_path_factory):
    """Where the analyst is an auditor too: nothing of all this is beyond her in person."""
    built = build_whole_county(tmp_path_factory.mktemp("extracts"))
    grant = Grant.objects.get(user__username="aud")
    Grant.objects.create(
        user=User.objects.get(username="ada"), role="auditor", unit=grant.unit, starts_on=grant.starts_on
    )
    return built


@pytest.mark.parametrize("purpose", PURPOSES)
def test_a_token_opens_what_it_is_for_and_finds_nothing_elsewhere(things, purpose):
    script = Script("ada", purpose, sources=["visits"] if purpose == "extracts" else [])
    missing = {method: answered(getattr(script, method)(MISSING)) for method in METHODS}
    wrong = []
    for row in rows():
        address = row.address
        if is_wall(address):
            # Never looks who is calling: desk/test_walls.py.
            continue
        reads, sends = BY_TOKEN.get(address) == purpose, SENT.get(address) == purpose
        # By the other methods only where something is: what they find elsewhere, the matrix asks in person.
        for method in METHODS if reads or sends else METHODS[:3]:
            response = getattr(script, method)(row.at(things))
            if (reads and method in ("get", "head")) or (sends and method == "post"):
                if response.status_code != (422 if sends else 200):
                    wrong.append(f"is not answered: {method} {address} {response.status_code}")
            elif answered(response) != missing[method]:
                wrong.append(f"finds something: {method} {address} {response.status_code}")
    assert not wrong, "\n".join(wrong)
    assert BY_TOKEN.keys() | SENT.keys() <= {row.address for row in rows()}


@pytest.mark.parametrize("purpose", PURPOSES)
def test_each_that_opens_something_leaves_a_row_with_its_token(things, purpose):
    script = Script("ada", purpose, sources=["visits"] if purpose == "extracts" else [])
    # How far a file has come is asked again and again, and is no look at anything.
    for row in rows():
        address = row.address
        if BY_TOKEN.get(address) != purpose or address.startswith("/api/batches/"):
            continue
        before = AuditEvent.objects.count()
        script.get(row.at(things))
        exported = AuditEvent.objects.filter(action="exported").order_by("-pk").first()
        assert AuditEvent.objects.count() > before, address
        assert exported.roles.endswith(f"token:{script.token.pk}"), address


def test_a_file_of_a_source_that_the_token_does_not_name_is_not_there(things):
    script = Script("ada", "extracts", sources=["other"])
    number = things["waiting file"]
    for address in (f"/api/batches/{number}/", f"/data/batches/{number}/rejects.csv"):
        assert answered(script.get(address)) == answered(script.get(MISSING))
    sent, missing = script.post("/api/sources/visits/files/"), script.post(MISSING)
    assert answered(sent) == answered(missing)
