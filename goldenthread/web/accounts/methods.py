"""What allauth's views answer that ours do not: any method as if it were a reading, and a page of its own to
whom a step is not open. Both tell which addresses there are."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

View = Callable[..., HttpResponse]


def reads_and_sends(view: View) -> View:
    """The view takes GET, HEAD and POST; where it refuses somebody, there is nothing."""

    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except PermissionDenied:
            raise Http404 from None

    return guarded
