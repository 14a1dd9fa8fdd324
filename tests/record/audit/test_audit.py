"""The log says what was done, by whom and when, and comes and goes with the write it tells of."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction

from goldenthread.record.acting import acting_for_user
from goldenthread.record.audit.actions import place_rows, record_event, record_look
from goldenthread.record.audit.actor import Actor
from goldenthread.record.audit.enums import Action
from goldenthread.record.audit.models import AuditEvent

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)


def test_one_row_for_one_event():
    record_event(
        by=Actor.user(7, roles=("analyst", "supervisor"), standing_in_for=("sam",), request="a1b2"),
        action=Action.CHANGED,
        kind="measure",
        object_id=12,
        unit="north",
        fields=["title"],
        reason="typing slip",
        now=NOW,
    )
    row = AuditEvent.objects.values().get()
    row.pop("id")
    assert row == {
        "at": NOW,
        "actor": "user:7",
        "roles": "analyst, supervisor",
        "standing_in_for": "sam",
        "request": "a1b2",
        "action": "changed",
        "kind": "measure",
        "object_id": "12",
        "unit": "north",
        "fields": ["title"],
        "reason": "typing slip",
        "seq": None,
        "previous": "",
        "hash": "",
    }


def test_an_action_nobody_knows_is_refused():
    with pytest.raises(ValueError, match="peeked"):
        record_event(by=Actor.user(1), action="peeked", kind="unit", object_id="north", now=NOW)


def test_a_write_that_fails_leaves_no_row():
    with transaction.atomic():
        record_event(by=Actor.user(1), action=Action.CREATED, kind="unit", object_id="north", now=NOW)
        transaction.set_rollback(True)
    assert not AuditEvent.objects.exists()


def test_actors():
    assert Actor.user(7) == Actor("user:7", 7)
    assert Actor.operator().key.startswith("operator:")
    assert Actor.stranger().user_id is None


def test_a_look_is_in_the_chain_before_anything_is_shown():
    record_look(by=Actor.user(7), action=Action.VIEWED, kind="person", object_id="w01", now=NOW)
    assert AuditEvent.objects.get().seq == 1


@pytest.mark.django_db(transaction=True)
def test_a_look_inside_another_transaction_is_an_error():
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        record_look(by=Actor.user(7), action=Action.VIEWED, kind="person", object_id="w01", now=NOW)


@pytest.mark.django_db(transaction=True)
def test_a_row_has_its_place_when_the_transaction_of_its_write_has_ended():
    with transaction.atomic():
        for number in range(3):
            record_event(by=Actor.user(1), action=Action.CREATED, kind="unit", object_id=number, now=NOW)
        assert not AuditEvent.objects.exclude(seq=None).exists()
    assert list(AuditEvent.objects.values_list("object_id", "seq")) == [("0", 1), ("1", 2), ("2", 3)]


def test_each_row_names_the_one_before_it():
    for number in range(3):
        record_event(by=Actor.user(1), action=Action.CREATED, kind="unit", object_id=number, now=NOW)
    place_rows()
    hashes = list(AuditEvent.objects.values_list("previous", "hash"))
    assert [previous for previous, _hash in hashes] == ["0" * 64, *(one for _previous, one in hashes[:-1])]


def test_placing_costs_a_few_statements_however_many_rows(django_assert_max_num_queries):
    for number in range(300):
        record_event(by=Actor.user(1), action=Action.CREATED, kind="unit", object_id=number, now=NOW)
    with django_assert_max_num_queries(12):
        place_rows()


@pytest.mark.skipif(
    "connection.vendor == 'sqlite'", reason="SQLite has one writer at a time, whatever it writes"
)
@pytest.mark.django_db(transaction=True)
def test_a_long_load_keeps_nobody_else_from_the_log():
    with transaction.atomic():
        record_event(by=Actor.job("load"), action=Action.CHANGED, kind="unit", object_id="north", now=NOW)
        with ThreadPoolExecutor() as others:
            others.submit(look_without_waiting).result()
        assert AuditEvent.objects.get(kind="person").seq == 1
    assert AuditEvent.objects.get(kind="unit").seq == 2


def look_without_waiting() -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '5s'")
        with acting_for_user(7):
            record_look(by=Actor.user(7), action=Action.VIEWED, kind="person", object_id="w01", now=NOW)
    finally:
        connection.close()
