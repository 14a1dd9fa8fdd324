"""The audit log: all of it for auditors, and for everybody who looked at them."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from goldenthread.jobs.looking_at_people import called, looks_at, named_in, record_listing
from goldenthread.record.access.purposes import Named
from goldenthread.record.access.roles import Permission
from goldenthread.record.audit.enums import Action
from goldenthread.record.audit.names import people_behind
from goldenthread.record.audit.queries import Wanted, matching
from goldenthread.record.tokens.purposes import Purpose
from goldenthread.render.csv import csv_lines
from goldenthread.render.files import MEDIA_TYPES, FileKind
from goldenthread.web.access import actor, by_token, needs, signed_in, token_of, user
from goldenthread.web.desk.forms.audit import AuditForm
from goldenthread.web.desk.presenters.audit import FILE_HEADER, audit_page, file_rows
from goldenthread.web.desk.presenters.purposes import why_their_rows
from goldenthread.web.desk.presenters.who_looked import looks_page
from goldenthread.web.desk.purposes import ask_why, purposes
from goldenthread.web.downloads import attachment
from goldenthread.web.errors import say_in_person
from goldenthread.web.paging import number_in
from goldenthread.web.rate_limits import Costly, counts

PER_PAGE = 100


@needs(Permission.READ_AUDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def log(request: HttpRequest) -> HttpResponse:
    """The rows that the address asks for, newest first; ``?before=`` the row above which the page ends. Those
    about somebody are shown for a purpose that is stated first."""
    form = AuditForm(request.GET)
    before = number_in(request.GET.get("before", ""))
    if not form.is_valid():
        page = audit_page([], {}, asked={}, before=before, per_page=PER_PAGE)
        return render(request, "desk/audit.html", {"section": "audit", "page": page, "form": form})
    wanted = form.wanted
    named = named_in(wanted, by=actor(request))
    stated = purposes(request, named)
    if stated is None:
        return ask_why(request, named, why_their_rows(called(named)), section="audit")
    if request.method == "POST":
        return redirect(request.get_full_path())
    _note(request, form, stated, Action.LISTED)
    rows = matching(wanted) if before is None else matching(wanted).filter(pk__lt=before)
    asked = {name: request.GET[name] for name in form.asked}
    found = list(rows[: PER_PAGE + 1])
    names = people_behind(one.actor for one in found)
    page = audit_page(found, names, asked=asked, before=before, per_page=PER_PAGE)
    return render(request, "desk/audit.html", {"section": "audit", "page": page, "form": form})


@by_token(Purpose.AUDIT)
@counts(Costly.FILES)
@needs(Permission.READ_AUDIT)
@require_safe
def log_csv(request: HttpRequest) -> HttpResponseBase:
    """All rows that the address asks for, as a file; none when it asks for something that cannot be."""
    form = AuditForm(request.GET)
    wanted = form.wanted if form.is_valid() else Wanted(actors=())
    stated = purposes(request, named_in(wanted, by=actor(request)))
    if stated is None and token_of(request) is not None:
        return say_in_person(_("These rows are about somebody: say in the browser what for, then ask again."))
    if stated is None:
        return redirect(f"{reverse('desk:audit')}?{request.GET.urlencode()}")
    _note(request, form, stated, Action.EXPORTED)
    lines = csv_lines(FILE_HEADER, file_rows(matching(wanted).iterator()))
    return StreamingHttpResponse(
        lines,
        content_type=MEDIA_TYPES[FileKind.CSV],
        headers=attachment("audit-log.csv"),
    )


@signed_in
@require_safe
def who_looked(request: HttpRequest) -> HttpResponse:
    """Who looked at the caller's own records, newest first."""
    before = number_in(request.GET.get("before", ""))
    looks = looks_at(user(request), before=before, at_most=PER_PAGE + 1)
    page = looks_page(looks, before=before, per_page=PER_PAGE)
    return render(request, "desk/who_looked.html", {"page": page})


def _note(request: HttpRequest, form: AuditForm, stated: Mapping[Named, str], action: Action) -> None:
    asked = form.asked if form.is_valid() else ()
    record_listing(asked, stated, action=action, by=actor(request), now=timezone.now())
