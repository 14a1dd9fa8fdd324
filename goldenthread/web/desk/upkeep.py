"""Which measures need somebody, by department; handing them over and retiring them."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from goldenthread.definitions import DefinitionError
from goldenthread.jobs import looking_after
from goldenthread.record.access.roles import Permission
from goldenthread.record.answers import Denied, NotAllowed
from goldenthread.record.measures.upkeep import Department, neglected_by_department
from goldenthread.record.orgs.queries import fiscal_calendar
from goldenthread.web.access import actor, needs, rights, today
from goldenthread.web.desk.forms.upkeep import UpkeepForm
from goldenthread.web.desk.presenters import upkeep as words


@needs(Permission.STEWARD)
@require_http_methods(["GET", "HEAD", "POST"])
def upkeep(request: HttpRequest) -> HttpResponse:
    """Every department, or with ``?department=`` its measures. A POST hands the chosen ones over, or retires
    them."""
    departments = _mine(request)
    here = _chosen(request, departments)
    if here is None:
        if request.method == "POST":
            raise Http404
        overview = words.upkeep_page(departments, today=today())
        return render(request, "desk/upkeep.html", {"section": "measures", "page": overview})
    people = looking_after.people_of(rights(request).seen_units(), today=today())
    measures = [one.measure for one in here.measures]
    if request.method == "POST":
        retiring = request.POST.get("do") == "retire"
        chosen = request.POST.getlist("measure")
        form = UpkeepForm(measures, people, request.POST, chosen=chosen, retiring=retiring)
        if form.is_valid() and _done(request, form):
            return redirect(request.get_full_path())
    else:
        form = UpkeepForm(measures, people)
    page = words.department_page(
        here, form, people, show=request.GET.get("show", ""), only=len(departments) == 1
    )
    return render(request, "desk/upkeep_department.html", {"section": "measures", "page": page, "form": form})


def _mine(request: HttpRequest) -> list[Department]:
    """What the caller looks after. A measure that no unit keeps is the whole organization's."""
    held = rights(request)
    units = held.units_with(Permission.STEWARD)
    found = neglected_by_department(today=today(), calendar=fiscal_calendar())
    mine = [
        Department(
            one.unit, one.name, tuple(row for row in one.measures if (row.unit or held.tree.top) in units)
        )
        for one in found
    ]
    return [one for one in mine if one.measures]


def _chosen(request: HttpRequest, departments: Sequence[Department]) -> Department | None:
    """The department that the address names, or the only one there is. Http404 when it names none of
    these."""
    wanted = request.GET.get("department")
    if wanted is None:
        return departments[0] if len(departments) == 1 else None
    found = [one for one in departments if words.department_key(one) == wanted]
    if not found:
        raise Http404
    return found[0]


def _done(request: HttpRequest, form: UpkeepForm) -> bool:
    by, now, cells = actor(request), timezone.now(), form.cleaned_data
    try:
        if form.retiring:
            count = looking_after.retire(form.chosen, why=cells["why"], by=by, now=now, today=today())
        else:
            count = looking_after.hand_over(
                form.chosen, owner=cells["owner"], deputy=cells["deputy"], by=by, now=now, today=today()
            )
    except (Denied, NotAllowed, DefinitionError) as no:
        form.add_error(None, str(no))
        return False
    messages.success(request, words.done_words(count, retired=form.retiring))
    return True
