"""Why somebody looks is said first, for each thing, by whoever looks, and holds for a working day."""

from __future__ import annotations

from datetime import timedelta

import pytest

from goldenthread.record.access.purposes import HOLDS_FOR, Named, state_purpose, stated_purposes
from goldenthread.record.answers import NotAllowed
from goldenthread.record.audit.actor import Actor
from goldenthread.record.audit.models import AuditEvent
from tests.record.audit.logs import at

pytestmark = pytest.mark.django_db

HAL, AUD = Actor.user(1, roles=("hr",)), Actor.user(2, roles=("auditor",))
ANA, SAM, BATCH = Named("person", "ana"), Named("person", "sam"), Named("batch", "7")


def test_a_purpose_holds_for_what_it_was_stated_about_and_for_whoever_stated_it():
    state_purpose([ANA, BATCH], "  Complaint\n 12. ", by=HAL, now=at(3))
    wanted = [ANA, SAM, BATCH, Named("batch", "ana")]
    assert stated_purposes(wanted, by=HAL, now=at(3)) == {ANA: "Complaint 12.", BATCH: "Complaint 12."}
    assert stated_purposes(wanted, by=AUD, now=at(3)) == {}


def test_it_holds_for_a_working_day_and_the_last_one_counts():
    state_purpose([ANA], "Complaint 12.", by=HAL, now=at(3))
    later = at(3) + HOLDS_FOR
    assert stated_purposes([ANA], by=HAL, now=later) == {ANA: "Complaint 12."}
    assert stated_purposes([ANA], by=HAL, now=later + timedelta(seconds=1)) == {}
    state_purpose([ANA], "Complaint 13.", by=HAL, now=later)
    assert stated_purposes([ANA], by=HAL, now=later) == {ANA: "Complaint 13."}


def test_it_is_a_row_of_the_log():
    state_purpose([ANA], "Complaint 12.", by=HAL, now=at(3))
    row = AuditEvent.objects.get()
    assert (row.actor, row.action, row.kind, row.object_id, row.reason) == (
        HAL.key,
        "stated",
        "person",
        "ana",
        "Complaint 12.",
    )


def test_saying_nothing_is_no_purpose():
    with pytest.raises(NotAllowed, match="Say why"):
        state_purpose([ANA], " \n ", by=HAL, now=at(3))
    assert not AuditEvent.objects.exists()


def test_nothing_is_asked_of_the_database_about_nobody(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert stated_purposes([], by=HAL, now=at(3)) == {}
