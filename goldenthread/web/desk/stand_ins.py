"""Who stands in for whom: arranging it and ending it."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from goldenthread.jobs import granting
from goldenthread.jobs.looking_after import people_called
from goldenthread.record.access.delegating import end_delegation
from goldenthread.record.access.models import Delegation
from goldenthread.record.access.permissions import may_arrange
from goldenthread.record.access.queries import delegations_around, find_delegation
from goldenthread.record.access.roles import Permission
from goldenthread.record.answers import Denied, NotAllowed
from goldenthread.record.orgs.queries import find_person, find_unit_by_key, unit_names
from goldenthread.web.access import actor, rights, signed_in, today
from goldenthread.web.desk.forms.doing import done
from goldenthread.web.desk.forms.granting import RevokeForm
from goldenthread.web.desk.forms.stand_ins import StandInForm
from goldenthread.web.desk.presenters import stand_ins as words

_REFUSALS = (Denied, NotAllowed)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def stand_ins(request: HttpRequest) -> HttpResponse:
    """Who stands in for the caller and for whom they do, with what they arranged; and arranging it anew."""
    form = _form(request)
    if request.method == "POST" and form.is_valid() and _arranged(request, form):
        return redirect("desk:stand_ins")
    rows = delegations_around(rights(request), today=today())
    page = words.stand_ins_page(list(rows), today=today())
    return render(request, "desk/stand_ins.html", {"page": page, "form": form})


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, number: int) -> HttpResponse:
    """End it before its day. Http404 for whoever may not."""
    found = find_delegation(number)
    if found is None or found.ends_on <= today() or not _may_end(request, found):
        raise Http404
    form = RevokeForm(request.POST if request.method == "POST" else None, today=today())

    def act() -> None:
        end_delegation(
            delegation=found,
            on=form.cleaned_data["on"],
            reason=form.cleaned_data["reason"],
            by=actor(request),
            now=timezone.now(),
            today=today(),
        )

    if request.method == "POST" and form.is_valid() and done(form, act, refusals=_REFUSALS):
        messages.success(request, _("It ends."))
        return redirect("desk:stand_ins")
    page = words.end_page(found)
    return render(request, "desk/question.html", {"page": page, "form": form})


def _may_end(request: HttpRequest, found: Delegation) -> bool:
    held = rights(request)
    return held.person_id == found.receiver_id or may_arrange(held, found.giver, today=today())


def _form(request: HttpRequest) -> StandInForm:
    held = rights(request)
    units = held.seen_units() | held.units_with(Permission.ADMINISTER)
    data = request.POST if request.method == "POST" else None
    typed = [data.get(name, "") for name in ("giver", "receiver")] if data else []
    # Whoever is nobody here and leads nobody has nothing to arrange, and so nobody to find.
    people = people_called(typed, near=units, today=today()) if held.person or units else ()
    return StandInForm(people, unit_names(units), data, giver=held.person or "", today=today())


def _arranged(request: HttpRequest, form: StandInForm) -> bool:
    cells = form.cleaned_data

    def arrange() -> None:
        granting.stand_in(
            giver=find_person(cells["giver"]),
            receiver=find_person(cells["receiver"]),
            kind=cells["kind"],
            unit=find_unit_by_key(cells["unit"]) if cells["unit"] else None,
            starts_on=cells["starts_on"],
            ends_on=cells["ends_on"],
            reason=cells["reason"],
            by=actor(request),
            now=timezone.now(),
            today=today(),
        )

    if not done(form, arrange, refusals=_REFUSALS):
        return False
    messages.success(request, _("It is arranged, and both are told."))
    return True
