"""The thread map: one row for each level, the element looked at in gold, and lines from row to row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import cycle

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from goldenthread.calc.lenses import Answer
from goldenthread.record.framework.models import Level
from goldenthread.record.framework.queries import Node
from goldenthread.render.charts.connectors import draw_connectors
from goldenthread.results.standings import Standing, Tally
from goldenthread.results.threads import Outline, Thread, UnitAt
from goldenthread.results.values import Tile
from goldenthread.results.verdicts import FEW
from goldenthread.web.desk.presenters.home import tally_sentence
from goldenthread.web.desk.presenters.notices import count_words
from goldenthread.web.desk.presenters.parts import (
    Option,
    SignalWord,
    Step,
    latest_words,
    measure_address,
    range_bar,
    signal_of,
    target_standing,
    target_words,
    value_words,
)

COLUMNS = 24
_FOCUS, _THIN = 7, 3
_BESIDE = (COLUMNS - _FOCUS) // _THIN
_ALONE = COLUMNS // _THIN
_FIRST_CENTER = 7.5
_DRIFT = (0, 2, 2, -2, -2)
"""By how many columns each gold box stands beside the one above it, so that the thread is seen to go on."""


@dataclass(frozen=True)
class Headline:
    """The measure that speaks for a box: its name, latest value, bar, target and signal."""

    title: str
    href: str
    value: str
    target: str
    bar: SafeString
    signal: SignalWord
    standing: str


@dataclass(frozen=True)
class Box:
    """One element of a row; ``start`` and ``span`` are columns, counted from 1."""

    title: str
    href: str
    words: str
    is_focus: bool = False
    headline: Headline | None = None
    start: int = 1
    span: int = _THIN

    @property
    def center(self) -> float:
        return self.start - 1 + self.span / 2


@dataclass(frozen=True)
class MapRow:
    """A level: its name, what its boxes are to the level above, the boxes, and the way to the row below."""

    level: str
    words: str
    boxes: tuple[Box, ...]
    lines: SafeString
    why: str
    how: str


@dataclass(frozen=True)
class Branch:
    """An element of the list view with what hangs below it."""

    level: str
    title: str
    href: str
    words: str
    current: bool
    below: tuple[Branch, ...]


@dataclass(frozen=True)
class ThreadPage:
    """The map or the list, with its sentence."""

    eyebrow: str
    title: str
    verdict: str
    views: tuple[Option, ...]
    rows: tuple[MapRow, ...]
    steps: tuple[Step, ...]


def thread_page(thread: Thread, *, as_list: bool) -> ThreadPage:
    """The map of one line through the framework."""
    here = thread.path[-1].fields
    return ThreadPage(
        eyebrow=_("The thread of one %(level)s") % {"level": Level(here.level).label.lower()},
        title=_("From what the council wants to %(name)s") % {"name": _inside(here.name)}
        if len(thread.path) > 1
        else here.name,
        verdict=_verdict(thread),
        views=switch(thread_address(here.key), as_list=as_list),
        rows=tuple(_rows(thread)),
        steps=thread_steps(thread.path),
    )


def switch(address: str, *, as_list: bool) -> tuple[Option, ...]:
    """Map or list."""
    return (
        Option(_("Map"), address, not as_list),
        Option(_("List"), f"{address}?view=list", as_list),
    )


def thread_steps(path: Sequence[Node], unit: str = "") -> tuple[Step, ...]:
    """The thread strip: the elements from the outcome down, and the unit when there is one."""
    steps = [
        Step(level_name(node), node.fields.name, reverse("desk:service", args=[node.fields.key]))
        for node in path
    ]
    if unit:
        steps.append(Step(_("Unit"), unit))
    return tuple(steps)


def thread_address(key: str, unit: str = "") -> str:
    """The map of an element, with one of its units if wanted."""
    address = reverse("desk:thread_at", args=[key])
    return f"{address}?unit={unit}" if unit else address


def level_name(node: Node) -> str:
    """What a level is called where it stands alone."""
    level = Level(node.fields.level)
    return _("Council outcome") if level is Level.OUTCOME else str(level.label)


def tally_words(tally: Tally | None) -> str:
    """ "5 of 6 on target", or why that cannot be said."""
    if tally is None or not tally.counted:
        return _("No number open to you")
    if not tally.judged:
        return _("No target to judge by")
    return _("%(met)s of %(judged)s on target") % {"met": tally.met, "judged": tally.judged}


def outline_verdict(found: Outline) -> str:
    """How many measures of all outcomes met their target; a measure serves one element, so none counts
    twice. Empty without an outcome."""
    if not found.outcomes:
        return ""
    tallies = [found.tallies[one.fields.key] for one in found.outcomes]
    whole = Tally(
        met=sum(one.met for one in tallies),
        judged=sum(one.judged for one in tallies),
        counted=sum(one.counted for one in tallies),
    )
    return tally_sentence(whole, of="") or _("No measure with a target is open to you.")


def branches(outline: Outline, current: str = "") -> tuple[Branch, ...]:
    """The list view: every element below the one it serves."""
    return tuple(_branch(node, outline, current) for node in outline.outcomes)


def _branch(node: Node, outline: Outline, current: str) -> Branch:
    key = node.fields.key
    return Branch(
        level=level_name(node),
        title=node.fields.name,
        href=reverse("desk:service", args=[key]),
        words=tally_words(outline.tallies.get(key)),
        current=key == current,
        below=tuple(_branch(child, outline, current) for child in node.below),
    )


def _inside(name: str) -> str:
    """A name as it stands within a sentence: “Benefits renewals” begins small, “DMV” does not."""
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]


def _verdict(thread: Thread) -> str:
    here = thread.path[-1].fields
    tile = thread.headlines.get(here.key)
    if tile is not None:
        first = f"{tile.measure.title}: {tile.verdict}"
    else:
        first = _("%(name)s has no measure of its own that you can see.") % {"name": here.name}
        tally = thread.tallies.get(here.key)
        if tally is not None and tally.judged:
            first = _("%(met)s of the %(judged)s measures below %(name)s met their target.") % {
                "met": count_words(tally.met).capitalize(),
                "judged": tally.judged,
                "name": here.name,
            }
    if len(thread.path) == 1:
        return first
    outcome = thread.path[0].fields.name
    return first + " " + _("It helps the outcome “%(outcome)s”.") % {"outcome": outcome}


def _rows(thread: Thread) -> Iterator[MapRow]:
    """Every level of the path, what hangs below it, and the units; each row leans toward the one above."""
    rows = [_elements(thread, depth) for depth in range(len(thread.rows))]
    units = _units(thread)
    if units is not None:
        rows.append(units)
    placed: list[MapRow] = []
    center = _FIRST_CENTER
    for row, drift in zip(rows, cycle(_DRIFT), strict=False):
        has_focus = any(box.is_focus for box in row.boxes)
        boxes = place_boxes(row.boxes, center + drift if has_focus and placed else center)
        center = next((box.center for box in boxes if box.is_focus), center)
        placed.append(replace(row, boxes=boxes))
    for row, following in zip(placed, [*placed[1:], None], strict=True):
        yield replace(row, lines=_lines(row, following))


def _elements(thread: Thread, depth: int) -> MapRow:
    nodes = thread.rows[depth]
    focus = thread.path[depth] if depth < len(thread.path) else None
    boxes = tuple(_box(node, thread, is_focus=focus is not None and node.id == focus.id) for node in nodes)
    below = (
        thread.path[depth + 1]
        if depth + 1 < len(thread.path)
        else next(iter(thread.rows[depth + 1 :]), (None,))[0]
    )
    return MapRow(
        level=level_name(nodes[0]),
        words=_row_words(thread, depth),
        boxes=boxes,
        lines=SafeString(""),
        why=thread_address(focus.fields.key) if focus and depth + 1 < len(thread.path) else "",
        how=thread_address(below.fields.key) if focus and below else "",
    )


def _row_words(thread: Thread, depth: int) -> str:
    count = len(thread.rows[depth])
    if depth == 0:
        return _("%(count)s in all") % {"count": count}
    words = {"count": count, "above": _inside(thread.path[depth - 1].fields.name)}
    if depth == 1:
        return ngettext("%(count)s serves this outcome", "%(count)s serve this outcome", count) % words
    return _("%(count)s in %(above)s") % words


def _box(node: Node, thread: Thread, *, is_focus: bool) -> Box:
    key = node.fields.key
    tile = thread.headlines.get(key) if is_focus else None
    return Box(
        title=node.fields.name,
        href=reverse("desk:service", args=[key]) if is_focus else thread_address(key),
        words=tally_words(thread.tallies.get(key)),
        is_focus=is_focus,
        headline=headline(tile) if tile else None,
    )


def headline(tile: Tile) -> Headline:
    """A measure as it stands in a gold box."""
    point = tile.latest
    target = target_words(point.target if point else None, tile.measure)
    return Headline(
        title=tile.measure.title,
        href=measure_address(tile.measure.key, tile.unit),
        value=latest_words(tile),
        target=_("target %(target)s") % {"target": target} if target else _("no target"),
        bar=range_bar(tile),
        signal=signal_of(tile),
        standing=target_standing(tile),
    )


def _units(thread: Thread) -> MapRow | None:
    if not thread.units:
        return None
    here = thread.path[-1].fields.key
    count = len(thread.units)
    return MapRow(
        level=_("Unit"),
        words=ngettext("%(count)s does this work", "%(count)s do this work", count) % {"count": count},
        boxes=tuple(_unit_box(one, here, thread.unit) for one in thread.units),
        lines=SafeString(""),
        why="",
        how="",
    )


def _unit_box(one: UnitAt, element: str, focus: str | None) -> Box:
    is_focus = one.key == focus
    return Box(
        title=one.name,
        href=reverse("desk:unit", args=[one.key]) if is_focus else thread_address(element, one.key),
        words=standing_words(one.standing),
        is_focus=is_focus,
        headline=headline(one.tile) if is_focus and one.tile else None,
    )


def standing_words(standing: Standing | None) -> str:
    """Where a unit stands with the headline measure, in a few words."""
    if standing is None:
        return _("No value of its own")
    if standing.folded:
        return _("Folded: %(few)s") % {"few": FEW}
    if standing.too_few:
        return _("Too few to judge")
    words = {Answer.YES: _("On target"), Answer.NO: _("Off target")}
    value = value_words(standing.measure, standing.value)
    said = words.get(standing.target.answer)
    return f"{said}, {value}" if said else value


def place_boxes(boxes: Sequence[Box], center: float) -> tuple[Box, ...]:
    """The boxes in their columns, the one in gold as near to ``center`` as there is room."""
    shown = _fitting(boxes)
    spans = [_FOCUS if box.is_focus else _THIN for box in shown]
    slack = COLUMNS - sum(spans)
    gap = 1 if slack >= len(shown) - 1 else 0
    width = sum(spans) + gap * (len(shown) - 1)
    focus = next((index for index, box in enumerate(shown) if box.is_focus), None)
    before = width / 2 if focus is None else sum(spans[:focus]) + gap * focus + _FOCUS / 2
    start = 1 + min(max(round(center - before), 0), COLUMNS - width)
    placed = []
    for box, span in zip(shown, spans, strict=True):
        placed.append(replace(box, start=start, span=span))
        start += span + gap
    return tuple(placed)


def _fitting(boxes: Sequence[Box]) -> list[Box]:
    """As many as there is room for, those next to the gold one first; the last box says how many more."""
    focus = next((index for index, box in enumerate(boxes) if box.is_focus), None)
    room = _ALONE if focus is None else _BESIDE + 1
    if len(boxes) <= room:
        return list(boxes)
    middle = focus or 0
    first = min(max(middle - (room - 1) // 2, 0), len(boxes) - (room - 1))
    kept = list(boxes[first : first + room - 1])
    rest = len(boxes) - len(kept)
    more = Box(
        ngettext("%(count)s more", "%(count)s more", rest) % {"count": rest},
        f"{reverse('desk:thread')}?view=list",
        _("in the list"),
    )
    return [*kept, more]


def _lines(row: MapRow, following: MapRow | None) -> SafeString:
    above = next((box.center for box in row.boxes if box.is_focus), None)
    if following is None or above is None:
        return SafeString("")
    through = next((box.center for box in following.boxes if box.is_focus), None)
    return draw_connectors(
        columns=COLUMNS, above=above, below=[box.center for box in following.boxes], through=through
    )
