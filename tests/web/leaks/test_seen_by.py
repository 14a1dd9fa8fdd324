"""Whoever gets to see who stands in a file, or what somebody can see, is told to that person; and nobody sees
it of a colleague.

Every address of the matrix is asked for by everybody whose purpose is stated.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from http import HTTPStatus

import pytest

from goldenthread.accounts.models import User
from goldenthread.jobs.looking_at_people import looks_at
from goldenthread.record.audit.actor import Actor
from tests.web.asking import Answered, answered, undone
from tests.web.callers import CALLERS
from tests.web.leaks.addresses import every_address
from tests.web.leaks.test_canaries import readable
from tests.web.whole_county import WORKERS, client_of

pytestmark = pytest.mark.usefixtures("stopped_clock")

_ID = re.compile(rf"\bD-({'|'.join(WORKERS)})\b")
ABOUT_ANA = "/access/people/ana/"
SHOWS_ACCESS = rf"{ABOUT_ANA}(compare/)?(\?|$)"
OTHERS = [name for name in CALLERS if CALLERS[name].username not in ("", "cleo", "ana")]
READ = {
    "data custodian": {"id"},
    "HR": {"access"},
    "labor liaison": {"access"},
    "auditor": {"access"},
    "administrator": {"access"},
}
"""What of somebody else there is to read, and for whom; for everybody else nothing."""
IN_EVERY_RUN = {*READ, "peer"}


def purposes(things: Mapping[str, str]) -> tuple[str, ...]:
    """The addresses that first ask what for."""
    files = (things["loaded file"], things["waiting file"])
    return (ABOUT_ANA, *(f"/data/batches/{number}/workers/" for number in files))


def looks(worker: str, caller: str) -> int:
    """How many times this caller stands on the list that the worker reads."""
    by = Actor.user(User.objects.get(username=CALLERS[caller].username).pk).key
    found = looks_at(User.objects.get(username=worker), before=None, at_most=10_000)
    return sum(one.actor == by for one in found)


def shown(answer: Answered, address: str) -> Iterator[tuple[str, str]]:
    """Who stands in an answer by an id of a file, and whose access it shows."""
    text = readable(answer)
    for worker in sorted(set(_ID.findall(text))):
        yield "id", worker
    if re.match(SHOWS_ACCESS, address):
        yield "access", "ana"


@pytest.mark.parametrize(
    "caller",
    [pytest.param(one, marks=[] if one in IN_EVERY_RUN else pytest.mark.long) for one in OTHERS],
)
def test_whoever_sees_something_of_somebody_is_told_to_them(things: dict[str, str], caller: str) -> None:
    client, untold, read = client_of(caller), [], set()
    for address in purposes(things):
        client.post(address, {"why": "A complaint."})
    for address in every_address(things):
        before = {worker: looks(worker, caller) for worker in WORKERS}
        with undone(client):
            answer = answered(client.get(address))
            if answer.status != HTTPStatus.OK:
                continue
            for what, worker in shown(answer, address):
                if worker != CALLERS[caller].username:
                    read.add(what)
                    if looks(worker, caller) <= before[worker]:
                        untold.append(f"{caller} saw the {what} of {worker} at {address}")
    assert not untold, "\n".join(untold)
    assert read == READ.get(caller, set())
