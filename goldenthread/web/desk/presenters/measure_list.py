"""The list of measures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from goldenthread.calc.formatting import format_number
from goldenthread.render.tables import Table
from goldenthread.results.series import Place
from goldenthread.results.values import Tile
from goldenthread.web.desk.presenters.measures_in_line import measure_table
from goldenthread.web.desk.presenters.parts import Link, file_links, measure_address
from goldenthread.web.desk.presenters.unit import PageLink, Pages

MEASURES_ON_A_PAGE = 30


@dataclass(frozen=True)
class MeasureList:
    """The measures of one page of the list, and those of them that have no value yet."""

    verdict: str
    words: str
    table: Table | None
    table_links: tuple[Link, ...]
    without_value: tuple[Link, ...]
    pages: Pages | None
    none_open: bool
    may_define: bool
    may_steward: bool


def measure_list(
    places: Sequence[Place],
    tiles: Sequence[Tile],
    *,
    words: str,
    total: int,
    page: int,
    may_define: bool,
    may_steward: bool,
) -> MeasureList:
    """``places`` are those of this page, of ``total`` whose names hold the ``words``."""
    shown = {tile.measure.key for tile in tiles}
    return MeasureList(
        verdict=_verdict(words, total),
        words=words,
        table=measure_table(tiles, caption=_("Measures"), with_unit=True) if tiles else None,
        table_links=file_links("measures_file", q=words) if tiles else (),
        without_value=tuple(
            Link(one.title, measure_address(one.key, unit)) for one, unit in places if one.key not in shown
        ),
        pages=_pages(words, total, page),
        none_open=not total and not words,
        may_define=may_define,
        may_steward=may_steward,
    )


def _verdict(words: str, total: int) -> str:
    if not total and not words:
        return _("No measure is open to you yet.")
    count = format_number(total)
    if words:
        return ngettext(
            "%(count)s measure has “%(words)s” in its name.",
            "%(count)s measures have “%(words)s” in their names.",
            total,
        ) % {"count": count, "words": words}
    return ngettext("%(count)s measure is open to you.", "%(count)s measures are open to you.", total) % {
        "count": count
    }


def _pages(words: str, total: int, current: int) -> Pages | None:
    last = -(-total // MEASURES_ON_A_PAGE)
    if last < 2:
        return None

    def at(number: int) -> str:
        asked = {"q": words, "page": number} if words else {"page": number}
        return f"{reverse('desk:measures')}?{urlencode(asked)}"

    return Pages(
        tuple(PageLink(number, at(number), number == current) for number in range(1, last + 1)),
        at(current - 1) if current > 1 else "",
        at(current + 1) if current < last else "",
        _("%(total)s measures by name") % {"total": format_number(total)},
    )
