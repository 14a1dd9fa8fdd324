"""What waits for whom. Run after each load and once a night; running it twice changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Max, QuerySet

from goldenthread.calc.periods import FiscalCalendar
from goldenthread.jobs.announcing import to_confirm, user_of
from goldenthread.jobs.consulting import to_consult
from goldenthread.jobs.locks import is_held
from goldenthread.record.access.holders import holders_of
from goldenthread.record.access.roles import Permission
from goldenthread.record.audit.actor import Actor
from goldenthread.record.measures import queries as measures
from goldenthread.record.measures import upkeep
from goldenthread.record.measures.models import Measure, TypedState, TypedValue
from goldenthread.record.notices.actions import (
    BroughtUpToDate,
    Matter,
    bring_up_to_date,
    end_announcements,
)
from goldenthread.record.notices.enums import ANNOUNCEMENTS, NoticeKind
from goldenthread.record.orgs import queries as orgs
from goldenthread.record.reports.queries import in_use
from goldenthread.record.reports.uses import uses_of
from goldenthread.record.sources import queries as sources
from goldenthread.record.sources.models import Batch, BatchState, Source

REVIEW_NOTICE_DAYS = 14
"""How long before its review a measure's owner is told."""
REFUSED_DAYS = 30
"""How long a refused file stays on the list when nothing came after it."""
ANNOUNCED_DAYS = 14
"""How long what is only to be known stays on the list."""

Holders = dict[int, frozenset[str]]


def refresh_notices(*, now: datetime) -> BroughtUpToDate:
    """Tell everybody what waits for them, and no longer what does not."""
    organization = orgs.organization()
    zone, today = organization.zone, organization.day_of(now)
    calendar = orgs.fiscal_calendar()
    found = [
        *_owed(today, calendar, zone),
        *_to_approve(today),
        *_batches(now, today),
        *_late_extracts(today, calendar, zone),
        *_neglected(today, calendar),
        *_reviews(today),
        *_uses_to_review(today),
        *to_confirm(today),
        *to_consult(today),
    ]
    end_announcements(raised_before=now - timedelta(days=ANNOUNCED_DAYS), now=now)
    return bring_up_to_date(found, kinds=set(NoticeKind) - ANNOUNCEMENTS, now=now)


def _owed(today: date, calendar: FiscalCalendar, zone: ZoneInfo) -> Iterator[Matter]:
    """Typed values, to owner and deputy: returned, late, or due now that their period is over."""
    after = {one.key: _users_of(one) for one in _looked_after().filter(manual=True)}
    for owed in measures.owed_by_everybody(today=today, calendar=calendar, zone=zone):
        if owed.state is TypedState.RETURNED:
            kind = NoticeKind.VALUE_RETURNED
        else:
            kind = NoticeKind.VALUE_LATE if owed.late else NoticeKind.VALUE_DUE
        which = f"{owed.measure}:{owed.unit}:{owed.period.key}"
        yield from _tell(after[owed.measure], kind, "value", which, owed.due_on)


def _to_approve(today: date) -> Iterator[Matter]:
    """Submitted values, to whoever approves for their unit and did not type them."""
    approvers = holders_of(Permission.APPROVE_VALUES, today=today)
    rows = TypedValue.objects.filter(state=TypedState.SUBMITTED, measure__retired_on=None)
    for pk, unit, typed_by in rows.values_list("pk", "unit__key", "typed_by"):
        receivers = [user for user in _over(approvers, unit) if Actor.user(user).key != typed_by]
        yield from _tell(receivers, NoticeKind.VALUE_TO_APPROVE, "typed_value", str(pk))


def _batches(now: datetime, today: date) -> Iterator[Matter]:
    """Files that wait to be loaded, refused ones that nothing has followed, and loads that were interrupted
    and that nobody could put right."""
    loaders = holders_of(Permission.LOAD_DATA, today=today)
    for batch in sources.waiting().select_related("source__steward"):
        receivers = _minders(batch, loaders)
        yield from _tell(receivers, NoticeKind.BATCH_WAITING, "batch", str(batch.pk))
    refused = sources.batches().filter(
        state=BatchState.REFUSED, received_at__gt=now - timedelta(days=REFUSED_DAYS)
    )
    latest = _latest_batches()
    for batch in refused.select_related("source__steward"):
        if latest[batch.source_id] == batch.pk:
            receivers = _minders(batch, loaders)
            yield from _tell(receivers, NoticeKind.BATCH_REFUSED, "batch", str(batch.pk))
    for batch in sources.batches().filter(state=BatchState.LOADING).select_related("source"):
        # Whoever loads holds the lock of the source; ``healing`` leaves a batch so only where it failed.
        if not is_held(batch.source.key):
            yield from _tell(loaders, NoticeKind.BATCH_STUCK, "batch", str(batch.pk))


