"""How often a page that costs much may be asked for: far more often than anybody needs, far less often than a
script would like."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse

from goldenthread.accounts.limits import take
from goldenthread.web.errors import too_many_requests

View = TypeVar("View", bound=Callable[..., Any])


class Costly(StrEnum):
    """What is counted together."""

    FILES = "files"
    PREVIEWS = "previews"
    SEARCHES = "searches"
    SIGN_INS = "sign-ins"
    UPLOADS = "uploads"


A_MINUTE = {
    Costly.FILES: 60,
    Costly.PREVIEWS: 120,
    Costly.SEARCHES: 120,
    # All of a county may sit behind one address and sign in at eight. Failures have a limit of their own.
    Costly.SIGN_INS: 600,
    Costly.UPLOADS: 60,
}


@dataclass(frozen=True)
class Counted:
    """What calls of a view count as; ``only_sent``: showing its form costs nothing."""

    what: Costly
    only_sent: bool


def counts(what: Costly, *, only_sent: bool = False) -> Callable[[View], View]:
    """The view costs much: each call counts for the person who is signed in, or else for the address it comes
    from. ``only_sent``: showing its form costs nothing."""

    def mark(view: View) -> View:
        view._counted = Counted(what, only_sent)  # type: ignore[attr-defined]
        return view

    return mark


def counted(view: Callable[..., Any]) -> Counted | None:
    """What calls of the view count as, if anything."""
    return getattr(view, "_counted", None)


class RateLimits:
    """Answers one who asks too often with 429, and when to come back. Comes after whoever decides that there
    is a view at all: what nobody may call is not counted."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        """Count the call; None lets it through."""
        found = counted(view)
        if found is None or (found.only_sent and request.method in ("GET", "HEAD")):
            return None
        per = "user" if request.user.is_authenticated else "ip"
        seconds = take(request, found.what, f"{A_MINUTE[found.what]}/m/{per}")
        return too_many_requests(seconds) if seconds else None
