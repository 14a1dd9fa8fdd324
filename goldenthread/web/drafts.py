"""Drafts at the door: what a form brings when its sender's session is over is kept, and not acted upon."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlencode

from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import CsrfViewMiddleware

from goldenthread.accounts import drafts
from goldenthread.accounts.models import User
from goldenthread.web.access import user
from goldenthread.web.addresses import DRAFTS, KEEP_DRAFT, OWN_ACCOUNT

AFTER_SIGNING_IN = f"/?{urlencode({REDIRECT_FIELD_NAME: DRAFTS})}"
DRAFT_FIELD = "goldenthread_draft"
"""Names the draft that a form was made of, so that it goes when it was sent."""
ADDRESS_FIELD = "goldenthread_address"
"""Names the address of the form that a script asks to keep."""
_OURS = {"csrfmiddlewaretoken", DRAFT_FIELD, ADDRESS_FIELD}


def keep_what_was_typed(request: HttpRequest, *, now: datetime) -> bool:
    """Keep the fields of a form that comes too late; False when there is none, or when it is not from a page
    of ours. Forms of one's own account are not kept: passwords stand in them."""
    if not _is_form(request):
        return False
    address = request.POST.get(ADDRESS_FIELD, "") if request.path_info == KEEP_DRAFT else request.path_info
    if not address.startswith("/") or address.startswith(("//", OWN_ACCOUNT)) or _is_foreign(request):
        return False
    fields = [
        (name, text)
        for name, texts in request.POST.lists()
        for text in texts
        if name not in _OURS and isinstance(text, str)
    ]
    return drafts.keep(user=user(request), address=address, fields=fields, now=now)


def forget_what_was_sent(request: HttpRequest, response: HttpResponse) -> None:
    """The draft of a form that was taken goes; one whose form has mistakes stays."""
    if isinstance(response, HttpResponseRedirect) and _is_form(request):
        draft = request.POST.get(DRAFT_FIELD, "")
        if draft.isdecimal() and isinstance(request.user, User):
            drafts.drop(user=request.user, pk=int(draft))


def _is_form(request: HttpRequest) -> bool:
    # A form with files is left alone: reading it here would take them in.
    return request.method == "POST" and request.content_type == "application/x-www-form-urlencoded"


def _is_foreign(request: HttpRequest) -> bool:
    """Whether Django's check of the form's token, which comes later than this, would refuse it."""
    check = CsrfViewMiddleware(lambda _request: HttpResponse())
    return check.process_view(request, _no_view, (), {}) is not None


def _no_view(_request: HttpRequest) -> HttpResponse:
    return HttpResponse()
