"""Signed heads outside the database, months that are closed, and months that are dropped."""

from __future__ import annotations

import json
import stat

import pytest

from goldenthread.record.answers import NotAllowed
from goldenthread.record.audit import heads
from goldenthread.record.audit.actions import place_rows, record_event
from goldenthread.record.audit.chain import Place
from goldenthread.record.audit.enums import Action
from goldenthread.record.audit.models import AuditEvent, AuditSeal
from goldenthread.record.audit.months import Month
from goldenthread.record.audit.sealing import drop_month, seal
from goldenthread.record.audit.signing import is_signed, make_key, name_of, read_key
from tests.record.audit.logs import BY, KEY, at, verified, write, write_and_seal

pytestmark = pytest.mark.django_db


def closed() -> list[tuple[str, int]]:
    return list(AuditSeal.objects.exclude(month="").order_by("seq").values_list("month", "seq"))


def test_nothing_is_signed_before_anything_was_written(tmp_path):
    assert seal(key=KEY, folder=tmp_path / "heads", now=at(1)) == []
    assert verified(tmp_path / "heads", now=at(1)).whole


def test_a_head_is_a_line_that_only_its_owner_can_read(tmp_path):
    folder = tmp_path / "heads"
    write(3, now=at(1))
    (head,) = seal(key=KEY, folder=folder, now=at(1, 2))
    line = json.loads((folder / "2026-01.jsonl").read_text())
    last = AuditEvent.objects.get(seq=3)
    assert (line["seq"], line["hash"], line["key"]) == (3, last.hash, name_of(KEY))
    assert list(heads.read(folder)) == [head]
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "2026-01.jsonl").stat().st_mode) == 0o600


def test_whoever_has_the_public_key_can_check_a_head(tmp_path):
    write(1, now=at(1))
    (head,) = seal(key=KEY, folder=tmp_path, now=at(1, 2))
    assert is_signed(head.statement, head.signature, key=head.key)
    assert not is_signed(head.statement + b" ", head.signature, key=head.key)
    assert not is_signed(head.statement, head.signature, key="f" * 64)
    assert not is_signed(head.statement, "no hex", key=head.key)


def test_the_key_is_made_once_and_only_its_owner_can_read_it(tmp_path):
    file = tmp_path / "audit_key"
    assert make_key(file)
    made = file.read_bytes()
    assert not make_key(file)
    assert file.read_bytes() == made
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(name_of(read_key(file))) == 64


def test_a_key_that_cannot_be_had_is_said_in_a_sentence(tmp_path):
    with pytest.raises(NotAllowed, match="goldenthread init"):
        read_key(tmp_path / "none")
    (tmp_path / "torn").write_text("-----BEGIN PRIVATE KEY-----")
    with pytest.raises(NotAllowed, match="cannot be read"):
        read_key(tmp_path / "torn")


def test_a_month_is_closed_once_it_is_over(tmp_path):
    write(3, now=at(1, 5))
    assert [one.month for one in seal(key=KEY, folder=tmp_path, now=at(1, 31))] == [""]
    write(2, now=at(2, 5))
    assert [one.month for one in seal(key=KEY, folder=tmp_path, now=at(2, 6))] == ["2026-01", ""]
    assert [one.month for one in seal(key=KEY, folder=tmp_path, now=at(2, 7))] == [""]
    assert closed() == [("2026-01", 3)]


def test_months_that_nobody_sealed_in_time_are_closed_one_by_one(tmp_path):
    for month in (1, 2, 4):
        write(2, now=at(month, 5))
    seal(key=KEY, folder=tmp_path, now=at(5, 1))
    assert closed() == [("2026-01", 2), ("2026-02", 4), ("2026-04", 6)]


def test_a_row_that_comes_late_for_its_month_is_part_of_the_next(tmp_path):
    write(2, now=at(1, 5))
    seal(key=KEY, folder=tmp_path, now=at(2, 1))
    write(1, now=at(1, 31))
    write(1, now=at(2, 3))
    seal(key=KEY, folder=tmp_path, now=at(3, 1))
    assert closed() == [("2026-01", 2), ("2026-02", 4)]
    write(1, now=at(1, 31))
    seal(key=KEY, folder=tmp_path, now=at(4, 1))
    assert closed()[-1] == ("2026-03", 5)


