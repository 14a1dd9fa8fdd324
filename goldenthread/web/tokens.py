"""The door for scripts: ``Authorization: Bearer gt_...``, in that header and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from goldenthread.accounts.limits import take
from goldenthread.accounts.rules import WRONG_TOKENS
from goldenthread.record.acting import acting_for_system
from goldenthread.record.audit.actions import record_look
from goldenthread.record.audit.actor import Actor
from goldenthread.record.audit.enums import Action
from goldenthread.record.tokens.actions import note_use
from goldenthread.record.tokens.minting import LENGTH, PREFIX, is_whole
from goldenthread.record.tokens.models import Token
from goldenthread.record.tokens.policies import why_dead
from goldenthread.record.tokens.queries import token_with
from goldenthread.web.access import actor, today, token_of
from goldenthread.web.addresses import is_public, is_wall


class NoTokenInTheClear:
    """Refuses a token that comes over plain HTTP where the site is at HTTPS. Stands before what leads a page
    there: a script would follow, and send its secret in the clear again the next time."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        secret = _sent(request)
        if settings.SECURE_SSL_REDIRECT and not request.is_secure():
            if secret is not None:
                return _answer(
                    HTTPStatus.BAD_REQUEST,
                    "Found a token over plain HTTP; wanted https. It may have been read on the way: end it, "
                    "and make another.",
                )
            if is_wall(request.path_info):
                return _answer(
                    HTTPStatus.BAD_REQUEST,
                    "Found the address of a wall over plain HTTP; wanted https. It may have been read on the "
                    "way: take the wall down, and put up another.",
                )
        return self.get_response(request)


class TokenDoor:
    """Lets a script in as the owner of its token, without a session; each view says whether it takes tokens.

    The token is looked up on each request, so that one that was ended opens nothing on the next. A right one
    is never held up; wrong ones are counted by address, and from the limit on neither looked into nor logged.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        secret = _sent(request)
        if secret is None or is_public(request.path_info):
            return self.get_response(request)
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            if not secret.startswith(PREFIX):
                # Of a proxy in front, and nothing to us.
                return self.get_response(request)
            return _answer(
                HTTPStatus.BAD_REQUEST,
                "Found a token and the cookie of a browser; wanted one of them. Leave the cookies out.",
            )
        token = token_with(secret) if is_whole(secret) else None
        wrong = _wrong(secret) if token is None else why_dead(token, now=timezone.now())
        if token is None or wrong:
            return _refused(request, token, wrong)
        request._token = token  # type: ignore[attr-defined]
        request.user = token.owner
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: object) -> None:
        """Note the day's first use, by now in the time zone of the organization."""
        token = token_of(request)
        if token is not None and token.last_used_on != today():
            note_use(token, by=actor(request), now=timezone.now(), today=today())


def _sent(request: HttpRequest) -> str | None:
    """What the header brings; None without one, and for other ways to sign in."""
    scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else None


def _wrong(secret: str) -> str:
    if is_whole(secret):
        return "There is no such token."
    return (
        f"Found {len(secret)} characters that are no token; wanted the {LENGTH} that begin with {PREFIX}, as "
        "they were shown when it was made."
    )


def _refused(request: HttpRequest, token: Token | None, why: str) -> HttpResponse:
    if seconds := take(request, "wrong-tokens", WRONG_TOKENS):
        answer = _answer(
            HTTPStatus.TOO_MANY_REQUESTS, "Too many wrong tokens from this address. Wait a minute."
        )
        answer["Retry-After"] = str(seconds)
        return answer
    # Nobody is known to the database yet.
    with acting_for_system("a token that was refused"):
        record_look(
            by=Actor.stranger(),
            action=Action.DENIED,
            kind="token",
            object_id=token.pk if token else "",
            now=timezone.now(),
        )
    return _answer(HTTPStatus.UNAUTHORIZED, why)


def _answer(status: HTTPStatus, sentence: str) -> HttpResponse:
    headers = {"Cache-Control": "private, no-store"}
    if status is HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = 'Bearer realm="Goldenthread"'
    return JsonResponse({"error": sentence}, status=status, headers=headers)
