"""Signs out whoever was away too long, before anything else looks who is calling."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from goldenthread.accounts import sessions
from goldenthread.web.access import token_of
from goldenthread.web.addresses import KEEP_DRAFT, SESSION, is_public
from goldenthread.web.drafts import AFTER_SIGNING_IN, forget_what_was_sent, keep_what_was_typed


class SessionClock:
    """Ends a session at its time, and keeps what was being sent; any other request begins the half hour anew,
    but for the one that asks how much is left of it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        path = request.path_info
        unclocked = is_public(path) or path == SESSION or token_of(request) is not None
        if unclocked or not request.user.is_authenticated:
            return self.get_response(request)
        now = timezone.now()
        if sessions.is_over(request.session, now=now):
            kept = keep_what_was_typed(request, now=now)
            logout(request)
            if not kept:
                return self.get_response(request)
            asked_by_script = path == KEEP_DRAFT
            answer = HttpResponse(status=204) if asked_by_script else redirect(AFTER_SIGNING_IN)
            answer["Cache-Control"] = "private, no-store"
            return answer
        sessions.keep_alive(request.session, now=now)
        response = self.get_response(request)
        forget_what_was_sent(request, response)
        return response
