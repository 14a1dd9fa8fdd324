"""Reads of sources and batches."""

from __future__ import annotations

import datetime
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Q, QuerySet

from goldenthread.calc.periods import FiscalCalendar, Grain, Period
from goldenthread.facts.sources import Pull, SourceDefinition
from goldenthread.record.sources import policies
from goldenthread.record.sources.fields import plain_data
from goldenthread.record.sources.models import Batch, BatchState, Fetch, Source


def plain(value: Any) -> Any:
    """Plain data as JSON holds it: days and times as ISO text, tuples as lists."""
    return json.loads(json.dumps(value, cls=DjangoJSONEncoder))


def definition_of(source: Source) -> SourceDefinition:
    return SourceDefinition.model_validate(source.definition)


def find_source(key: str) -> Source | None:
    return Source.objects.filter(key=key).first()


def source_keys() -> list[str]:
    return list(Source.objects.filter(retired_on__isnull=True).order_by("key").values_list("key", flat=True))


def definitions(keys: Collection[str] | None = None) -> dict[str, SourceDefinition]:
    """Every source's definition by key, or only those asked for; retired ones too, for their rows still
    count."""
    rows = Source.objects.order_by("key")
    return {
        source.key: definition_of(source) for source in (rows if keys is None else rows.filter(key__in=keys))
    }


def facts_held_from() -> dict[str, datetime.date]:
    """The first day from which all facts are held, of each source whose earlier ones were let go."""
    rows = Source.objects.values_list("key", "facts_held_from")
    return {key: day for key, day in rows if day is not None}


def dump() -> dict[str, dict[str, Any]]:
    """Every source in use as the YAML that would make it, by key."""
    return {key: plain_data(definition) for key, definition in definitions(source_keys()).items()}


def batches(source: Source | None = None) -> QuerySet[Batch]:
    """Loads, newest first, of one source or of all."""
    rows = Batch.objects.select_related("source")
    return rows if source is None else rows.filter(source=source)


def waiting() -> QuerySet[Batch]:
    """Read, and not yet loaded or discarded; the oldest first."""
    return batches().filter(state=BatchState.WAITING).order_by("pk")


def unfinished() -> QuerySet[Batch]:
    """Whatever a restart must look at; the oldest first."""
    return batches().filter(state__in=policies.UNFINISHED).order_by("pk")


def not_computed() -> QuerySet[Batch]:
    """Loaded, while the measures they touch are not known to be up to date; the oldest first."""
    return batches().filter(state=BatchState.LOADED, computed_at__isnull=True).order_by("pk")


def loaded_with_same_bytes(source: Source, sha256: str) -> Batch | None:
    """The batch that loaded these bytes and still counts.

    Bytes read under an earlier definition may come again, as other rows; not into a source that appends,
    where that would count everything twice.
    """
    same = Batch.objects.filter(
        source=source, sha256=sha256, state__in=[BatchState.LOADING, BatchState.LOADED]
    )
    return same.filter(Q(mode="append") | Q(source_version=source.version)).order_by("pk").first()


def on_its_way(source: Source, sha256: str, *, mode: str, received_by: str) -> Batch | None:
    """The batch by which somebody brought these bytes before, as long as it can still be read."""
    states = [BatchState.RECEIVED, BatchState.READING, BatchState.WAITING]
    same = Batch.objects.filter(
        source=source, sha256=sha256, mode=mode, received_by=received_by, state__in=states
    )
    return same.select_related("source").order_by("pk").first()


def unused_headers(source: Source) -> list[str]:
    """The headers of the last file that was loaded which the definition did not ask for."""
    last = Batch.objects.filter(source=source, state=BatchState.LOADED).order_by("-pk").first()
    return list(last.report.get("extra_columns", ())) if last else []


def titles_of_live_sources() -> list[tuple[str, str]]:
    """Key and title of each source that still takes files, by title."""
    live = Source.objects.filter(retired_on=None).exclude(kind="internal")
    return list(live.order_by("title").values_list("key", "title"))


def internal_sources() -> list[str]:
    """The sources in use that the product fills by itself, by key."""
    rows = Source.objects.filter(retired_on=None, kind="internal")
    return list(rows.order_by("key").values_list("key", flat=True))


