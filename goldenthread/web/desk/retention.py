"""How long records are kept, what the next purge would do, and legal holds."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from goldenthread.jobs.looking_after import people_called
from goldenthread.jobs.retention.due import plan
from goldenthread.jobs.retention.schedule import schedule
from goldenthread.record.access.roles import Permission
from goldenthread.record.answers import Denied, NotAllowed
from goldenthread.record.audit.names import people_behind
from goldenthread.record.orgs.queries import find_person, find_unit_by_key, unit_names
from goldenthread.record.stewardship import actions
from goldenthread.record.stewardship.models import Hold
from goldenthread.record.stewardship.permissions import administers_all
from goldenthread.record.stewardship.queries import find_hold, holds_in_force
from goldenthread.web.access import actor, needs, rights, today
from goldenthread.web.desk.forms.doing import done
from goldenthread.web.desk.forms.holds import HoldForm, LiftForm
from goldenthread.web.desk.presenters import retention as words

_REFUSALS = (Denied, NotAllowed)


@needs(Permission.ADMINISTER)
@require_http_methods(["GET", "HEAD", "POST"])
def retention(request: HttpRequest) -> HttpResponse:
    """The schedule, what is due, and the holds in force; and placing another hold."""
    _check_administers_all(request)
    form = _form(request)
    if request.method == "POST" and form.is_valid() and _placed(request, form):
        return redirect("desk:retention")
    holds = list(holds_in_force())
    names = people_behind({one.placed_by for one in holds} | {one.lifting_asked_by for one in holds})
    page = words.retention_page(schedule(), plan(now=timezone.now()), holds, names)
    return render(request, "desk/retention.html", {"section": "access", "page": page, "form": form})


@needs(Permission.ADMINISTER)
@require_http_methods(["GET", "HEAD", "POST"])
def hold(request: HttpRequest, number: int) -> HttpResponse:
    """Asking to lift a hold; and for somebody else, agreeing or refusing: ``do`` says which."""
    _check_administers_all(request)
    found = find_hold(number)
    if found is None:
        raise Http404
    form = LiftForm(request.POST if request.method == "POST" and not found.lifting_asked_by else None)
    if request.method == "POST" and _decided(request, found, form):
        return redirect("desk:retention")
    page = words.hold_page(found, people_behind([found.lifting_asked_by]), reader=actor(request))
    return render(request, "desk/hold.html", {"section": "access", "page": page, "form": form})


def _check_administers_all(request: HttpRequest) -> None:
    if not administers_all(rights(request)):
        raise Http404


def _form(request: HttpRequest) -> HoldForm:
    data = request.POST if request.method == "POST" else None
    typed = [data.get("person", "")] if data else []
    units = rights(request).units_with(Permission.ADMINISTER)
    return HoldForm(people_called(typed, near=units, today=today()), unit_names(units), data)


def _placed(request: HttpRequest, form: HoldForm) -> bool:
    cells = form.cleaned_data

    def place() -> None:
        actions.place_hold(
            case=cells["case"],
            person=find_person(cells["person"]) if cells["person"] else None,
            unit=find_unit_by_key(cells["unit"]) if cells["unit"] else None,
            starts_on=cells["starts_on"],
            ends_on=cells["ends_on"],
            by=actor(request),
            now=timezone.now(),
            today=today(),
        )

    if not done(form, place, refusals=_REFUSALS):
        return False
    messages.success(request, _("It is held: no purge lets go of what may concern this case."))
    return True


def _decided(request: HttpRequest, found: Hold, form: LiftForm) -> bool:
    by, now, day = actor(request), timezone.now(), today()

    def ask() -> None:
        actions.ask_to_lift(hold=found, reason=form.cleaned_data["reason"], by=by, now=now, today=day)

    if not found.lifting_asked_by:
        if not form.is_valid() or not done(form, ask, refusals=_REFUSALS):
            return False
        messages.success(request, _("It stays in force until somebody else agrees."))
        return True
    decide = actions.refuse_to_lift if request.POST.get("do") == "refuse" else actions.agree_to_lift
    try:
        lifted = decide(hold=found, by=by, now=now, today=day)
    except _REFUSALS as error:
        messages.error(request, str(error))
        return True
    messages.success(request, _("The hold is lifted.") if lifted.lifted_at else _("The hold stays in force."))
    return True
