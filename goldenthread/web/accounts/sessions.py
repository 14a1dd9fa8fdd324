"""How much time is left, and more of it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from goldenthread.accounts import sessions
from goldenthread.web.access import signed_in


@signed_in
@require_safe
def left(request: HttpRequest) -> HttpResponse:
    """Whole seconds until the session ends, and whether asking for more helps. Asking does not prolong it."""
    ends = sessions.ends_at(request.session)
    seconds = int(ends - timezone.now().timestamp())
    return JsonResponse({"seconds": seconds, "can_stay": ends < sessions.must_end_at(request.session)})


@signed_in
@require_POST
def stay(request: HttpRequest) -> HttpResponse:
    """The request itself has begun the half hour anew; back to where it came from."""
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return redirect(back if safe else "/")
