"""A wall as whoever stands before it reads it, and the walls of a unit as those who look after them do."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from goldenthread.record.walls.models import Wall
from goldenthread.render.tables import Cell, Column, Row, Table, Tone
from goldenthread.results.indicators import Indicator
from goldenthread.results.values import Tile
from goldenthread.web.desk.presenters.measures_in_line import has_number
from goldenthread.web.desk.presenters.moments import full_day
from goldenthread.web.desk.presenters.parts import (
    Link,
    Question,
    latest_words,
    signal_of,
    sparkline,
    target_words,
)


@dataclass(frozen=True)
class Shown:
    """A key indicator in large type: ``place`` is the unit below whose it is, ``tone`` is that of its signal,
    ``sentence`` says what ``drawing`` draws. Without a ``value`` it says why there is none."""

    title: str
    place: str
    value: str
    period: str
    target: str
    icon: SafeString
    signal: str
    tone: Tone
    sentence: str
    drawing: SafeString


def shown_on_a_wall(unit: str, indicators: Sequence[Indicator]) -> tuple[Shown, ...]:
    """The indicators of the unit, in the order of its reports, without doors."""
    return tuple(_shown(one.tile, unit) for one in indicators)


def _shown(tile: Tile, unit: str) -> Shown:
    point, signal = tile.latest, signal_of(tile)
    target = target_words(point.target if point else None, tile.measure)
    return Shown(
        title=tile.measure.title,
        place="" if tile.unit == unit else tile.unit_name,
        value=latest_words(tile) if has_number(tile) else "",
        period=point.label if point else "",
        target=_("Target %(target)s") % {"target": target} if target else "",
        icon=signal.icon,
        signal=signal.words,
        tone={"better": Tone.BETTER, "worse": Tone.WORSE}.get(signal.mark.value, Tone.PLAIN),
        sentence=tile.verdict,
        drawing=sparkline(tile),
    )


def walls_table(walls: Sequence[Wall], ending: Collection[int]) -> Table | None:
    """The walls of a unit; ``ending`` are numbers of those that the reader can take down."""
    columns = (Column(_("Wall")), Column(_("Put up")), Column(_("Last shown")), Column(_("Ends")))
    rows = tuple(_row(one, may_end=one.pk in ending) for one in walls)
    return Table(_("Walls, the newest first"), columns, rows) if rows else None


def end_page(wall: Wall, *, back: Link) -> Question:
    """Asking before it is taken down."""
    return Question(
        back=back,
        title=_("Take the wall “%(name)s” down") % {"name": wall.name},
        verdict=_(
            "From then on its address shows nothing. Another can be put up, with an address of its own."
        ),
        yes=_("Take it down"),
        no=_("Leave it up"),
    )


def _row(one: Wall, *, may_end: bool) -> Row:
    ends = Cell(full_day(one.expires_at))
    if may_end:
        where = reverse("desk:wall_end", args=[one.pk])
        ends = Cell(_("%(day)s, take it down now") % {"day": ends.text}, href=where)
    used = full_day(one.last_shown_on) if one.last_shown_on else _("never")
    return Row(
        (
            Cell(one.name),
            Cell(full_day(one.made_at), below=_("by %(name)s") % {"name": one.maker.name}),
            Cell(used, tone=Tone.PLAIN if one.last_shown_on else Tone.QUIET),
            ends,
        )
    )
