"""The door before everything that a password alone does not open."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from goldenthread.accounts import second_factor
from goldenthread.record.access.second_factor import needs_second_factor
from goldenthread.web.access import rights, scope, token_of, user
from goldenthread.web.addresses import OWN_ACCOUNT, is_public


def is_compulsory(request: HttpRequest) -> bool:
    """Whether the caller's role needs a second factor."""
    if user(request).username in settings.WITHOUT_SECOND_FACTOR:
        return False
    return needs_second_factor(rights(request), scope(request))


def is_missing(request: HttpRequest) -> bool:
    """Whether the caller needs a second factor and has shown none in this session."""
    return not second_factor.was_shown(request) and is_compulsory(request)


class SecondFactorDoor:
    """Whoever reads others' records or administers reaches nothing but their own account until they have
    shown a second factor; every other address, there or not, answers alike. A token was made behind this
    door."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        path = request.path_info
        outside = is_public(path) or path.startswith(OWN_ACCOUNT) or token_of(request) is not None
        if outside or not request.user.is_authenticated:
            return self.get_response(request)
        return redirect("your_account") if is_missing(request) else self.get_response(request)
