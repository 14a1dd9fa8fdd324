"""Home: what needs you, and what is off target."""

from __future__ import annotations

from allauth.account.views import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from goldenthread.web.access import open_to_all


@open_to_all
def home(request: HttpRequest) -> HttpResponse:
    """Home, or the sign-in form for one who is not signed in."""
    if not request.user.is_authenticated:
        response: HttpResponse = login(request)
        return response
    return render(request, "desk/home.html", {})