def test_a_dropped_month_leaves_its_head_and_a_chain_that_is_whole(tmp_path):
    write_and_seal(tmp_path, months=3, rows=4)
    first = AuditSeal.objects.get(month="2026-01")
    assert drop_month(first, by=BY, now=at(4, 3)) == 8
    place_rows()
    verdict = verified(tmp_path, now=at(4, 3))
    assert (verdict.broken, verdict.first) == ("", 9)
    assert AuditSeal.objects.get(month="2026-01").dropped_at == at(4, 3)
    told = AuditEvent.objects.order_by("seq").last()
    assert (told.action, told.object_id, told.reason) == ("dropped", "2026-01", "8 rows")


def test_a_head_of_another_key_is_not_ours_until_it_is_named(tmp_path):
    write(2, now=at(1, 5))
    make_key(tmp_path / "old")
    old = read_key(tmp_path / "old")
    seal(key=old, folder=tmp_path / "heads", now=at(1, 6))
    assert name_of(old) in verified(tmp_path / "heads", now=at(1, 7)).broken


def test_two_heads_that_remember_a_row_differently_are_told(tmp_path):
    write(2, now=at(1, 5))
    seal(key=KEY, folder=tmp_path, now=at(1, 6))
    heads.write(tmp_path, heads.signed(Place(2, "f" * 64), month="", key=KEY, now=at(1, 7)))
    assert verified(tmp_path, now=at(1, 8)).broken.startswith("Row 2 is another one for the head sealed")


def test_a_row_without_a_place_is_told_of_after_a_minute(tmp_path):
    write(1, now=at(1, 5))
    record_event(by=BY, action=Action.VIEWED, kind="person", object_id="w2", now=at(1, 5))
    assert verified(tmp_path, now=at(1, 5)).whole
    assert "Rows without a place in the chain: 1" in verified(tmp_path, now=at(1, 6)).broken
    place_rows()
    assert verified(tmp_path, now=at(1, 6)).whole


def test_a_head_that_cannot_be_written_is_not_remembered_either(tmp_path):
    write(1, now=at(1, 5))
    (tmp_path / "heads").write_text("a file where the folder should be")
    with pytest.raises(OSError, match="exists"):
        seal(key=KEY, folder=tmp_path / "heads", now=at(1, 6))
    assert not AuditSeal.objects.exists()


def test_a_head_whose_process_died_before_the_commit_is_remembered_by_the_next(tmp_path):
    write(3, now=at(1))
    seal(key=KEY, folder=tmp_path, now=at(1, 2))
    seal(key=KEY, folder=tmp_path, now=at(1, 3))
    died = AuditSeal.objects.order_by("id").last()
    died.delete()
    assert verified(tmp_path, now=at(1, 3)).whole
    seal(key=KEY, folder=tmp_path, now=at(1, 4))
    assert AuditSeal.objects.filter(signature=died.signature, seq=died.seq, sealed_at=died.sealed_at).exists()
    assert verified(tmp_path, now=at(1, 4)).whole
    AuditSeal.objects.filter(signature=died.signature).delete()
    assert "no longer in the database" in verified(tmp_path, now=at(1, 4)).broken


def test_a_damaged_folder_keeps_nothing_from_being_sealed(tmp_path):
    write(3, now=at(1))
    (tmp_path / "2026-01.jsonl").write_text("{}\n")
    assert [head.seq for head in seal(key=KEY, folder=tmp_path, now=at(1, 2))] == [3]
    assert "is no head" in verified(tmp_path, now=at(1, 2)).broken


def test_months_as_text():
    assert str(Month.parse("2026-09")) == "2026-09"
    assert Month.parse("2026-12").next == Month(2027, 1)
    assert Month.of(at(12, 31, hour=23)) == Month.parse("2026-12")
    for text in ("2026-13", "2026-1", "26-01", "now"):
        with pytest.raises(ValueError, match="wanted a month"):
            Month.parse(text)
