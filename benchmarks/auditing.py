"""The audit log: how long it takes to verify, and how many looks are written down in a second. Runs in a
process that Django was set up in."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from statistics import median

from django.db import connection, transaction

from benchmarks.figures import Figure
from benchmarks.timing import interleaved, say, timed
from goldenthread.jobs import auditing
from goldenthread.jobs.database import migrate
from goldenthread.record.audit.actions import record_look
from goldenthread.record.audit.actor import Actor
from goldenthread.record.audit.chain import GENESIS, digest
from goldenthread.record.audit.enums import Action
from goldenthread.record.audit.models import AuditHead

LOOKS = 200
_START = datetime(2026, 1, 1, tzinfo=UTC)
_COLUMNS = ("at", "actor", "roles", "request", "action", "kind", "object_id", "unit", "fields", "reason")
_INSERT = (
    "INSERT INTO record_auditevent "
    "(at, actor, roles, standing_in_for, request, action, kind, object_id, unit, fields, reason, seq, "
    "previous, hash) VALUES (%s, %s, %s, '', %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
)
_AT_ONCE = 50_000


def figures(*, rows: int, rounds: int) -> list[Figure]:
    """A log of as many rows, verified again and again; then looks, one after the other."""
    migrate()
    auditing.make_key()
    say(f"Writing a log of {rows:,} rows")
    _write(rows)
    auditing.seal(now=datetime.now(UTC))
    verdict = auditing.verify(now=datetime.now(UTC))
    assert (verdict.broken, verdict.rows) == ("", rows)
    taken = interleaved(rounds, {"verify": timed(lambda: auditing.verify(now=datetime.now(UTC)))})["verify"]
    started = time.perf_counter()
    for number in range(LOOKS):
        record_look(
            by=Actor.user(1), action=Action.VIEWED, kind="person", object_id=number, now=datetime.now(UTC)
        )
    looks = LOOKS / (time.perf_counter() - started)
    assert auditing.verify(now=datetime.now(UTC)).whole
    detail = f"{rows / median(taken):,.0f} rows a second, median of {rounds}"
    return [
        Figure("audit", f"verifying {rows:,} rows", median(taken), "s", detail, at_most=30),
        Figure("audit", "looks written down and chained", looks, "a second", f"{LOOKS}, one after the other"),
    ]


def _write(rows: int) -> None:
    """As the product would have, but many at once: rows in their places, and the head."""
    last = GENESIS
    with transaction.atomic(), connection.cursor() as cursor:
        pending = []
        for seq, said in enumerate(_contents(rows), start=1):
            at, *rest = said
            content = dict(zip(_COLUMNS, (at.isoformat(timespec="microseconds"), *rest), strict=True))
            found = digest(seq, last, {**content, "fields": ["name"]})
            # As Django hands it to this database; its driver's own way is another one.
            pending.append((connection.ops.adapt_datetimefield_value(at), *rest, seq, last, found))
            last = found
            if len(pending) == _AT_ONCE or seq == rows:
                cursor.executemany(_INSERT, pending)
                pending.clear()
        AuditHead.objects.create(seq=rows, hash=last)


def _contents(rows: int) -> Iterator[tuple[datetime, str, str, str, str, str, str, str, str, str]]:
    """Looks at 5,000 people by 200, over a year."""
    for number in range(rows):
        at = _START + timedelta(microseconds=number * 31_000_000)
        person, viewer = f"w{number * 7919 % 5000:05}", f"user:{number % 200}"
        yield (
            at,
            viewer,
            "supervisor",
            f"{number:016x}",
            "viewed",
            "person",
            person,
            "north",
            '["name"]',
            "",
        )
