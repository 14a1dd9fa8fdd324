"""Pages for a measure's history, the notes on its chart, and its locked values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from goldenthread.calc.direction import same
from goldenthread.definitions import dump_yaml
from goldenthread.record.measures.models import Measure
from goldenthread.record.orgs.models import Unit
from goldenthread.render.tables import Table
from goldenthread.results.chart_notes import ChartNote
from goldenthread.results.values import Point, Series
from goldenthread.results.versions import Version
from goldenthread.web.desk.presenters.behind import reported_table
from goldenthread.web.desk.presenters.moments import full_day
from goldenthread.web.desk.presenters.notices import count_words
from goldenthread.web.desk.presenters.parts import measure_address, value_words

Choices = list[tuple[str, str]]


@dataclass(frozen=True)
class NoteShown:
    """One note of the list, and who says so when."""

    pk: int
    where: str
    what: str
    why: str
    who: str


@dataclass(frozen=True)
class NotesPage:
    """A form above what was noted before."""

    title: str
    measure: str
    href: str
    notes: tuple[NoteShown, ...]


@dataclass(frozen=True)
class VersionShown:
    """A version in words, with its YAML."""

    title: str
    who: str
    why: str
    changed: str
    formula: str
    text: str


@dataclass(frozen=True)
class HistoryPage:
    """Every version of one definition."""

    measure: str
    href: str
    verdict: str
    versions: tuple[VersionShown, ...]


@dataclass(frozen=True)
class ReportedPage:
    """The values of one unit that were locked, and that can be."""

    measure: str
    href: str
    unit: str
    verdict: str
    reported: Table | None


def notes_page(record: Measure, unit: Unit, title: str, notes: Sequence[ChartNote]) -> NotesPage:
    """``notes`` come newest first."""
    return NotesPage(
        title=title,
        measure=record.title,
        href=measure_address(record.key, unit.key),
        notes=tuple(
            NoteShown(
                pk=one.pk,
                where=_("%(period)s, %(unit)s")
                % {"period": one.label, "unit": one.unit_name or _("every unit")},
                what=one.what,
                why=one.why,
                who=_("%(name)s, %(day)s") % {"name": one.by, "day": full_day(one.at)},
            )
            for one in notes
        ),
    )


def history_page(record: Measure, versions: Sequence[Version]) -> HistoryPage:
    """``versions`` come newest first."""
    breaks = sum(1 for one in versions if one.formula_changed and one.number > 1)
    words = _("Its formula never changed.") if not breaks else _("Its formula changed %(count)s times.")
    if breaks == 1:
        words = _("Its formula changed once.")
    return HistoryPage(
        measure=record.title,
        href=reverse("desk:measure", args=[record.key]),
        verdict=words % {"count": breaks},
        versions=tuple(_version(one) for one in versions),
    )


def _version(one: Version) -> VersionShown:
    formula = ""
    if one.formula_changed and one.number > 1:
        formula = (
            _("A new formula from %(day)s; the days before keep the earlier one.")
            % {"day": full_day(one.formula_from)}
            if one.formula_from
            else _("A new formula, for all of history.")
        )
    names = ", ".join(name.replace("_", " ") for name in one.changed)
    return VersionShown(
        title=_("Definition %(number)s") % {"number": one.number},
        who=_("%(name)s, %(day)s")
        % {"name": one.written_by, "day": date_format(localtime(one.written_at), "F j, Y, P")},
        why=one.why,
        changed=_("Changed: %(names)s") % {"names": names} if names else _("The first one"),
        formula=formula,
        text=dump_yaml(dict(one.data)),
    )


def period_choices(series: Series) -> Choices:
    """Every period of the chart, the newest first."""
    return [(point.period.key, point.label) for point in reversed(series.points)]


def lock_choices(series: Series) -> Choices:
    """Complete values that were not locked yet, the newest first."""
    return [
        (point.period.key, _said(point, series))
        for point in reversed(series.points)
        if point.value is not None and not point.provisional and not point.reported
    ]


def restate_choices(series: Series) -> Choices:
    """Locked values that are no longer what the facts say, the newest first."""
    return [
        (
            point.period.key,
            _("%(period)s: reported %(before)s, now %(now)s")
            % {
                "period": point.label,
                "before": value_words(series.measure, point.reported[-1].value),
                "now": value_words(series.measure, point.value),
            },
        )
        for point in reversed(series.points)
        if point.reported and _differs(point)
    ]


def reported_page(record: Measure, series: Series) -> ReportedPage:
    """What was reported of the measure at one unit."""
    locked = [point for point in series.points if point.reported]
    differing = sum(1 for point in locked if _differs(point))
    if not locked:
        verdict = _("No value is locked yet.")
    elif differing == len(locked) == 1:
        verdict = _("The one locked value is no longer what the facts say.")
    elif differing:
        verdict = ngettext(
            "%(differing)s of %(locked)s locked values is no longer what the facts say.",
            "%(differing)s of %(locked)s locked values are no longer what the facts say.",
            differing,
        )
    else:
        verdict = ngettext(
            "The one locked value is still what the facts say.",
            "All %(locked)s locked values are still what the facts say.",
            len(locked),
        )
    return ReportedPage(
        measure=record.title,
        href=measure_address(record.key, series.unit),
        unit=series.unit_name,
        verdict=verdict
        % {"differing": count_words(differing).capitalize(), "locked": count_words(len(locked))},
        reported=reported_table(series),
    )


def _said(point: Point, series: Series) -> str:
    return f"{point.label}: {value_words(series.measure, point.value)}"


def _differs(point: Point) -> bool:
    before = point.reported[-1].value
    return point.value is not None and before is not None and not same(point.value, before)
