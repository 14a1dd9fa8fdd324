"""Doors that are shut where single sign-on is the only one."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse

View = Callable[..., HttpResponse]


def shut_by_single_sign_on(view: View) -> View:
    """Where single sign-on is the only door, the address is not there."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if settings.SINGLE_SIGN_ON_ONLY:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def reads_alone_by_single_sign_on(view: View) -> View:
    """Where single sign-on is the only door, nothing can be sent to the address, whose page leads there."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if settings.SINGLE_SIGN_ON_ONLY and request.method == "POST":
            raise Http404
        return view(request, *args, **kwargs)

    return guarded
