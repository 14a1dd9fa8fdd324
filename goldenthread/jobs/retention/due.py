"""What has been kept for long enough, and which of it a legal hold keeps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from goldenthread.jobs.extracts.importing import folder_of
from goldenthread.jobs.retention.facts import old_facts
from goldenthread.jobs.retention.kept import Kept
from goldenthread.jobs.retention.schedule import RecordClass, Schedule, schedule
from goldenthread.record.audit import queries as audit
from goldenthread.record.audit.months import Month
from goldenthread.record.notices import queries as notices
from goldenthread.record.orgs import queries as orgs
from goldenthread.record.sources import queries as sources
from goldenthread.record.sources.models import BatchState
from goldenthread.record.stewardship.models import Hold
from goldenthread.record.stewardship.queries import holds_in_force

_DAY = timedelta(days=1)
_AT_REST = (BatchState.LOADED, BatchState.UNDONE, BatchState.DISCARDED, BatchState.REFUSED)


@dataclass(frozen=True)
class Plan:
    """What a purge would let go of, and what it would leave because of a hold."""

    due: tuple[Kept, ...]
    held: tuple[tuple[Kept, Hold], ...]


def plan(*, now: datetime) -> Plan:
    """What is due now. DefinitionError when the schedule of the workspace cannot be read."""
    holds = list(holds_in_force())
    due: list[Kept] = []
    held: list[tuple[Kept, Hold]] = []
    for one in _over(schedule(), now=now):
        keeping = next((hold for hold in holds if keeps(hold, one)), None) or _behind(held, one)
        if keeping is None:
            due.append(one)
        else:
            held.append((one, keeping))
    return Plan(tuple(due), tuple(held))


def keeps(hold: Hold, one: Kept) -> bool:
    """Whether a hold may concern something. Where it is not known whom a thing is about, it may be the
    person; of which unit, it never is."""
    begins_before = hold.ends_on is None or one.first_day < hold.ends_on
    ends_after = hold.starts_on is None or one.day_after > hold.starts_on
    concerns = hold.person_id is None or one.people is None or hold.person_id in one.people
    return begins_before and ends_after and concerns


def _behind(held: Sequence[tuple[Kept, Hold]], one: Kept) -> Hold | None:
    """The log goes from its beginning on: a month that is held keeps the later ones."""
    if one.of is not RecordClass.AUDIT_LOG:
        return None
    return next((hold for earlier, hold in held if earlier.of is RecordClass.AUDIT_LOG), None)


def _over(schedule: Schedule, *, now: datetime) -> Iterator[Kept]:
    today = orgs.organization().day_of(now)
    for one in (*_batches(), *_notices()):
        if schedule.kept[one.of].is_over(one.since, today=today):
            yield one
    for month in months_of_the_log():
        # The months of the log are those of UTC.
        if schedule.kept[month.of].is_over(month.since, today=now.astimezone(UTC).date()):
            yield month
    # Last, for it may have to wait for a computation.
    yield from old_facts(schedule.kept[RecordClass.WORKER_FACTS], today=today)


def _batches() -> Iterator[Kept]:
    """What came of a file once nothing more will: its original, and what was read of it."""
    day_of = orgs.organization().day_of
    for batch in sources.batches().filter(state__in=_AT_REST).order_by("pk"):
        since = day_of(batch.received_at)
        days = (batch.period_start or since, batch.period_end or since + _DAY)
        place = folder_of(batch)
        if (place / "original").exists():
            yield Kept(RecordClass.IMPORT_ORIGINALS, str(batch.pk), since, *days)
        if (place / "read").exists():
            yield Kept(RecordClass.REJECTED_ROWS, str(batch.pk), since, *days)


def _notices() -> Iterator[Kept]:
    day_of = orgs.organization().day_of
    for notice in notices.settled().select_related("receiver__person"):
        assert notice.done_at is not None
        since = day_of(notice.done_at)
        person = getattr(notice.receiver, "person", None)
        yield Kept(
            RecordClass.NOTICES,
            str(notice.pk),
            since,
            day_of(notice.raised_at),
            since + _DAY,
            frozenset({person.pk}) if person else None,
        )


def months_of_the_log() -> Iterator[Kept]:
    """Each sealed month of the audit log whose rows are there, in their order."""
    for sealed in audit.sealed_months().filter(dropped_at=None).order_by("seq"):
        month = Month.parse(sealed.month)
        end = month.end.date()
        yield Kept(RecordClass.AUDIT_LOG, sealed.month, end, date(month.year, month.number, 1), end)
