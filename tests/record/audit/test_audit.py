"""The log says what was done, by whom and when, and comes and goes with the write it tells of."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import transaction

from goldenthread.record.audit.actions import record_event
from goldenthread.record.audit.actor import Actor
from goldenthread.record.audit.enums import Action
from goldenthread.record.audit.models import AuditEvent

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)


def test_one_row_for_one_event():
    record_event(
        by=Actor.user(7),
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
        "action": "changed",
        "kind": "measure",
        "object_id": "12",
        "unit": "north",
        "fields": ["title"],
        "reason": "typing slip",
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
