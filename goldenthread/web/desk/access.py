"""Who can see what, and why: the list of people and accounts, one of them on a day, and two days compared."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from goldenthread.accounts.models import User
from goldenthread.jobs.explaining import compare_subject, explain_subject
from goldenthread.jobs.looking_at_people import named_subject, record_look_at_access
from goldenthread.record.access.queries import delegations_of, proposals_for, proposals_over
from goldenthread.record.access.roles import Permission
from goldenthread.record.access.subjects import (
    Subject,
    accounts_to_look_at,
    find_subject,
    people_to_look_at,
    sees_access_of,
    subject_of_user,
)
from goldenthread.record.orgs.models import Person
from goldenthread.record.stewardship.permissions import administers_all
from goldenthread.record.tokens.queries import tokens_of
from goldenthread.web.access import actor, needs, rights, signed_in, today
from goldenthread.web.desk.presenters.access import access_page, comparison_page, list_page, month_before
from goldenthread.web.desk.presenters.purposes import why_their_access
from goldenthread.web.desk.purposes import ask_why, purposes
from goldenthread.web.paging import page_asked

PER_PAGE = 50
ACCOUNTS = "accounts"
_LONGEST_SEARCH = 100


@needs(Permission.SEE_ACCESS)
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Everybody whose access the caller may look at, by name; ``?q=`` is part of a name, ``?show=accounts``
    those accounts that are nobody's of the organization."""
    held, search = rights(request), request.GET.get("q", "")[:_LONGEST_SEARCH]
    alone, page = request.GET.get("show") == ACCOUNTS, page_asked(request)
    rows: QuerySet[Person] | QuerySet[User] = (
        accounts_to_look_at(held, search=search, today=today())
        if alone
        else people_to_look_at(held, search=search, today=today())
    )
    found: list[Person | User] = [*rows[(page - 1) * PER_PAGE : page * PER_PAGE]]
    if page > 1 and not found:
        raise Http404
    waiting = proposals_over(held.units_with(Permission.ADMINISTER)).count()
    shown = list_page(
        found,
        alone=alone,
        search=search,
        count=rows.count(),
        page=page,
        per_page=PER_PAGE,
        waiting=waiting,
        keeps_records=administers_all(held),
    )
    return render(request, "desk/access.html", {"section": "access", "page": shown})


@needs(Permission.SEE_ACCESS)
@require_http_methods(["GET", "HEAD", "POST"])
def subject(request: HttpRequest, key: str) -> HttpResponse:
    """What one person or account can see today, or on the day ``?on=``, and why, for a purpose that is stated
    first."""
    return _looked_at(request, visible_subject(request, key), _subject_page)


@needs(Permission.SEE_ACCESS)
@require_http_methods(["GET", "HEAD", "POST"])
def subject_compared(request: HttpRequest, key: str) -> HttpResponse:
    """What one person or account can see on one of two days and not on the other, ``?one=`` and
    ``?other=``, for a purpose that is stated first."""
    return _looked_at(request, visible_subject(request, key), _comparison)


@signed_in
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """What the caller can see, and why."""
    return _subject_page(request, _own(request))


@signed_in
@require_safe
def mine_compared(request: HttpRequest) -> HttpResponse:
    """What the caller can see on one of two days and not on the other."""
    return _comparison(request, _own(request))


def _own(request: HttpRequest) -> Subject:
    assert request.user.is_authenticated
    return subject_of_user(request.user)


def _looked_at(
    request: HttpRequest, found: Subject, page: Callable[[HttpRequest, Subject], HttpResponse]
) -> HttpResponse:
    """The page, once the purpose is stated and the look is on record; one's own needs neither."""
    named = () if _is_own(request, found) else (named_subject(found),)
    stated = purposes(request, named)
    if stated is None or request.method == "POST":
        return ask_why(request, named, why_their_access(found.name), section="access")
    for why in stated.values():
        record_look_at_access(found, why=why, by=actor(request), now=timezone.now())
    return page(request, found)


def _is_own(request: HttpRequest, found: Subject) -> bool:
    return found.user is not None and found.user.pk == request.user.pk


def visible_subject(request: HttpRequest, key: str) -> Subject:
    """Whom the address means, when the caller may look at their access. Http404 otherwise."""
    found = find_subject(key)
    if found is None or not sees_access_of(rights(request), found, today=today()):
        raise Http404
    return found


def _subject_page(request: HttpRequest, found: Subject) -> HttpResponse:
    own = _is_own(request, found)
    page = access_page(
        found,
        explain_subject(found, on=_day(request, "on", otherwise=today())),
        delegations=list(delegations_of(found.person, today=today())) if found.person else (),
        proposals=list(proposals_for(found.user)) if found.user else (),
        tokens=list(tokens_of(found.user)) if found.user and not own else (),
        now=timezone.now(),
        may_give=not own and rights(request).may(Permission.ADMINISTER),
        own=own,
        today=today(),
    )
    return render(request, "desk/access_subject.html", {"section": "" if own else "access", "page": page})


def _comparison(request: HttpRequest, found: Subject) -> HttpResponse:
    own = _is_own(request, found)
    other = _day(request, "other", otherwise=today())
    earlier, later = sorted((_day(request, "one", otherwise=month_before(other)), other))
    compared = compare_subject(found, earlier=earlier, later=later)
    page = comparison_page(found, compared, own=own)
    return render(request, "desk/access_compared.html", {"section": "" if own else "access", "page": page})


def _day(request: HttpRequest, name: str, *, otherwise: date) -> date:
    """The day that the address names, ``otherwise`` for anything else."""
    try:
        return date.fromisoformat(request.GET.get(name, ""))
    except ValueError:
        return otherwise