def sources_with(state: BatchState) -> list[str]:
    """The sources of facts that have a batch in this state, by key."""
    rows = Batch.objects.filter(state=state).exclude(source__kind="inventory")
    return list(rows.order_by("source__key").values_list("source__key", flat=True).distinct())


@dataclass(frozen=True)
class Fetching:
    """A source that is fetched, and when next. ``failed_at`` and ``reason`` say how the last try ended when
    it brought nothing; ``failures`` counts those since its last time came."""

    source: Source
    pull: Pull
    next_at: datetime.datetime
    failures: int
    failed_at: datetime.datetime | None
    reason: str


def fetchings(*, now: datetime.datetime, zone: ZoneInfo) -> tuple[Fetching, ...]:
    """Every source in use that says where its file is fetched from, by title. One query."""
    rows = Source.objects.filter(retired_on=None).select_related("fetch")
    return tuple(_fetching(one, now=now, zone=zone) for one in rows if "pull" in one.definition)


def _fetching(source: Source, *, now: datetime.datetime, zone: ZoneInfo) -> Fetching:
    pull = definition_of(source).pull
    assert pull is not None
    last: Fetch | None = getattr(source, "fetch", None)
    at = pull.time_of_day
    return Fetching(
        source=source,
        pull=pull,
        next_at=policies.next_try(last, at, now=now, zone=zone),
        failures=policies.failures_so_far(last, at, now=now, zone=zone),
        failed_at=last.tried_at if last and last.failures else None,
        reason=last.reason if last else "",
    )


@dataclass(frozen=True)
class Lateness:
    """An extract that should be here: for which period, since which day, and when the last one came."""

    source: Source
    period: Period
    expected_on: datetime.date
    days_late: int
    last_received_on: datetime.date | None


def next_expected(
    source: Source, *, today: datetime.date, calendar: FiscalCalendar, zone: ZoneInfo
) -> datetime.date | None:
    """The last day on which the next extract is still in time; it has passed when the extract is late. None
    for a source that expects nothing."""
    arrival = definition_of(source).expected
    if arrival is None or source.retired_on is not None:
        return None
    covered = _arrivals([source], zone)[source.pk]
    period = calendar.last_complete(Grain(arrival.every), today=today, lag_days=0)
    if covered.brought(period):
        period = calendar.next(period)
    return period.expected_on(arrival.grace_days)


def late_sources(*, today: datetime.date, calendar: FiscalCalendar, zone: ZoneInfo) -> tuple[Lateness, ...]:
    """Every source whose latest extract due by now has not come, the latest first.

    An extract for a period has come when a batch was received after the period ended, or a batch covers its
    last day. Days of grace are counted from the day after the period.
    """
    sources = [
        source for source in Source.objects.filter(retired_on__isnull=True) if "expected" in source.definition
    ]
    arrivals = _arrivals(sources, zone)
    late = []
    for source in sources:
        arrival = definition_of(source).expected
        assert arrival is not None
        period = calendar.last_complete(Grain(arrival.every), today=today, lag_days=arrival.grace_days + 1)
        if not arrivals[source.pk].brought(period):
            expected = period.expected_on(arrival.grace_days)
            late.append(Lateness(source, period, expected, (today - expected).days, arrivals[source.pk].last))
    return tuple(sorted(late, key=lambda one: -one.days_late))


@dataclass(frozen=True)
class _Arrivals:
    last: datetime.date | None
    covered_until: datetime.date | None

    def brought(self, period: Period) -> bool:
        received = self.last is not None and self.last >= period.end
        return received or (self.covered_until is not None and self.covered_until >= period.end)


def _arrivals(sources: Iterable[Source], zone: ZoneInfo) -> Mapping[int, _Arrivals]:
    rows = Batch.objects.filter(source__in=list(sources), state__in=policies.ARRIVED)
    found: dict[int, _Arrivals] = {source.pk: _Arrivals(None, None) for source in sources}
    for source, received_at, until in rows.values_list("source_id", "received_at", "period_end"):
        so_far = found[source]
        found[source] = _Arrivals(
            _later(so_far.last, received_at.astimezone(zone).date()), _later(so_far.covered_until, until)
        )
    return found


def _later(one: datetime.date | None, other: datetime.date | None) -> datetime.date | None:
    return max(one, other) if one and other else one or other
