"""Nothing made for one person reaches another: no answer may be kept on its way, none sets a cookie it need
not, and what the process itself keeps between two requests is of nobody."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from functools import _lru_cache_wrapper

import pytest
from django.conf import settings
from django.urls import get_resolver

from goldenthread.results import facts
from tests.web.asking import ask, without_chance
from tests.web.leaks.addresses import every_address
from tests.web.whole_county import client_of

pytestmark = pytest.mark.usefixtures("stopped_clock")

KEEP = tuple(f"goldenthread.{room}." for room in ("calc", "record", "render", "results", "web"))
BEGIN_A_STEP = (
    "/accounts/again/passkey/",
    "/accounts/app/new/",
    "/accounts/invitation/",
    "/accounts/login/passkey/",
    "/accounts/passkeys/new/",
)
"""Where the session keeps something for the next step, and its cookie is told anew."""
ALIKE = (
    ("supervisor", "other supervisor"),
    ("member", "other director"),
    ("analyst", "analyst of a unit"),
    ("HR", "administrator"),
)
"""Pairs who are asked the same and may be told something else."""


def test_no_answer_may_be_kept_on_its_way_and_none_needs_another_cookie(things: dict[str, str]) -> None:
    wrong, cookies = [], set()
    for caller in ("stranger", "member", "analyst", "auditor", "administrator", "closed account"):
        client = client_of(caller)
        for address in every_address(things):
            answer = ask(client, "get", address)
            headers = dict(answer.headers)
            # A form is sent back with the cookie that goes with its token.
            needed = {settings.CSRF_COOKIE_NAME} if b"csrfmiddlewaretoken" in answer.content else set()
            if address.startswith(BEGIN_A_STEP):
                needed.add(settings.SESSION_COOKIE_NAME)
            cookies |= {(caller, address, name) for name in answer.cookies if name not in needed}
            if headers["Cache-Control"] != "private, no-store":
                wrong.append(f"{caller} {address} {headers['Cache-Control']}")
            if "Cookie" not in headers["Vary"]:
                wrong.append(f"{caller} {address} does not vary by cookie")
            if {"ETag", "Last-Modified"} & headers.keys():
                wrong.append(f"{caller} {address} can be asked for again by what it was")
    assert not wrong, "\n".join(wrong)
    assert cookies == set()


def test_two_by_turns_never_get_what_is_the_others(things: dict[str, str]) -> None:
    crossings, pairs = by_turns(things, at_most=100)
    assert pairs == 100
    assert not crossings, "\n".join(crossings)


@pytest.mark.long
def test_a_thousand_times_two_by_turns_never_get_what_is_the_others(things: dict[str, str]) -> None:
    crossings, pairs = by_turns(things, at_most=1000)
    assert pairs == 1000
    assert not crossings, "\n".join(crossings)


def by_turns(things: dict[str, str], *, at_most: int) -> tuple[list[str], int]:
    """Each of a pair asks for an address with nothing kept, which is what they should get; then both by
    turns, with all that the process keeps. Returns where an answer was another's, and how many times two
    were asked."""
    crossings, pairs, everything = [], 0, what_is_kept()
    while pairs < at_most:
        for address, two in places(things):
            clients = [client_of(caller) for caller in two]
            alone = []
            for client in clients:
                for one in everything:
                    one.cache_clear()
                alone.append(without_chance(ask(client, "get", address)))
            for _again in range(5):
                if pairs == at_most:
                    return crossings, pairs
                pairs += 1
                for caller, client, wanted in zip(two, clients, alone, strict=True):
                    if without_chance(ask(client, "get", address)) != wanted:
                        crossings.append(f"{caller} at {address} after the other of {two}")
    return crossings, pairs


def places(things: dict[str, str]) -> Iterator[tuple[str, tuple[str, str]]]:
    """The pages that keep something first: those with measures in a line."""
    first = ["/", "/measures/", "/units/county/", "/my-unit/", "/thread/?view=list"]
    for address in [*first, *every_address(things)]:
        for two in ALIKE:
            yield address, two


def what_is_kept() -> list[_lru_cache_wrapper[object]]:
    """Whatever the product keeps of answers in this process; the engine of facts is none."""
    # Every page is loaded by this, and with it what it keeps.
    assert get_resolver().url_patterns
    # By type alone: to ask a lazy object for its class makes it do its work.
    kept = [
        one
        for one in gc.get_objects()
        if type(one) is _lru_cache_wrapper
        and (one.__module__ or "").startswith(KEEP)
        and one.__module__ != facts.__name__
    ]
    assert {"goldenthread.web.keeping", "goldenthread.record.orgs.queries"} <= {
        one.__module__ for one in kept
    }
    return kept
