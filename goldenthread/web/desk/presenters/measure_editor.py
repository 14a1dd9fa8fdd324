"""The page on which a measure is defined: what to correct, what it would show, what a new formula changes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from goldenthread.calc.formatting import format_number
from goldenthread.calc.periods import FiscalCalendar
from goldenthread.definitions import Problem
from goldenthread.render.charts.series import draw_series
from goldenthread.render.charts.values import Drawing
from goldenthread.render.tables import Cell, Column, Row, Table
from goldenthread.results.preview import Preview
from goldenthread.web.desk.forms.doing import Mistake
from goldenthread.web.desk.forms.measure_editor import SIDES, MeasureForm
from goldenthread.web.desk.presenters.definition import DefinitionFact
from goldenthread.web.desk.presenters.parts import value_words
from goldenthread.web.desk.presenters.series_chart import chart_of, chart_title

TEXT_FIELD = "id_text"
_SHOWN = {"unit": "show_unit", "per": "per", "better": "better", "decimals": "decimals"}


@dataclass(frozen=True)
class PreviewShown:
    """What a definition would show; see desk/measure_preview.html."""

    title: str
    verdict: str
    drawing: Drawing | None
    facts: tuple[DefinitionFact, ...]
    remarks: tuple[str, ...]
    differing: str
    differences: Table | None


def mistakes_of(problems: Iterable[Problem], *, as_yaml: bool) -> list[Mistake]:
    """The problems in sentences, each with its line or its field."""
    return [
        Mistake(TEXT_FIELD, str(one)) if as_yaml else Mistake(_field_of(one.where), _sentence(one))
        for one in problems
    ]


def _sentence(problem: Problem) -> str:
    words = _("found %(found)s, wanted %(wanted)s") % {"found": problem.found, "wanted": problem.wanted}
    return f"{_label_of(problem.where)}: {words}"


def _label_of(where: str) -> str:
    first, _dot, rest = where.partition(".")
    names = {
        "numerator": _("Counted"),
        "denominator": _("Out of"),
        "show_as": _("Shown as"),
        "targets": _("Targets"),
        "people": _("Who looks after it"),
        "": _("The measure"),
    }
    field = MeasureForm.base_fields.get(first)
    name = names.get(first) or (str(field.label) if field is not None else first.replace("_", " "))
    return f"{name}, {rest.replace('.', ' ').replace('_', ' ')}" if rest else name


def _field_of(where: str) -> str:
    """The id of the field that holds what stands at this place of the YAML."""
    first, *rest = where.split(".")
    if first in SIDES:
        return f"id_{first}-where-0-column" if rest[:1] == ["where"] else f"id_{first}-word"
    if first == "targets":
        return f"id_targets-{rest[0] if rest else 0}-value"
    if first == "breakdowns":
        return "breakdowns"
    if first in ("show_as", "people") and rest:
        return f"id_m-{_SHOWN.get(rest[0], rest[0])}"
    return f"id_m-{first}" if first in MeasureForm.base_fields else "id_m-title"


def preview_shown(found: Preview | None, remarks: Iterable[str], calendar: FiscalCalendar) -> PreviewShown:
    """``found`` None: the unit that keeps the measure is not open to the reader."""
    if found is None:
        return PreviewShown(
            _("What it shows"), _("You cannot see numbers of the unit that keeps it."), None, (), (), "", None
        )
    series = found.series
    has_value = any(point.has_value for point in series.points)
    latest = series.latest
    facts = []
    if latest is not None and latest.value is not None:
        facts = [
            DefinitionFact(
                _("Counted"), _("in %(period)s") % {"period": latest.label}, strong=_amount(latest.numerator)
            ),
            DefinitionFact(
                _("Out of"), _("in %(period)s") % {"period": latest.label}, strong=_amount(latest.denominator)
            ),
            DefinitionFact(_("Facts behind it"), "", strong=format_number(latest.facts)),
        ]
    return PreviewShown(
        title=_("%(shown)s, %(unit)s") % {"shown": chart_title(series), "unit": series.unit_name},
        verdict=series.verdict if has_value else _("The facts there are give it no value."),
        drawing=draw_series(chart_of(series, calendar, {})) if has_value else None,
        facts=tuple(fact for fact in facts if fact.strong),
        remarks=tuple(remarks),
        differing=_differing(found),
        differences=_differences(found) if found.differences else None,
    )


def _differing(found: Preview) -> str:
    if not found.compared:
        return ""
    if not found.differences:
        return _("All %(count)s values of these periods stay as they are.") % {"count": found.compared}
    return _("%(changed)s of %(count)s values of these periods change.") % {
        "changed": len(found.differences),
        "count": found.compared,
    }


def _differences(found: Preview) -> Table:
    measure = found.series.measure
    columns = (
        Column(_("Period")),
        Column(_("As it is"), number=True),
        Column(_("As it would be"), number=True),
    )
    rows = tuple(
        Row((Cell(one.label), Cell(value_words(measure, one.before)), Cell(value_words(measure, one.after))))
        for one in found.differences
    )
    return Table(_("What changes"), columns, rows)


def _amount(value: float | None) -> str:
    return "" if value is None else format_number(value)
