"""Numbers of single workers: of each in a unit, of one, one's own, and what they are used for."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from goldenthread.jobs.consulting import consult
from goldenthread.jobs.looking_at_people import record_look_at_numbers
from goldenthread.record.access.roles import Permission
from goldenthread.record.answers import Denied, NotAllowed
from goldenthread.record.audit.enums import Action
from goldenthread.record.reports.definition import Window
from goldenthread.record.reports.models import Report
from goldenthread.record.reports.queries import current_definition
from goldenthread.record.reports.uses import in_force, said_of, uses_of
from goldenthread.render.files import FileKind
from goldenthread.results.reports import Days, is_open
from goldenthread.results.workers import (
    WorkersReport,
    masked_report,
    masked_units,
    own_reports,
    workers_of,
    workers_report,
)
from goldenthread.web.access import actor, around, rights, scope, signed_in, today, user
from goldenthread.web.desk.forms.reports import DaysForm
from goldenthread.web.desk.forms.uses import ConsultationForm
from goldenthread.web.desk.presenters.reports import asked_in_address
from goldenthread.web.desk.presenters.workers import (
    WorkersPage,
    uses_page,
    worker_page,
    workers_page,
    workers_table,
)
from goldenthread.web.desk.reports import (
    days_asked,
    days_form,
    refuse_other_days,
    report_in_use,
    shown_days,
)
from goldenthread.web.downloads import file_response


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def uses(request: HttpRequest, key: str) -> HttpResponse:
    """What each number of a report is used for, of single workers; the labor liaison records what staff
    said."""
    record = report_in_use(key)
    keeper = record.unit.key if record.unit else around(request).top
    if keeper is None or not scope(request).sees_unit(keeper):
        raise Http404
    found = uses_of(record, today=today())
    may_record = bool(found) and rights(request).may(Permission.CONSULT, keeper)
    if request.method == "POST" and not may_record:
        raise Denied(_("The labor liaison puts on record what staff said."))
    shown = record.current.number if record.current else 0
    form = (
        ConsultationForm(request.POST or None, uses=found, shown=shown, today=today()) if may_record else None
    )
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            consult(report=record, by=actor(request), now=timezone.now(), today=today(), **form.cleaned_data)
        except NotAllowed as no:
            form.add_error(None, str(no))
        else:
            messages.success(request, _("It is on record, and everybody affected is told."))
            return redirect("desk:report_uses", key)
    definition, defining = current_definition(record), rights(request).units_with(Permission.DEFINE_MEASURES)
    masked = masked_units(definition, defining, scope(request), around=around(request)) if found else ()
    page = uses_page(record.title, definition, found, said_of(record), masked=masked)
    return render(
        request, "desk/report_uses.html", {"section": "unit", "page": page, "form": form, "shown": shown}
    )


@signed_in
@require_safe
def unit_workers(request: HttpRequest, key: str, report: str) -> HttpResponse:
    """The numbers of each worker of a unit, by name; for analysts, of nobody who is named."""
    form = days_form(request)
    found, asked, is_named = _of_unit(request, key, report, form)
    if is_named:
        _record(request, found, Action.LISTED)
    page = workers_page(found, asked, unit_name=around(request).names[key], is_masked=not is_named)
    return _page(request, page, form, found)


@signed_in
@require_safe
def unit_workers_file(request: HttpRequest, key: str, report: str, kind: FileKind) -> HttpResponse:
    """What the page shows, as a file."""
    form = days_form(request)
    refuse_other_days(form)
    found, asked, is_named = _of_unit(request, key, report, form)
    if is_named:
        _record(request, found, Action.EXPORTED)
    table = workers_table(found, asked, unit_name=around(request).names[key], is_masked=not is_named)
    days = "-".join(asked_in_address(asked).values())
    return file_response(request, table, f"{report}-{key}-workers-{days}", kind)


def _of_unit(
    request: HttpRequest, key: str, report: str, form: DaysForm
) -> tuple[WorkersReport, Window | Days, bool]:
    """Of each worker of a unit over the days asked for, and whether they are named."""
    record, seen, known = report_in_use(report), scope(request), around(request)
    if key not in known.names:
        raise Http404
    is_named = is_open(key, seen)
    if not is_named and key not in rights(request).units_with(Permission.DEFINE_MEASURES):
        raise Http404
    definition = current_definition(record)
    asked = days_asked(request, form, definition)
    if is_named:
        columns, people = in_force(record, today=today()), workers_of(key, seen, around=known)
        found = workers_report(definition, columns, people, key, asked, seen, around=known)
    else:
        stated = {one.column.id for one in uses_of(record, today=today())}
        found = masked_report(definition, stated, key, asked, seen, around=known)
    if found is None:
        raise Http404
    return found, asked, is_named


@signed_in
@require_safe
def unit_worker(request: HttpRequest, key: str, report: str, person: str) -> HttpResponse:
    """The numbers of one worker of a unit, beside their own past."""
    record, seen, known = report_in_use(report), scope(request), around(request)
    if key not in known.names or not is_open(key, seen):
        raise Http404
    people = workers_of(key, seen, around=known)
    if person not in people:
        raise Http404
    here = reverse("desk:unit_worker", args=[key, report, person])
    return _of_one(request, record, {person: people[person]}, key, here=here)


@signed_in
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The reports in which the caller's own numbers stand; where there is one, that one."""
    found = own_reports(rights(request).person, around=around(request), today=today())
    if len(found) == 1:
        return redirect("desk:my_report", found[0][0])
    return render(request, "desk/my_work.html", {"section": "unit", "reports": found})


@signed_in
@require_safe
def my_report(request: HttpRequest, report: str) -> HttpResponse:
    """The caller's own numbers, wherever the work was done."""
    person = rights(request).person
    if person is None or report not in dict(own_reports(person, around=around(request), today=today())):
        raise Http404
    here = reverse("desk:my_report", args=[report])
    return _of_one(request, report_in_use(report), {person: user(request).name}, None, here=here)


def _of_one(
    request: HttpRequest, record: Report, one: dict[str, str], unit: str | None, *, here: str
) -> HttpResponse:
    held, definition, form = in_force(record, today=today()), current_definition(record), days_form(request)
    asked = days_asked(request, form, definition)
    found = workers_report(definition, held.keys(), one, unit, asked, scope(request), around=around(request))
    if found is None:
        raise Http404
    if unit is not None:
        _record(request, found, Action.VIEWED)
    page = worker_page(found, asked, here=here, uses=held, is_own=unit is None)
    return _page(request, page, form, found)


def _record(request: HttpRequest, found: WorkersReport, action: Action) -> None:
    """One's own numbers are one's own."""
    others = [line.person for line in found.lines if line.person != rights(request).person]
    record_look_at_numbers(others, action=action, by=actor(request), now=timezone.now())


def _page(request: HttpRequest, page: WorkersPage, form: DaysForm, found: WorkersReport) -> HttpResponse:
    context = {"section": "unit", "page": page, "form": shown_days(form, found.period), "as_of": page.as_of}
    return render(request, "desk/workers.html", context)
