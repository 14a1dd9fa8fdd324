"""Reading the audit log."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Min, Q, QuerySet, TextField
from django.db.models.functions import Cast

from goldenthread.record.audit.chain import Content, Row
from goldenthread.record.audit.enums import Action
from goldenthread.record.audit.models import AuditEvent, AuditSeal

_PLAIN = (
    "actor",
    "roles",
    "standing_in_for",
    "request",
    "action",
    "kind",
    "object_id",
    "unit",
    "reason",
)
_NO_FIELDS = "[]"

LOOKS = (Action.VIEWED, Action.LISTED, Action.EXPORTED)
_ROWS_AT_ONCE = 2000


@dataclass(frozen=True)
class Wanted:
    """Which rows of the log somebody asks for; what is left empty is not asked.

    ``actors`` are keys, None for anybody; ``since`` is in, ``until`` is out.
    """

    actors: Collection[str] | None = None
    action: str = ""
    kind: str = ""
    object_id: str = ""
    unit: str = ""
    since: datetime | None = None
    until: datetime | None = None


def matching(wanted: Wanted) -> QuerySet[AuditEvent]:
    """The rows asked for, newest first."""
    asked = Q()
    if wanted.actors is not None:
        asked &= Q(actor__in=wanted.actors)
    if wanted.action:
        asked &= Q(action=wanted.action)
    if wanted.kind:
        asked &= Q(kind=wanted.kind)
    if wanted.object_id:
        asked &= Q(object_id=wanted.object_id)
    if wanted.unit:
        asked &= Q(unit=wanted.unit)
    if wanted.since is not None:
        asked &= Q(at__gte=wanted.since)
    if wanted.until is not None:
        asked &= Q(at__lt=wanted.until)
    return AuditEvent.objects.filter(asked).order_by("-pk")


def looks_at(about: Q, *, but_by: str) -> QuerySet[AuditEvent]:
    """Who saw, listed or took along what ``about`` says, newest first; without the actor ``but_by``."""
    return AuditEvent.objects.filter(about, action__in=LOOKS).exclude(actor=but_by).order_by("-pk")


def statements(actor: str, *, since: datetime, ids: Collection[str]) -> QuerySet[AuditEvent, tuple[str, ...]]:
    """Kind, id and reason of each purpose that this actor stated about things of these ids, oldest first."""
    rows = AuditEvent.objects.filter(actor=actor, action=Action.STATED, at__gte=since, object_id__in=ids)
    return rows.order_by("pk").values_list("kind", "object_id", "reason")


def without_a_place() -> QuerySet[AuditEvent]:
    """Committed rows that the chain does not hold yet."""
    return AuditEvent.objects.filter(seq=None)


def waiting_since(moment: datetime) -> int:
    """How many rows were to have their place before this moment, and have none."""
    return without_a_place().filter(at__lt=moment).count()


def sealed_months() -> QuerySet[AuditSeal]:
    """The heads that close a month, dropped or not."""
    return AuditSeal.objects.exclude(month="")


def sealed_on_or_after(moment: datetime) -> bool:
    """Whether a head was signed since then."""
    return AuditSeal.objects.filter(sealed_at__gte=moment).exists()


def last_dropped_month() -> AuditSeal | None:
    """The last month whose rows are gone; the chain now begins after it."""
    return sealed_months().exclude(dropped_at=None).order_by("seq").last()


def oldest_after(seq: int) -> datetime | None:
    """When the oldest of the rows after this number happened; None when there are none."""
    oldest: datetime | None = AuditEvent.objects.filter(seq__gt=seq).aggregate(at=Min("at"))["at"]
    return oldest


def chained(*, after: int = 0) -> Iterator[Row]:
    """The rows of the chain with a number above ``after``, in its order, as ``chain.first_break`` takes them.
    Read piece by piece: there may be millions."""
    rows = AuditEvent.objects.filter(seq__gt=after).order_by("seq")
    for (seq, previous, found), content in _contents(rows, "seq", "previous", "hash"):
        yield seq, previous, found, content


def first_without_a_place(at_most: int) -> list[tuple[int, Content]]:
    """The rows that are to be placed next, each by its id, in the order in which they were written."""
    rows = without_a_place().order_by("pk")[:at_most]
    return [(pk, content) for (pk,), content in _contents(rows, "pk")]


def _contents(rows: QuerySet[AuditEvent], *columns: str) -> Iterator[tuple[tuple[Any, ...], Content]]:
    """Each row as these columns, and what it says as its hash is taken over it.

    Times and lists come as text: a million of them made into values and back take longer than all the rest.
    """
    texts = rows.annotate(at_text=Cast("at", TextField()), fields_text=Cast("fields", TextField()))
    found = texts.values_list("at_text", "fields_text", *_PLAIN, *columns)
    for at, fields, *values in found.iterator(chunk_size=_ROWS_AT_ONCE):
        content: dict[str, object] = dict(zip(_PLAIN, values, strict=False))
        content["at"] = _written_moment(at)
        content["fields"] = json.loads(fields) if fields != _NO_FIELDS else []
        yield tuple(values[len(_PLAIN) :]), content


def _written_moment(text: str) -> str:
    """A moment as either database writes it, in UTC with microseconds: 2026-03-01T08:00:00.000000+00:00.
    SQLite leaves out a fraction of zero, PostgreSQL its trailing zeros, and only one of them says UTC."""
    fraction = text[20:].partition("+")[0]
    return f"{text[:10]}T{text[11:19]}.{fraction:0<6}+00:00"
