"""The list of units, the page and the file of each, and what search finds of them, in random organizations:
what an oracle written apart says, no more and no less."""

from __future__ import annotations

import re
from datetime import datetime, time

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings

from tests.record.access import oracle
from tests.record.access.organizations import World, built, organizations

pytestmark = pytest.mark.django_db
SOME, MANY = 15, 200
SHARED = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@settings(max_examples=SOME, suppress_health_check=SHARED)
@given(world=organizations())
def test_pages_show_the_units_that_the_oracle_says(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    agree_with_the_oracle(world, monkeypatch)


@pytest.mark.long
@settings(max_examples=MANY, suppress_health_check=SHARED)
@given(world=organizations())
def test_in_many_more_organizations(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    agree_with_the_oracle(world, monkeypatch)


def agree_with_the_oracle(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    noon = datetime.combine(world["on"], time(12), timezone.get_current_timezone())
    monkeypatch.setattr("django.utils.timezone.now", lambda: noon)
    with built(world) as users:
        for person, user in users.items():
            seen = oracle.seen_units(world, person, world["on"])
            client = Client()
            client.force_login(user)
            if person in world["closed"]:
                assert client.get("/units/").status_code == 302
                continue
            assert named_in(client, "/units/") == seen
            assert named_in(client, "/search/?q=u") == seen
            for key in world["units"]:
                wanted = 200 if key in seen else 404
                for address in ("", "data.csv", "indicators/", "indicators/data.csv", "mission/"):
                    assert client.get(f"/units/{key}/{address}").status_code == wanted, (person, key, address)


def named_in(client: Client, address: str) -> set[str]:
    """The units that the page leads to."""
    content = client.get(address).content.decode()
    main = content[content.index("<main") : content.index("</main>")]
    return set(re.findall(r'href="/units/([^/"]+)/"', main))
