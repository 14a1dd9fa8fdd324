"""What somebody may not see is changed, and every answer they get stays the same, byte for byte: pages,
search, counts, order, files, errors, headers. The clock stands still, and nothing is left out but the tokens
of forms.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.db.models import F
from django.test import Client
from django.utils import timezone

from goldenthread.jobs.extracts import importing
from goldenthread.record.measures.models import Observation
from goldenthread.record.orgs.models import Unit
from tests.web.asking import Answered, ask, without_chance
from tests.web.leaks.addresses import every_address
from tests.web.leaks.sight import RESULTS, is_theirs
from tests.web.leaks.writing import KINDS
from tests.web.whole_county import BY, client_of, receive, visit_rows

pytestmark = pytest.mark.usefixtures("stopped_clock")

VIEWERS = ("member", "other director", "analyst of a unit", "HR", "administrator")
ALL_VIEWERS = (*VIEWERS, "supervisor", "stand-in", "other supervisor", "director", "publisher", "newcomer")
PLACES = ("north", "south", "roads")
AT_ONCE = 10

_ARRIVED = re.compile(rb"(?<=<dd>Batch )\d+")

Change = Callable[[random.Random, Unit, str], object]


def change_values(chance: random.Random, unit: Unit, _word: str) -> None:
    Observation.objects.filter(unit=unit).update(numerator=F("numerator") + chance.randrange(1, 9))


def change_a_value(chance: random.Random, unit: Unit, _word: str) -> None:
    numbers = list(Observation.objects.filter(unit=unit).order_by("pk").values_list("pk", flat=True))
    if numbers:
        Observation.objects.filter(pk=chance.choice(numbers)).update(value=chance.random(), facts=1)


def drop_a_value(chance: random.Random, unit: Unit, _word: str) -> None:
    numbers = list(Observation.objects.filter(unit=unit).order_by("pk").values_list("pk", flat=True))
    if len(numbers) > 1:
        Observation.objects.filter(pk=chance.choice(numbers)).delete()


def test_what_one_may_not_see_changes_nothing_one_sees(things: dict[str, str]) -> None:
    differences, changed = [], 0
    for number, viewer in enumerate(VIEWERS):
        for found in after_changes(viewer, things, rounds=1, chance=random.Random(number)):
            changed += AT_ONCE
            differences += found
    assert changed == 50
    assert not differences, "\n".join(differences)


@pytest.mark.long
@pytest.mark.parametrize("viewer", ALL_VIEWERS)
def test_a_hundred_things_each_may_not_see_change_nothing_they_see(
    things: dict[str, str], viewer: str
) -> None:
    """A thousand and more, over all viewers."""
    chance = random.Random(f"hidden from {viewer}")
    for found in after_changes(viewer, things, rounds=10, chance=chance):
        assert not found, "\n".join(found)


def test_facts_of_others_change_nothing_one_sees(things: dict[str, str], tmp_path: Path) -> None:
    """A file with rows of South alone is loaded: the store, its breakdowns, and the values of South and of
    what is above it are others than before. That a file came is said to whoever sees what is counted from
    it, and nothing of what it held."""
    load(tmp_path, count=3, name="first")
    viewers = ("analyst of a unit", "administrator", "newcomer")
    clients = [client_of(viewer) for viewer in viewers]
    before, known = [without_arrival(answers(client, things)) for client in clients], visits_in_south()
    load(tmp_path, count=25, name="later")
    assert known != visits_in_south()
    for viewer, client, as_before in zip(viewers, clients, before, strict=True):
        found = list(said(viewer, as_before, without_arrival(answers(client, things)), "a loaded file"))
        assert not found, "\n".join(found)


def load(folder: Path, *, count: int, name: str) -> None:
    batch = receive(folder, "visits", visit_rows(("stig",), count=count, name=name), by=BY)
    importing.load(batch, by=BY, now=timezone.now())


def visits_in_south() -> list[tuple[int, float | None]]:
    return list(Observation.objects.filter(unit__key="south").values_list("measure", "value"))


def without_arrival(found: dict[str, Answered]) -> dict[str, Answered]:
    return {address: replace(one, content=_ARRIVED.sub(b"", one.content)) for address, one in found.items()}


def after_changes(
    viewer: str, things: dict[str, str], *, rounds: int, chance: random.Random
) -> Iterator[list[str]]:
    """After every few changes, what is answered otherwise than before all of them."""
    client = client_of(viewer)
    before = answers(client, things)
    for number in range(rounds):
        done = [change_something_hidden(viewer, chance, number * AT_ONCE + one) for one in range(AT_ONCE)]
        yield list(said(viewer, before, answers(client, things), ", ".join(done)))


def change_something_hidden(viewer: str, chance: random.Random, number: int) -> str:
    """One change that the viewer may not notice; what it was."""
    changes: list[tuple[str, Change, str]] = [
        (change.__name__, change, place)
        for change in (change_values, change_a_value, drop_a_value)
        for place in PLACES
        if place not in RESULTS[viewer]
    ]
    for name, kind in KINDS.items():
        for place in PLACES:
            # Whose own access is over the unit is told what it is called.
            told = name == "unit" and is_theirs(viewer, place, "/my-access/")
            if not told and not kind.open_to(viewer, place):
                changes.append((name, lambda _chance, unit, word, write=kind.write: write(unit, word), place))
    name, change, place = chance.choice(changes)
    word = f"zz{''.join(filter(str.isalpha, viewer)).lower()}{chance.randrange(10**9)}x{number}"
    change(chance, Unit.objects.get(key=place), word)
    return f"{name} of {place}"


def answers(client: Client, things: dict[str, str]) -> dict[str, Answered]:
    return {address: without_chance(ask(client, "get", address)) for address in every_address(things)}


def said(viewer: str, before: dict[str, Answered], after: dict[str, Answered], changed: str) -> Iterator[str]:
    for address, answer in after.items():
        if answer != before[address]:
            yield f"{viewer} sees at {address} that there was {changed}: {parting(before[address], answer)}"


def parting(one: Answered, other: Answered) -> str:
    """Where two answers begin to differ."""
    if one.content == other.content:
        return f"{one.status} {one.headers} and {other.status} {other.headers}"
    pairs = enumerate(zip(one.content, other.content, strict=False))
    at = next(
        (place for place, (first, second) in pairs if first != second),
        min(len(one.content), len(other.content)),
    )
    return f"{one.content[at - 60 : at + 60]!r} and {other.content[at - 60 : at + 60]!r}"
