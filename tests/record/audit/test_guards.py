"""The database itself refuses to change or delete the log, and lets a dropped month go."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction

from goldenthread.record.audit import guards
from goldenthread.record.audit.actions import place_rows
from goldenthread.record.audit.models import AuditEvent, AuditSeal
from goldenthread.record.audit.sealing import drop_month
from tests.record.audit.logs import BY, COLUMNS, at, verified, write, write_and_seal

pytestmark = [pytest.mark.django_db, pytest.mark.owner]


@pytest.fixture
def guarded(tmp_path: Path) -> Path:
    """A log of two sealed months in a database with its guards. They go with the test's transaction."""
    guards.lay()
    folder = tmp_path / "heads"
    write_and_seal(folder, months=2, rows=3)
    return folder


def test_a_database_without_guards_is_told():
    assert "audit_event_says_what_it_said" in guards.missing()
    guards.lay()
    assert guards.missing() == []
    guards.lay()
    assert guards.missing() == []


@pytest.mark.parametrize("column", [*COLUMNS, "id", "seq", "previous", "hash"])
def test_no_column_of_a_row_can_be_changed(guarded: Path, column: str):
    refused(f"UPDATE record_auditevent SET {column} = {column} WHERE seq = 2")


@pytest.mark.parametrize("column", COLUMNS)
def test_nor_before_it_has_its_place(guarded: Path, column: str):
    AuditEvent.objects.bulk_create(
        [AuditEvent(at=at(3), actor="user:7", action="viewed", kind="person", object_id="w1")]
    )
    refused(f"UPDATE record_auditevent SET {column} = {column} WHERE seq IS NULL")


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM record_auditevent",
        "DELETE FROM record_auditevent WHERE seq = 1",
        "UPDATE record_audithead SET seq = 1",
        "UPDATE record_audithead SET hash = 'f'",
        "DELETE FROM record_audithead",
        "UPDATE record_auditseal SET signature = 'f' WHERE month = '2026-01'",
        "UPDATE record_auditseal SET seq = 9000 WHERE month = '2026-01'",
        "DELETE FROM record_auditseal",
    ],
)
def test_rows_heads_and_seals_stay(guarded: Path, statement: str):
    refused(statement)
    assert verified(guarded, now=at(3, 2, hour=13)).whole


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="only SQLite knows INSERT OR REPLACE")
def test_a_row_cannot_be_replaced(guarded: Path):
    first = AuditEvent.objects.get(seq=1)
    columns = f"{', '.join(COLUMNS)}, previous, hash"
    values = "'2026-01-01', '', '', '', '', '', '', '', '', '[]', '', 'f', 'f'"
    refused(f"REPLACE INTO record_auditevent (id, seq, {columns}) VALUES ({first.pk}, 900, {values})")
    refused(f"REPLACE INTO record_auditevent (id, seq, {columns}) VALUES (9000, 1, {values})")


@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite knows no TRUNCATE")
@pytest.mark.parametrize("table", ["record_auditevent", "record_audithead", "record_auditseal"])
def test_a_table_cannot_be_emptied(guarded: Path, table: str):
    refused(f"TRUNCATE {table}")


def test_rows_are_added_and_placed_as_before(guarded: Path):
    rows = AuditEvent.objects.count()
    write(5, now=at(3, 3))
    assert AuditEvent.objects.count() == rows + 5
    assert verified(guarded, now=at(3, 4)).whole


def test_a_sealed_month_can_be_dropped_once_and_nothing_else(guarded: Path):
    first, second = AuditSeal.objects.exclude(month="").order_by("seq")
    assert drop_month(first, by=BY, now=at(3, 3)) == 6
    assert AuditEvent.objects.filter(seq__lte=first.seq).count() == 0
    refused(f"DELETE FROM record_auditevent WHERE seq = {first.seq + 1}")
    refused(f"UPDATE record_auditseal SET dropped_at = NULL WHERE id = {first.pk}")
    refused("UPDATE record_auditseal SET dropped_at = sealed_at WHERE month = ''")
    assert AuditEvent.objects.filter(seq__lte=second.seq).count() == 6
    place_rows()
    assert verified(guarded, now=at(3, 4)).whole


def refused(statement: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
