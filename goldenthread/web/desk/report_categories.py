"""A report of a unit told apart by the words of a column, such as programs."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from goldenthread.record.framework.queries import thread
from goldenthread.record.reports.definition import Window
from goldenthread.record.reports.queries import current_definition
from goldenthread.render.files import FileKind
from goldenthread.results.categories import CategoryReport, category_report
from goldenthread.results.reports import Days
from goldenthread.web.access import around, scope, signed_in
from goldenthread.web.desk.forms.reports import DaysForm
from goldenthread.web.desk.presenters.report_categories import categories_page, categories_table
from goldenthread.web.desk.presenters.reports import asked_in_address
from goldenthread.web.desk.reports import days_asked, days_form, refuse_other_days, report_in_use, shown_days
from goldenthread.web.downloads import file_response


@signed_in
@require_safe
def unit(request: HttpRequest, key: str, report: str) -> HttpResponse:
    """Every category of a unit over the days asked for, and one of them over time if it has any numbers."""
    form = days_form(request)
    found, asked = _found(request, key, report, form)
    page = categories_page(
        found, key, asked, request.GET.get("category"), path=thread(found.definition.serves or "")
    )
    form = shown_days(form, found.period)
    context = {"section": "unit", "page": page, "form": form, "thread": page.steps, "as_of": page.as_of}
    return render(request, "desk/report_categories.html", context)


@signed_in
@require_safe
def unit_file(request: HttpRequest, key: str, report: str, kind: FileKind) -> HttpResponse:
    """What the page shows of all categories, as a file."""
    form = days_form(request)
    refuse_other_days(form)
    found, asked = _found(request, key, report, form)
    days = "-".join(asked_in_address(asked).values())
    return file_response(request, categories_table(found, key, asked), f"{report}-{key}-by-{days}", kind)


def _found(
    request: HttpRequest, key: str, report: str, form: DaysForm
) -> tuple[CategoryReport, Window | Days]:
    definition = current_definition(report_in_use(report))
    asked = days_asked(request, form, definition)
    found = category_report(definition, key, asked, scope(request), around=around(request))
    if found is None:
        raise Http404
    return found, asked
