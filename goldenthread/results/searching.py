"""Finding measures, services, units and sources by words, as far as the reader may see them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Model, Q, QuerySet

from goldenthread.facts.scope import Scope
from goldenthread.record.access.queries import visible_units
from goldenthread.record.access.rights import Rights
from goldenthread.record.access.roles import Permission
from goldenthread.record.framework.models import Element
from goldenthread.record.measures.models import Measure
from goldenthread.record.orgs.models import Unit
from goldenthread.record.sources.models import Source
from goldenthread.results.standings import visible_measures

MOST = 20
MOST_WORDS = 8
Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Hits:
    """The first rows of one kind, and how many there are."""

    rows: tuple[Measure | Element | Unit | Source, ...]
    count: int


@dataclass(frozen=True)
class Found:
    """What each room has for some words."""

    measures: Hits
    services: Hits
    units: Hits
    sources: Hits

    @property
    def count(self) -> int:
        return sum(hits.count for hits in (self.measures, self.services, self.units, self.sources))


def search(words: str, rights: Rights, scope: Scope) -> Found:
    """Whatever has every one of the words in its name, by name; at most twenty of each kind."""
    wanted = words.split()[:MOST_WORDS]
    services = Element.objects.filter(retired_on=None) if rights.holdings else Element.objects.none()
    sources = Source.objects.filter(retired_on=None)
    return Found(
        measures=_hits(visible_measures(scope), wanted, ("title", "key"), "title"),
        services=_hits(services, wanted, ("name", "description"), "name"),
        units=_hits(visible_units(scope), wanted, ("name",), "name"),
        sources=_hits(
            sources if rights.may(Permission.LOAD_DATA) else sources.none(), wanted, ("title", "key"), "title"
        ),
    )


def _hits(rows: QuerySet[Row], words: list[str], columns: tuple[str, ...], order: str) -> Hits:
    if not words:
        return Hits((), 0)
    for word in words:
        anywhere = Q()
        for column in columns:
            anywhere |= Q((f"{column}__icontains", word))
        rows = rows.filter(anywhere)
    found = list(rows.order_by(order)[: MOST + 1])
    count = len(found) if len(found) <= MOST else rows.count()
    return Hits(tuple(found[:MOST]), count)  # type: ignore[arg-type]
