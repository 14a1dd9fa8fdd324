"""Defining a report: its YAML, what its columns would count, saving, and using it no more."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from goldenthread.definitions import DefinitionError, dump_yaml
from goldenthread.record.access.roles import Permission
from goldenthread.record.answers import Denied
from goldenthread.record.measures.permissions import check_can_define
from goldenthread.record.reports import actions
from goldenthread.record.reports.definition import as_data
from goldenthread.record.reports.models import Report
from goldenthread.record.reports.queries import current_definition, find_report
from goldenthread.results.reports import preview_columns
from goldenthread.web.access import actor, needs, scope, today
from goldenthread.web.desk.forms.reports import ReportForm
from goldenthread.web.desk.presenters.report_editor import FIRST_TEXT, ColumnsShown, columns_shown
from goldenthread.web.rate_limits import Costly, counts

_MAY_DEFINE = needs(Permission.DEFINE_MEASURES)
_PAGE_METHODS = require_http_methods(["GET", "HEAD", "POST"])


@_MAY_DEFINE
@_PAGE_METHODS
def new(request: HttpRequest) -> HttpResponse:
    """Define a report."""
    return _page(request, None, FIRST_TEXT)


@_MAY_DEFINE
@_PAGE_METHODS
def edit(request: HttpRequest, key: str) -> HttpResponse:
    """Change a report's definition."""
    record = _editable(request, key)
    return _page(request, record, dump_yaml(as_data(current_definition(record))))


@counts(Costly.PREVIEWS)
@_MAY_DEFINE
@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """What the columns of the text would count, as a piece of the page."""
    key = request.POST.get("key") or None
    if key is not None:
        _editable(request, key)
    form = ReportForm(request.POST, key=key)
    shown = _shown(request, form) if form.is_valid() else None
    return render(request, "desk/report_preview.html", {"preview": shown, "form": form})


@_MAY_DEFINE
@require_POST
def retire(request: HttpRequest, key: str) -> HttpResponse:
    """Offer it to nobody any more. Saving its definition brings it back."""
    record = _editable(request, key)
    actions.retire(report=record, by=actor(request), now=timezone.now(), today=today())
    messages.success(request, _("“%(title)s” is used no more.") % {"title": record.title})
    return redirect("desk:reports")


def _page(request: HttpRequest, record: Report | None, text: str) -> HttpResponse:
    key = record.key if record else None
    if request.method != "POST":
        return _form_page(request, record, ReportForm(key=key, text=text))
    form = ReportForm(request.POST, key=key)
    if not form.is_valid():
        return _form_page(request, record, form)
    if request.POST.get("do") == "preview":
        return _form_page(request, record, form, shown=_shown(request, form))
    try:
        (saved,) = actions.save_reports(
            [form.written],
            why=form.cleaned_data["why"].strip(),
            by=actor(request),
            now=timezone.now(),
            today=today(),
        )
    except (Denied, DefinitionError) as no:
        form.refuse(no)
        return _form_page(request, record, form)
    messages.success(request, _("“%(title)s” is saved.") % {"title": saved.report.title})
    return redirect("desk:reports")


def _form_page(
    request: HttpRequest, record: Report | None, form: ReportForm, *, shown: ColumnsShown | None = None
) -> HttpResponse:
    context = {
        "section": "unit",
        "key": record.key if record else "",
        "title": record.title if record else "",
        "retired": record is not None and record.retired_on is not None,
        "form": form,
        "preview": shown,
    }
    return render(request, "desk/report_edit.html", context)


def _shown(request: HttpRequest, form: ReportForm) -> ColumnsShown:
    definition = form.written.definition
    return columns_shown(definition, preview_columns(definition, scope(request), today=today()))


def _editable(request: HttpRequest, key: str) -> Report:
    """The report, for one who may define it; else it is not there."""
    record = find_report(key)
    if record is None:
        raise Http404
    check_can_define(actor(request), [record.unit.key if record.unit else None], today=today())
    return record
