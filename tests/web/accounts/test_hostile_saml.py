"""What a SAML provider, or somebody between, may say without anybody being signed in."""

from __future__ import annotations

import base64
import copy
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from lxml import etree
from saml2.saml import NAMEID_FORMAT_PERSISTENT, NameID
from saml2.server import Server
from saml2.xmldsig import DIGEST_SHA1, SIG_RSA_SHA1

from goldenthread.accounts import actions
from tests.identity.processes import make_certificate
from tests.identity.saml_provider import answer_to, provider
from tests.web.accounts.people import BY, NOW, county, user_of
from tests.web.accounts.providers import Configure, configure, saml_file

pytestmark = pytest.mark.usefixtures("county")
__all__ = ["configure", "county"]

BASE = "https://county.example"
ANOTHER_SITE = "https://elsewhere.example/metadata"
FAILED = "/accounts/sign-on/failed/"
ASSERTION = "{urn:oasis:names:tc:SAML:2.0:assertion}Assertion"
NAME = "{urn:oasis:names:tc:SAML:2.0:assertion}NameID"
Change = Callable[[str], str]


def browser() -> Client:
    # Whom a request is for stands in the answer, and Django's client says it to Django alone.
    return Client(headers={"host": "testserver"})


@pytest.fixture
def client() -> Client:
    return browser()


@pytest.fixture
def county_provider(tmp_path: Path, configure: Configure) -> Server:
    """Signs with the certificate of the file; ana is bound to w-4711."""
    make_certificate(tmp_path)
    configure(saml_file(BASE, tmp_path / "certificate.pem"))
    actions.bind(user=user_of("ana"), issuer=f"{BASE}/metadata", subject="w-4711", by=BY, now=NOW)
    ours = (
        browser()
        .get("/accounts/saml/county/metadata/")
        .content.decode()
        .removeprefix('<?xml version="1.0"?>')
    )
    another = re.sub('entityID="[^"]*"', f'entityID="{ANOTHER_SITE}"', ours)
    (tmp_path / "site.xml").write_text(
        f'<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata">{ours}{another}'
        "</md:EntitiesDescriptor>"
    )
    return provider(BASE, tmp_path)


def packed(answer: bytes) -> str:
    return base64.b64encode(answer).decode()


def asked_by(client: Client) -> str:
    """The SAMLRequest of this browser."""
    answer = client.get("/accounts/sign-on/county/begin/")
    return parse_qs(urlsplit(answer["Location"]).query)["SAMLRequest"][0]


def send(client: Client, answer: str) -> str:
    """Where it leads when a page of the provider's posts this answer."""
    # The browser sends no cookie along with what another site posts.
    posted: Any = browser().post("/accounts/saml/county/return/", {"SAMLResponse": answer})
    assert posted.status_code == 302
    if posted["Location"] == FAILED:
        return FAILED
    finished = client.get(posted["Location"])
    assert finished.status_code == 302
    return str(finished["Location"])


def answered(client: Client, saml: Server, who: str = "w-4711", change: Change = str, **changes: Any) -> str:
    _address, response = answer_to(saml, asked_by(client), who, **changes)
    return send(client, packed(change(response).encode()))


def refused(client: Client, where: str) -> bool:
    return where == FAILED and "_auth_user_id" not in client.session


def test_a_right_answer_signs_in_whoever_is_bound(client, county_provider):
    assert answered(client, county_provider) == "/"
    assert client.get("/accounts/").context["username"] == "ana"


@pytest.mark.parametrize(
    "changes",
    [
        {"sign_assertion": False},
        {"sign_assertion": False, "sign_response": False},
        {"sign_alg": SIG_RSA_SHA1, "digest_alg": DIGEST_SHA1},
        {"sp_entity_id": ANOTHER_SITE},
        {"destination": "https://elsewhere.example/return/"},
        {"in_response_to": "id-of-nothing"},
        {"in_response_to": ""},
        {"session_not_on_or_after": "2020-01-01T00:00:00Z"},
        {"name_id": NameID(format=NAMEID_FORMAT_PERSISTENT, text="")},
    ],
    ids=lambda changes: " ".join(changes),
)
def test_an_answer_that_is_not_signed_well_or_not_for_us(client, county_provider, changes):
    assert refused(client, answered(client, county_provider, **changes))


