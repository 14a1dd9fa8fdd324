"""Batches taken through their states, for the tests of this room."""

from __future__ import annotations

import datetime
import secrets

from goldenthread.record.audit.actor import Actor
from goldenthread.record.sources import actions
from goldenthread.record.sources.models import Batch, Source

REPORT = {"rows": 10, "accepted": 9, "rejected": 1, "period": ["2026-09-01", "2026-09-30"]}


def received_batch(source: Source, *, sha256: str = "", by: Actor, now: datetime.datetime) -> Batch:
    folder = secrets.token_hex(16)
    return actions.receive_batch(
        source=source,
        file_name="calls.csv",
        folder=folder,
        sha256=sha256 or folder * 2,
        size=1,
        by=by,
        now=now,
    )


def waiting_batch(source: Source, *, sha256: str = "", by: Actor, now: datetime.datetime) -> Batch:
    batch = received_batch(source, sha256=sha256, by=by, now=now)
    batch = actions.start_reading(batch, now=now)
    return actions.report_read(batch, report=REPORT, now=now)


def loaded_batch(
    source: Source, *, sha256: str = "", store_version: int = 1, by: Actor, now: datetime.datetime
) -> Batch:
    batch = actions.start_loading(waiting_batch(source, sha256=sha256, by=by, now=now), by=by, now=now)
    return actions.finish_loading(batch, store_version=store_version, rows_replaced=0, by=by, now=now)
