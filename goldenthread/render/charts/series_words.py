"""What a chart says to one who does not see it."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from goldenthread.calc.formatting import format_exactly, format_value
from goldenthread.render.charts.values import Mark, SeriesChart

_BARE_UNITS = {"currency", "duration"}
_TOLD = (
    Mark.BETTER,
    Mark.WORSE,
    Mark.CHANGED,
    Mark.EXCEPTIONAL,
    Mark.PROVISIONAL,
    Mark.EXPECTED,
    Mark.TOO_FEW,
)
"""The marks whose periods are named, in this order."""


def mark_words(mark: Mark, noun: str) -> str:
    """The words a key puts beside a mark."""
    match mark:
        case Mark.ORDINARY:
            return _("ordinary %(period)s") % {"period": noun}
        case Mark.BETTER:
            return _("better than normal")
        case Mark.WORSE:
            return _("worse than normal")
        case Mark.CHANGED:
            return _("more than normal variation")
        case Mark.PROVISIONAL:
            return _("provisional, may still change")
        case Mark.EXPECTED:
            return _("to be expected, as things go on")
        case Mark.TOO_FEW:
            return _("too few to judge")
        case Mark.EXCEPTIONAL:
            return _("exceptional, shown and not rated")


def bare(value: float, chart: SeriesChart) -> str:
    """A value as labels in a chart write it: without a unit that the chart's heading has named already."""
    return format_value(value, chart.unit if chart.unit in _BARE_UNITS else "number", chart.decimals)


def exact(value: float, chart: SeriesChart) -> str:
    """As `bare`, for a target, which is never rounded."""
    return format_exactly(value, chart.unit if chart.unit in _BARE_UNITS else "number")


def description(chart: SeriesChart) -> str:
    """Span, last value, average, limits, target and signals, in sentences."""
    first, last = chart.points[0].period_label, chart.points[-1].period_label
    sentences = [_("From %(first)s to %(last)s.") % {"first": first, "last": last}]
    known = [point for point in chart.points if point.value is not None]
    if known and known[-1].value is not None:
        sentences.append(
            _("Last value %(value)s in %(period)s.")
            % {
                "value": format_value(known[-1].value, chart.unit, chart.decimals),
                "period": known[-1].period_label,
            }
        )
    sentences += _center_and_limits(chart)
    if chart.targets:
        sentences.append(_("Target %(value)s.") % {"value": exact(chart.targets[-1].value, chart)})
    for mark in _TOLD:
        periods = [point.period_label for point in known if point.mark is mark]
        if periods:
            words = mark_words(mark, chart.period_noun)
            sentences.append(f"{words[:1].upper()}{words[1:]}: {', '.join(periods)}.")
    return " ".join(sentences)


def _center_and_limits(chart: SeriesChart) -> list[str]:
    if not chart.segments:
        return []
    segment = chart.segments[-1]
    values = {"value": bare(segment.average, chart)}
    if segment.lower is not None and segment.upper is not None:
        values |= {"lower": bare(segment.lower, chart), "upper": bare(segment.upper, chart)}
        return [_("Average %(value)s, normal range %(lower)s to %(upper)s.") % values]
    if segment.upper is not None:
        return [
            _("Average %(value)s, upper limit %(upper)s.") % (values | {"upper": bare(segment.upper, chart)})
        ]
    if segment.lower is not None:
        return [
            _("Average %(value)s, lower limit %(lower)s.") % (values | {"lower": bare(segment.lower, chart)})
        ]
    return [pgettext("run chart", "Median %(value)s.") % values]
