"""Every address of the product, by every method, for everybody: what ``matrix.csv`` says is what there is. An
address without a row fails."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from django.core.checks import run_checks
from django.urls import resolve

from goldenthread.record.framework.models import Element
from goldenthread.record.measures.models import Measure
from goldenthread.record.sources.models import Source
from goldenthread.web.addresses import is_sign_in, is_wall
from goldenthread.web.checks import every_view
from tests.web.asking import Answered, ask
from tests.web.callers import CALLERS
from tests.web.matrix import Answer, Row, rows
from tests.web.whole_county import client_of

pytestmark = pytest.mark.usefixtures("stopped_clock")

METHODS = ("get", "head", "post", "put", "patch", "delete", "options", "trace")
ANSWERED = {
    Answer.READS: {"get", "head"},
    Answer.SENDS: {"post"},
    Answer.BOTH: {"get", "head", "post"},
    Answer.NO: set[str](),
    Answer.SIGN_IN: set[str](),
}
MISSING = {"": "/no/such/thing/", "sign in": "/accounts/no/such/thing/", "wall": "/wall/no-such-thing/"}
"""An address that never was: among all, and among those for signing in and for walls, which know
strangers."""


def test_every_view_says_who_may_call_it() -> None:
    assert [message for message in run_checks() if message.id.startswith("goldenthread")] == []


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    there = {pattern for pattern, _view in every_view()}
    expected = {f"/{resolve(re.sub(r'{[^}]+}', '0', row.address)).route}" for row in rows()}
    assert there <= expected, f"tests/web/matrix.csv has no row for {sorted(there - expected)}"


def test_no_row_stands_twice() -> None:
    addresses = [row.address for row in rows()]
    assert sorted(set(addresses)) == sorted(addresses)


@pytest.mark.parametrize("caller", CALLERS)
def test_everybody_finds_what_the_matrix_says(things: dict[str, str], caller: str) -> None:
    """By reading, and by sending a form with nothing in it. By every other method whoever is answered first
    is asked, in every run; everybody, in the long one."""
    methods = {row: METHODS if caller == first_answered(row) else ("get", "post") for row in rows()}
    wrong = list(differences(caller, things, methods))
    assert not wrong, "\n".join(wrong)


@pytest.mark.long
@pytest.mark.parametrize("caller", CALLERS)
def test_everybody_finds_what_the_matrix_says_by_every_method(things: dict[str, str], caller: str) -> None:
    wrong = list(differences(caller, things, dict.fromkeys(rows(), METHODS)))
    assert not wrong, "\n".join(wrong)


def first_answered(row: Row) -> str:
    """The first who finds something there; where nobody does, a member."""
    return next((caller for caller, answer in row.answers.items() if ANSWERED[answer]), "member")


def differences(caller: str, things: dict[str, str], asked: dict[Row, tuple[str, ...]]) -> Iterator[str]:
    """A sentence for each answer that is not as the matrix says."""
    client = client_of(caller)
    nothing = {
        (method, kind): ask(client, method, address)
        for kind, address in MISSING.items()
        for method in METHODS
    }
    for row, methods in asked.items():
        address, answer = row.at(things), row.answers[caller]
        for method in methods:
            found, missing = ask(client, method, address), nothing[method, among(address)]
            if wrong := what_is_wrong(answer, method, address, found, missing):
                yield f"{caller}, {answer}: {method.upper()} {row.address} {wrong}"


def among(address: str) -> str:
    """Which of ``MISSING`` an address is among."""
    return "wall" if is_wall(address) else "sign in" if is_sign_in(address) else ""


def what_is_wrong(answer: Answer, method: str, address: str, found: Answered, missing: Answered) -> str:
    headers = dict(found.headers)
    leads_to_sign_in = headers.get("Location") == f"/?next={quote(address, safe='')}"
    if answer is Answer.SIGN_IN:
        sent = found.status == 302 and leads_to_sign_in and not found.content and not found.cookies
        return "" if sent else f"is {found.status} and not the way to sign in"
    if method in ANSWERED[answer]:
        there = found.status in (200, 204, 302) and not leads_to_sign_in
        return "" if there else f"is {found.status} and should be answered"
    return "" if found == missing else f"is {found.status} and not as if nothing were there"


def test_no_form_hides_a_thing_by_the_key_new(things: dict[str, str]) -> None:
    for model, key in ((Source, "calls"), (Measure, "calls_answered"), (Element, "needs")):
        model.objects.filter(key=key).update(key="new")
    for address, title in (
        ("/data/sources/new/", "Phone service calls"),
        ("/measures/new/", "Calls answered within a minute"),
        ("/services/new/", "People can meet their needs"),
    ):
        assert f"<h1>{title}</h1>" in client_of("analyst").get(address).content.decode()


def test_every_section_of_the_header_opens(things: dict[str, str]) -> None:
    for caller, one in CALLERS.items():
        if not one.username or caller == "closed account":
            continue
        client = client_of(caller)
        (sections,) = re.findall(
            r'<nav class="gt-sections".*?</nav>', client.get("/").content.decode(), re.DOTALL
        )
        for address in re.findall(r'href="([^"]*)"', sections):
            assert client.get(address, follow=True).status_code == 200, (caller, address)
