"""A measure's page: its verdict, four lenses, chart and table, definition, and the data behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from goldenthread.calc.formatting import format_difference
from goldenthread.calc.lenses import Answer, Lens, LensResult
from goldenthread.calc.periods import YEAR_TO_DATE, FiscalCalendar, Grain
from goldenthread.calc.spc import Meaning
from goldenthread.record.framework.queries import Node
from goldenthread.record.measures.definition import MeasureDefinition
from goldenthread.record.measures.models import Measure
from goldenthread.render.charts.marks import icon, target_icon
from goldenthread.render.charts.series import draw_series
from goldenthread.render.charts.values import Drawing, Mark
from goldenthread.render.csv import csv_bytes
from goldenthread.render.tables import Table
from goldenthread.results.provenance import Provenance
from goldenthread.results.values import Series
from goldenthread.results.verdicts import FEW, lens_words
from goldenthread.web.desk.presenters.behind import behind_facts, reported_table
from goldenthread.web.desk.presenters.definition import DefinitionFact, definition_facts
from goldenthread.web.desk.presenters.moments import as_of_words, full_day
from goldenthread.web.desk.presenters.multiples import Comparison
from goldenthread.web.desk.presenters.parts import FigureFiles, Link, Option, Step, scale_of
from goldenthread.web.desk.presenters.series_chart import (
    Signed,
    chart_of,
    chart_title,
    recent_table,
    values_table,
)
from goldenthread.web.desk.presenters.service import Action
from goldenthread.web.desk.presenters.thread import thread_steps


class Compared(StrEnum):
    """How units are put beside each other: as counted, or allowing for the mix of their cases."""

    COUNTED = "counted"
    MIX = "mix"


@dataclass(frozen=True)
class Shown:
    """What of a measure the address asks for. ``split`` is the column it is broken down by, ``units`` how the
    units below are compared."""

    unit: str
    grain: str | None = None
    tree: str = "event"
    as_table: bool = False
    split: str = ""
    units: Compared | None = None

    def _asked(self) -> dict[str, str | None]:
        return {
            "unit": self.unit,
            "by": self.grain,
            "tree": "today" if self.tree == "today" else None,
            "split": self.split,
            "units": self.units,
            "view": "table" if self.as_table else None,
        }

    def kept(self) -> tuple[tuple[str, str], ...]:
        """What a form that changes the unit must carry along."""
        return tuple((word, value) for word, value in self._asked().items() if value and word != "unit")

    def address(self, key: str, name: str = "desk:measure", **changed: str | None) -> str:
        """The same page, or another one of the measure, with something else asked."""
        kept = {word: value for word, value in (self._asked() | changed).items() if value}
        return f"{reverse(name, args=[key])}?{urlencode(kept)}"


@dataclass(frozen=True)
class UnitChoice:
    """A unit the same measure can be seen for."""

    key: str
    name: str
    current: bool


@dataclass(frozen=True)
class LensShown:
    """One lens of the strip; see components/lens_strip.html."""

    question: str
    answer: str
    detail: str
    tone: str
    icon: str


@dataclass(frozen=True)
class Group:
    """A part of the side navigation."""

    title: str
    items: tuple[Option, ...]


@dataclass(frozen=True)
class Switch:
    """A choice of several; see components/segmented.html."""

    label: str
    options: tuple[Option, ...]


@dataclass(frozen=True)
class MeasurePage:
    """Everything the page of one measure shows. ``lead`` is the value, ``verdict`` the rest of it."""

    title: str
    eyebrow: str
    lead: str
    verdict: str
    note: str
    actions: tuple[Action, ...]
    lenses: tuple[LensShown, ...]
    chart_title: str
    finding: str
    drawing: Drawing | None
    table: Table
    as_table: bool
    chart_href: str
    table_href: str
    files: FigureFiles
    chart_links: tuple[Link, ...]
    switches: tuple[Switch, ...]
    units: tuple[UnitChoice, ...]
    kept: tuple[tuple[str, str], ...]
    groups: tuple[Group, ...]
    comparisons: tuple[Comparison, ...]
    definition: tuple[DefinitionFact, ...]
    definition_links: tuple[Link, ...]
    data: tuple[DefinitionFact, ...]
    reported: Table | None
    steps: tuple[Step, ...]
    as_of: str


@dataclass(frozen=True)
class May:
    """What the reader may do from the page."""

    define: bool
    lock: bool
    see_data: bool


@dataclass(frozen=True)
class Found:
    """What was found about one measure of one unit, for its page.

    ``siblings`` and ``units`` are keys with their names, ``path`` leads from the outcome to the service it
    serves, and ``names`` tell what the people of the definition are called.
    """

    series: Series
    definition: MeasureDefinition
    record: Measure
    siblings: Sequence[tuple[str, str]]
    path: Sequence[Node]
    units: Sequence[tuple[str, str]]
    names: Mapping[str, str]
    comparisons: Sequence[Comparison]
    behind: Provenance
    signed: Signed
    tree_changed: bool
    calendar: FiscalCalendar


def measure_page(found: Found, shown: Shown, may: May) -> MeasurePage:
    """The page of ``found``, as the address asks for it."""
    series, record, behind = found.series, found.record, found.behind
    key = series.measure.key
    table = values_table(series)
    lead, verdict = _answer(series, found.calendar)
    return MeasurePage(
        title=series.measure.title,
        eyebrow=series.unit_name,
        lead=lead,
        verdict=verdict,
        note=_status_note(record, found.definition, outdated=behind.outdated),
        actions=_actions(key, may),
        lenses=tuple(_lens(one, series) for one in series.lenses),
        chart_title=chart_title(series),
        finding=series.capability_sentence or _finding(series),
        drawing=_drawing(found),
        table=recent_table(table),
        as_table=shown.as_table,
        chart_href=shown.address(key, view=None),
        table_href=shown.address(key, view="table"),
        files=FigureFiles(
            csv=shown.address(key, "desk:measure_file_csv", view=None, split=None, units=None),
            size=len(csv_bytes(table)),
            xlsx=shown.address(key, "desk:measure_file_xlsx", view=None, split=None, units=None),
        ),
        chart_links=_chart_links(key, shown, may),
        switches=tuple(_switches(series, shown, tree_changed=found.tree_changed)),
        units=tuple(UnitChoice(unit, name, unit == series.unit) for unit, name in found.units),
        kept=shown.kept(),
        groups=_groups(key, found.siblings, found.path, found.comparisons),
        comparisons=tuple(found.comparisons),
        definition=definition_facts(
            found.definition,
            record,
            series,
            names=found.names,
            source_titles={one.key: one.title for one in behind.sources},
            link_sources=may.see_data,
        ),
        definition_links=(
            Link(
                _("Definition %(number)s") % {"number": record.current.number if record.current else 1},
                reverse("desk:measure_history", args=[key]),
            ),
        ),
        data=tuple(behind_facts(series, behind, link=may.see_data, awaited=record.retired_on is None)),
        reported=reported_table(series),
        steps=(*thread_steps(found.path), Step(_("Measure"), series.measure.title)),
        as_of=as_of_words(series.as_of),
    )


def _drawing(found: Found) -> Drawing | None:
    """The chart, once there is a value to draw."""
    if all(point.value is None for point in found.series.points):
        return None
    return draw_series(chart_of(found.series, found.calendar, found.signed))


def _answer(series: Series, calendar: FiscalCalendar) -> tuple[str, str]:
    """The value by itself, and the rest of its verdict."""
    latest = series.latest
    if latest is None or latest.status != "ok":
        return "", series.verdict
    lead, found, rest = series.verdict.partition(f" {calendar.phrase(latest.period)}")
    return (lead, f"{found.strip()}{rest}") if found else ("", series.verdict)


def _status_note(record: Measure, definition: MeasureDefinition, *, outdated: bool) -> str:
    if record.retired_on is not None:
        return _("Retired since %(day)s: %(why)s") % {
            "day": full_day(record.retired_on),
            "why": record.retired_why,
        }
    if outdated:
        return _("Its values are being computed again; what you see here is from before.")
    return _("A draft: nobody is asked for its values yet.") if definition.status == "draft" else ""


def _actions(key: str, may: May) -> tuple[Action, ...]:
    if not may.define:
        return ()
    return (Action(_("Edit definition"), reverse("desk:measure_edit", args=[key]), "edit"),)


def _chart_links(key: str, shown: Shown, may: May) -> tuple[Link, ...]:
    def at(name: str) -> str:
        return f"{reverse(name, args=[key])}?unit={shown.unit}"

    links = []
    if may.define:
        links.append(Link(_("Add a note"), at("desk:measure_annotate")))
        links.append(Link(_("Re-set the limits"), at("desk:measure_rebase")))
    if may.lock:
        links.append(Link(_("Lock or restate values"), at("desk:measure_lock")))
    return tuple(links)


def _finding(series: Series) -> str:
    if series.is_year_to_date:
        return _("Each point is the fiscal year up to the end of its %(period)s; it is given no limits.") % {
            "period": series.grain
        }
    complete = [one for one in series.points if one.value is not None and not one.provisional]
    if not complete and any(one.status == "folded" for one in series.points):
        return _("Every value is folded: %(few)s stand behind each.") % {"few": FEW}
    if complete and all(one.status == "too_few" for one in complete):
        return _("Every point has too few behind it to judge, so there are no limits.")
    if not any(segment.limits for segment in series.segments):
        return _("Too early for limits: no verdict on the trend yet.")
    return _("The shaded band is where this measure normally lies.")


def _lens(result: LensResult, series: Series) -> LensShown:
    words = lens_words(result, scale_of(series.measure))
    tone = {Answer.YES: "better", Answer.NO: "worse"}.get(result.answer, "")
    shape = ""
    if result.lens is Lens.TREND:
        if result.meaning in (None, Meaning.ORDINARY, Meaning.NEUTRAL_HIGH, Meaning.NEUTRAL_LOW):
            tone = ""
        shape = icon(_TREND_MARKS.get(result.meaning, Mark.TOO_FEW))
    elif result.answer is not Answer.NOT_APPLICABLE:
        met = result.answer is Answer.YES
        shape = icon(Mark.BETTER if met else Mark.WORSE) if result.lens is Lens.YEAR else target_icon(met=met)
    detail = words.detail
    if series.latest is not None and series.latest.status == "too_few":
        detail = _("too few to judge")
    return LensShown(_question(result, series), words.answer, detail, tone, shape)


_TREND_MARKS: dict[Meaning | None, Mark] = {
    Meaning.ORDINARY: Mark.ORDINARY,
    Meaning.IMPROVEMENT: Mark.BETTER,
    Meaning.CONCERN: Mark.WORSE,
    Meaning.NEUTRAL_HIGH: Mark.CHANGED,
    Meaning.NEUTRAL_LOW: Mark.CHANGED,
}


def _question(result: LensResult, series: Series) -> str:
    if result.lens is Lens.TARGET:
        return _("Met the target?")
    if result.lens is Lens.YEAR:
        return _("Held or better than a year ago?")
    if result.lens is Lens.TREND:
        if result.since is None:
            return _("Trend")
        return _("Trend since %(period)s") % {"period": series.points[result.since].label}
    target = series.latest.target if series.latest else None
    if target is None or not target.tolerance:
        return _("Met, or within tolerance?")
    return _("Met, or within %(tolerance)s of it?") % {
        "tolerance": format_difference(target.tolerance, series.measure.unit)
    }


def _switches(series: Series, shown: Shown, *, tree_changed: bool) -> list[Switch]:
    key, own = series.measure.key, series.measure.frequency
    names = {
        Grain.DAY: _("Days"),
        Grain.WEEK: _("Weeks"),
        Grain.MONTH: _("Months"),
        Grain.QUARTER: _("Quarters"),
        Grain.YEAR: _("Years"),
    }
    longer = [grain for grain in (Grain.MONTH, Grain.QUARTER, Grain.YEAR) if _is_longer(grain, own)]
    choices: list[tuple[str, str | None]] = [(names[own], None), *((names[one], str(one)) for one in longer)]
    if own in (Grain.MONTH, Grain.QUARTER):
        choices.append((_("Year to date"), YEAR_TO_DATE))
    switches = []
    if len(choices) > 1:
        options = (Option(name, shown.address(key, by=by), shown.grain == by) for name, by in choices)
        switches.append(Switch(_("Periods"), tuple(options)))
    if tree_changed:
        trees = (("event", _("Units as they were")), ("today", _("Today's units")))
        options = (
            Option(name, shown.address(key, tree=tree if tree == "today" else None), shown.tree == tree)
            for tree, name in trees
        )
        switches.append(Switch(_("Which units facts count for"), tuple(options)))
    return switches


def _is_longer(grain: Grain, own: Grain) -> bool:
    order = list(Grain)
    return order.index(grain) > order.index(own)


def _groups(
    key: str,
    siblings: Sequence[tuple[str, str]],
    path: Sequence[Node],
    comparisons: Sequence[Comparison],
) -> tuple[Group, ...]:
    here = [("#chart", _("Chart"))]
    here += [(f"#{one.anchor}", one.title) for one in comparisons]
    here += [("#definition", _("How it is measured")), ("#data", _("Data behind it"))]
    groups = []
    if siblings and path:
        items = tuple(
            Option(title, reverse("desk:measure", args=[one]), one == key) for one, title in siblings
        )
        groups.append(Group(path[-1].fields.name, items))
    groups.append(Group(_("On this page"), tuple(Option(title, anchor, False) for anchor, title in here)))
    return tuple(groups)
