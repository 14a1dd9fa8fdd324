"""Operational reports: of one unit over a few days, and the list of those one may open."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from goldenthread.calc.periods import Period
from goldenthread.record.access.queries import find_unit
from goldenthread.record.access.roles import Permission
from goldenthread.record.framework.queries import thread
from goldenthread.record.orgs.models import Unit
from goldenthread.record.reports.definition import ReportDefinition, Window
from goldenthread.record.reports.models import Report
from goldenthread.record.reports.queries import current_definition, defined_below, find_report
from goldenthread.render.files import FileKind
from goldenthread.results.indicators import Indicator, key_indicators
from goldenthread.results.reports import Days, UnitReport, above_in, is_open, open_reports, unit_report
from goldenthread.results.series import computed_at
from goldenthread.results.workers import reports_of_workers
from goldenthread.web.access import around, rights, scope, signed_in
from goldenthread.web.desk.forms.reports import DaysForm
from goldenthread.web.desk.presenters.indicators import indicators_page, indicators_table
from goldenthread.web.desk.presenters.moments import as_of_words
from goldenthread.web.desk.presenters.reports import asked_in_address, report_page, report_table, reports_page
from goldenthread.web.desk.presenters.service import Action
from goldenthread.web.downloads import file_response


@signed_in
@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    """Every report that one may open, with its units, and those that one may change."""
    found = open_reports(scope(request), around=around(request))
    keeping = rights(request).units_with(Permission.DEFINE_MEASURES)
    of_workers = reports_of_workers(scope(request), around=around(request))
    page = reports_page(found, of_workers, defined_below(keeping, top=around(request).top))
    context = {"section": "unit", "page": page, "may_define": bool(keeping)}
    return render(request, "desk/reports.html", context)


@signed_in
@require_safe
def indicators(request: HttpRequest, key: str) -> HttpResponse:
    """The key indicators of a unit and the units below it, with a door to the report behind each."""
    unit, found = _indicators_of(request, key)
    page = indicators_page(unit.key, unit.name, found)
    actions = (
        Action(unit.name, reverse("desk:unit", args=[key]), "arrow_upward"),
        Action(_("Show it on a wall"), reverse("desk:walls", args=[key]), "launch"),
    )
    fresh = as_of_words(computed_at((one.tile for one in found), around=around(request)))
    context = {"section": "unit", "title": unit.name, "page": page, "actions": actions, "as_of": fresh}
    return render(request, "desk/indicators.html", context)


@signed_in
@require_safe
def indicators_file(request: HttpRequest, key: str, kind: FileKind) -> HttpResponse:
    """The same as a file."""
    unit, found = _indicators_of(request, key)
    return file_response(request, indicators_table(unit.name, found), f"indicators-{key}", kind)


def _indicators_of(request: HttpRequest, key: str) -> tuple[Unit, tuple[Indicator, ...]]:
    unit = find_unit(scope(request), key)
    if unit is None:
        raise Http404
    return unit, key_indicators(key, scope(request), around=around(request))


@signed_in
@require_safe
def unit_report_page(request: HttpRequest, key: str, report: str) -> HttpResponse:
    """A report of a unit over the days asked for; without any over those that the report opens with."""
    form = days_form(request)
    found, asked = _found(request, key, report, form)
    seen, known = scope(request), around(request)
    above = [(one, known.names[one]) for one in above_in(found, known) if is_open(one, seen)]
    page = report_page(found, asked, above=above, path=thread(found.definition.serves or ""))
    form = shown_days(form, found.period)
    context = {"section": "unit", "page": page, "form": form, "thread": page.steps, "as_of": page.as_of}
    return render(request, "desk/unit_report.html", context)


@signed_in
@require_safe
def unit_report_file(request: HttpRequest, key: str, report: str, kind: FileKind) -> HttpResponse:
    """What the page shows, as a file."""
    form = days_form(request)
    refuse_other_days(form)
    found, asked = _found(request, key, report, form)
    days = "-".join(asked_in_address(asked).values())
    return file_response(request, report_table(found, asked), f"{report}-{key}-{days}", kind)


def report_in_use(key: str) -> Report:
    """The report with this key; one that is used no more is not there."""
    record = find_report(key)
    if record is None or record.retired_on is not None:
        raise Http404
    return record


def days_form(request: HttpRequest) -> DaysForm:
    """Any days, where some are asked for."""
    return DaysForm(request.GET if "since" in request.GET or "until" in request.GET else None)


def days_asked(request: HttpRequest, form: DaysForm, definition: ReportDefinition) -> Window | Days:
    """The days that the address asks for; without any, those that the report opens with."""
    if form.is_bound and form.is_valid():
        return Days(form.cleaned_data["since"], form.cleaned_data["until"])
    named = request.GET.get("days")
    if named is None:
        return definition.windows[0]
    if named not in definition.windows:
        raise Http404
    return Window(named)


def refuse_other_days(form: DaysForm) -> None:
    """A page says what is wrong with the days that were typed; a file could only hold others."""
    if form.is_bound and not form.is_valid():
        raise Http404


def shown_days(form: DaysForm, period: Period) -> DaysForm:
    """The form with what was typed, else with the days that are shown."""
    return form if form.is_bound else DaysForm(initial={"since": period.start, "until": period.last_day})


def _found(request: HttpRequest, key: str, report: str, form: DaysForm) -> tuple[UnitReport, Window | Days]:
    definition = current_definition(report_in_use(report))
    asked = days_asked(request, form, definition)
    found = unit_report(definition, key, asked, scope(request), around=around(request))
    if found is None:
        raise Http404
    return found, asked
