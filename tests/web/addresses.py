"""A small site for trying the middleware: one view for each kind of rule, and one that says nothing."""

from django.http import Http404, HttpResponse
from django.urls import include, path
from django.views.decorators.http import require_POST

from goldenthread.record.access.roles import Permission
from goldenthread.record.answers import Denied
from goldenthread.web.access import actor, needs, open_to_all, rights, scope, signed_in, today


@open_to_all
def answer(request):
    return HttpResponse("here", headers={"Cache-Control": "public, max-age=60"})


@open_to_all
def breaks(request):
    raise ValueError("the-secret-reason")


@signed_in
def whoami(request):
    seen = scope(request)
    assert scope(request) is seen
    assert rights(request) is rights(request)
    return HttpResponse(f"{actor(request).key} {today()} {','.join(sorted(seen.units))}")


@signed_in
def hidden(request):
    raise Http404("No unit called the-secret-name")


@signed_in
def refuses(request):
    raise Denied("Not you.")


@needs(Permission.LOAD_DATA)
@require_POST
def load(request):
    return HttpResponse("loaded")


@needs(Permission.LOAD_DATA)
def edit(request):
    return HttpResponse("edited")


def silent(request):
    return HttpResponse("nobody should read this")


handler404 = "goldenthread.web.errors.not_found"
handler500 = "goldenthread.web.errors.server_error"

urlpatterns = [
    path("accounts/", include("goldenthread.web.accounts.urls")),
    path("", answer),
    path("public/report/", answer),
    path("public/breaks/", breaks),
    path("public/not-really/", signed_in(lambda request: HttpResponse("never"))),
    path("whoami/", whoami),
    path("hidden/", hidden),
    path("refuses/", refuses),
    path("units/<key>/", signed_in(lambda request, key: HttpResponse(key))),
    path("load/", load),
    path("edit/", edit),
    path("silent/", silent),
]
