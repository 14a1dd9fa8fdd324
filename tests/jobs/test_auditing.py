"""The nightly head, retention by whole months, the stream for a collector, and what verification says."""

from __future__ import annotations

from datetime import timedelta

import pytest

from goldenthread.jobs.auditing import drop_before, make_key, seal, seal_once_a_day, stream, verify
from goldenthread.jobs.refused import Refused
from goldenthread.record.answers import NotAllowed
from goldenthread.record.audit import guards
from goldenthread.record.audit.actions import place_rows
from goldenthread.record.audit.actor import Actor
from goldenthread.record.audit.chain import GENESIS, digest
from goldenthread.record.audit.models import AuditEvent, AuditSeal
from goldenthread.record.audit.months import Month
from goldenthread.record.audit.signing import name_of, read_key
from goldenthread.record.stewardship.models import Hold
from goldenthread.workspace import Workspace
from tests.record.audit.logs import BY, at, write

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def with_a_key(settings, tmp_path):
    settings.AUDIT_KEY_FILE = tmp_path / "audit_key"
    make_key()


def test_a_head_is_signed_once_a_day():
    write(2, now=at(1, 5))
    seal_once_a_day(now=at(1, 6, hour=1))
    seal_once_a_day(now=at(1, 6, hour=23))
    assert AuditSeal.objects.count() == 1
    seal_once_a_day(now=at(1, 7, hour=0))
    assert AuditSeal.objects.count() == 2


def test_a_head_that_cannot_be_signed_stops_no_other_daily_work(settings, tmp_path, caplog):
    settings.AUDIT_KEY_FILE = tmp_path / "none"
    write(1, now=at(1, 5))
    seal_once_a_day(now=at(1, 6))
    assert "was not sealed today" in caplog.text
    with pytest.raises(NotAllowed, match="goldenthread init"):
        seal(now=at(1, 6))


@pytest.mark.owner
def test_verification_tells_of_missing_guards_once_the_rows_are_whole():
    write(2, now=at(1, 5))
    assert "lacks the guard" in verify(now=at(1, 6)).broken
    guards.lay()
    assert verify(now=at(1, 6)).whole
    AuditEvent.objects.filter(pk=0).update(reason="nothing is there to change")
    assert verify(now=at(1, 6)).whole


@pytest.mark.owner
def test_heads_of_a_key_that_was_changed_count_once_it_is_named(settings, tmp_path):
    guards.lay()
    write(2, now=at(1, 5))
    seal(now=at(1, 6))
    old = name_of(read_key(settings.AUDIT_KEY_FILE))
    settings.AUDIT_KEY_FILE = tmp_path / "newer_key"
    make_key()
    new = name_of(read_key(settings.AUDIT_KEY_FILE))
    seal(now=at(1, 7))
    assert old in verify(now=at(1, 8)).broken
    assert verify(keys=[old, new], now=at(1, 8)).whole


@pytest.mark.owner
def test_progress_is_told_in_shares():
    guards.lay()
    write(2, now=at(1, 5))
    told: list[float] = []
    assert verify(now=at(1, 6), progress=lambda share, _words: told.append(share)).whole
    assert all(0 < share <= 1 for share in told)


YEARS = timedelta(days=366 * 8)


def months_of_rows() -> None:
    for month in (1, 2, 3):
        write(4, now=at(month, 5), begin=month * 10)
    seal(now=at(4, 1))


def left() -> list[str]:
    return sorted({f"{one:%Y-%m}" for one in AuditEvent.objects.values_list("at", flat=True)})


@pytest.mark.owner
def test_whole_sealed_months_are_dropped_and_the_rest_stays_whole():
    guards.lay()
    months_of_rows()
    assert drop_before(Month(2026, 3), by=BY, now=at(4) + YEARS) == [("2026-01", 4), ("2026-02", 4)]
    place_rows()
    assert [one for one in left() if one.startswith("2026")] == ["2026-03"]
    assert verify(now=at(4) + YEARS).whole
    assert drop_before(Month(2026, 3), by=BY, now=at(4) + YEARS) == []
    assert seal(now=at(5) + YEARS)
    assert verify(now=at(5) + YEARS).whole


def test_rows_that_have_to_be_kept_are_not_dropped(settings):
    months_of_rows()
    seven_years_after_february_5 = at(2, 5).replace(year=2033)
    with pytest.raises(Refused, match="2026-02 have to be kept for longer"):
        drop_before(Month(2026, 3), by=BY, now=seven_years_after_february_5)
    assert left() == ["2026-01", "2026-02", "2026-03"]
    settings.AUDIT_KEPT_YEARS = 2
    assert len(drop_before(Month(2026, 3), by=BY, now=seven_years_after_february_5)) == 2


def test_rows_are_kept_for_as_long_as_the_schedule_of_the_workspace_says(settings, tmp_path):
    settings.WORKSPACE = Workspace(tmp_path)
    settings.WORKSPACE.retention.write_text("keep: {audit_log: {years: 9}}\n")
    months_of_rows()
    with pytest.raises(Refused, match="2026-01 have to be kept for longer"):
        drop_before(Month(2026, 2), by=BY, now=at(4) + YEARS)
    assert len(drop_before(Month(2026, 2), by=BY, now=at(2).replace(year=2035))) == 1


def test_rows_that_a_hold_keeps_are_not_dropped_by_hand():
    months_of_rows()
    hold = Hold.objects.create(
        case="Doe v. County", starts_on=at(2).date(), placed_by=BY.key, placed_at=at(4)
    )
    with pytest.raises(Refused, match=rf"Hold {hold.pk} \(Doe v. County\) keeps the rows of 2026-02"):
        drop_before(Month(2026, 3), by=BY, now=at(4) + YEARS)
    assert left() == ["2026-01", "2026-02", "2026-03"]
    assert drop_before(Month(2026, 2), by=BY, now=at(4) + YEARS) == [("2026-01", 4)]


def test_a_month_that_is_not_sealed_is_not_dropped():
    write(2, now=at(1, 5))
    with pytest.raises(Refused, match="2026-01 is not sealed"):
        drop_before(Month(2026, 2), by=BY, now=at(4) + YEARS)
    assert AuditEvent.objects.count() == 2


def test_a_row_that_came_late_for_its_month_keeps_nothing_from_being_dropped():
    write(2, now=at(1, 5))
    seal(now=at(2, 1))
    write(1, now=at(1, 31))
    write(1, now=at(2, 5))
    seal(now=at(3, 1))
    assert drop_before(Month(2026, 2), by=BY, now=at(4) + YEARS) == [("2026-01", 2)]
    assert drop_before(Month(2026, 3), by=BY, now=at(4) + YEARS) == [("2026-02", 2)]


def test_the_stream_has_no_gap_and_all_that_a_collector_needs():
    write(3, now=at(1, 5))
    rows = list(stream(since=0, follow=False, by=Actor.operator(), now=at(1, 6)))
    assert [row["seq"] for row in rows] == [1, 2, 3, 4]
    last = GENESIS
    for row in rows:
        said = {key: value for key, value in row.items() if key not in ("seq", "previous", "hash")}
        assert row["previous"] == last
        assert row["hash"] == digest(row["seq"], last, said)
        last = row["hash"]
    assert (rows[-1]["action"], rows[-1]["kind"]) == ("exported", "audit_log")
    assert [row["seq"] for row in stream(since=4, follow=False, by=BY, now=at(1, 7))] == [5]
