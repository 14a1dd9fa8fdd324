"""The way out that stands in every mail. It works without signing in, and by a mail program's button."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from goldenthread.jobs.mail.addresses import subscription_to_stop
from goldenthread.record.acting import acting_for_system
from goldenthread.record.audit.actor import Actor
from goldenthread.record.subscriptions.actions import end
from goldenthread.record.subscriptions.queries import find_subscription
from goldenthread.web.access import open_to_all


# A mail program sends no cookie and no token of ours; the code in the address is what entitles (RFC 8058).
@csrf_exempt
@open_to_all
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, code: str) -> HttpResponse:
    """Asks, and by POST ends the mail; once more says the same. Http404 with a code that is not ours.

    Opening the link alone ends nothing: programs that look into mail open every link.
    """
    number = subscription_to_stop(code)
    if number is None:
        raise Http404
    if request.method != "POST":
        return render(request, "mail/stop.html", {"done": False})
    with acting_for_system("a mail that was stopped"):
        subscription = find_subscription(number)
        if subscription is not None:
            end(
                subscription=subscription, by=Actor.stranger(), now=timezone.now(), reason="by the link in it"
            )
    return render(request, "mail/stop.html", {"done": True})
