"""What people do to a measure's chart and values: notes, limits re-set, values locked; and its history."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from goldenthread.calc.periods import FiscalCalendar
from goldenthread.record.access.queries import find_unit
from goldenthread.record.access.roles import Permission
from goldenthread.record.answers import NotAllowed
from goldenthread.record.measures import actions
from goldenthread.record.measures.models import Measure
from goldenthread.record.measures.permissions import check_can_mark
from goldenthread.record.orgs.models import Unit
from goldenthread.record.orgs.queries import fiscal_calendar
from goldenthread.results import lock as locking
from goldenthread.results.chart_notes import find_rebase, notes_on, rebases
from goldenthread.results.series import series
from goldenthread.results.values import Series
from goldenthread.results.versions import versions
from goldenthread.web.access import actor, needs, rights, scope, signed_in, today
from goldenthread.web.desk.forms.doing import done
from goldenthread.web.desk.forms.measure_changes import (
    AnnotationForm,
    LockForm,
    RebaseForm,
    RestateForm,
    WithdrawForm,
)
from goldenthread.web.desk.measures import found_measure, unit_of
from goldenthread.web.desk.presenters.measure_changes import (
    history_page,
    lock_choices,
    notes_page,
    period_choices,
    reported_page,
    restate_choices,
)
from goldenthread.web.desk.presenters.notices import count_words

_PAGE_METHODS = require_http_methods(["GET", "HEAD", "POST"])
_done = partial(done, refusals=(NotAllowed,))


@signed_in
@require_safe
def history(request: HttpRequest, key: str) -> HttpResponse:
    """Every version of the definition, with what each changed."""
    record = found_measure(request, key)
    context = {"section": "measures", "page": history_page(record, versions(record))}
    return render(request, "desk/measure_history.html", context)


@needs(Permission.DEFINE_MEASURES)
@_PAGE_METHODS
def annotate(request: HttpRequest, key: str) -> HttpResponse:
    """Say in a few words what happened in a period."""
    record, unit, found = _on_chart(request, key)
    form = AnnotationForm(request.POST or None, **_places(unit, found))
    if request.method == "POST" and form.is_valid():

        def act() -> None:
            actions.annotate(
                measure=record,
                unit=_chosen(form, unit),
                period_start=_calendar().from_key(form.cleaned_data["period"], found.grain).start,
                text=form.cleaned_data["text"],
                by=actor(request),
                now=timezone.now(),
                today=today(),
            )

        if _done(form, act):
            messages.success(request, _("The note is on the chart."))
            return _back(record, unit)
    noted = notes_on(record, scope(request), _calendar())
    page = notes_page(record, unit, _("Add a note"), noted)
    return render(request, "desk/measure_notes.html", {"section": "measures", "page": page, "form": form})


@needs(Permission.DEFINE_MEASURES)
@_PAGE_METHODS
def rebase(request: HttpRequest, key: str) -> HttpResponse:
    """Compute limits anew from a period on, or take that back."""
    record, unit, found = _on_chart(request, key)
    places = _places(unit, found)
    withdrawing = "withdraw" in request.POST
    form = RebaseForm(None if withdrawing else request.POST or None, **places)
    # The field of each note carries its number, so that an error leads to the right one.
    undo = WithdrawForm(
        request.POST if withdrawing else None, auto_id=f"%s-{request.POST.get('withdraw', '')}"
    )
    if withdrawing and undo.is_valid() and _done(undo, lambda: _withdraw(request, record, undo)):
        messages.success(request, _("The limits are as if they had not been re-set."))
        return _back(record, unit)
    if form.is_bound and form.is_valid():

        def act() -> None:
            actions.rebase(
                measure=record,
                unit=_chosen(form, unit),
                starts_on=_calendar().from_key(form.cleaned_data["period"], found.grain).start,
                what_happened=form.cleaned_data["what_happened"],
                reason=form.cleaned_data["reason"],
                by=actor(request),
                now=timezone.now(),
                today=today(),
            )

        if _done(form, act):
            messages.success(request, _("The limits are re-set, and your reason is kept."))
            return _back(record, unit)
    page = notes_page(record, unit, _("Re-set the limits"), rebases(record, scope(request), _calendar()))
    context = {"section": "measures", "page": page, "form": form, "undo": undo, "withdrawing": withdrawing}
    return render(request, "desk/measure_rebase.html", context)


@needs(Permission.LOCK_VALUES)
@_PAGE_METHODS
def lock(request: HttpRequest, key: str) -> HttpResponse:
    """Keep values as reported, or report today's in place of one that changed since."""
    record, unit, found = _seen(request, key)
    if not rights(request).may(Permission.LOCK_VALUES, unit.key):
        raise Http404
    restating = request.POST.get("do") == "restate"
    form = LockForm(
        request.POST if request.method == "POST" and not restating else None, periods=lock_choices(found)
    )
    again = RestateForm(request.POST if restating else None, periods=restate_choices(found), prefix="restate")
    if form.is_bound and form.is_valid() and _done(form, lambda: _lock(request, record, unit, found, form)):
        count = len(form.cleaned_data["periods"])
        said = ngettext("%(count)s value is locked.", "%(count)s values are locked.", count)
        messages.success(request, said % {"count": count_words(count).capitalize()})
        return redirect(_address("desk:measure_lock", record, unit))
    if restating and again.is_valid() and _done(again, lambda: _restate(request, record, unit, found, again)):
        messages.success(request, _("The value is restated; the first one stays readable."))
        return redirect(_address("desk:measure_lock", record, unit))
    page = reported_page(record, found)
    context = {"section": "measures", "page": page, "form": form, "again": again}
    return render(request, "desk/measure_lock.html", context)


