"""Which extracts come, which are late, and who brought a file: for the pages about data."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max, Sum

from goldenthread.jobs.extracts.pulling import fetchings
from goldenthread.jobs.internal_sources import Filled, filled
from goldenthread.jobs.noticing import refresh_notices
from goldenthread.record.audit.actor import Actor
from goldenthread.record.audit.names import people_behind
from goldenthread.record.orgs import queries as orgs
from goldenthread.record.orgs.models import Person
from goldenthread.record.sources import actions, queries
from goldenthread.record.sources.models import Batch, BatchState, Source
from goldenthread.record.sources.queries import Fetching, Lateness


@dataclass(frozen=True)
class Supply:
    """A source, its steward's name, its last file, the rows that its loaded files brought, how late it is,
    how fetching it goes, and what the product has filled it with, where it does."""

    source: Source
    steward: str
    last: Batch | None
    rows: int
    late: Lateness | None
    fetching: Fetching | None
    filled: Filled | None


@dataclass(frozen=True)
class Expectation:
    """When one source is expected: the last day in time for the next file, or how late it is; and where and
    when it is fetched, if it is."""

    by: date | None
    late: Lateness | None
    fetching: Fetching | None


def supplies(*, today: date, now: datetime) -> tuple[Supply, ...]:
    """Every source in use, by title. Nine queries at most."""
    sources = list(Source.objects.filter(retired_on=None).select_related("steward"))
    latest = Batch.objects.order_by().values("source").annotate(latest=Max("pk")).values("latest")
    last = {batch.source_id: batch for batch in Batch.objects.filter(pk__in=latest)}
    loaded = Batch.objects.order_by().filter(state=BatchState.LOADED).values("source")
    rows = dict(loaded.annotate(rows=Sum("accepted")).values_list("source", "rows"))
    late = {one.source.pk: one for one in _late(today)}
    fetched = {one.source.pk: one for one in fetchings(now=now)}
    return tuple(
        Supply(
            source=source,
            steward=source.steward.name if source.steward else "",
            last=last.get(source.pk),
            rows=rows.get(source.pk) or 0,
            late=late.get(source.pk),
            fetching=fetched.get(source.pk),
            filled=filled_of(source),
        )
        for source in sources
    )


def expectation(source: Source, *, today: date, now: datetime) -> Expectation:
    """When the next file of a source is expected, and fetched."""
    late = next((one for one in _late(today) if one.source.pk == source.pk), None)
    by = queries.next_expected(
        source, today=today, calendar=orgs.fiscal_calendar(), zone=orgs.organization().zone
    )
    fetching = next((one for one in fetchings(now=now) if one.source.pk == source.pk), None)
    return Expectation(by, late, fetching)


def filled_of(source: Source) -> Filled | None:
    """What the product has filled a source with; None where files do."""
    return filled(source.key) if source.kind == "internal" else None


def senders(batches: Collection[Batch]) -> dict[str, str]:
    """The names behind ``received_by`` of these batches; none for what no person sent."""
    return people_behind(batch.received_by for batch in batches)


@transaction.atomic
def hand_to(source: Source, person: str | None, *, by: Actor, now: datetime) -> None:
    """Make a person, by key, the steward of a source, or nobody."""
    steward = Person.objects.get(key=person) if person else None
    actions.assign_steward(source=source, person=steward, by=by, now=now)


def retire(source: Source, *, by: Actor, now: datetime, today: date) -> None:
    """Expect no more files of a source, and have nobody told that they are late."""
    with transaction.atomic():
        actions.retire_source(source=source, by=by, now=now, today=today)
    refresh_notices(now=now)


def _late(today: date) -> tuple[Lateness, ...]:
    return queries.late_sources(today=today, calendar=orgs.fiscal_calendar(), zone=orgs.organization().zone)
