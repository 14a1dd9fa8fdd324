"""XML in what a SAML provider posts, which is the one XML that the site takes from a browser: each document
is a right answer until a trap is put into it, where no signature reaches."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from saml2.server import Server

from tests.hostile.documents import TRAPS, Trap
from tests.hostile.reaching import SECRET, Bait, laid_out
from tests.identity.saml_provider import answer_to
from tests.web.accounts.providers import configure
from tests.web.accounts.test_hostile_saml import (
    FAILED,
    asked_by,
    browser,
    client,
    county,
    county_provider,
    packed,
    refused,
    send,
)

pytestmark = pytest.mark.usefixtures("county")
__all__ = ["client", "configure", "county", "county_provider"]

WORD = "zq-the-place"
PLACE = f'<ns0:Extensions><x xmlns="urn:x">{WORD}</x></ns0:Extensions>'
AFTER = "</ns1:Issuer>"
SIGNED = 'Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"'
XSLT = (
    'Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116"><s:stylesheet version="1.0" '
    'xmlns:s="http://www.w3.org/1999/XSL/Transform"><s:template match="/"><s:value-of '
    "select=\"document('ADDRESS')\"/></s:template></s:stylesheet></ns2:Transform><ns2:Transform " + SIGNED
)
KEY, KEY_ELSEWHERE = "<ns2:KeyInfo>", '<ns2:KeyInfo><ns2:RetrievalMethod URI="ADDRESS"/>'
OF_SIGNATURES = {
    "a transformation that is run": (SIGNED, XSLT),
    "what is signed, at an address": ('<ns2:Reference URI="', '<ns2:Reference URI="ADDRESS'),
    "what is signed, in a file": ('<ns2:Reference URI="', '<ns2:Reference URI="FILE'),
}


@pytest.fixture
def bait(tmp_path: Path) -> Iterator[Bait]:
    (tmp_path / "bait").mkdir()
    with laid_out(tmp_path / "bait") as found:
        yield found


@pytest.fixture
def answer(client: Client, county_provider: Server) -> str:
    """A right answer to this browser, whose assertion is signed and whose cover is not."""
    _address, text = answer_to(county_provider, asked_by(client), "w-4711", sign_response=False)
    assert text.count(AFTER) == 2
    return text.replace(AFTER, AFTER + PLACE, 1)


def test_without_a_trap_it_signs_in(client: Client, answer: str) -> None:
    assert send(client, packed(answer.encode())) == "/"


@pytest.mark.parametrize("name", TRAPS)
def test_an_answer_with_it(client: Client, answer: str, bait: Bait, name: str) -> None:
    trap = TRAPS[name]
    sent = send(client, packed(trap.sprung(answer, WORD, bait)))
    assert refused(client, sent) or (trap.harmless and sent == "/")
    assert bait.touched() == []
    assert SECRET not in browser().get(FAILED).content.decode()


@pytest.mark.parametrize("name", OF_SIGNATURES)
def test_a_signature_that_reaches_elsewhere(client: Client, answer: str, bait: Bait, name: str) -> None:
    old, new = OF_SIGNATURES[name]
    assert answer.count(old) == 1
    sent = send(client, packed(Trap().sprung(answer.replace(old, new), WORD, bait)))
    assert refused(client, sent)
    assert bait.touched() == []


def test_the_key_is_the_one_we_were_given(client: Client, answer: str, bait: Bait) -> None:
    """Whatever key an answer names, and wherever that would be."""
    assert answer.count(KEY) == 1
    sent = send(client, packed(Trap().sprung(answer.replace(KEY, KEY_ELSEWHERE), WORD, bait)))
    assert sent == "/"
    assert bait.touched() == []