def test_one_that_is_too_old(client, county_provider, tmp_path):
    assert refused(client, answered(client, provider(BASE, tmp_path, minutes=-30)))


def test_one_signed_by_somebody_else(client, county_provider, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    make_certificate(elsewhere)
    (elsewhere / "site.xml").write_bytes((tmp_path / "site.xml").read_bytes())
    assert refused(client, answered(client, provider(BASE, elsewhere)))


def test_one_that_was_changed_on_its_way(client, county_provider):
    assert refused(
        client, answered(client, county_provider, "w-0815", lambda text: text.replace("w-0815", "w-4711"))
    )


@pytest.mark.parametrize("place", [0, -1])
@pytest.mark.parametrize("keep_signature", [True, False])
def test_a_second_assertion_beside_the_signed_one(client, county_provider, place, keep_signature):
    def wrap(text: str) -> str:
        response = etree.fromstring(text.encode())
        signed = response.find(ASSERTION)
        forged = copy.deepcopy(signed)
        forged.set("ID", "forged")
        forged.find(f".//{NAME}").text = "w-4711"
        if not keep_signature:
            forged.remove(forged.find("{http://www.w3.org/2000/09/xmldsig#}Signature"))
        response.insert(list(response).index(signed) if place == 0 else len(response), forged)
        return etree.tostring(response).decode()

    assert refused(client, answered(client, county_provider, "w-0815", wrap, sign_response=False))


def test_a_comment_within_a_name_does_not_cut_it(client, county_provider):
    """The signature leaves comments out, so that one can be put in after signing."""
    where = answered(
        client,
        county_provider,
        "w-4711.w-0815",
        lambda text: text.replace("w-4711.", "w-4711<!-- -->."),
        sign_response=False,
    )
    assert "_auth_user_id" not in client.session
    assert where in (FAILED, "/accounts/sign-on/unknown/")


def test_one_that_another_browser_asked_for(client, county_provider):
    _address, response = answer_to(county_provider, asked_by(browser()), "w-4711")
    asked_by(client)
    assert refused(client, send(client, packed(response.encode())))


def test_one_counts_once(client, county_provider):
    _address, response = answer_to(county_provider, asked_by(client), "w-4711")
    text = packed(response.encode())
    assert send(client, text) == "/"
    client.post("/accounts/logout/")
    assert refused(client, send(client, text))


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "%",
        "PHg+",
        packed(b"\0\xff"),
        packed(b"<x/>"),
        packed(
            b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><x>&b;</x>'
        ),
        packed(b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'),
        "x" * 200_001,
    ],
    ids=["nothing", "no base64", "no XML", "bytes", "no answer", "entities", "a file of ours", "too long"],
)
def test_what_is_no_answer_at_all(client, county_provider, answer):
    asked_by(client)
    assert refused(client, send(client, answer))


def test_what_is_too_long_is_not_kept(client, county_provider):
    kept = Session.objects.count()
    send(client, "x" * 200_001)
    assert Session.objects.count() == kept


def test_a_ticket_that_is_none(client, county_provider):
    for ticket in ("", "guessed", browser().session.session_key or "x"):
        asked_by(client)
        finished = client.get("/accounts/saml/county/finish/", {"ticket": ticket})
        assert refused(client, str(finished["Location"]))


@pytest.fixture
def by_attribute(county_provider: Server, configure: Configure, tmp_path: Path) -> Server:
    configure(saml_file(BASE, tmp_path / "certificate.pem", more="  subject: employee\n"))
    return county_provider


def test_an_attribute_that_was_agreed_upon_decides_and_nothing_else_does(client, by_attribute):
    assert answered(client, by_attribute, "w-0815", identity={"employee": ["w-4711"]}) == "/"


@pytest.mark.parametrize(
    "told", [{}, {"employee": []}, {"employee": ["w-4711", "w-0815"]}, {"mail": ["w-4711"]}]
)
def test_without_it_the_name_does_not_stand_in(client, by_attribute, told):
    assert refused(client, answered(client, by_attribute, "w-4711", identity=told))
