"""A page for each outcome, service area and service: what it is, for whom, and how it does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from goldenthread.record.framework.definition import BELOW, ElementFields
from goldenthread.record.framework.models import Level
from goldenthread.record.framework.queries import Node
from goldenthread.render.tables import Table
from goldenthread.results.threads import Thread
from goldenthread.results.values import Tile
from goldenthread.web.desk.presenters.home import tally_sentence
from goldenthread.web.desk.presenters.measures_in_line import RangeTile, measure_table, range_tiles
from goldenthread.web.desk.presenters.parts import Link, Step, file_links
from goldenthread.web.desk.presenters.thread import level_name, tally_words, thread_address, thread_steps


@dataclass(frozen=True)
class Action:
    """Something one can do from the head of a page; see components/page_head.html."""

    title: str
    href: str
    icon: str
    boxed: bool = False


@dataclass(frozen=True)
class Fact:
    """A term and what stands for it; see components/definition_list.html."""

    term: str
    text: str
    href: str = ""


@dataclass(frozen=True)
class Below:
    """What hangs below, with how it does."""

    title: str
    href: str
    words: str


@dataclass(frozen=True)
class ServicePage:
    """Everything the page of one element shows."""

    eyebrow: str
    title: str
    verdict: str
    description: str
    actions: tuple[Action, ...]
    steps: tuple[Step, ...]
    tiles: tuple[RangeTile, ...]
    table: Table | None
    table_links: tuple[Link, ...]
    facts: tuple[Fact, ...]
    below_title: str
    below: tuple[Below, ...]


def service_page(thread: Thread, tiles: Sequence[Tile], *, sees_unit: bool, may_edit: bool) -> ServicePage:
    """``tiles`` are the measures that serve the element itself; ``sees_unit``: whether the page of the unit
    that runs it opens to the reader."""
    node = thread.path[-1]
    fields = node.fields
    return ServicePage(
        eyebrow=" · ".join(filter(None, (level_name(node), node.unit_name))),
        title=fields.name,
        verdict=_verdict(thread),
        description=fields.description,
        actions=tuple(_actions(fields, may_edit=may_edit)),
        steps=thread_steps(thread.path),
        tiles=range_tiles(tiles),
        table=measure_table(tiles, caption=_("Measures of this service"), with_unit=True) if tiles else None,
        table_links=file_links("service_file", fields.key) if tiles else (),
        facts=tuple(_facts(node, sees_unit=sees_unit)),
        below_title=_below_title(fields),
        below=tuple(
            Below(
                one.fields.name,
                reverse("desk:service", args=[one.fields.key]),
                tally_words(thread.tallies.get(one.fields.key)),
            )
            for one in node.below
        ),
    )


def _verdict(thread: Thread) -> str:
    here = thread.path[-1].fields
    sentence = tally_sentence(thread.tallies[here.key], of="")
    tile = thread.headlines.get(here.key)
    if tile is not None:
        return f"{tile.measure.title}: {tile.verdict}"
    return sentence or _("No measure that you can see serves it yet.")


def _actions(fields: ElementFields, *, may_edit: bool) -> list[Action]:
    found = [Action(_("See the thread"), thread_address(fields.key), "link")]
    if may_edit:
        found.append(Action(_("Edit"), reverse("desk:service_edit", args=[fields.key]), "edit", boxed=True))
    return found


def _below_title(fields: ElementFields) -> str:
    lower = BELOW.get(Level(fields.level))
    if lower is None:
        return ""
    return {
        Level.SERVICE_AREA: _("Service areas"),
        Level.CORE_SERVICE: _("Core services"),
        Level.OPERATIONAL_SERVICE: _("Operational services"),
    }[lower[1]]


def _facts(node: Node, *, sees_unit: bool) -> list[Fact]:
    fields = node.fields
    unit = reverse("desk:unit", args=[fields.unit]) if fields.unit and sees_unit else ""
    lists = (
        (_("Products"), fields.products),
        (_("Clients outside"), fields.external_clients),
        (_("Clients inside"), fields.internal_clients),
        (_("Partners"), fields.partners),
        (_("Stakeholders"), fields.stakeholders),
    )
    return [
        Fact(_("Owner"), node.owner_name or _("Nobody yet")),
        Fact(_("Run by"), node.unit_name or _("No unit yet"), unit),
        *(Fact(term, ", ".join(names) or _("Not written down yet")) for term, names in lists),
    ]
