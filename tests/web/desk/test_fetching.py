"""What the pages about data say of extracts that are fetched."""

from __future__ import annotations

import datetime
import re

import pytest
from django.conf import settings
from django.utils import timezone

from goldenthread.facts.sources import Pull
from goldenthread.jobs.extracts.hosts import Hosts
from goldenthread.jobs.extracts.pulling import fetchings, pull_what_is_due
from goldenthread.record.audit.actor import Actor
from goldenthread.record.audit.models import AuditEvent
from goldenthread.record.sources import actions, queries
from goldenthread.record.sources.models import Source
from tests.web.desk.data_world import build_world, signed_in

pytestmark = pytest.mark.django_db

SOURCE, EVERY = "/data/sources/calls/", "/data/"
CLOCK = r"(?:[\d:]+ [ap]\.m\.|midnight|noon)"
"""A time of day as pages write it."""
# Nothing listens on it: the machine is asked, and says so.
NOBODY = "127.0.0.1:9"


@pytest.fixture(autouse=True)
def world(db, tmp_path, monkeypatch) -> None:
    build_world(tmp_path / "definitions")
    monkeypatch.setattr(settings, "PULL_HOSTS", Hosts.parse(NOBODY))


def fetch_from(address: str) -> None:
    fetch(Pull(address=address, at="05:30"))


def fetch(pull: Pull) -> None:
    definition = queries.definition_of(Source.objects.get(key="calls"))
    changed = definition.model_copy(update={"pull": pull})
    actions.save_source(changed, by=Actor.operator(), now=timezone.now())


def words_of(address: str) -> str:
    page = signed_in().get(address).content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_a_source_says_where_from_and_when_it_is_fetched() -> None:
    assert "Fetch it now" not in words_of(SOURCE)
    fetch_from("https://data.example.gov/calls.csv?token=a-secret-word")
    page = words_of(SOURCE)
    assert "Each day from 5:30 a.m. on, from data.example.gov; next" in page
    assert "Fetch it now" in page
    assert "could not be fetched" not in page


def test_a_source_says_which_database_it_asks() -> None:
    fetch(Pull(database="phones", query="SELECT 1"))
    assert "Each day from midnight on, from the database phones; next" in words_of(SOURCE)


@pytest.mark.parametrize("address", [SOURCE, EVERY])
def test_one_that_could_not_be_fetched_says_when_why_and_what_next(address: str) -> None:
    fetch_from(f"http://{NOBODY}/calls.csv?token=a-secret-word")
    assert "could not be fetched" not in words_of(address)
    now = timezone.now()
    pull_what_is_due(now=now)
    (one,) = fetchings(now=now)
    assert one.failed_at == now
    assert one.next_at <= now + datetime.timedelta(minutes=5)
    page = words_of(address)
    assert re.search(
        rf"could not be fetched on \w+ \d+, {CLOCK}: {NOBODY} could not be asked: "
        rf"Connection refused\. From \w+ \d+, {CLOCK} on it is tried again\.",
        page,
    ), page
    assert "a-secret-word" not in page
    assert "a-secret-word" not in str(list(AuditEvent.objects.values_list("reason", flat=True)))


def test_it_is_fetched_when_somebody_asks_for_it() -> None:
    fetch_from(f"http://{NOBODY}/calls.csv")
    now = timezone.now()
    assert len(pull_what_is_due(now=now)) == 1
    assert pull_what_is_due(now=now) == []
    response = signed_in().post(f"{SOURCE}fetch/", follow=True)
    assert "It is fetched at the next look" in response.content.decode()
    assert len(pull_what_is_due(now=now)) == 1


def test_only_what_is_fetched_can_be_asked_for() -> None:
    assert signed_in().post(f"{SOURCE}fetch/").status_code == 404
    fetch_from(f"http://{NOBODY}/calls.csv")
    actions.retire_source(
        source=Source.objects.get(key="calls"),
        by=Actor.operator(),
        now=timezone.now(),
        today=timezone.localdate(),
    )
    assert signed_in().post(f"{SOURCE}fetch/").status_code == 404
