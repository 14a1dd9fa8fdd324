"""Pieces that several pages show: links, and a measure in one line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from goldenthread.calc.formatting import format_exactly, format_value
from goldenthread.calc.lenses import Answer, Target
from goldenthread.calc.spc import Limits, Meaning, Side
from goldenthread.render.charts import marks
from goldenthread.render.charts.small import (
    BarSize,
    RangeBar,
    Sparkline,
    draw_range_bar,
    draw_sparkline,
)
from goldenthread.render.charts.values import ChartPoint, Direction, Mark
from goldenthread.render.files import FileKind
from goldenthread.results.values import MeasureLine, Point, Tile
from goldenthread.results.verdicts import Scale, folded_words, lens_words, signal_words

_MARKS = {
    Meaning.ORDINARY: Mark.ORDINARY,
    Meaning.IMPROVEMENT: Mark.BETTER,
    Meaning.CONCERN: Mark.WORSE,
    Meaning.NEUTRAL_HIGH: Mark.CHANGED,
    Meaning.NEUTRAL_LOW: Mark.CHANGED,
}

_MOST_NAMED = 3


@dataclass(frozen=True)
class Link:
    """Where something leads, and what it is called."""

    title: str
    href: str


@dataclass(frozen=True)
class Question:
    """Something asked before it is done: ``yes`` does it, ``no`` leads back."""

    back: Link
    title: str
    verdict: str
    yes: str
    no: str


@dataclass(frozen=True)
class FigureFiles:
    """Where the numbers of a figure are as files, and the size of the CSV in bytes."""

    csv: str
    size: int
    xlsx: str


@dataclass(frozen=True)
class Option:
    """One choice of a segmented switch."""

    title: str
    href: str
    current: bool


@dataclass(frozen=True)
class Step:
    """One knot of the thread strip."""

    level: str
    title: str
    href: str = ""


@dataclass(frozen=True)
class SignalWord:
    """A signal with its shape; see components/signal_word.html."""

    words: str
    mark: Mark
    direction: Direction | None

    @property
    def icon(self) -> SafeString:
        return marks.icon(self.mark, self.direction)


def file_links(name: str, *args: object, **asked: str) -> tuple[Link, ...]:
    """A link to each kind of file of one table; ``name`` as ``downloads.as_files`` got it, below desk."""
    given = {word: value for word, value in asked.items() if value}
    query = f"?{urlencode(given)}" if given else ""
    return tuple(
        Link(kind.upper(), f"{reverse(f'desk:{name}_{kind}', args=args)}{query}") for kind in FileKind
    )


def measure_address(key: str, unit: str) -> str:
    """The measure's page, for one unit."""
    return f"{reverse('desk:measure', args=[key])}?unit={unit}"


def mark_of(point: Point) -> tuple[Mark, Direction | None]:
    """The shape of a point, and which way a triangle points."""
    if point.provisional:
        return Mark.PROVISIONAL, None
    if point.status in ("too_few", "folded"):
        return Mark.TOO_FEW, None
    direction = None
    if point.signal is not None:
        direction = Direction.UP if point.signal.side is Side.HIGH else Direction.DOWN
    return _MARKS[point.meaning], direction


def scale_of(line: MeasureLine) -> Scale:
    """How values of a measure are written."""
    return Scale(line.unit, line.better, line.decimals)


def value_words(line: MeasureLine, value: float | None) -> str:
    """The value, or that there is none."""
    return _("No value") if value is None else format_value(value, line.unit, line.decimals)


def point_words(line: MeasureLine, point: Point | None, folds_into: str) -> str:
    """The value of a point, that it is folded, or that there is none."""
    if point is not None and point.status == "folded":
        return capfirst(folded_words(folds_into))
    return value_words(line, point.value if point else None)


def latest_words(tile: Tile) -> str:
    """The latest value of a tile, as ``point_words``."""
    return point_words(tile.measure, tile.latest, tile.folds_into)


def target_words(target: Target | None, line: MeasureLine) -> str:
    """ "85%", "3 to 5 days", or nothing."""
    if target is None:
        return ""
    if target.value is not None:
        return format_exactly(target.value, line.unit)
    ends = [format_exactly(end, line.unit) for end in (target.low, target.high) if end is not None]
    if len(ends) == 1:
        form = _("%(end)s or more") if target.low is not None else _("%(end)s or less")
        return form % {"end": ends[0]}
    return _from_to(ends[0], ends[1], line)


