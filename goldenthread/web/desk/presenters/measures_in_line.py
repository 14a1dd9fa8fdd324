"""Several measures in one line each: as tiles, as a table, and as a file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from goldenthread.calc.spc import Meaning
from goldenthread.render.tables import Cell, Column, Row, Table, Tone
from goldenthread.results.threads import KINDS_BY_WORTH
from goldenthread.results.values import Tile
from goldenthread.web.desk.presenters.notices import count_words
from goldenthread.web.desk.presenters.parts import (
    latest_words,
    measure_address,
    normal_range,
    range_bar,
    range_words,
    signal_of,
    sparkline,
    target_standing,
    target_words,
)
from goldenthread.web.keeping import kept

MOST_TILES = 4
_KEPT = 5_000
"""As many as there are tiles kept: each is put into words once, and drawn once."""


@dataclass(frozen=True)
class RangeTile:
    """A value in its own normal range; see components/range_tiles.html. ``value`` says why there is none
    where there is none, and then ``is_number`` is false."""

    title: str
    href: str
    value: str
    is_number: bool
    words: str
    drawing: SafeString


def range_tiles(tiles: Sequence[Tile]) -> tuple[RangeTile, ...]:
    """Those that say most as tiles, for more big numbers than four are none; those with a range first."""
    return tuple(_tile(one) for one in sorted(tiles, key=_worth)[:MOST_TILES])


def signals_sentence(tiles: Sequence[Tile], *, measures: int) -> str:
    """Which of the measures shown, of ``measures`` in all, changed more than normal variation; what got worse
    comes first."""
    latest = [(tile, tile.latest.meaning) for tile in tiles if tile.latest is not None]
    for meaning, one, several in (
        (
            Meaning.CONCERN,
            _("%(named)s got worse, and this is more than normal variation."),
            _("%(count)s got worse, and this is more than normal variation: %(named)s."),
        ),
        (
            Meaning.IMPROVEMENT,
            _("%(named)s improved, and this is more than normal variation."),
            _("%(count)s improved, and this is more than normal variation: %(named)s."),
        ),
    ):
        found = [tile for tile, said in latest if said is meaning]
        if found:
            words = one if len(found) == 1 else several
            return words % {"named": _names(found), "count": count_words(len(found)).capitalize()}
    if any(said is not Meaning.ORDINARY for _tile, said in latest):
        return ""
    if len(latest) < measures:
        return _("None on this page changed by more than normal variation.")
    return _("None changed by more than normal variation.")


def measure_table(tiles: Sequence[Tile], *, caption: str, with_unit: bool = False) -> Table:
    """Each measure with its latest value, target and recent past."""
    columns = (
        Column(_("Measure")),
        Column(_("Latest"), number=True),
        Column(_("Target"), number=True),
        Column(_("Last 12 periods")),
        Column(_("Against its own past")),
        Column(_("Against its target")),
    )
    rows = tuple(Row(measure_cells(one, with_unit=with_unit)) for one in tiles)
    return Table(caption, columns, rows, how_to_read())


def how_to_read() -> str:
    """What the drawings of a list of measures show."""
    return _("Shaded: normal range of the measure. Dashes: target. A rise or fall inside the band is normal.")


def measures_as_file(tiles: Sequence[Tile], caption: str) -> Table:
    """The same as a file: numbers stay numbers, and the drawing is left out."""
    columns = (*filed_columns(), Column(_("Against its target")))
    rows = tuple(Row((*filed_cells(one), Cell(target_standing(one)))) for one in tiles)
    return Table(caption, columns, rows)


def filed_columns() -> tuple[Column, ...]:
    """What every file of measures begins with; see ``filed_cells``."""
    return (
        Column(_("Measure")),
        Column(_("Unit")),
        Column(_("Period")),
        Column(_("Latest"), number=True),
        Column(_("Target")),
        Column(_("Against its own past")),
    )


def filed_cells(one: Tile) -> tuple[Cell, ...]:
    """A measure in the columns of ``filed_columns``."""
    point = one.latest
    return (
        Cell(one.measure.title),
        Cell(one.unit_name),
        Cell(point.label if point else ""),
        Cell(latest_words(one), value=point.value if point else None),
        Cell(target_words(point.target if point else None, one.measure)),
        Cell(signal_of(one).words),
    )


def _worth(one: Tile) -> tuple[bool, int]:
    kind = one.measure.kind
    rank = KINDS_BY_WORTH.index(kind) if kind in KINDS_BY_WORTH else len(KINDS_BY_WORTH)
    return normal_range(one) is None, rank


def has_number(one: Tile) -> bool:
    """Whether the latest value is one to be told, and neither folded nor missing."""
    return one.latest is not None and one.latest.value is not None


@kept(_KEPT)
def _tile(one: Tile) -> RangeTile:
    point = one.latest
    target = target_words(point.target if point else None, one.measure)
    words = [range_words(one)]
    if target:
        words.append(_("Target %(target)s") % {"target": target})
    return RangeTile(
        title=one.measure.title,
        href=measure_address(one.measure.key, one.unit),
        value=latest_words(one),
        is_number=has_number(one),
        words=". ".join(words),
        drawing=range_bar(one),
    )


@kept(_KEPT)
def measure_cells(one: Tile, *, with_unit: bool) -> tuple[Cell, ...]:
    """A measure in the columns of ``measure_table``."""
    point, signal = one.latest, signal_of(one)
    tone = {"better": Tone.BETTER, "worse": Tone.WORSE}.get(signal.mark.value, Tone.PLAIN)
    late = _("late") if one.is_late else ""
    return (
        Cell(
            one.measure.title,
            href=measure_address(one.measure.key, one.unit),
            below=one.unit_name if with_unit else "",
        ),
        Cell(
            latest_words(one),
            below=", ".join(filter(None, (point.label if point else "", late))),
        ),
        Cell(target_words(point.target if point else None, one.measure)),
        Cell(drawing=sparkline(one)),
        Cell(signal.words, icon=signal.icon, tone=tone),
        Cell(target_standing(one)),
    )


def _names(tiles: Iterable[Tile]) -> str:
    titles = [tile.measure.title for tile in tiles]
    return ", ".join(titles[:3]) + (_(" and others") if len(titles) > 3 else "")
