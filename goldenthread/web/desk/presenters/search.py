"""What was found, in groups."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from goldenthread.record.framework.models import Element, Level
from goldenthread.record.measures.models import Measure
from goldenthread.record.orgs.enums import UnitKind
from goldenthread.record.orgs.models import Unit
from goldenthread.record.sources.models import Source
from goldenthread.results.searching import Found, Hits


@dataclass(frozen=True)
class Hit:
    """One thing found, and a few words on what it is."""

    title: str
    href: str
    words: str


@dataclass(frozen=True)
class Group:
    """Things of one kind; ``words`` say how many there are when not all are shown."""

    title: str
    hits: tuple[Hit, ...]
    words: str


@dataclass(frozen=True)
class SearchPage:
    """The answer to a search."""

    query: str
    title: str
    groups: tuple[Group, ...]


def search_page(query: str, found: Found) -> SearchPage:
    """Groups without a hit are left out."""
    groups = (
        _group(_("Measures"), found.measures),
        _group(_("Outcomes and services"), found.services),
        _group(_("Units"), found.units),
        _group(_("Sources"), found.sources),
    )
    return SearchPage(query, _title(query, found), tuple(group for group in groups if group.hits))


def _title(query: str, found: Found) -> str:
    if not query.strip():
        return _("Search")
    if not found.count:
        return _("Nothing found for “%(query)s”") % {"query": query}
    return ngettext(
        "%(count)s thing found for “%(query)s”", "%(count)s things found for “%(query)s”", found.count
    ) % {"count": found.count, "query": query}


def _group(title: str, hits: Hits) -> Group:
    words = ""
    if hits.count > len(hits.rows):
        words = _("The first %(shown)s of %(count)s") % {"shown": len(hits.rows), "count": hits.count}
    return Group(title, tuple(_hit(row) for row in hits.rows), words)


def _hit(row: Measure | Element | Unit | Source) -> Hit:
    match row:
        case Measure():
            return Hit(row.title, reverse("desk:measure", args=[row.key]), row.unit.name if row.unit else "")
        case Element():
            return Hit(row.name, reverse("desk:service", args=[row.key]), str(Level(row.level).label))
        case Unit():
            return Hit(row.name, reverse("desk:unit", args=[row.key]), str(UnitKind(row.kind).label))
        case _:
            return Hit(row.title, reverse("desk:source", args=[row.key]), row.key)
