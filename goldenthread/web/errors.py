"""Pages for when there is nothing else to show. They are made without the request, so that they tell nothing
of it: the page for a thing that is hidden and for one that does not exist is the same, byte for byte."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string

from goldenthread.record.tokens.models import Token
from goldenthread.record.tokens.purposes import MEANINGS
from goldenthread.web.access import lets, rule_of, token_of


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """The answer to an address that does not exist, or not for this person; to a token, a sentence that
    depends on nothing but the token."""
    token = token_of(request)
    if token is not None:
        return _nothing_for(token)
    return _page("errors/not_found.html", HTTPStatus.NOT_FOUND)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """The answer to a form that is not from a page of ours, or from one that is too old.

    This check comes before the rule of the view is asked, so it is asked here: one who may not use the form
    is not to learn that there is one.
    """
    match = request.resolver_match
    rule = rule_of(match.func) if match else None
    if rule is None or token_of(request) is not None or not (rule.open or lets(request, rule)):
        return not_found(request)
    return _page("errors/form_too_old.html", HTTPStatus.FORBIDDEN)


def too_many_attempts(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """The answer to somebody who tries too often."""
    return _page("errors/too_many_attempts.html", HTTPStatus.TOO_MANY_REQUESTS)


def say_in_person(sentence: str) -> HttpResponse:
    """The answer to a script that asks for what its owner has to say something about first."""
    return JsonResponse({"error": sentence}, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def too_many_requests(seconds: int) -> HttpResponse:
    """The answer to somebody who asks for more than a person would; there is room again in ``seconds``."""
    page = render_to_string("errors/too_many_requests.html", {"seconds": seconds})
    headers = {"Retry-After": str(seconds)}
    return HttpResponse(page, status=HTTPStatus.TOO_MANY_REQUESTS, headers=headers)


def server_error(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """The answer when something broke."""
    return _page("errors/server_error.html", HTTPStatus.INTERNAL_SERVER_ERROR)


def _page(template: str, status: HTTPStatus) -> HttpResponse:
    return HttpResponse(render_to_string(template), status=status)


def _nothing_for(token: Token) -> HttpResponse:
    purposes = ", ".join(meaning.name for one, meaning in MEANINGS.items() if one in token.purposes)
    words = f"Nothing is here for this token. It is for: {purposes}, as far as its owner may right now."
    return JsonResponse({"error": words}, status=HTTPStatus.NOT_FOUND)
