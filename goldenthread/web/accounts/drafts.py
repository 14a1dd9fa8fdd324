"""What one was typing when the session ended, given back."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from goldenthread.accounts import drafts
from goldenthread.web.access import signed_in, user
from goldenthread.web.drafts import DRAFT_FIELD, keep_what_was_typed


@signed_in
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Each draft with what stood in it, to be sent now or thrown away."""
    kept = drafts.drafts_of(user(request), now=timezone.now())
    return render(request, "accounts/drafts.html", {"drafts": kept, "draft_field": DRAFT_FIELD})


@signed_in
@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    """Keep what stands in a form of the page that is about to be left."""
    if not keep_what_was_typed(request, now=timezone.now()):
        raise Http404
    return HttpResponse(status=204)


@signed_in
@require_POST
def drop(request: HttpRequest, number: int) -> HttpResponse:
    """Throw a draft away."""
    drafts.drop(user=user(request), pk=number)
    messages.success(request, _("It is thrown away."))
    return redirect("drafts")
