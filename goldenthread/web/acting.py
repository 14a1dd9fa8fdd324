"""Tells the database who is calling, for the rows of persons that it guards itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from typing import cast

from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase

from goldenthread.record.acting import acting_for_nobody, acting_for_system, acting_for_user
from goldenthread.web.addresses import is_public, is_sign_in


class ActsForTheCaller:
    """Lets a request see the rows of who is signed in. Signing in itself is the system's work: it looks at
    second factors before anybody is known. Whatever else a stranger asks for, no such row is there."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with _acting(request):
            response = self.get_response(request)
        if isinstance(response, StreamingHttpResponse):
            # Served by WSGI: nothing of ours comes from an asynchronous iterator.
            pieces = cast("Iterator[bytes]", response.streaming_content)
            response.streaming_content = _while_acting(request, pieces)
        return response


def _acting(request: HttpRequest) -> AbstractContextManager[None]:
    if is_public(request.path_info):
        return acting_for_nobody()
    if request.user.is_authenticated:
        return acting_for_user(request.user.pk)
    return acting_for_system("signing in") if is_sign_in(request.path_info) else acting_for_nobody()


def _while_acting(request: HttpRequest, pieces: Iterable[bytes]) -> Iterator[bytes]:
    """A long answer reads its rows while it leaves, after the request is over."""
    with _acting(request):
        yield from pieces
