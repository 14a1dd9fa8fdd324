"""Whoever can change the database and not the folder of the heads is found out, whatever they change.

The guards are not laid here: this is about what the chain tells once somebody has taken them off.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction
from django.db.models import F

from goldenthread.record.audit.chain import GENESIS, digest
from goldenthread.record.audit.models import AuditEvent, AuditHead, AuditSeal
from goldenthread.record.audit.queries import chained
from tests.record.audit.logs import COLUMNS, at, verified, write_and_seal

pytestmark = pytest.mark.django_db

NOW = at(4, 3)
FAR = 1_000_000
# Some in every run, many in the long one.
COUNTS = [pytest.param(50, id="some"), pytest.param(1000, id="many", marks=pytest.mark.long)]


def some_row(draw: random.Random, *, below: int | None = None) -> AuditEvent:
    rows = AuditEvent.objects.order_by("seq")
    return draw.choice(list(rows.filter(seq__lte=below) if below else rows))


def last_sealed() -> int:
    return AuditSeal.objects.order_by("seq").values_list("seq", flat=True).last() or 0


def edit(draw: random.Random, _folder: Path) -> None:
    change_something(draw, some_row(draw))


def change_something(draw: random.Random, row: AuditEvent) -> None:
    column = draw.choice(COLUMNS)
    other = {"at": row.at + timedelta(microseconds=1), "fields": [*row.fields, "salary"]}
    AuditEvent.objects.filter(pk=row.pk).update(**{column: other.get(column, f"{getattr(row, column)}x")})


def edit_the_links(draw: random.Random, _folder: Path) -> None:
    column = draw.choice(["previous", "hash"])
    AuditEvent.objects.filter(pk=some_row(draw).pk).update(**{column: "f" * 64})


def edit_and_rehash_one(draw: random.Random, folder: Path) -> None:
    row = some_row(draw)
    change_something(draw, row)
    assert row.seq is not None
    (_, previous, _, content) = next(chained(after=row.seq - 1))
    AuditEvent.objects.filter(pk=row.pk).update(hash=digest(row.seq, previous, content))


def delete(draw: random.Random, _folder: Path) -> None:
    first = some_row(draw).seq or 0
    AuditEvent.objects.filter(seq__range=(first, first + draw.choice([0, 0, 3]))).delete()


def delete_and_close_the_gap(draw: random.Random, _folder: Path) -> None:
    gone = some_row(draw, below=last_sealed()).seq or 0
    AuditEvent.objects.filter(seq=gone).delete()
    AuditEvent.objects.filter(seq__gt=gone).update(seq=F("seq") + FAR)
    AuditEvent.objects.filter(seq__gt=gone).update(seq=F("seq") - FAR - 1)
    chain_anew()


def swap_places(draw: random.Random, _folder: Path) -> None:
    one, other = draw.sample(list(AuditEvent.objects.all()), 2)
    for row, seq in ((one, FAR), (other, one.seq), (one, other.seq)):
        AuditEvent.objects.filter(pk=row.pk).update(seq=seq)


def swap_contents(draw: random.Random, _folder: Path) -> None:
    one, other = draw.sample(list(AuditEvent.objects.all()), 2)
    for row, now_says in ((one, other), (other, one)):
        AuditEvent.objects.filter(pk=row.pk).update(object_id=now_says.object_id, at=now_says.at)


def truncate(draw: random.Random, _folder: Path) -> None:
    AuditEvent.objects.filter(seq__gte=some_row(draw).seq).delete()


def truncate_and_set_the_head_back(draw: random.Random, _folder: Path) -> None:
    AuditEvent.objects.filter(seq__gte=some_row(draw, below=last_sealed()).seq).delete()
    set_head()


def set_the_head_back(draw: random.Random, _folder: Path) -> None:
    row = some_row(draw, below=AuditHead.objects.get().seq - 1)
    AuditHead.objects.update(seq=row.seq, hash=row.hash)


def empty_it(_draw: random.Random, _folder: Path) -> None:
    AuditEvent.objects.all().delete()
    AuditHead.objects.all().delete()


def put_one_in(draw: random.Random, _folder: Path) -> None:
    row = some_row(draw, below=last_sealed())
    AuditEvent.objects.filter(seq__gte=row.seq).update(seq=F("seq") + FAR)
    AuditEvent.objects.filter(seq__gte=FAR).update(seq=F("seq") - FAR + 1)
    row.pk, row.object_id = None, "invented"
    row.save(force_insert=True)
    chain_anew()


def rewrite_history(draw: random.Random, _folder: Path) -> None:
    change_something(draw, some_row(draw, below=last_sealed()))
    chain_anew()


def drop_a_month_unsaid(_draw: random.Random, _folder: Path) -> None:
    seal = AuditSeal.objects.exclude(month="").order_by("seq")[0]
    AuditSeal.objects.filter(pk=seal.pk).update(dropped_at=NOW)
    AuditEvent.objects.filter(seq__lte=seal.seq).delete()


def edit_a_head(draw: random.Random, folder: Path) -> None:
    file = draw.choice(sorted(folder.glob("*.jsonl")))
    lines = file.read_text().splitlines()
    number = draw.randrange(len(lines))
    lines[number] = lines[number].replace('"seq": ', '"seq": 1')
    file.write_text("\n".join(lines) + "\n")


def lose_a_head(draw: random.Random, folder: Path) -> None:
    file = draw.choice(sorted(folder.glob("*.jsonl")))
    lines = file.read_text().splitlines()
    lines.pop(draw.randrange(len(lines)))
    file.write_text("".join(f"{line}\n" for line in lines))


def lose_half_a_head(draw: random.Random, folder: Path) -> None:
    file = draw.choice(sorted(folder.glob("*.jsonl")))
    file.write_text(file.read_text()[:-100])


def edit_a_seal(draw: random.Random, _folder: Path) -> None:
    row = draw.choice(list(AuditSeal.objects.all()))
    column = draw.choice(["seq", "hash", "signature", "month"])
    other = {"seq": row.seq + 1, "month": "2025-12"}
    AuditSeal.objects.filter(pk=row.pk).update(**{column: other.get(column, "f" * 64)})


def lose_a_seal(draw: random.Random, _folder: Path) -> None:
    AuditSeal.objects.filter(pk=draw.choice(list(AuditSeal.objects.order_by("pk"))[:-1]).pk).delete()


def put_a_seal_in(draw: random.Random, _folder: Path) -> None:
    row = draw.choice(list(AuditSeal.objects.filter(month="")))
    row.pk, row.signature = None, "f" * 128
    row.save(force_insert=True)


def chain_anew() -> None:
    """What somebody who knows how the chain is made would do."""
    last = GENESIS
    for seq, _, _, content in list(chained()):
        found = digest(seq, last, content)
        AuditEvent.objects.filter(seq=seq).update(previous=last, hash=found)
        last = found
    set_head()


def set_head() -> None:
    row = AuditEvent.objects.order_by("seq").last()
    AuditHead.objects.update(seq=row.seq if row else 0, hash=row.hash if row else GENESIS)


TAMPERINGS: list[Callable[[random.Random, Path], None]] = [
    edit,
    edit_the_links,
    edit_and_rehash_one,
    delete,
    delete_and_close_the_gap,
    swap_places,
    swap_contents,
    truncate,
    truncate_and_set_the_head_back,
    set_the_head_back,
    empty_it,
    put_one_in,
    rewrite_history,
    drop_a_month_unsaid,
    edit_a_head,
    lose_a_head,
    lose_half_a_head,
    edit_a_seal,
    lose_a_seal,
    put_a_seal_in,
]


@pytest.mark.parametrize("count", COUNTS)
def test_every_tampering_is_found(tmp_path: Path, count: int) -> None:
    folder, kept = tmp_path / "heads", tmp_path / "kept"
    write_and_seal(folder, months=3, rows=5)
    shutil.copytree(folder, kept)
    assert verified(folder, now=NOW).whole
    missed = []
    for number in range(count):
        draw = random.Random(number)
        tamper = TAMPERINGS[number % len(TAMPERINGS)]
        with transaction.atomic():
            tamper(draw, folder)
            if verified(folder, now=NOW).whole:
                missed.append((number, tamper.__name__))
            transaction.set_rollback(True)
        shutil.rmtree(folder)
        shutil.copytree(kept, folder)
    assert not missed
    assert verified(folder, now=NOW).whole
