"""Home: what needs you, and what is off target."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from goldenthread.facts.scope import Scope
from goldenthread.jobs.waiting import waiting_for
from goldenthread.record.access import queries as access
from goldenthread.record.access.rights import Rights
from goldenthread.record.access.roles import Permission
from goldenthread.record.orgs.models import PostRole
from goldenthread.record.orgs.queries import top_unit, unit_names
from goldenthread.record.saved_views.queries import views_of
from goldenthread.record.sources.models import BatchState
from goldenthread.record.sources.queries import source_keys, sources_with
from goldenthread.record.tokens.purposes import Purpose
from goldenthread.render.files import FileKind
from goldenthread.results.overviews import coming_up, overview
from goldenthread.results.standings import visible_measures
from goldenthread.results.workers import own_reports
from goldenthread.web.access import around, by_token, open_to_all, rights, scope, signed_in, today, user
from goldenthread.web.accounts.views import sign_in
from goldenthread.web.desk.presenters.first_steps import Begun, first_step
from goldenthread.web.desk.presenters.home import home_page, missed_file
from goldenthread.web.desk.presenters.saved_views import views_on_home
from goldenthread.web.downloads import file_response


@open_to_all
@require_http_methods(["GET", "HEAD", "POST"])
def home(request: HttpRequest) -> HttpResponse:
    """Home, or the sign-in form for one who is not signed in. A form sent twice finds Home."""
    if not request.user.is_authenticated:
        response: HttpResponse = sign_in(request)
        return response
    held, seen = rights(request), scope(request)
    found = overview(held, seen, today=today())
    place = found.unit or next((unit for _role, unit in held.held), "")
    waiting = waiting_for(request.user, held, seen)
    page = home_page(
        waiting,
        found,
        coming_up(held, today=today()),
        place=unit_names([place]).get(place, ""),
        has_own_work=_has_own_work(request, held),
        may_steward=held.may(Permission.STEWARD),
        accounts=access.accounts(today=today()) if held.may(Permission.ADMINISTER) else None,
        first=None if waiting or found.measures else first_step(held, _begun(seen)),
        today=today(),
    )
    context = {
        "section": "home",
        "page": page,
        "as_of": page.as_of,
        "views": views_on_home(views_of(user(request))),
    }
    return render(request, "desk/home.html", context)


@by_token(Purpose.RESULTS)
@signed_in
@require_safe
def off_target(request: HttpRequest, kind: FileKind) -> HttpResponse:
    """Every measure off target that Home counts, as a file."""
    found = overview(rights(request), scope(request), today=today(), at_most=None)
    return file_response(request, missed_file(found.missed), "off-target", kind)


def _has_own_work(request: HttpRequest, held: Rights) -> bool:
    if PostRole.MEMBER not in held.role_keys:
        return False
    return bool(own_reports(held.person, around=around(request), today=today()))


def _begun(seen: Scope) -> Begun:
    return Begun(
        units=top_unit() is not None,
        sources=bool(source_keys()),
        loaded=bool(sources_with(BatchState.LOADED)),
        measures=visible_measures(seen).exists(),
    )
