"""Batches: every step, every refusal, and the extracts that do not come."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction

from goldenthread.calc.periods import FiscalCalendar
from goldenthread.facts.sources import SourceDefinition
from goldenthread.record.answers import NotAllowed
from goldenthread.record.audit.actor import Actor
from goldenthread.record.audit.models import AuditEvent
from goldenthread.record.sources import actions, queries
from goldenthread.record.sources.models import Batch, BatchState, Source
from goldenthread.record.sources.policies import TRANSITIONS, check_can_become
from tests.record.sources.batches import REPORT, loaded_batch, received_batch, waiting_batch

NOW = datetime.datetime(2026, 10, 13, 6, 10, tzinfo=datetime.UTC)
BY = Actor.operator()
CALENDAR = FiscalCalendar(7)
LOS_ANGELES = ZoneInfo("America/Los_Angeles")

S = BatchState
MAY_BECOME = {
    (S.RECEIVED, S.READING),
    (S.RECEIVED, S.DISCARDED),
    (S.READING, S.READING),
    (S.READING, S.WAITING),
    (S.READING, S.REFUSED),
    (S.READING, S.DISCARDED),
    (S.REFUSED, S.RECEIVED),
    (S.WAITING, S.RECEIVED),
    (S.WAITING, S.READING),
    (S.WAITING, S.LOADING),
    (S.WAITING, S.DISCARDED),
    (S.LOADING, S.LOADED),
    (S.LOADING, S.WAITING),
    (S.LOADED, S.UNDONE),
}


@pytest.fixture
def source(db: None) -> Source:
    return _source("calls")


@pytest.mark.parametrize("wanted", S)
@pytest.mark.parametrize("found", S)
def test_truth_table_of_states(found: BatchState, wanted: BatchState) -> None:
    batch = Batch(pk=3, state=found)
    if (found, wanted) in MAY_BECOME:
        check_can_become(batch, wanted)
    else:
        with pytest.raises(NotAllowed, match="Batch 3 is "):
            check_can_become(batch, wanted)


def test_every_state_has_its_transitions() -> None:
    assert TRANSITIONS.keys() == set(S)


def test_a_batch_from_received_to_undone(source: Source) -> None:
    batch = waiting_batch(source, by=BY, now=NOW)
    assert (batch.rows, batch.accepted, batch.rejected) == (10, 9, 1)
    assert (batch.period_start, batch.period_end) == (datetime.date(2026, 9, 1), datetime.date(2026, 10, 1))
    assert list(queries.waiting()) == [batch]
    batch = actions.start_loading(batch, by=BY, now=NOW)
    batch = actions.finish_loading(batch, store_version=4, rows_replaced=2, by=BY, now=NOW)
    assert list(queries.not_computed()) == [batch]
    actions.mark_computed(batch, now=NOW)
    assert not queries.not_computed().exists()
    batch = actions.undo(batch, store_version=5, reason="Wrong month", by=BY, now=NOW)
    assert (batch.state, batch.rows_replaced, batch.store_version) == ("undone", 2, 5)
    history = AuditEvent.objects.filter(kind="batch", object_id=str(batch.pk))
    assert [event.action for event in history] == [
        "received",
        "changed",
        "read",
        "changed",
        "loaded",
        "undone",
    ]
    assert history.get(action="undone").reason == "Wrong month"


def test_a_file_that_cannot_be_read_is_refused_with_its_sentence(source: Source) -> None:
    batch = actions.start_reading(received_batch(source, by=BY, now=NOW), now=NOW)
    batch = actions.refuse(batch, message="The file is empty.", now=NOW)
    assert (batch.state, batch.message) == ("refused", "The file is empty.")
    assert not queries.unfinished().exists()


def test_the_same_bytes_give_the_earlier_batch(source: Source) -> None:
    first = loaded_batch(source, sha256="a" * 64, by=BY, now=NOW)
    assert received_batch(source, sha256="a" * 64, by=BY, now=NOW) == first
    actions.undo(first, store_version=2, by=BY, now=NOW)
    assert received_batch(source, sha256="a" * 64, by=BY, now=NOW) != first


def test_two_copies_waiting_and_only_one_loads(source: Source) -> None:
    first, second = (waiting_batch(source, sha256="a" * 64, by=BY, now=NOW) for _ in range(2))
    first = actions.start_loading(first, by=BY, now=NOW)
    with pytest.raises(NotAllowed, match=f"Batch {first.pk} of “Calls” is being loaded"):
        actions.start_loading(second, by=BY, now=NOW)
    actions.finish_loading(first, store_version=1, rows_replaced=0, by=BY, now=NOW)
    with pytest.raises(NotAllowed, match=f"already loaded as batch {first.pk}"):
        actions.start_loading(second, by=BY, now=NOW)
    assert Batch.objects.get(pk=second.pk).state == "waiting"


@pytest.mark.parametrize(("mode", "loads_again"), [("append", False), ("upsert", True)])
def test_the_same_bytes_under_a_new_definition(db: None, mode: str, loads_again: bool) -> None:
    source = _source("calls", mode=mode)
    first = loaded_batch(source, sha256="a" * 64, by=BY, now=NOW)
    source = _source("calls", mode=mode, column="number")
    again = received_batch(source, sha256="a" * 64, by=BY, now=NOW)
    assert (again != first) is loads_again


def test_a_batch_read_under_an_earlier_definition_is_read_again_first(source: Source) -> None:
    batch = waiting_batch(source, by=BY, now=NOW)
    _source("calls", column="number")
    with pytest.raises(NotAllowed, match="changed after batch"):
        actions.start_loading(batch, by=BY, now=NOW)
    batch = actions.start_reading(batch, now=NOW)
    batch = actions.report_read(batch, report=REPORT, now=NOW)
    assert actions.start_loading(batch, by=BY, now=NOW).source_version == 2


def test_a_load_that_failed_waits_again(source: Source) -> None:
    batch = actions.start_loading(waiting_batch(source, by=BY, now=NOW), by=BY, now=NOW)
    batch = actions.stop_loading(batch, message="The disk is full.", by=BY, now=NOW)
    assert (batch.state, batch.message) == ("waiting", "The disk is full.")


def test_the_database_refuses_the_same_bytes_loaded_twice(source: Source) -> None:
    first = loaded_batch(source, by=BY, now=NOW)
    first.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        first.save()


@pytest.mark.parametrize(
    "wrong",
    [{"state": "loaded"}, {"state": "refused"}],
    ids=["loaded without a store version", "refused without a reason"],
)
def test_the_database_refuses_half_a_story(source: Source, wrong: dict[str, str]) -> None:
    batch = received_batch(source, by=BY, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Batch.objects.filter(pk=batch.pk).update(**wrong)


class TestArrivals:
    """A monthly extract with three days of grace: September's is in time until October 4."""

    def test_late_from_the_day_after_the_grace(self, db: None) -> None:
        source = _source("calls", expected="month")
        assert _late(datetime.date(2026, 10, 4), source) == (datetime.date(2026, 9, 4), 30)
        assert _late(datetime.date(2026, 10, 5), source) == (datetime.date(2026, 10, 4), 1)

    def test_a_batch_received_after_the_period_settles_it(self, db: None) -> None:
        source = _source("calls", expected="month")
        received_batch(source, by=BY, now=datetime.datetime(2026, 10, 1, 8, tzinfo=datetime.UTC))
        assert _late(datetime.date(2026, 10, 31), source) is None
        assert _next(source, datetime.date(2026, 10, 13)) == datetime.date(2026, 11, 4)

    def test_the_day_of_arrival_is_the_local_one(self, db: None) -> None:
        source = _source("calls", expected="month")
        received_batch(source, by=BY, now=datetime.datetime(2026, 10, 1, 2, tzinfo=datetime.UTC))
        assert _late(datetime.date(2026, 10, 13), source) == (datetime.date(2026, 10, 4), 9)

    def test_a_batch_that_covers_the_period_settles_it_whenever_it_came(self, db: None) -> None:
        source = _source("calls", expected="month")
        loaded_batch(source, by=BY, now=datetime.datetime(2026, 9, 30, 20, tzinfo=datetime.UTC))
        assert _late(datetime.date(2026, 10, 13), source) is None

    def test_a_refused_batch_settles_nothing(self, db: None) -> None:
        source = _source("calls", expected="month")
        batch = actions.start_reading(received_batch(source, by=BY, now=NOW), now=NOW)
        actions.refuse(batch, message="The file is empty.", now=NOW)
        assert _late(datetime.date(2026, 10, 13), source) == (datetime.date(2026, 10, 4), 9)

    def test_what_expects_nothing_is_never_late(self, source: Source) -> None:
        assert _late(datetime.date(2026, 10, 13), source) is None
        assert _next(source, datetime.date(2026, 10, 13)) is None


def _late(today: datetime.date, source: Source) -> tuple[datetime.date, int] | None:
    late = queries.late_sources(today=today, calendar=CALENDAR, zone=LOS_ANGELES)
    return next(((one.expected_on, one.days_late) for one in late if one.source == source), None)


def _next(source: Source, today: datetime.date) -> datetime.date | None:
    return queries.next_expected(source, today=today, calendar=CALENDAR, zone=LOS_ANGELES)


def _source(key: str, *, mode: str = "upsert", column: str = "text", expected: str = "") -> Source:
    definition = SourceDefinition.model_validate(
        {
            "source": key,
            "load": mode,
            "key": ["call_id"],
            "columns": {
                "call_id": {"type": "text"},
                "extra" if column == "text" else "other": {"type": column},
            },
            "expected": {"every": expected, "grace_days": 3} if expected else None,
        }
    )
    return actions.save_source(definition, by=BY, now=NOW).source
