"""Signs out whoever was away too long, before anything else looks who is calling."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from goldenthread.accounts import sessions
from goldenthread.web.addresses import SESSION, is_public


class SessionClock:
    """Ends a session at its time; any request but the one that asks how much is left begins the half hour
    anew."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not is_public(request.path_info) and request.user.is_authenticated:
            now = timezone.now()
            if sessions.is_over(request.session, now=now):
                logout(request)
            elif request.path_info != SESSION:
                sessions.keep_alive(request.session, now=now)
        return self.get_response(request)
