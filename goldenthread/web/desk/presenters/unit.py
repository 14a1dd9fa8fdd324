"""A unit's dashboard, the list of units, and a unit's mission."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from goldenthread.calc.formatting import format_number
from goldenthread.record.framework.queries import MissionLine, Node
from goldenthread.record.orgs.enums import UnitKind
from goldenthread.record.orgs.units import UnitLine
from goldenthread.render.tables import Table
from goldenthread.results.indicators import Doors
from goldenthread.results.standings import Standing
from goldenthread.results.units import TILES_ON_A_PAGE, UnitNumbers
from goldenthread.web.desk.presenters.home import tally_sentence
from goldenthread.web.desk.presenters.measures_in_line import (
    RangeTile,
    measure_table,
    range_tiles,
    signals_sentence,
)
from goldenthread.web.desk.presenters.mission import support_words
from goldenthread.web.desk.presenters.moments import as_of_words
from goldenthread.web.desk.presenters.parts import Link, Step, file_links
from goldenthread.web.desk.presenters.service import Action
from goldenthread.web.desk.presenters.thread import thread_address, thread_steps


@dataclass(frozen=True)
class MissionWords:
    """What a unit says it is for, and who stands behind it."""

    mission: str
    vision: str
    version: str
    support: str
    href: str


@dataclass(frozen=True)
class Pages:
    """Where one is in a long list; see components/pagination.html."""

    pages: tuple[PageLink, ...]
    previous: str
    next: str
    total: str


@dataclass(frozen=True)
class PageLink:
    """One page of a long list."""

    number: int
    href: str
    current: bool


@dataclass(frozen=True)
class UnitPage:
    """Everything a unit's dashboard shows."""

    eyebrow: str
    title: str
    verdict: str
    actions: tuple[Action, ...]
    steps: tuple[Step, ...]
    tiles: tuple[RangeTile, ...]
    table: Table | None
    table_title: str
    table_links: tuple[Link, ...]
    pages: Pages | None
    lost: str
    below: tuple[Link, ...]
    services: tuple[Link, ...]
    reports: tuple[Link, ...]
    mission: MissionWords
    seen_by: str
    as_of: str


def unit_page(
    unit: UnitLine,
    numbers: UnitNumbers,
    *,
    above: UnitLine | None,
    below: Sequence[UnitLine],
    services: Sequence[Node],
    path: Sequence[Node],
    mission: MissionLine | None,
    doors: Doors,
    is_own: bool,
    page: int,
) -> UnitPage:
    """``is_own``: whether the reader is a member of the unit. ``path`` is the thread down to the first
    service the unit, or the nearest one above it, runs."""
    href = reverse("desk:unit", args=[unit.key])
    return UnitPage(
        eyebrow=_eyebrow(unit, above),
        title=unit.name,
        verdict=_verdict(numbers, _(" of %(unit)s as a whole") % {"unit": unit.name} if below else ""),
        actions=_actions(unit, above, path),
        steps=thread_steps(path, unit.name) if path else (),
        tiles=range_tiles(numbers.tiles),
        table=measure_table(numbers.tiles, caption=_("Measures of %(unit)s") % {"unit": unit.name})
        if numbers.tiles
        else None,
        table_title=ngettext("%(count)s measure", "%(count)s measures", numbers.measures)
        % {"count": format_number(numbers.measures)},
        table_links=file_links("unit_file", unit.key) if numbers.tiles else (),
        pages=_pages(href, numbers.measures, page),
        lost=_lost_words(numbers.not_assigned),
        below=tuple(Link(one.name, reverse("desk:unit", args=[one.key])) for one in below),
        services=tuple(
            Link(node.fields.name, reverse("desk:service", args=[node.fields.key])) for node in services
        ),
        reports=_doors(unit, doors, is_own=is_own),
        mission=_mission(mission, unit),
        seen_by=_(
            "Whoever leads %(unit)s or a unit above it, its staff and the staff of the units below it,"
            " and analysts. No single worker is shown on this page."
        )
        % {"unit": unit.name},
        as_of=as_of_words(max((one.computed_at for one in numbers.standings), default=None)),
    )


def _eyebrow(unit: UnitLine, above: UnitLine | None) -> str:
    kind = str(UnitKind(unit.kind).label)
    return f"{kind} · {above.name}" if above else kind


def _verdict(numbers: UnitNumbers, of: str) -> str:
    if not numbers.measures:
        return _("No measure has a value for this unit yet.")
    first = tally_sentence(numbers.tally, of=of)
    return f"{first} {signals_sentence(numbers.tiles, measures=numbers.measures)}".strip()


def _doors(unit: UnitLine, doors: Doors, *, is_own: bool) -> tuple[Link, ...]:
    """One's own numbers first."""
    links = [Link(title, reverse("desk:unit_report", args=[unit.key, key])) for key, title in doors.reports]
    if doors.has_indicators:
        links.insert(0, Link(_("Key indicators"), reverse("desk:indicators", args=[unit.key])))
    if doors.has_reports and is_own:
        links.insert(0, Link(_("My work"), reverse("desk:my_work")))
    return tuple(links)


def _actions(unit: UnitLine, above: UnitLine | None, path: Sequence[Node]) -> tuple[Action, ...]:
    found = []
    if above is not None:
        found.append(Action(above.name, reverse("desk:unit", args=[above.key]), "arrow_upward"))
    if path:
        found.append(Action(_("See the thread"), thread_address(path[-1].fields.key, unit.key), "link"))
    return tuple(found)


def _pages(href: str, total: int, current: int) -> Pages | None:
    last = -(-total // TILES_ON_A_PAGE)
    if last < 2:
        return None

    def at(number: int) -> str:
        return f"{href}?page={number}"

    return Pages(
        tuple(PageLink(number, at(number), number == current) for number in range(1, last + 1)),
        at(current - 1) if current > 1 else "",
        at(current + 1) if current < last else "",
        _("%(total)s measures, those this unit keeps first") % {"total": format_number(total)},
    )


def _lost_words(lost: Sequence[Standing]) -> str:
    """Facts that no unit could be found for, so that totals reconcile."""
    if not lost:
        return ""
    named = [
        f"{one.measure.title} {format_number(one.facts)}"
        for one in sorted(lost, key=lambda one: one.measure.title)
    ]
    rest = len(named) - 4
    words = "; ".join(named[:4]) + (_("; and %(rest)s more measures") % {"rest": rest} if rest > 0 else "")
    return _("Counted here and in no unit below, because their worker or unit is not known: %(words)s.") % {
        "words": words
    }


def _mission(mission: MissionLine | None, unit: UnitLine) -> MissionWords:
    href = reverse("desk:mission", args=[unit.key])
    if mission is None:
        return MissionWords(_("Not written down yet."), "", "", "", href)
    return MissionWords(
        mission=mission.mission,
        vision=mission.vision,
        version=_("Version %(number)s") % {"number": mission.version}
        + (
            _(", adopted %(year)s") % {"year": mission.adopted_on.year}
            if mission.adopted_on
            else _(", not adopted yet")
        ),
        support=support_words(mission.supports),
        href=href,
    )
