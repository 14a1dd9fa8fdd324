"""The thread, up and down: from what the council wants to who does the work."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from goldenthread.record.access.rights import Rights
from goldenthread.record.access.roles import Permission
from goldenthread.record.framework.queries import services_of
from goldenthread.results.standings import visible_measures
from goldenthread.results.threads import Outline, find_thread, first_outcome, nearest_service, outline
from goldenthread.web.access import rights, scope, signed_in, today
from goldenthread.web.desk.presenters.moments import as_of_words
from goldenthread.web.desk.presenters.parts import Option
from goldenthread.web.desk.presenters.thread import (
    branches,
    outline_verdict,
    switch,
    thread_address,
    thread_page,
)


@signed_in
@require_safe
def thread(request: HttpRequest) -> HttpResponse:
    """The list of everything, or the map nearest to the caller, to ``?unit=`` or to ``?measure=``."""
    held, seen = rights(request), scope(request)
    if not held.holdings:
        raise Http404
    unit = _unit(request)
    line = _line(held, unit)
    nearest = nearest_service(services_of(line), line) or first_outcome()
    if request.GET.get("view") == "list" or nearest is None:
        found = outline(seen, today=today())
        return _list(request, found, switch(thread_address(nearest), as_list=True) if nearest else ())
    if measure := request.GET.get("measure"):
        served = visible_measures(seen).filter(key=measure, service__isnull=False).first()
        if served is None or served.service is None:
            raise Http404
        return redirect(thread_address(served.service.key))
    return redirect(thread_address(nearest, unit))


@signed_in
@require_safe
def thread_at(request: HttpRequest, key: str) -> HttpResponse:
    """The map through one element of the framework, and through ``?unit=`` below it."""
    held, seen = rights(request), scope(request)
    found = find_thread(key, held, seen, today=today(), unit=_unit(request)) if held.holdings else None
    if found is None:
        raise Http404
    if request.GET.get("view") == "list":
        every = outline(seen, today=today())
        page = thread_page(found, as_list=True)
        return _list(request, every, page.views, current=key)
    page = thread_page(found, as_list=False)
    context = {"section": "thread", "page": page, "views": page.views, "as_of": as_of_words(found.as_of)}
    return render(request, "desk/thread.html", context)


def _list(
    request: HttpRequest, found: Outline, views: Sequence[Option], *, current: str = ""
) -> HttpResponse:
    held = rights(request)
    context = {
        "section": "thread",
        "branches": branches(found, current),
        "verdict": outline_verdict(found),
        "views": views,
        "as_of": as_of_words(found.as_of),
        "may_add": held.may(Permission.EDIT_FRAMEWORK, held.tree.top),
    }
    return render(request, "desk/thread_list.html", context)


def _unit(request: HttpRequest) -> str:
    """The unit of the address; a hidden one is none, so that nothing tells it from a missing one."""
    unit = request.GET.get("unit", "")
    return unit if scope(request).sees_unit(unit) else ""


def _line(held: Rights, unit: str) -> list[str]:
    """The unit and those above it, or the caller's own."""
    start = unit or next((one for _role, one in held.held), "")
    return [start, *held.tree.ancestors(start)] if start else []
