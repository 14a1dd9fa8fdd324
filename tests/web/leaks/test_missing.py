"""What is hidden cannot be told from what does not exist: by its key in the address, in what is asked for
beside the address, with any header a browser or a script may send, by any method."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from goldenthread.accounts.models import User
from goldenthread.record.audit.models import AuditEvent
from goldenthread.record.measures.models import Measure, Observation, TypedValue
from goldenthread.record.orgs.models import Unit
from goldenthread.web.addresses import WALL
from tests.web.asking import Answered, ask, without_chance
from tests.web.callers import CALLERS
from tests.web.desk.worlds import last_month
from tests.web.leaks.sight import NORTH, RESULTS, ROADS, SOUTH
from tests.web.matrix import rows
from tests.web.whole_county import BY, client_of

pytestmark = pytest.mark.usefixtures("stopped_clock")

ABSENT = {
    "North": "nordt",
    "South": "sudth",
    "Roads": "rodes",
    "Ana": "anu",
    "measure of Benefits": "calls_unswered",
    "measure of North": "litters_done",
    "measure of Roads": "pothales",
    "service of Benefits": "benefits_care",
    "source": "visats",
}
"""Keys as long as those of the county that nothing has. Every other name stands for a number or a secret."""
HEADERS: tuple[dict[str, Any], ...] = (
    {},
    {"HTTP_HX_REQUEST": "true"},
    {"HTTP_ACCEPT": "application/json"},
    {"HTTP_ACCEPT_LANGUAGE": "es"},
    {"HTTP_ACCEPT_ENCODING": "gzip"},
    {"HTTP_IF_NONE_MATCH": "*"},
    {"HTTP_IF_MODIFIED_SINCE": "Mon, 02 Mar 2026 08:00:00 GMT"},
    {"HTTP_RANGE": "bytes=0-9"},
    {"HTTP_X_HTTP_METHOD_OVERRIDE": "DELETE"},
    {"QUERY_STRING": "page=2"},
    {"QUERY_STRING": "unit=north&by=quarter&split=topic&view=table"},
)
HIDDEN_AND_MISSING = (
    ("/units/north/", "/units/nordt/"),
    ("/measures/letters_done/", "/measures/litters_done/"),
    ("/data/sources/calls/edit/", "/no/such/thing/"),
)
HANDED_IN = 70419365
"""The number of a value that is handed in: its digits stand nowhere else."""


@dataclass(frozen=True)
class Beside:
    """An address with a name beside it: one of a thing at ``place``, hidden from ``caller`` and not from
    ``other``, and one of nothing."""

    address: str
    there: str
    absent: str
    place: str
    caller: str
    other: str


NAMED_BESIDE = (
    Beside("/measures/calls_answered/?unit={}", "south", "sudth", SOUTH, "member", "director"),
    Beside("/measures/calls_answered/data.csv?unit={}", "south", "sudth", SOUTH, "supervisor", "director"),
    Beside("/thread/?unit={}", "roads", "rodes", ROADS, "member", "HR"),
    Beside("/thread/?measure={}", "potholes", "pothales", ROADS, "member", "other director"),
    Beside("/thread/benefits_core/?unit={}", "south", "sudth", SOUTH, "other director", "HR"),
    Beside("/upkeep/?department={}", "works", "warks", "works", "director", "other director"),
    Beside("/search/?q={}", "Gravelyard", "Grovelyard", ROADS, "member", "HR"),
    Beside("/search/?q={}", "Potholes", "Pothales", ROADS, "other supervisor", "analyst of a unit"),
    Beside("/search/?q={}", "Visits", "Visats", "benefits", "newcomer", "analyst"),
    Beside("/measures/?q={}", "Potholes", "Pothales", ROADS, "member", "other director"),
    Beside("/measures/data.csv?q={}", "Potholes", "Pothales", ROADS, "member", "other director"),
    Beside("/my-numbers/?anew={}", str(HANDED_IN), "81520476", NORTH, "other director", "member"),
)


def test_a_thing_that_is_not_there_is_answered_as_an_address_that_is_not(things: dict[str, str]) -> None:
    """For everybody who is signed in, also those who could see such a thing. That what is hidden is answered
    in the same way is in ``test_every_address.py``."""
    absent = absent_of(things)
    # One that knows strangers is compared with one that is not there among them in ``test_every_address.py``.
    keyed = [row for row in rows() if "{" in row.address and not row.address.startswith(("/accounts/", WALL))]
    wrong, asked = [], 0
    for caller, one in CALLERS.items():
        if not one.username or caller == "closed account":
            continue
        client = client_of(caller)
        missing = ask(client, "get", "/no/such/thing/")
        for row in keyed:
            asked += 1
            found = ask(client, "get", row.at(absent))
            if found != missing:
                wrong.append(f"{caller}: {row.address}: {found.status}")
    assert asked > 800
    assert not wrong, "\n".join(wrong)


def test_no_header_and_no_question_tells_them_apart(things: dict[str, str]) -> None:
    wrong = []
    for checks_tokens in (False, True):
        client = Client(enforce_csrf_checks=checks_tokens)
        client.force_login(User.objects.get(username="eli"))
        for headers in HEADERS:
            for address, missing in HIDDEN_AND_MISSING:
                for method in ("get", "head", "post"):
                    if ask(client, method, address, **headers) != ask(client, method, missing, **headers):
                        wrong.append(f"{method} {address} {headers}")
    assert not wrong, "\n".join(wrong)


def test_what_is_named_beside_the_address_is_hidden_alike(things: dict[str, str]) -> None:
    """One who may see the thing is told something else: the names are those of things that are there."""
    write_what_is_named()
    told_apart = [one for one in NAMED_BESIDE if tells_apart(one, one.caller)]
    assert not [one for one in NAMED_BESIDE if one.place in RESULTS[one.caller]]
    assert not told_apart, "\n".join(f"{one.caller}: {one.address.format(one.there)}" for one in told_apart)
    assert not [one for one in NAMED_BESIDE if not tells_apart(one, one.other)]


def write_what_is_named() -> None:
    """Potholes are nobody's and counted by the roads alone, whose yard has a name; letters are handed in."""
    Measure.objects.filter(key="potholes").update(owner=None)
    Observation.objects.filter(measure__key="potholes").exclude(unit__key=ROADS).delete()
    Unit.objects.filter(key=ROADS).update(name="Gravelyard")
    TypedValue.objects.create(
        pk=HANDED_IN,
        measure=Measure.objects.get(key="letters_done"),
        unit=Unit.objects.get(key=NORTH),
        grain="month",
        period_start=last_month().start,
        value=41.5,
        state="submitted",
        typed_by=BY.key,
        typed_at=timezone.now(),
        handed_in_at=timezone.now(),
    )


