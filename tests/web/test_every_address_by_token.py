"""Every address of the product with a token for each purpose: who is answered, and that everywhere else there
is the one answer of a thing that is not there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from goldenthread.accounts.models import User
from goldenthread.record.access.models import Grant
from goldenthread.record.audit.models import AuditEvent
from tests.web.asking import ask, without_chance
from tests.web.bearers import Script
from tests.web.matrix import rows
from tests.web.whole_county import build_whole_county

pytestmark = pytest.mark.django_db

READ = {
    "/api/measures/": "results",
    "/api/measures/{}/": "results",
    "/measures/data.csv": "results",
    "/measures/data.xlsx": "results",
    "/measures/{}/data.csv": "results",
    "/measures/{}/data.xlsx": "results",
    "/off-target.csv": "results",
    "/off-target.xlsx": "results",
    "/services/{}/data.csv": "results",
    "/services/{}/data.xlsx": "results",
    "/units/{}/data.csv": "results",
    "/units/{}/data.xlsx": "results",
    "/api/batches/{}/": "extracts",
    "/data/batches/{}/rejects.csv": "extracts",
    "/data/batches/{}/rejects.xlsx": "extracts",
    "/audit/log.csv": "audit",
}
"""What is read by a token, and for which purpose it must be."""
SENT = {"/api/sources/{}/files/": "extracts"}
"""What is sent by a token. The answer to a form with nothing in it says what is wanted."""

PURPOSES = ("results", "extracts", "audit")
METHODS = ("get", "head", "post", "put", "patch", "delete", "options", "trace")
MISSING = "/no/such/thing/"


@pytest.fixture
def things(db: None, tmp_path: Path, stopped_clock: None) -> dict[str, str]:
    """The whole county, where the analyst is an auditor too: nothing of all this is beyond her in person."""
    built = build_whole_county(tmp_path)
    auditor = Grant.objects.get(user__username="aud")
    ada = User.objects.get(username="ada")
    Grant.objects.create(user=ada, role="auditor", unit=auditor.unit, starts_on=auditor.starts_on)
    return built


def script_for(purpose: str, *, sources: tuple[str, ...] = ("visits",)) -> Script:
    return Script("ada", purpose, sources=sources if purpose == "extracts" else ())


def pattern(address: str) -> str:
    """The address with {} for each thing it names."""
    return re.sub(r"\{[^}]+\}", "{}", address)


@pytest.mark.parametrize("purpose", PURPOSES)
def test_a_token_opens_what_it_is_for_and_finds_nothing_elsewhere(things, purpose):
    script, wrong = script_for(purpose), []
    missing = {method: ask(script, method, MISSING) for method in METHODS}
    for row in rows():
        reads, sends = READ.get(pattern(row.address)) == purpose, SENT.get(pattern(row.address)) == purpose
        # By the other methods only where something is: elsewhere in person is proof enough.
        for method in METHODS if reads or sends else METHODS[:3]:
            found = ask(script, method, row.at(things))
            if (reads and method in ("get", "head")) or (sends and method == "post"):
                if found.status != (422 if sends else 200):
                    wrong.append(f"is not answered: {method} {row.address} {found.status}")
            elif without_chance(found) != without_chance(missing[method]):
                wrong.append(f"finds something: {method} {row.address} {found.status}")
    assert not wrong, "\n".join(wrong)


def test_every_address_that_takes_a_token_is_in_the_matrix():
    assert READ.keys() | SENT.keys() <= {pattern(row.address) for row in rows()}


@pytest.mark.parametrize("purpose", PURPOSES)
def test_each_that_hands_something_out_leaves_a_row_with_its_token(things, purpose):
    script = script_for(purpose)
    for row in rows():
        # How far a file has come is asked again and again, and is no look at anything.
        if READ.get(pattern(row.address)) == purpose and "/api/batches/" not in row.address:
            script.get(row.at(things))
            exported = AuditEvent.objects.filter(action="exported").latest("pk")
            assert exported.roles.endswith(f"token:{script.token.pk}"), row.address


def test_a_file_of_a_source_that_the_token_does_not_name_is_not_there(things):
    script = script_for("extracts", sources=("permits",))
    for method, address in (
        ("get", f"/api/batches/{things['loaded file']}/"),
        ("get", f"/data/batches/{things['waiting file']}/rejects.csv"),
        ("post", "/api/sources/visits/files/"),
    ):
        assert ask(script, method, address) == ask(script, method, MISSING)
