"""When a source is fetched next."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError

from goldenthread.record.audit.actor import Actor
from goldenthread.record.sources import actions
from goldenthread.record.sources.models import Fetch, Source
from goldenthread.record.sources.policies import failures_so_far, next_try

PACIFIC = ZoneInfo("America/Los_Angeles")
HALF_PAST_FIVE = datetime.time(5, 30)


def at(text: str) -> datetime.datetime:
    """A moment of that wall clock, in UTC, as the clock of the machine gives it."""
    return datetime.datetime.fromisoformat(text).replace(tzinfo=PACIFIC).astimezone(datetime.UTC)


def test_what_was_never_tried_is_due() -> None:
    for now in (at("2026-10-13 02:00"), at("2026-10-13 09:00")):
        assert next_try(None, HALF_PAST_FIVE, now=now, zone=PACIFIC) == now


@pytest.mark.parametrize(
    ("tried", "failures", "now", "due"),
    [
        ("2026-10-13 05:30", 0, "2026-10-13 09:00", "2026-10-14 05:30"),
        ("2026-10-13 05:30", 0, "2026-10-14 05:29", "2026-10-14 05:30"),
        ("2026-10-13 05:30", 0, "2026-10-14 05:31", "2026-10-14 05:31"),
        ("2026-10-13 05:30", 0, "2026-10-20 01:00", "2026-10-20 01:00"),
        ("2026-10-13 05:30", 1, "2026-10-13 05:31", "2026-10-13 05:35"),
        ("2026-10-13 05:35", 2, "2026-10-13 05:36", "2026-10-13 05:50"),
        ("2026-10-13 05:50", 3, "2026-10-13 05:51", "2026-10-13 06:50"),
        ("2026-10-13 06:50", 4, "2026-10-13 06:51", "2026-10-13 09:50"),
        ("2026-10-13 09:50", 5, "2026-10-13 09:51", "2026-10-14 05:30"),
        ("2026-10-14 04:00", 4, "2026-10-14 04:01", "2026-10-14 05:30"),
        # The clock is put forward, and back.
        ("2026-03-07 05:30", 0, "2026-03-07 09:00", "2026-03-08 05:30"),
        ("2026-10-31 05:30", 0, "2026-10-31 09:00", "2026-11-01 05:30"),
    ],
)
def test_each_day_and_after_growing_pauses(tried: str, failures: int, now: str, due: str) -> None:
    last = Fetch(tried_at=at(tried), failures=failures, reason="It was down." if failures else "")
    found = next_try(last, HALF_PAST_FIVE, now=at(now), zone=PACIFIC)
    assert found.astimezone(PACIFIC) == at(due).astimezone(PACIFIC)


def test_failures_are_counted_from_each_time_anew() -> None:
    last = Fetch(tried_at=at("2026-10-13 09:50"), failures=5, reason="It was down.")
    for now, failures in (("2026-10-14 05:29", 5), ("2026-10-14 05:30", 0)):
        assert failures_so_far(last, HALF_PAST_FIVE, now=at(now), zone=PACIFIC) == failures


@pytest.mark.django_db
def test_a_failure_says_why() -> None:
    calls = Source.objects.create(key="calls", title="Calls", definition={})
    with pytest.raises(IntegrityError, match="failed_fetch_says_why"):
        actions.note_fetch(calls, failures=1, by=Actor.job("pull"), now=at("2026-10-13 05:30"))
