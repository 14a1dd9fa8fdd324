"""Walls: the display itself, which nobody signs in for, and putting one up and taking it down."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from goldenthread.accounts.limits import take
from goldenthread.accounts.rules import WRONG_TOKENS
from goldenthread.record.access.queries import find_unit
from goldenthread.record.access.rights import rights_of
from goldenthread.record.access.scopes import wall_scope
from goldenthread.record.acting import acting_for_system
from goldenthread.record.audit.actor import Actor
from goldenthread.record.orgs.models import Unit
from goldenthread.record.orgs.queries import organization
from goldenthread.record.walls import actions
from goldenthread.record.walls.models import Wall
from goldenthread.record.walls.permissions import may_end
from goldenthread.record.walls.queries import wall_up, walls, walls_of
from goldenthread.results.indicators import key_indicators
from goldenthread.results.series import computed_at
from goldenthread.results.surroundings import Surroundings
from goldenthread.web.access import actor, open_to_all, rights, scope, signed_in, today, user
from goldenthread.web.desk.forms.walls import WallForm
from goldenthread.web.desk.presenters.moments import as_of_words
from goldenthread.web.desk.presenters.parts import Link
from goldenthread.web.desk.presenters.walls import end_page, shown_on_a_wall, walls_table
from goldenthread.web.errors import not_found, too_many_requests

_REFRESH_SECONDS = 300
_HEADERS = {
    "Cache-Control": "private, no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
}


# Nothing is written for a form, and to be told that one is too old would tell an address from another.
@csrf_exempt
@open_to_all
def shown(request: HttpRequest, secret: str) -> HttpResponse:
    """The key indicators of a unit, for whoever knows the address; the same page of what is not there for
    every reason that there is none."""
    here = organization()
    with timezone.override(here.zone), acting_for_system("a wall"):
        wall = wall_up(secret, now=timezone.now(), today=today()) if _only_reads(request) else None
        response = _refused(request) if wall is None else _page(request, wall)
    for name, value in _HEADERS.items():
        response[name] = value
    return response


def _page(request: HttpRequest, wall: Wall) -> HttpResponse:
    actions.note_shown(wall, by=Actor.stranger(), now=timezone.now(), today=today())
    around = Surroundings(today())
    makers = rights_of(wall.maker, today=today())
    shown_there = wall_scope(wall.pk, wall.unit.key, makers)
    found = key_indicators(wall.unit.key, shown_there, around=around)
    stands_still = "still" in request.GET
    context = {
        "organization": organization().name,
        "unit": wall.unit.name,
        "indicators": shown_on_a_wall(wall.unit.key, found),
        "as_of": as_of_words(computed_at((one.tile for one in found), around=around)),
        "stands_still": stands_still,
    }
    # Made without the request, which would be asked who is signed in.
    response = HttpResponse(render_to_string("desk/wall.html", context))
    if not stands_still:
        response["Refresh"] = str(_REFRESH_SECONDS)
    return response


def _refused(request: HttpRequest) -> HttpResponse:
    if _only_reads(request) and (seconds := take(request, "wrong-walls", WRONG_TOKENS)):
        response = too_many_requests(seconds)
    else:
        response = not_found(request)
    # Django writes the address of what is refused into its log, and a secret may stand in it.
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response


def _only_reads(request: HttpRequest) -> bool:
    return request.method in ("GET", "HEAD")


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def of_unit(request: HttpRequest, key: str) -> HttpResponse:
    """The walls of a unit whose results the caller sees, and putting one up. Its address is shown this one
    time."""
    unit = _unit(request, key)
    form = WallForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        _wall, secret = actions.put_up(
            maker=user(request),
            unit=unit,
            by=actor(request),
            now=timezone.now(),
            today=today(),
            **form.cleaned_data,
        )
        address = request.build_absolute_uri(reverse("desk:wall", args=[secret]))
        return render(request, "desk/wall_made.html", {"section": "unit", "unit": unit, "address": address})
    found = list(walls_of(unit.key, now=timezone.now()))
    table = walls_table(found, {one.pk for one in found if may_end(rights(request), one)})
    context = {"section": "unit", "unit": unit, "form": form, "table": table}
    return render(request, "desk/walls.html", context)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, number: int) -> HttpResponse:
    """Take a wall down, by whoever put it up or an administrator of its unit. Http404 for everybody else."""
    wall = walls().filter(pk=number, ended_at=None).first()
    if wall is None or not may_end(rights(request), wall):
        raise Http404
    seen = find_unit(scope(request), wall.unit.key) is not None
    where = reverse("desk:walls", args=[wall.unit.key]) if seen else reverse("desk:home")
    if request.method == "POST":
        actions.take_down(wall=wall, by=actor(request), now=timezone.now(), today=today())
        return redirect(where)
    page = end_page(wall, back=Link(_("Walls of %(unit)s") % {"unit": wall.unit.name}, where))
    return render(request, "desk/question.html", {"page": page})


def _unit(request: HttpRequest, key: str) -> Unit:
    unit = find_unit(scope(request), key)
    if unit is None or key not in rights(request).seen_units():
        raise Http404
    return unit
