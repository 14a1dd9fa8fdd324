"""Nothing is shown unless somebody said to whom."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.cache import patch_vary_headers

from goldenthread.record.answers import Denied
from goldenthread.record.audit.actions import record_look
from goldenthread.record.audit.enums import Action
from goldenthread.record.orgs.queries import organization
from goldenthread.web.access import actor, lets, rule_of, token_of
from goldenthread.web.addresses import is_public, is_sign_in
from goldenthread.web.errors import not_found

_LONGEST_PATH = 200


class DenyByDefault:
    """Sends one who is not signed in to sign in, before anything looks whether the address exists; answers
    one without the right as if the address did not exist; and lets nobody keep what it let through."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if is_public(request.path_info):
            return self.get_response(request)
        if not request.user.is_authenticated:
            known = is_sign_in(request.path_info)
            response = self._answer(request) if known else _to_sign_in(request)
        else:
            request.organization = organization()  # type: ignore[attr-defined]
            with timezone.override(request.organization.zone):  # type: ignore[attr-defined]
                response = self._answer(request)
        response["Cache-Control"] = "private, no-store"
        patch_vary_headers(response, ["Cookie", "Authorization"])
        return response

    def _answer(self, request: HttpRequest) -> HttpResponse:
        """What is there, or the one page of everything that is not there for the caller."""
        if _holds_nul(request):
            return not_found(request)
        response = self.get_response(request)
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            # It would tell an address that exists from one that does not.
            return not_found(request)
        if response.status_code == HTTPStatus.NOT_FOUND and _lacks_only_a_slash(request):
            return HttpResponsePermanentRedirect(request.get_full_path(force_append_slash=True))
        if response.status_code == HTTPStatus.NOT_FOUND and _leads_somewhere(request):
            _note_denial(request)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        """Ask the rule of the view; None lets the request through."""
        rule = rule_of(view)
        if rule is not None and rule.open and token_of(request) is None:
            return None
        if rule is None or is_public(request.path_info):
            return not_found(request)
        if not request.user.is_authenticated:
            return _to_sign_in(request)
        return None if lets(request, rule) else not_found(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A refusal that no view has put into words is a thing that is not there."""
        return not_found(request) if isinstance(exception, Denied) else None


def _holds_nul(request: HttpRequest) -> bool:
    """No key, word or number holds a NUL, and PostgreSQL refuses to be asked for one."""
    return "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", "")


def _lacks_only_a_slash(request: HttpRequest) -> bool:
    """Whether the address with a slash at its end is one that the caller may read. Django's own way of adding
    it asks nobody, and so tells everybody which addresses there are."""
    if request.path_info.endswith("/") or request.method not in ("GET", "HEAD"):
        return False
    try:
        rule = rule_of(resolve(f"{request.path_info}/").func)
    except Resolver404:
        return False
    return rule is not None and lets(request, rule)


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    target = urlencode({REDIRECT_FIELD_NAME: request.get_full_path()})
    return HttpResponseRedirect(f"{settings.LOGIN_URL}?{target}")


def _leads_somewhere(request: HttpRequest) -> bool:
    """Whether one who is signed in asked for an address of ours, and not for something that never was one."""
    return request.user.is_authenticated and request.resolver_match is not None


def _note_denial(request: HttpRequest) -> None:
    """Nobody who is answered so can tell what is hidden from what is not there; the log keeps both."""
    record_look(
        by=actor(request),
        action=Action.DENIED,
        kind="address",
        object_id=request.path_info[:_LONGEST_PATH],
        fields=(str(request.method),),
        now=timezone.now(),
    )