def tells_apart(one: Beside, caller: str) -> bool:
    """Whether the answers to this caller differ in more than the name that was asked for."""
    client = client_of(caller)
    found, missing = (
        without_name(ask(client, "get", one.address.format(name)), name) for name in (one.there, one.absent)
    )
    return found != missing


def test_both_are_in_the_log_and_neither_leaves_a_session_behind(things: dict[str, str]) -> None:
    client = client_of("other director")
    sessions = Session.objects.count()
    for address in ("/units/north/", "/units/nordt/"):
        client.get(address)
    denied = AuditEvent.objects.filter(action="denied").order_by("id").values_list("object_id", flat=True)
    assert list(denied) == ["/units/north/", "/units/nordt/"]
    assert Session.objects.count() == sessions


def absent_of(things: dict[str, str]) -> dict[str, str]:
    """The same names for what is not there: keys that nothing has, numbers that nothing had yet."""
    return {
        name: ABSENT.get(name) or (str(int(key) + 1000) if key.isdecimal() else key[::-1])
        for name, key in things.items()
    }


def without_name(answer: Answered, name: str) -> Answered:
    """What was asked for is repeated to whoever asked."""
    one = without_chance(answer)
    headers = tuple(pair for pair in one.headers if pair[0] != "Content-Length")
    return Answered(one.status, headers, one.content.replace(name.encode(), b"NAME"), one.cookies)
