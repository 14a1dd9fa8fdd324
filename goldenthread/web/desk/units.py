"""Units: a dashboard for each, the list of them, and what each says it is for."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from goldenthread.record.access.queries import find_unit, visible_units
from goldenthread.record.access.roles import ROLES
from goldenthread.record.answers import Denied
from goldenthread.record.framework import actions
from goldenthread.record.framework.models import Mission
from goldenthread.record.framework.permissions import check_can_edit_mission, check_can_speak
from goldenthread.record.framework.queries import elements, latest_mission, missions_of, services_of, thread
from goldenthread.record.orgs.models import Person, Unit
from goldenthread.record.orgs.queries import person_of
from goldenthread.record.tokens.purposes import Purpose
from goldenthread.render.files import FileKind
from goldenthread.results.indicators import doors_of
from goldenthread.results.threads import nearest_service
from goldenthread.results.units import unit_numbers
from goldenthread.web.access import actor, around, by_token, rights, scope, signed_in, today
from goldenthread.web.desk.forms.framework import CommentForm, MissionForm
from goldenthread.web.desk.presenters.measures_in_line import measures_as_file
from goldenthread.web.desk.presenters.mission import mission_page
from goldenthread.web.desk.presenters.unit import unit_page
from goldenthread.web.desk.presenters.unit_list import open_words, unit_branches
from goldenthread.web.downloads import file_response
from goldenthread.web.paging import page_asked


@signed_in
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The dashboard of the caller's own unit."""
    unit = _own(request)
    return redirect("desk:unit", unit) if unit else render(request, "desk/no_unit.html", {"section": "unit"})


@signed_in
@require_safe
def units(request: HttpRequest) -> HttpResponse:
    """Every unit whose results are open to the caller, as the tree of today."""
    seen = {unit.key: unit for unit in visible_units(scope(request))}
    found = unit_branches(seen, rights(request).tree, mine=_own(request) or "")
    return render(
        request,
        "desk/units.html",
        {"section": "unit", "branches": found, "open_words": open_words(len(seen))},
    )


@signed_in
@require_safe
def unit(request: HttpRequest, key: str) -> HttpResponse:
    """One unit at a glance."""
    seen, tree, lines = scope(request), rights(request).tree, rights(request).units.lines
    if not seen.sees_unit(key) or key not in lines:
        raise Http404
    number = page_asked(request)
    numbers = unit_numbers(key, seen, around=around(request), page=number, is_top=key == tree.top)
    if number > 1 and not numbers.tiles:
        raise Http404
    parent = tree.parent(key)
    below = [lines[one] for one in tree.children(key) if seen.sees_unit(one)]
    line = [key, *tree.ancestors(key)]
    every = elements()
    run = services_of(line, every=every)
    service = nearest_service(run, line)
    page = unit_page(
        lines[key],
        numbers,
        above=lines[parent] if parent and seen.sees_unit(parent) else None,
        below=sorted(below, key=lambda one: one.name),
        services=[node for node in run if node.fields.unit == key],
        path=thread(service, every=every) if service else (),
        mission=latest_mission(key),
        doors=doors_of(key, seen, around=around(request)),
        is_own=(ROLES["member"], key) in rights(request).held,
        page=number,
    )
    context = {"section": "unit", "page": page, "thread": page.steps, "as_of": page.as_of}
    return render(request, "desk/unit.html", context)


@by_token(Purpose.RESULTS)
@signed_in
@require_safe
def unit_file(request: HttpRequest, key: str, kind: FileKind) -> HttpResponse:
    """Every measure of the unit's dashboard, as a file."""
    found = _found(request, key)
    tiles = unit_numbers(key, scope(request), around=around(request), page=None).tiles
    return file_response(request, measures_as_file(tiles, found.name), key, kind)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def mission(request: HttpRequest, key: str) -> HttpResponse:
    """What a unit says it is for, in every version; its staff comment, and whoever may writes the next."""
    found = _found(request, key)
    form = MissionForm(request.POST or None)
    if request.method == "POST":
        check_can_edit_mission(actor(request), found, today=today())
        if form.is_valid():
            actions.adopt_mission(
                unit=found, by=actor(request), now=timezone.now(), today=today(), **form.cleaned_data
            )
            messages.success(request, _("The new version is written."))
            return redirect("desk:mission", key)
    return _mission_page(request, found, form=form)


@signed_in
@require_POST
def comment(request: HttpRequest, key: str) -> HttpResponse:
    """Say something about the latest version, as its staff."""
    found, latest, person = _speaking(request, key)
    form = CommentForm(request.POST)
    if not form.is_valid():
        return _mission_page(request, found, comment=form)
    actions.comment_on_mission(
        mission=latest,
        person=person,
        text=form.cleaned_data["text"],
        by=actor(request),
        now=timezone.now(),
        today=today(),
    )
    messages.success(request, _("Your comment is kept."))
    return redirect("desk:mission", key)


@signed_in
@require_POST
def support(request: HttpRequest, key: str) -> HttpResponse:
    """Stand behind the latest version, or no longer."""
    _unit, latest, person = _speaking(request, key)
    if request.POST.get("support") == "no":
        actions.withdraw_support(
            mission=latest, person=person, by=actor(request), now=timezone.now(), today=today()
        )
        messages.success(request, _("You no longer support it."))
    else:
        actions.support_mission(
            mission=latest, person=person, by=actor(request), now=timezone.now(), today=today()
        )
        messages.success(request, _("You support it."))
    return redirect("desk:mission", key)


def _mission_page(
    request: HttpRequest, found: Unit, *, form: MissionForm | None = None, comment: CommentForm | None = None
) -> HttpResponse:
    page = mission_page(
        found,
        list(missions_of(found.key)),
        person=rights(request).person_id,
        may_write=_allowed(check_can_edit_mission, request, found),
        may_speak=_allowed(check_can_speak, request, found),
    )
    context = {
        "section": "unit",
        "page": page,
        "form": form or MissionForm(),
        "comment": comment or CommentForm(),
    }
    return render(request, "desk/mission.html", context)


def _speaking(request: HttpRequest, key: str) -> tuple[Unit, Mission, Person]:
    """The unit, its latest mission and the caller, when they are of its staff."""
    found = _found(request, key)
    check_can_speak(actor(request), found, today=today())
    latest, person = missions_of(key).first(), person_of(request.user.pk)
    if latest is None or person is None:
        raise Http404
    return found, latest, person


def _allowed(check: Callable[..., None], request: HttpRequest, found: Unit) -> bool:
    try:
        check(actor(request), found, today=today())
    except Denied:
        return False
    return True


def _found(request: HttpRequest, key: str) -> Unit:
    found = find_unit(scope(request), key)
    if found is None:
        raise Http404
    return found


def _own(request: HttpRequest) -> str | None:
    """The unit of the caller's post, else of their first grant, if its results are open to them."""
    held = sorted(rights(request).held, key=lambda pair: not pair[0].sees_above)
    return next((key for _role, key in held if scope(request).sees_unit(key)), None)
