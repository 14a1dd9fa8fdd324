"""A secret word for each unit and each kind of thing that keeps words: nobody reads one that is not theirs.

Those who see most are followed from link to link; every address they come to is then asked for by all others.
"""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Iterable
from urllib.parse import quote, urljoin, urlsplit

import pytest
from django.test import Client

from goldenthread.record.orgs.models import Unit
from tests.web.asking import Answered, ask
from tests.web.callers import CALLERS
from tests.web.leaks.addresses import every_address
from tests.web.leaks.sight import NORTH, ROADS, SOUTH, is_theirs
from tests.web.leaks.writing import KINDS
from tests.web.whole_county import client_of

PLACES = (NORTH, SOUTH, ROADS)
SEE_MOST = ("administrator", "analyst", "director", "other director", "HR", "auditor", "member")
_WORD = re.compile(r"zq([a-z]+)of([a-z]+)")
_LINK = re.compile(r'(?:href|hx-get|action)="([^"#]+)')
_NOT_FOLLOWED = ("/static/", "/accounts/logout/")


@pytest.fixture(autouse=True)
def words(things: dict[str, str]) -> None:
    """A word of each kind, written in each of three units."""
    for place in PLACES:
        for name, kind in KINDS.items():
            kind.write(Unit.objects.get(key=place), f"zq{name}of{place}")


def test_nobody_reads_a_word_that_is_not_theirs(things: dict[str, str]) -> None:
    """A sixth of the addresses for everybody, another sixth for the next."""
    every, swept_for_each = every_address(things), []
    for number, caller in enumerate(CALLERS):
        swept_for_each.append(swept(every[number % 6 :: 6], [caller]))
    leaks = [leak for _asked, found, _read in swept_for_each for leak in found]
    assert sum(asked for asked, _leaks, _read in swept_for_each) > 400
    assert not leaks, "\n".join(leaks)
    assert {kind for _asked, _leaks, read in swept_for_each for kind, _place in read} >= {"unit", "service"}


@pytest.mark.long
def test_nobody_reads_a_word_that_is_not_theirs_wherever_a_link_leads(things: dict[str, str]) -> None:
    found = crawled(every_address(things), at_most=900)
    asked, leaks, read = swept(found, CALLERS)
    assert asked >= 10_000
    assert not leaks, "\n".join(leaks)
    # Every kind of word is somewhere read by somebody, so that the sweep would find it: but for what is
    # somebody's own.
    assert {kind for kind, _place in read} == KINDS.keys() - {"own"}


def swept(addresses: Iterable[str], callers: Iterable[str]) -> tuple[int, list[str], set[tuple[str, str]]]:
    """How many answers there were; a sentence for each word that its reader should not see; and every word
    that somebody read."""
    asked, leaks, read = 0, [], set()
    addresses = list(addresses)
    for caller in callers:
        client = client_of(caller)
        for address in addresses:
            words = words_in(ask(client, "get", address), address)
            asked += 1
            read |= words
            leaks += [
                f"{caller} reads the {kind} of {place} at {address}"
                for kind, place in sorted(words)
                if not KINDS[kind].open_to(caller, place) and not is_theirs(caller, place, address)
            ]
    return asked, leaks, read


def words_in(answer: Answered, address: str) -> set[tuple[str, str]]:
    """The words of an answer, without what it gives back of the address: to a stranger where to go on after
    signing in, to others what links to the same unit hold on to."""
    text = readable(answer) + " ".join(value for _name, value in answer.headers)
    for own in (quote(address, safe=""), *urlsplit(address).query.split("&")):
        text = text.replace(own, "") if own else text
    return {(kind, place) for kind, place in _WORD.findall(text) if kind in KINDS and place in PLACES}


def readable(answer: Answered) -> str:
    """What stands in an answer; in a workbook, in each of its parts."""
    if answer.content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(answer.content)) as opened:
            return b" ".join(opened.read(name) for name in opened.namelist()).decode()
    return answer.content.decode()


def crawled(start: list[str], *, at_most: int) -> list[str]:
    """Every address that those who see most come to from these by its links, each once, in a fixed order."""
    found = dict.fromkeys(start)
    for caller in SEE_MOST:
        client, waiting, seen = client_of(caller), list(start), set(start)
        while waiting and len(found) < at_most:
            address = waiting.pop(0)
            for link in links_of(client, address):
                if link not in seen:
                    seen.add(link)
                    waiting.append(link)
                    found[link] = None
    return list(found)


def links_of(client: Client, address: str) -> list[str]:
    answer = ask(client, "get", address)
    if answer.status != 200 or not dict(answer.headers)["Content-Type"].startswith("text/html"):
        return []
    targets = [urljoin(address, html.unescape(link)) for link in _LINK.findall(answer.content.decode())]
    return [
        target
        for target in targets
        if not urlsplit(target).netloc and target.startswith("/") and not target.startswith(_NOT_FOLLOWED)
    ]
