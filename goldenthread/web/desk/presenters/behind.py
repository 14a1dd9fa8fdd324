"""What stands behind a measure's values: batches, days, and values as they were reported."""

from __future__ import annotations

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from goldenthread.calc.formatting import format_number
from goldenthread.calc.periods import Grain, Period
from goldenthread.render.tables import Cell, Column, Row, Table
from goldenthread.results.provenance import Provenance, RowsOf, SourceBehind
from goldenthread.results.values import Series
from goldenthread.web.desk.presenters.definition import DefinitionFact
from goldenthread.web.desk.presenters.moments import full_day
from goldenthread.web.desk.presenters.parts import value_words

_MOST_REPORTED = 12
_LEAST_PERCENT = 0.05


def behind_facts(series: Series, behind: Provenance, *, link: bool, awaited: bool) -> list[DefinitionFact]:
    """The last batch of each source, its days, what nobody could place, and where values are still awaited
    the day of the next; ``link`` leads to the batch."""
    facts = [
        fact
        for source in behind.sources
        for fact in _source_facts(source, many=len(behind.sources) > 1, link=link)
    ]
    if behind.not_assigned:
        facts.append(
            DefinitionFact(
                _("Not assigned"),
                ngettext(
                    "%(count)s fact of %(period)s counts for the whole organization, not for a unit below.",
                    "%(count)s facts of %(period)s count for the whole organization, not for a unit below.",
                    behind.not_assigned,
                )
                % {
                    "count": format_number(behind.not_assigned),
                    "period": series.latest.label if series.latest else "",
                },
            )
        )
    if behind.held_from is not None:
        facts.append(
            DefinitionFact(
                _("Before %(day)s") % {"day": date_format(behind.held_from, "F j, Y")},
                _(
                    "Values stand as they were computed. The rows of single workers behind them are no "
                    "longer held, so they cannot be computed again."
                ),
            )
        )
    if awaited:
        late = _("%(day)s; it is late") if series.is_late else "%(day)s"
        expected = late % {"day": full_day(series.next_expected)}
        facts.append(DefinitionFact(_("Next value expected"), expected))
    return facts


def _source_facts(source: SourceBehind, *, many: bool, link: bool) -> list[DefinitionFact]:
    named = f" ({source.title})" if many else ""
    if source.by_itself:
        return [DefinitionFact(_("Source") + named, _("Filled by the product itself, from the record"))]
    if source.last is None:
        return [DefinitionFact(_("Last batch") + named, _("None loaded yet"))]
    last = source.last
    when = date_format(localtime(last.loaded_at), "F j, P")
    href = reverse("desk:batch", args=[last.number]) if link else ""
    facts = [
        DefinitionFact(
            _("Last batch") + named,
            _("Batch %(number)s, %(when)s") % {"number": last.number, "when": when},
            href,
        ),
    ]
    if last.rows is not None:
        facts.append(DefinitionFact(_("Rows") + named, _rows_words(last.rows)))
    if source.days_covered is not None and source.period is not None:
        words = _("%(days)s of %(all)s days of %(period)s have rows") % {
            "days": source.days_covered,
            "all": source.period.days,
            "period": _period_words(source.period),
        }
        facts.append(DefinitionFact(_("Complete") + named, words))
    return facts


def _rows_words(of: RowsOf) -> str:
    percent = 100 * of.rejected / of.rows if of.rows else 0
    share = f" ({percent:.1f}%)" if percent >= _LEAST_PERCENT else ""
    return _("Accepted %(accepted)s. Refused %(refused)s%(share)s.") % {
        "accepted": format_number(of.accepted),
        "refused": format_number(of.rejected),
        "share": share,
    }


def _period_words(period: Period) -> str:
    if period.grain is Grain.MONTH:
        return date_format(period.start, "F Y")
    first, last = (full_day(day) for day in (period.start, period.last_day))
    return _("%(first)s to %(last)s") % {"first": first, "last": last}


def reported_table(series: Series) -> Table | None:
    """The values that were locked, the newest first: as first reported, as last reported, and as computed."""
    points = [point for point in series.points if point.reported][-_MOST_REPORTED:]
    if not points:
        return None
    columns = (
        Column(_("Period")),
        Column(_("First reported"), number=True),
        Column(_("Last reported"), number=True),
        Column(_("Now"), number=True),
        Column(_("Why")),
    )
    rows = []
    for point in reversed(points):
        first, last = point.reported[0], point.reported[-1]
        written = [value_words(series.measure, one) for one in (first.value, last.value, point.value)]
        rows.append(
            Row(
                (
                    Cell(point.label),
                    *(
                        Cell(words, value=value)
                        for words, value in zip(written, (first.value, last.value, point.value), strict=True)
                    ),
                    Cell(last.why or _("As first reported")),
                )
            )
        )
    return Table(_("As first reported"), columns, tuple(rows))
