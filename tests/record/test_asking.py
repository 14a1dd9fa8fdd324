"""Questions whose SQL is written once answer as the ORM would have."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db.models import Count, DateField, TextField
from django.utils import timezone

from goldenthread.record.asking import Given, GivenAll, Question, day_of, moment_of, worded
from goldenthread.record.audit.models import AuditEvent
from goldenthread.record.orgs.models import Unit

pytestmark = pytest.mark.django_db

_BEFORE = Question(
    lambda: (
        Unit.objects.filter(starts_on__lt=Given("day", DateField()))
        .order_by("key")
        .values_list("key", worded("starts_on"))
    )
)
_NAMED = Question(
    lambda: (
        Unit.objects.filter(key__in=GivenAll("keys", TextField()), pk__in=GivenAll("ids"))
        .order_by("key")
        .values_list("key")
    )
)


@pytest.fixture
def ids() -> dict[str, int]:
    days = {"north": date(2025, 3, 1), "south": date(2026, 1, 1), "always": None}
    return {
        key: Unit.objects.create(key=key, name=key, kind="team", starts_on=day).pk
        for key, day in days.items()
    }


def test_the_values_come_with_the_asking(ids):
    assert _BEFORE.ask(day=date(2026, 1, 1)) == [("north", "2025-03-01")]
    assert [key for key, _ in _BEFORE.ask(day=date(2026, 1, 2))] == ["north", "south"]


def test_any_number_of_values_may_be_given(ids):
    assert _NAMED.ask(keys=["north", "south", "nowhere"], ids=ids.values()) == [("north",), ("south",)]
    assert _NAMED.ask(keys=["north", "south"], ids={ids["south"]}) == [("south",)]
    assert _NAMED.ask(keys=[], ids=ids.values()) == []
    assert _NAMED.ask(keys=["quo\"te'"], ids=[]) == []


def test_each_asking_reads_anew_and_is_one_query(ids, django_assert_num_queries):
    counted = Question(
        lambda: Unit.objects.order_by().values("kind").annotate(n=Count("pk")).values_list("n")
    )
    assert counted.ask() == [(3,)]
    Unit.objects.filter(key="south").delete()
    with django_assert_num_queries(1):
        assert counted.ask() == [(2,)]


def test_a_value_that_was_not_given_is_missed_by_name(ids):
    with pytest.raises(KeyError, match="day"):
        _BEFORE.ask(today=date(2026, 1, 1))


def test_days_and_moments_are_read_as_they_were_written():
    now = timezone.now()
    assert day_of("2026-02-28") == date(2026, 2, 28)
    assert moment_of("2026-02-28 06:07:08.009") == datetime(2026, 2, 28, 6, 7, 8, 9_000, tzinfo=UTC)
    AuditEvent.objects.create(at=now)
    ((said,),) = Question(lambda: AuditEvent.objects.values_list(worded("at"))).ask()
    assert moment_of(said) == now
