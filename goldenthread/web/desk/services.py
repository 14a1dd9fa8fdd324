"""Pages for the elements of the framework: reading one, and writing it for whoever may."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from goldenthread.record.access.queries import visible_units
from goldenthread.record.access.roles import Permission
from goldenthread.record.answers import Denied, NotAllowed
from goldenthread.record.framework import actions, queries
from goldenthread.record.framework.definition import ABOVE, BELOW, ElementFields
from goldenthread.record.framework.models import Element, Level
from goldenthread.record.framework.permissions import check_can_edit_element
from goldenthread.record.tokens.purposes import Purpose
from goldenthread.render.files import FileKind
from goldenthread.results.series import tiles_at
from goldenthread.results.threads import Thread, find_thread
from goldenthread.web.access import actor, around, by_token, needs, rights, scope, signed_in, today
from goldenthread.web.desk.forms.doing import done
from goldenthread.web.desk.forms.framework import ElementForm, NewElementForm, PlaceForm, RetireForm
from goldenthread.web.desk.presenters.measures_in_line import measures_as_file
from goldenthread.web.desk.presenters.moments import as_of_words
from goldenthread.web.desk.presenters.service import service_page
from goldenthread.web.downloads import file_response

_MAY_EDIT = needs(Permission.EDIT_FRAMEWORK)
_PAGE_METHODS = require_http_methods(["GET", "HEAD", "POST"])
_done = partial(done, refusals=(NotAllowed, actions.UnknownReference))


@signed_in
@require_safe
def service(request: HttpRequest, key: str) -> HttpResponse:
    """What an element is, for whom, and how it does."""
    found, seen = _thread_of(request, key), scope(request)
    here = found.path[-1]
    page = service_page(
        found,
        tiles_at(found.served_by, seen, today=today(), around=around(request)),
        sees_unit=bool(here.fields.unit) and seen.sees_unit(here.fields.unit or ""),
        may_edit=_may_edit(request, here.fields.key),
    )
    context = {"section": "thread", "page": page, "thread": page.steps, "as_of": as_of_words(found.as_of)}
    return render(request, "desk/service.html", context)


@by_token(Purpose.RESULTS)
@signed_in
@require_safe
def service_file(request: HttpRequest, key: str, kind: FileKind) -> HttpResponse:
    """The measures that serve the element itself, as a file."""
    found = _thread_of(request, key)
    tiles = tiles_at(found.served_by, scope(request), today=today(), around=around(request))
    return file_response(request, measures_as_file(tiles, found.path[-1].fields.name), key, kind)


@_MAY_EDIT
@_PAGE_METHODS
def edit(request: HttpRequest, key: str) -> HttpResponse:
    """Change what is known of an element; its place and its end are forms of their own on the same page."""
    element = _editable(request, key)
    before = queries.fields_of(element)
    form = ElementForm(
        request.POST or None, initial=ElementForm.initial_of(before), units=_units(request, before.unit)
    )
    if request.method == "POST" and form.is_valid():
        wanted = replace(before, **form.values())
        if _done(
            form,
            lambda: actions.edit_element(
                element=element, fields=wanted, by=actor(request), now=timezone.now(), today=today()
            ),
        ):
            messages.success(request, _("“%(name)s” is saved.") % {"name": wanted.name})
            return redirect("desk:service", key)
    return _edit_page(request, element, form=form)


@_MAY_EDIT
@require_POST
def move(request: HttpRequest, key: str) -> HttpResponse:
    """Hang an element below another one, or elsewhere in its list."""
    element = _editable(request, key)
    form = PlaceForm(request.POST, parents=_parents(element), prefix="place")
    if form.is_valid():
        parent = element.parent
        if chosen := form.cleaned_data.get("parent"):
            parent = _editable(request, chosen)
        place = form.cleaned_data["position"]

        def act() -> None:
            actions.move_element(
                element=element,
                parent=parent,
                position=place - 1 if place else None,
                by=actor(request),
                now=timezone.now(),
                today=today(),
            )

        if _done(form, act):
            messages.success(request, _("“%(name)s” is moved.") % {"name": element.name})
            return redirect("desk:service", key)
    return _edit_page(request, element, place=form)


@_MAY_EDIT
@require_POST
def retire(request: HttpRequest, key: str) -> HttpResponse:
    """Take an element out of use, with a reason."""
    element = _editable(request, key)
    form = RetireForm(request.POST, prefix="retire")
    if form.is_valid():

        def act() -> None:
            actions.retire_element(
                element=element,
                reason=form.cleaned_data["reason"],
                by=actor(request),
                now=timezone.now(),
                today=today(),
            )

        if _done(form, act):
            messages.success(request, _("“%(name)s” is retired.") % {"name": element.name})
            above = element.parent
            return (
                redirect("desk:service", above.key)
                if above
                else redirect(f"{reverse('desk:thread')}?view=list")
            )
    return _edit_page(request, element, ending=form)


@_MAY_EDIT
@_PAGE_METHODS
def add(request: HttpRequest, key: str) -> HttpResponse:
    """Add an element below another one."""
    parent = _editable(request, key)
    lower = BELOW.get(Level(parent.level))
    if lower is None:
        raise Http404
    return _add(request, lower[1], parent)


@_MAY_EDIT
@_PAGE_METHODS
def add_outcome(request: HttpRequest) -> HttpResponse:
    """Add what the council wants."""
    check_can_edit_element(actor(request), None, today=today())
    return _add(request, Level.OUTCOME, None)


def _add(request: HttpRequest, level: Level, parent: Element | None) -> HttpResponse:
    form = NewElementForm(request.POST or None, units=_units(request, None))
    if request.method == "POST" and form.is_valid():
        fields = ElementFields(level=level, parent=parent.key if parent else None, **form.values())
        if _done(
            form,
            lambda: actions.add_element(fields=fields, by=actor(request), now=timezone.now(), today=today()),
        ):
            messages.success(request, _("“%(name)s” is added.") % {"name": fields.name})
            return redirect("desk:service", fields.key)
    context = {
        "section": "thread",
        "form": form,
        "level": level.label,
        "parent": parent.name if parent else "",
    }
    return render(request, "desk/service_add.html", context)


def _edit_page(
    request: HttpRequest,
    element: Element,
    *,
    form: ElementForm | None = None,
    place: PlaceForm | None = None,
    ending: RetireForm | None = None,
) -> HttpResponse:
    """The page with its three forms; the one that was sent comes with its errors."""
    fields = queries.fields_of(element)
    lower = BELOW.get(Level(element.level))
    context = {
        "section": "thread",
        "key": element.key,
        "name": element.name,
        "form": form
        or ElementForm(initial=ElementForm.initial_of(fields), units=_units(request, fields.unit)),
        "place": place
        or PlaceForm(
            initial={"parent": fields.parent, "position": fields.position + 1},
            parents=_parents(element),
            prefix="place",
        ),
        "ending": ending or RetireForm(prefix="retire"),
        "lower": lower[1].label.lower() if lower else "",
    }
    return render(request, "desk/service_edit.html", context)


def _thread_of(request: HttpRequest, key: str) -> Thread:
    """The thread through an element, for whoever holds anything at all; else it is not there."""
    held = rights(request)
    found = find_thread(key, held, scope(request), today=today()) if held.holdings else None
    if found is None:
        raise Http404
    return found


def _editable(request: HttpRequest, key: str) -> Element:
    """The element in use, if the caller may edit it; else it is not there."""
    element = queries.find_element(key)
    if element is None:
        raise Http404
    check_can_edit_element(actor(request), element, today=today())
    return element


def _may_edit(request: HttpRequest, key: str) -> bool:
    if not rights(request).may(Permission.EDIT_FRAMEWORK):
        return False
    try:
        _editable(request, key)
    except Denied:
        return False
    return True


def _parents(element: Element) -> list[tuple[str, str]]:
    """The elements it could hang below."""
    above = ABOVE.get(Level(element.level))
    return queries.names_on(above) if above else []


def _units(request: HttpRequest, current: str | None) -> list[tuple[str, str]]:
    """The units that the caller sees, and the one that runs it now."""
    seen = list(visible_units(scope(request)).values_list("key", "name"))
    if current and current not in dict(seen):
        seen.append((current, current))
    return seen
