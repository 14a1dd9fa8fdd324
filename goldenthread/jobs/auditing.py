"""What keeps the audit log: sealed each night, verified, streamed to a collector, dropped by the month."""

from __future__ import annotations

import logging
import time
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings

from goldenthread.jobs.refused import Refused
from goldenthread.jobs.retention.due import keeps, months_of_the_log
from goldenthread.jobs.retention.schedule import RecordClass, schedule
from goldenthread.record.answers import NotAllowed
from goldenthread.record.audit import guards, heads, queries, sealing, signing, verifying
from goldenthread.record.audit.actions import record_look
from goldenthread.record.audit.actor import Actor
from goldenthread.record.audit.chain import Row
from goldenthread.record.audit.enums import Action
from goldenthread.record.audit.months import Month
from goldenthread.record.stewardship.queries import holds_in_force

_log = logging.getLogger(__name__)
_LOOK_EVERY_SECONDS = 1.0
SEALED_WITHIN = timedelta(days=2)
"""A log without a signed head for longer than this is nothing that anybody can be held to."""


def heads_folder() -> Path:
    """Where the signed heads stand, outside the database."""
    return Path(settings.WORKSPACE.audit_heads)


def make_key() -> None:
    """Make the key that signs the heads, where there is none."""
    signing.make_key(settings.AUDIT_KEY_FILE)


def seal(*, now: datetime) -> list[heads.Head]:
    """Sign a head, and close each month that is over. NotAllowed when the key cannot be had."""
    key = signing.read_key(settings.AUDIT_KEY_FILE)
    return sealing.seal(key=key, folder=heads_folder(), now=now)


def seal_once_a_day(*, now: datetime) -> None:
    """``seal``, unless that was done today. A head that cannot be written keeps nothing else from being done;
    doctor tells when there is none for long."""
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    if queries.sealed_on_or_after(midnight):
        return
    try:
        seal(now=now)
    except (NotAllowed, OSError):
        _log.exception("The audit log was not sealed today.")


def verify(
    *, keys: Collection[str] = (), now: datetime, progress: verifying.Progress | None = None
) -> verifying.Verdict:
    """Go over the whole log. ``keys``: public keys that sign or signed here; without any, the one of this
    workspace."""
    known = set(keys) or {signing.name_of(signing.read_key(settings.AUDIT_KEY_FILE))}
    verdict = verifying.verify(folder=heads_folder(), keys=known, now=now, progress=progress)
    if verdict.whole and (missing := guards.missing()):
        lacks = (
            f"The database lacks the guard {missing[0]}: from now on rows could be changed. Lay it again: "
            "goldenthread init"
        )
        return replace(verdict, broken=lacks)
    return verdict


def drop_before(month: Month, *, by: Actor, now: datetime) -> list[tuple[str, int]]:
    """Drop the rows of each sealed month before ``month``, oldest first; each with how many rows it had.

    Refused, before anything is dropped, when one of them is not sealed, has to be kept for longer, or is kept
    by a legal hold.
    """
    sealed = [one for one in queries.sealed_months().order_by("seq") if Month.parse(one.month) < month]
    _check_sealed(month, now=now)
    waiting = [one for one in sealed if one.dropped_at is None]
    _check_may_go({one.month for one in waiting}, now=now)
    return [(one.month, sealing.drop_month(one, by=by, now=now)) for one in waiting]


def _check_sealed(month: Month, *, now: datetime) -> None:
    """Rows that came late for a sealed month are part of a later one, and are no reason to refuse."""
    latest = queries.sealed_months().order_by("seq").last()
    oldest = queries.oldest_after(latest.seq if latest else 0)
    if oldest is None:
        return
    first = max(Month.of(oldest), Month.parse(latest.month).next) if latest else Month.of(oldest)
    if first < min(month, Month.of(now)):
        raise Refused(f"{first} is not sealed, so nothing was dropped. Seal it: goldenthread audit seal")


def _check_may_go(months: Collection[str], *, now: datetime) -> None:
    """What a purge would leave, nobody drops by hand either."""
    kept_for = schedule().kept[RecordClass.AUDIT_LOG]
    holds = list(holds_in_force())
    for one in months_of_the_log():
        if one.object_id not in months:
            continue
        if hold := next((hold for hold in holds if keeps(hold, one)), None):
            raise Refused(
                f"Hold {hold.pk} ({hold.case}) keeps the rows of {one.object_id}. Nothing was dropped."
            )
        if not kept_for.is_over(one.since, today=now.astimezone(UTC).date()):
            raise Refused(
                f"The rows of {one.object_id} have to be kept for longer; retention.yaml says how long. "
                "Nothing was dropped."
            )


def stream(
    *, since: int, follow: bool, reason: str = "", by: Actor, now: datetime
) -> Iterator[dict[str, object]]:
    """The rows of the chain with a number above ``since``, in its order and without a gap, each as plain data
    from which its hash can be computed again. ``follow``: wait for those to come, and never end. That they
    were taken is the first thing written down."""
    record_look(
        by=by,
        action=Action.EXPORTED,
        kind="audit_log",
        object_id="",
        fields=("rows",),
        reason=reason,
        now=now,
    )
    last = since
    while True:
        for row in queries.chained(after=last):
            last = row[0]
            yield _as_data(row)
        if not follow:
            return
        time.sleep(_LOOK_EVERY_SECONDS)


def _as_data(row: Row) -> dict[str, object]:
    seq, previous, found, content = row
    return {"seq": seq, **content, "previous": previous, "hash": found}