def _latest_batches() -> dict[int, int]:
    return dict(Batch.objects.order_by().values_list("source").annotate(latest=Max("pk")))


def _minders(batch: Batch, loaders: Holders) -> list[int]:
    """Who brought the file and the source's steward; where neither can load it, everybody who can."""
    near = {*user_of(batch.source.steward), Actor.from_key(batch.received_by).user_id}
    return [user for user in loaders if user in near] or list(loaders)


def _late_extracts(today: date, calendar: FiscalCalendar, zone: ZoneInfo) -> Iterator[Matter]:
    """To the source's steward, or to everybody who loads data when it has none who can sign in."""
    late = sources.late_sources(today=today, calendar=calendar, zone=zone)
    if not late:
        return
    loaders = holders_of(Permission.LOAD_DATA, today=today)
    stewards = Source.objects.select_related("steward").in_bulk([one.source.pk for one in late])
    for one in late:
        receivers = user_of(stewards[one.source.pk].steward) or list(loaders)
        yield from _tell(receivers, NoticeKind.EXTRACT_LATE, "source", one.source.key, one.expected_on)


def _neglected(today: date, calendar: FiscalCalendar) -> Iterator[Matter]:
    """Measures without an owner, and computed ones that fell two periods behind: one period is a late
    extract, of which its steward is told already, and typed ones are told as late values."""
    stewards = holders_of(Permission.STEWARD, today=today)
    top = orgs.top_unit()
    rows = {one.key: one for one in _looked_after()}
    for one in upkeep.neglected(today=today, calendar=calendar):
        measure = rows[one.measure]
        keeper = measure.unit.key if measure.unit else top
        if one.ownerless or one.owner_left:
            yield from _tell(
                _over(stewards, keeper), NoticeKind.MEASURE_WITHOUT_OWNER, "measure", one.measure
            )
        if one.periods_behind > 1 and not measure.manual:
            receivers = _users_of(measure) or _over(stewards, keeper)
            yield from _tell(receivers, NoticeKind.MEASURE_STALE, "measure", one.measure)


def _reviews(today: date) -> Iterator[Matter]:
    """To owner and deputy, from two weeks before a measure's review on."""
    for measure in _looked_after().filter(next_review__lte=today + timedelta(days=REVIEW_NOTICE_DAYS)):
        receivers = _users_of(measure)
        yield from _tell(receivers, NoticeKind.REVIEW_DUE, "measure", measure.key, measure.next_review)


def _uses_to_review(today: date) -> Iterator[Matter]:
    """To whoever defines the report and to the labor liaison, from two weeks before single workers' numbers
    are closed on."""
    soon, top = today + timedelta(days=REVIEW_NOTICE_DAYS), orgs.top_unit()
    definers = holders_of(Permission.DEFINE_MEASURES, today=today)
    liaisons = holders_of(Permission.CONSULT, today=today)
    for report in in_use():
        uses = uses_of(report, today=today)
        days = {one.in_force.review_on for one in uses if one.in_force and one.coming is None}
        keeper = report.unit.key if report.unit else top
        receivers = dict.fromkeys([*_over(definers, keeper), *_over(liaisons, keeper)])
        for day in sorted(one for one in days if one <= soon):
            yield from _tell(receivers, NoticeKind.USE_TO_REVIEW, "report", f"{report.key}:{day}", day)


def _tell(
    receivers: Iterable[int], kind: NoticeKind, what: str, which: str, due_on: date | None = None
) -> Iterator[Matter]:
    for receiver in receivers:
        yield Matter(receiver, f"{kind}:{which}", kind, what, which, due_on)


def _looked_after() -> QuerySet[Measure]:
    return Measure.objects.filter(retired_on=None).select_related("unit", "owner__user", "deputy__user")


def _users_of(measure: Measure) -> list[int]:
    """Owner and deputy, where they can sign in."""
    return list(dict.fromkeys([*user_of(measure.owner), *user_of(measure.deputy)]))


def _over(holders: Holders, unit: str | None) -> list[int]:
    return [user for user, units in holders.items() if unit in units]
