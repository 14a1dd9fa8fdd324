"""Giving a role and taking it back, and deciding on what another administrator proposed."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from goldenthread.jobs import granting
from goldenthread.record.access.models import Grant, Proposal
from goldenthread.record.access.queries import find_grant, proposals_over
from goldenthread.record.access.roles import Permission
from goldenthread.record.access.subjects import Subject, subject_of_user
from goldenthread.record.answers import Denied, NotAllowed
from goldenthread.record.audit.names import names_of
from goldenthread.record.framework.queries import services_by_name
from goldenthread.record.orgs.queries import find_unit_by_key, unit_names
from goldenthread.web.access import actor, needs, rights, today
from goldenthread.web.desk.access import visible_subject
from goldenthread.web.desk.forms.doing import done
from goldenthread.web.desk.forms.granting import DecideForm, GrantForm, RevokeForm
from goldenthread.web.desk.presenters import granting as words

_REFUSALS = (Denied, NotAllowed)


@needs(Permission.ADMINISTER)
@require_http_methods(["GET", "HEAD", "POST"])
def grant(request: HttpRequest, key: str) -> HttpResponse:
    """Give one account a role over a unit or a service. Http404 for a person who has no account."""
    found = visible_subject(request, key)
    if found.user is None:
        raise Http404
    held = rights(request)
    units = held.units_with(Permission.ADMINISTER)
    services = services_by_name() if held.tree.top in units else ()
    form = GrantForm(
        unit_names(units), services, request.POST if request.method == "POST" else None, today=today()
    )
    if request.method == "POST" and form.is_valid() and _given(request, found, form):
        return redirect("desk:access_subject", key)
    page = words.grant_page(found)
    return render(request, "desk/access_grant.html", {"section": "access", "page": page, "form": form})


def _given(request: HttpRequest, found: Subject, form: GrantForm) -> bool:
    cells, given = form.cleaned_data, []

    def give() -> None:
        assert found.user is not None
        given.append(
            granting.give(
                user=found.user,
                role=cells["role"],
                unit=find_unit_by_key(cells["unit"]) if cells["unit"] else None,
                service=cells["service"],
                starts_on=cells["starts_on"],
                ends_on=cells["ends_on"],
                reason=cells["reason"],
                by=actor(request),
                now=timezone.now(),
                today=today(),
            )
        )

    if not done(form, give, refusals=_REFUSALS):
        return False
    messages.success(request, words.given_words(given[0], found.name))
    return True


@needs(Permission.ADMINISTER)
@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: HttpRequest, number: int) -> HttpResponse:
    """Take a role back, today or on a day to come."""
    found, subject = _grant(request, number)
    form = RevokeForm(request.POST if request.method == "POST" else None, today=today())

    def take_back() -> None:
        granting.revoke(
            grant=found,
            on=form.cleaned_data["on"],
            reason=form.cleaned_data["reason"],
            by=actor(request),
            now=timezone.now(),
            today=today(),
        )

    if request.method == "POST" and form.is_valid() and done(form, take_back, refusals=_REFUSALS):
        messages.success(request, words.revoked_words(subject.name))
        return redirect("desk:access_subject", subject.key)
    page = words.revoke_page(found, subject)
    return render(request, "desk/question.html", {"section": "access", "page": page, "form": form})


def _grant(request: HttpRequest, number: int) -> tuple[Grant, Subject]:
    """The grant, over a unit that the caller administers, and whose it is. Http404 otherwise."""
    found, held = find_grant(number), rights(request)
    units = held.units_with(Permission.ADMINISTER)
    if found is None or (found.unit.key if found.unit else held.tree.top) not in units:
        raise Http404
    if found.ends_on is not None and found.ends_on <= today():
        raise Http404
    return found, subject_of_user(found.user)


@needs(Permission.ADMINISTER)
@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    """What another administrator proposed, to be confirmed or refused."""
    return _waiting_page(request)


@needs(Permission.ADMINISTER)
@require_POST
def decide(request: HttpRequest, number: int) -> HttpResponse:
    """Confirm a proposal, or refuse it with a reason."""
    found = _mine(request).filter(pk=number).first()
    if found is None:
        raise Http404
    form = DecideForm(request.POST, number=number)
    if form.is_valid() and _decided(request, found, form, today()):
        return redirect("desk:access_waiting")
    return _waiting_page(request, form)


def _decided(request: HttpRequest, found: Proposal, form: DecideForm, day: date) -> bool:
    by, now = actor(request), timezone.now()

    def act() -> None:
        if form.refuses:
            granting.refuse(proposal=found, why=form.cleaned_data["why"], by=by, now=now, today=day)
        else:
            granting.confirm(proposal=found, by=by, now=now, today=day)

    if not done(form, act, refusals=_REFUSALS):
        return False
    messages.success(request, words.decided_words(found, refused=form.refuses))
    return True


def _waiting_page(request: HttpRequest, form: DecideForm | None = None) -> HttpResponse:
    rows = list(_mine(request))
    names = names_of({one.proposed_by for one in rows})
    page = words.waiting_page(rows, names, reader=actor(request), form=form)
    return render(request, "desk/access_waiting.html", {"section": "access", "page": page, "form": form})


def _mine(request: HttpRequest) -> QuerySet[Proposal]:
    return proposals_over(rights(request).units_with(Permission.ADMINISTER))