def signal_of(tile: Tile) -> SignalWord:
    """The latest value against the measure's own past."""
    return signal_at(tile.latest, judged=_limits(tile) is not None)


def signal_at(point: Point | None, *, judged: bool) -> SignalWord:
    """A value against its own past, which is ``judged`` once there are limits."""
    if point is None:
        return SignalWord(_("No value yet"), Mark.TOO_FEW, None)
    mark, direction = mark_of(point)
    if point.status == "folded":
        return SignalWord(_("Folded"), mark, None)
    if point.status == "too_few":
        return SignalWord(_("Too few to judge"), mark, None)
    return SignalWord(signal_words(point.meaning, judged=judged), mark, direction)


def target_standing(tile: Tile) -> str:
    """Whether the latest value met its target, and how far from it: "Missed: 3.6 points below 85%"; nothing
    without a target. The distance alone tells nobody who does not know which way is better."""
    result = tile.met_target
    if result.answer is Answer.NOT_APPLICABLE:
        return ""
    target = tile.latest.target if tile.latest else None
    if result.answer is Answer.NO:
        return _("Missed: %(gap)s") % {"gap": lens_words(result, scale_of(tile.measure)).detail}
    if target is not None and target.low is not None and target.high is not None:
        return _("Met: inside %(range)s") % {"range": target_words(target, tile.measure)}
    return _("Met: %(gap)s") % {"gap": lens_words(result, scale_of(tile.measure)).detail}


def normal_range(tile: Tile) -> tuple[float, float] | None:
    """The limits of the latest stretch, cut off where the measure's values end: nothing is below zero that
    never was."""
    limits = _limits(tile)
    if limits is None or limits.lower is None or limits.upper is None:
        return None
    values = [point.value for point in tile.recent if point.value is not None]
    low = 0.0 if limits.lower < 0 <= min(values, default=0.0) else limits.lower
    is_share = tile.measure.unit == "percent" and max(values, default=0.0) <= 100
    high = 100.0 if is_share and limits.upper > 100 else limits.upper
    return low, high


def range_words(tile: Tile) -> str:
    """ "Normal range 13% to 27%", or why there is none yet."""
    ends = ends_words(tile)
    return _("Normal range %(ends)s") % {"ends": ends} if ends else _("No normal range yet")


def ends_words(tile: Tile) -> str:
    """The normal range: "13% to 27%", "3 to 5 days", "3 h 58 min to 5 h 13 min"; nothing without one."""
    ends = normal_range(tile)
    if ends is None:
        return ""
    low, high = (format_value(end, tile.measure.unit, tile.measure.decimals) for end in ends)
    return _from_to(low, high, tile.measure)


def _from_to(low: str, high: str, line: MeasureLine) -> str:
    """The word of the unit stands once. A duration is more than a number and a word."""
    start = low if line.unit == "duration" else low.partition(" ")[0]
    return _("%(low)s to %(high)s") % {"low": start, "high": high}


def range_bar(tile: Tile, size: BarSize = BarSize.TILE) -> SafeString:
    """The latest value in its own normal range; nothing while there is none."""
    ends, limits, point = normal_range(tile), _limits(tile), tile.latest
    if ends is None or limits is None or point is None or point.value is None:
        return SafeString("")
    mark, direction = mark_of(point)
    bar = RangeBar(point.value, *ends, limits.mean, _one_target(point.target), mark, direction)
    return draw_range_bar(bar, size)


def sparkline(tile: Tile) -> SafeString:
    """The recent points with the normal range and the target of the latest."""
    points = tuple(
        ChartPoint(point.label, "", point.value, *mark_of(point))
        for point in tile.recent
        if not point.provisional
    )
    low, high = normal_range(tile) or (None, None)
    target = _one_target(tile.latest.target) if tile.latest else None
    return draw_sparkline(Sparkline(points, low, high, target))


def _limits(tile: Tile) -> Limits | None:
    return tile.segment.limits if tile.segment else None


def _one_target(target: Target | None) -> float | None:
    return None if target is None else target.value


def named(names: Sequence[str]) -> str:
    """ "Fairview, Harbor and Old Town", in the order of the alphabet; of many, how many more there are."""
    first = sorted(names, key=str.casefold)[:_MOST_NAMED]
    rest = len(names) - len(first)
    if rest:
        return _("%(named)s and %(rest)s more") % {"named": ", ".join(first), "rest": rest}
    if len(first) == 1:
        return first[0]
    return _("%(named)s and %(last)s") % {"named": ", ".join(first[:-1]), "last": first[-1]}