def _lock(request: HttpRequest, record: Measure, unit: Unit, found: Series, form: LockForm) -> None:
    calendar = _calendar()
    locking.lock_all(
        measure=record,
        unit=unit,
        periods=[calendar.from_key(period, found.grain) for period in form.cleaned_data["periods"]],
        by=actor(request),
        now=timezone.now(),
        today=today(),
    )


def _restate(request: HttpRequest, record: Measure, unit: Unit, found: Series, form: RestateForm) -> None:
    locking.restate(
        measure=record,
        unit=unit,
        period=_calendar().from_key(form.cleaned_data["period"], found.grain),
        why=form.cleaned_data["why"],
        by=actor(request),
        now=timezone.now(),
        today=today(),
    )


def _withdraw(request: HttpRequest, record: Measure, form: WithdrawForm) -> None:
    found = find_rebase(record, form.cleaned_data["withdraw"], scope(request))
    if found is None:
        raise Http404
    actions.withdraw_rebase(
        rebase=found,
        reason=form.cleaned_data["reason"],
        by=actor(request),
        now=timezone.now(),
        today=today(),
    )


def _on_chart(request: HttpRequest, key: str) -> tuple[Measure, Unit, Series]:
    """The measure at a unit, for one who may write on its chart; else it is not there."""
    found = _seen(request, key)
    check_can_mark(actor(request), found[0], today=today())
    return found


def _seen(request: HttpRequest, key: str) -> tuple[Measure, Unit, Series]:
    record = found_measure(request, key)
    asked = request.GET.get("unit") or unit_of(request, record)
    unit = find_unit(scope(request), asked)
    found = series(key, asked, scope(request), today=today())
    if unit is None or found is None:
        raise Http404
    return record, unit, found


def _places(unit: Unit, found: Series) -> dict[str, Any]:
    return {"periods": period_choices(found), "unit": (unit.key, _("%(unit)s only") % {"unit": unit.name})}


def _chosen(form: AnnotationForm | RebaseForm, unit: Unit) -> Unit | None:
    return unit if form.cleaned_data["unit"] else None


def _back(record: Measure, unit: Unit) -> HttpResponse:
    return redirect(_address("desk:measure", record, unit))


def _address(name: str, record: Measure, unit: Unit) -> str:
    return f"{reverse(name, args=[record.key])}?unit={unit.key}"


def _calendar() -> FiscalCalendar:
    return fiscal_calendar()
