"""Every address of the product, by every method, for every role: who is answered, and that all others find
nothing. An address that is not in EXPECTED fails."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass

import pytest
from django.core.checks import run_checks
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from goldenthread.accounts.models import User
from goldenthread.record.access.models import Grant
from goldenthread.record.framework.models import Element
from goldenthread.record.measures.models import Measure
from goldenthread.record.orgs.models import Unit
from goldenthread.record.sources.models import Batch, Source
from goldenthread.web.addresses import is_public, is_sign_in
from goldenthread.web.checks import every_view
from tests.web.desk.worlds import build_world

pytestmark = pytest.mark.django_db

ROLES = {
    "ana": "a member of North",
    "sam": "the supervisor of North",
    "dora": "the director of Benefits, over North",
    "eli": "the director of Works, where North is not",
    "ada": "an analyst of the whole county",
    "una": "an analyst of Roads alone",
    "exa": "an executive of the county",
    "pia": "a publisher of the county",
    "hal": "an HR partner of the county",
    "lia": "the labor liaison of the county",
    "adam": "an administrator of the county",
    "aud": "an auditor of the county",
    "fay": "who supervised North until last midnight",
    "new": "somebody without any right",
}
EVERYBODY = frozenset(ROLES)
HOLD_SOMETHING = EVERYBODY - {"fay", "new"}
NOBODY: frozenset[str] = frozenset()
LOAD = frozenset({"ada"})
DEFINE = frozenset({"ada", "una"})
KEEP_IT = frozenset({"ada"})
SEE_NORTH = frozenset({"ana", "sam", "dora", "ada", "exa", "pia", "hal", "aud", "lia"})
SEE_THE_COUNTY = SEE_NORTH | {"eli"}
RUN_BENEFITS = frozenset({"dora", "ada"})
STAFF_OF_NORTH = frozenset({"ana", "sam"})
LOOK_AT_ACCESS = frozenset({"hal", "aud", "lia", "adam"})
ADMINISTER = frozenset({"adam"})
DIRECT = frozenset({"dora", "eli"})
AUDIT = frozenset({"aud"})
MAKE_TOKENS = HOLD_SOMETHING - {"adam"}


@dataclass(frozen=True)
class Expected:
    """Who is answered when reading, and when sending a form with nothing in it. All others find nothing."""

    read: frozenset[str] = NOBODY
    send: frozenset[str] = NOBODY


EXPECTED = {
    "/": Expected(EVERYBODY, EVERYBODY),
    "/access/": Expected(LOOK_AT_ACCESS),
    "/access/grants/1/revoke/": Expected(ADMINISTER, ADMINISTER),
    "/access/people/ana/": Expected(LOOK_AT_ACCESS, LOOK_AT_ACCESS),
    "/access/people/ana/compare/": Expected(LOOK_AT_ACCESS, LOOK_AT_ACCESS),
    "/access/people/ana/grant/": Expected(ADMINISTER, ADMINISTER),
    "/access/waiting/": Expected(ADMINISTER),
    # What waits is proposed by one administrator for another: tests/web/desk/test_granting.py.
    "/access/waiting/1/": Expected(),
    "/accounts/": Expected(EVERYBODY),
    # Their steps are tried in tests/web/accounts: nobody here has a password, a passkey or an app.
    "/accounts/again/": Expected(),
    "/accounts/again/code/": Expected(),
    "/accounts/again/passkey/": Expected(),
    "/accounts/app/new/": Expected(EVERYBODY, EVERYBODY),
    # Of the app that the address before is about to add.
    "/accounts/app/new/picture.svg": Expected(EVERYBODY),
    "/accounts/app/remove/": Expected(),
    "/accounts/drafts/": Expected(EVERYBODY),
    "/accounts/drafts/1/drop/": Expected(send=EVERYBODY),
    "/accounts/drafts/keep/": Expected(),
    # That the link no longer works: tests/web/accounts/test_invitations.py.
    "/accounts/invitation/0/": Expected(EVERYBODY, EVERYBODY),
    "/accounts/login/": Expected(EVERYBODY, EVERYBODY),
    "/accounts/login/code/": Expected(EVERYBODY, EVERYBODY),
    "/accounts/login/passkey/": Expected(EVERYBODY, EVERYBODY),
    "/accounts/logout/": Expected(EVERYBODY),
    # There is no identity provider here: tests/web/accounts/test_single_sign_on_in_a_browser.py.
    "/accounts/oidc/0/return/": Expected(),
    "/accounts/saml/0/end/": Expected(),
    "/accounts/saml/0/finish/": Expected(),
    "/accounts/saml/0/metadata/": Expected(),
    "/accounts/saml/0/return/": Expected(),
    "/accounts/sign-on/0/begin/": Expected(),
    "/accounts/sign-on/failed/": Expected(EVERYBODY),
    "/accounts/sign-on/unknown/": Expected(),
    # Whoever has a password; nobody here does.
    "/accounts/password/change/": Expected(),
    "/accounts/passkeys/1/remove/": Expected(),
    "/accounts/passkeys/new/": Expected(EVERYBODY, EVERYBODY),
    "/accounts/recovery-codes/": Expected(),
    "/accounts/recovery-codes/new/": Expected(EVERYBODY, EVERYBODY),
    "/accounts/session/": Expected(EVERYBODY),
    "/accounts/session/end-others/": Expected(send=EVERYBODY),
    "/accounts/session/stay/": Expected(send=EVERYBODY),
    "/api/measures/": Expected(EVERYBODY),
    "/api/measures/calls_answered/": Expected(SEE_THE_COUNTY),
    # These two answer tokens alone: tests/web/test_every_address_by_token.py.
    "/api/batches/1/": Expected(),
    "/api/sources/calls/files/": Expected(),
    "/audit/": Expected(AUDIT, AUDIT),
    "/audit/log.csv": Expected(AUDIT),
    "/data/": Expected(LOAD),
    "/data/batches/": Expected(LOAD),
    "/data/batches/1/": Expected(LOAD),
    # Days are of a file that was read, an undo is of one that was loaded: tests/web/desk/test_data.py.
    "/data/batches/1/days.csv": Expected(),
    "/data/batches/1/days.xlsx": Expected(),
    "/data/batches/1/undo/": Expected(),
    "/data/batches/1/discard/": Expected(send=LOAD),
    "/data/batches/1/load/": Expected(send=LOAD),
    # An id is matched in a file that was read: tests/web/desk/test_matching.py.
    "/data/batches/1/match/0/": Expected(),
    "/data/batches/1/original/": Expected(),
    "/data/batches/1/progress/": Expected(LOAD),
    "/data/batches/1/read/": Expected(send=LOAD),
    # Who stands in a file is for a data custodian: tests/web/desk/test_who_stands_in_a_file.py.
    "/data/batches/1/workers/": Expected(),
    "/data/batches/1/rejects.csv": Expected(LOAD),
    "/data/batches/1/rejects.xlsx": Expected(LOAD),
    "/new/source/": Expected(LOAD, LOAD),
    # A draft is there for whoever began it: tests/web/desk/test_data.py.
    "/new/source/0/": Expected(),
    "/new/token/": Expected(MAKE_TOKENS, MAKE_TOKENS),
    "/data/sources/calls/": Expected(LOAD),
    "/data/sources/calls/edit/": Expected(LOAD, LOAD),
    "/data/sources/calls/retire/": Expected(send=LOAD),
    "/data/sources/calls/steward/": Expected(send=LOAD),
    "/data/sources/calls/upload/": Expected(send=LOAD),
    "/help/": Expected(EVERYBODY),
    "/invite/": Expected(ADMINISTER, ADMINISTER),
    "/measures/": Expected(EVERYBODY),
    "/new/measure/": Expected(DEFINE, DEFINE),
    "/new/measure/preview/": Expected(send=DEFINE),
    "/measures/data.csv": Expected(EVERYBODY),
    "/measures/data.xlsx": Expected(EVERYBODY),
    "/measures/calls_answered/": Expected(SEE_THE_COUNTY),
    "/measures/calls_answered/annotate/": Expected(KEEP_IT, KEEP_IT),
    "/measures/calls_answered/data.csv": Expected(SEE_THE_COUNTY),
    "/measures/calls_answered/data.xlsx": Expected(SEE_THE_COUNTY),
    "/measures/calls_answered/edit/": Expected(KEEP_IT, KEEP_IT),
    "/measures/calls_answered/history/": Expected(SEE_THE_COUNTY),
    "/measures/calls_answered/lock/": Expected(KEEP_IT, KEEP_IT),
    "/measures/calls_answered/rebase/": Expected(KEEP_IT, KEEP_IT),
    "/my-access/": Expected(EVERYBODY),
    "/my-access/compare/": Expected(EVERYBODY),
    "/my-numbers/": Expected(EVERYBODY, EVERYBODY),
    "/my-numbers/approve/": Expected(DIRECT, DIRECT),
    "/my-tokens/": Expected(EVERYBODY),
    # A token is there for its owner and for administrators: tests/web/desk/test_tokens.py.
    "/my-tokens/1/end/": Expected(),
    "/my-unit/": Expected(EVERYBODY),
    "/off-target.csv": Expected(EVERYBODY),
    "/off-target.xlsx": Expected(EVERYBODY),
    "/retention/": Expected(ADMINISTER, ADMINISTER),
    # One is lifted by two: tests/web/desk/test_retention.py.
    "/retention/holds/1/": Expected(),
    "/search/": Expected(EVERYBODY),
    "/new/outcome/": Expected(frozenset({"ada"}), frozenset({"ada"})),
    "/services/benefits_core/": Expected(HOLD_SOMETHING),
    "/services/benefits_core/add/": Expected(RUN_BENEFITS, RUN_BENEFITS),
    "/services/benefits_core/data.csv": Expected(HOLD_SOMETHING),
    "/services/benefits_core/data.xlsx": Expected(HOLD_SOMETHING),
    "/services/benefits_core/edit/": Expected(RUN_BENEFITS, RUN_BENEFITS),
    "/services/benefits_core/move/": Expected(send=RUN_BENEFITS),
    "/services/benefits_core/retire/": Expected(send=RUN_BENEFITS),
    "/stand-ins/": Expected(EVERYBODY, EVERYBODY),
    # One is ended by those it concerns: tests/web/desk/test_stand_ins.py.
    "/stand-ins/1/end/": Expected(),
    "/thread/": Expected(HOLD_SOMETHING),
    "/thread/benefits_core/": Expected(HOLD_SOMETHING),
    "/units/": Expected(EVERYBODY),
    "/units/north/": Expected(SEE_NORTH),
    "/units/north/data.csv": Expected(SEE_NORTH),
    "/units/north/data.xlsx": Expected(SEE_NORTH),
    "/units/north/mission/": Expected(SEE_NORTH, RUN_BENEFITS),
    "/units/north/mission/comment/": Expected(send=STAFF_OF_NORTH),
    "/units/north/mission/support/": Expected(send=STAFF_OF_NORTH),
    # A form is sent about the measures of one department, and in Works every measure is looked after.
    "/upkeep/": Expected(frozenset({"dora", "eli", "ada", "una", "exa"}), frozenset({"dora", "ada", "exa"})),
    "/who-looked/": Expected(EVERYBODY),
}
THINGS = {
    "access": "ana",
    "sources": "calls",
    "measures": "calls_answered",
    "services": "benefits_core",
    "units": "north",
}
MISSING = "/no/such/thing/"
METHODS = ("get", "head", "post", "put", "patch", "delete", "options", "trace")
OTHER_METHODS = METHODS[3:]


def address_of(pattern: str) -> str:
    """The address with something that exists in place of each parameter."""
    room = pattern.removeprefix("/data").removeprefix("/api").split("/")[1]
    key = THINGS.get(room, "benefits_core")
    with_key = pattern.replace("<str:key>", key)
    return re.sub(r"<str:\w+>", "0", re.sub(r"<int:\w+>", "1", with_key))


def addresses() -> set[str]:
    return {address_of(pattern) for pattern, _view in every_view() if not is_public(pattern)}


def test_every_view_says_who_may_call_it():
    assert [message for message in run_checks() if message.id.startswith("goldenthread")] == []


def test_every_address_has_its_expectation_and_every_expectation_an_address():
    assert addresses() == EXPECTED.keys()


def test_a_stranger_gets_nowhere(client):
    for address in addresses():
        if is_sign_in(address):
            continue
        for method in METHODS:
            response = getattr(client, method)(address)
            assert response.status_code == 302, (method, address)
            assert response["Location"] == f"/?next={address.replace('/', '%2F')}", (method, address)
            assert response.content == b"", (method, address)


@pytest.fixture
def county(db):
    """The county of ``worlds`` with a refused file, an analyst of one unit, and somebody whose role ended."""
    build_world()
    now = timezone.now()
    for name, role, place, ends_on in (
        ("una", "analyst", "roads", None),
        ("fay", "supervisor", "north", now.date()),
        ("pia", "publisher", "county", None),
        ("hal", "hr", "county", None),
        ("lia", "labour_liaison", "county", None),
    ):
        Grant.objects.create(
            user=User.objects.create_user(name, name=name.capitalize()),
            role=role,
            unit=Unit.objects.get(key=place),
            starts_on=datetime.date(2020, 1, 1),
            ends_on=ends_on,
        )
    if not Grant.objects.filter(pk=1).exists():
        Grant.objects.filter(user__username="ada").update(pk=1)
    Batch.objects.create(
        pk=1,
        source=Source.objects.get(key="calls"),
        state="refused",
        message="It is empty.",
        mode="upsert",
        file_name="calls.csv",
        folder="none",
        sha256="0",
        size=0,
        source_version=1,
        received_at=now,
        received_by="job:test",
    )


def test_each_role_is_answered_where_it_should_be_and_finds_nothing_elsewhere(county):
    wrong = []
    for name in ROLES:
        client = Client()
        client.force_login(User.objects.get(username=name))
        missing = {method: bytes_of(getattr(client, method)(MISSING)) for method in METHODS}
        for address, expected in EXPECTED.items():
            if address == "/accounts/logout/":
                assert client.get(address).status_code == 200
                continue
            answered = {"get": name in expected.read, "post": name in expected.send}
            if name not in expected.read:
                answered["head"] = False
            answered |= dict.fromkeys(OTHER_METHODS, False)
            for method, should in answered.items():
                response = getattr(client, method)(address)
                if should and response.status_code not in (200, 302):
                    wrong.append(f"{name} is not answered: {method} {address} {response.status_code}")
                if not should and bytes_of(response) != missing[method]:
                    wrong.append(f"{name} finds something: {method} {address} {response.status_code}")
    assert not wrong, "\n".join(wrong)


def test_no_form_hides_a_thing_by_the_key_new(county):
    for model, key in ((Source, "calls"), (Measure, "calls_answered"), (Element, "needs")):
        model.objects.filter(key=key).update(key="new")
    client = Client()
    client.force_login(User.objects.get(username="ada"))
    for address, title in (
        ("/data/sources/new/", "Phone service calls"),
        ("/measures/new/", "Calls answered within a minute"),
        ("/services/new/", "People can meet their needs"),
    ):
        assert f"<h1>{title}</h1>" in client.get(address).content.decode()


def bytes_of(response: HttpResponse) -> tuple[object, ...]:
    return response.status_code, response.content, sorted(response.headers.items())


@pytest.mark.parametrize("name", ROLES)
def test_every_section_of_the_header_opens(county, name):
    client = Client()
    client.force_login(User.objects.get(username=name))
    page = client.get("/").content.decode()
    (sections,) = re.findall(r'<nav class="gt-sections".*?</nav>', page, re.DOTALL)
    for address in re.findall(r'href="([^"]*)"', sections):
        assert client.get(address, follow=True).status_code == 200, address
