"""The addresses a staff page links to, and one page with every component."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from goldenthread.web.access import signed_in
from tests.render.gallery.pages import gallery


@signed_in
def somewhere(request: HttpRequest, **_: str) -> HttpResponse:
    return HttpResponse("here")


_desk = [
    path(f"{name}/", gallery if name == "measures" else somewhere, name=name)
    for name in (
        "home",
        "thread",
        "measures",
        "unit_mine",
        "my_access",
        "stand_ins",
        "who_looked",
        "tokens",
        "views",
        "sources",
        "search",
        "help",
    )
]

urlpatterns = [
    path("accounts/", include("goldenthread.web.accounts.urls")),
    path("", include((_desk, "desk"))),
]

handler404 = "goldenthread.web.errors.not_found"
