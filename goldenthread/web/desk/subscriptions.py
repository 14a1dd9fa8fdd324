"""A saved view by mail: asking for it, how often, and ending it."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from goldenthread.record.orgs.queries import organization
from goldenthread.record.saved_views.queries import views_of
from goldenthread.record.subscriptions import actions
from goldenthread.record.subscriptions.queries import subscriptions_of
from goldenthread.record.subscriptions.rhythms import Rhythm
from goldenthread.web.access import actor, signed_in, user
from goldenthread.web.desk.forms.saved_views import MAILED
from goldenthread.web.desk.forms.subscriptions import RhythmForm
from goldenthread.web.desk.presenters.subscriptions import subscription_page


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def by_mail(request: HttpRequest, number: int) -> HttpResponse:
    """One's own view by mail. Http404 for everybody else, and for a view of single people."""
    view = views_of(user(request)).filter(pk=number, route__in=MAILED).first()
    if view is None:
        raise Http404
    held = subscriptions_of(user(request)).filter(view=view).first()
    form = RhythmForm(request.POST or None, initial={"rhythm": held.rhythm if held else Rhythm.WEEKLY})
    page = subscription_page(view, held, address=user(request).email, server=settings.MAIL)
    if request.method == "POST" and "stop" in request.POST:
        if held:
            actions.end(subscription=held, by=actor(request), now=timezone.now())
        messages.success(request, _("“%(name)s” does not come by mail any more.") % {"name": view.name})
        return redirect("desk:views")
    if request.method == "POST" and page.can_ask and form.is_valid():
        rhythm, zone = Rhythm(form.cleaned_data["rhythm"]), organization().zone
        actions.subscribe(view=view, rhythm=rhythm, by=actor(request), now=timezone.now(), zone=zone)
        said = _("“%(name)s” comes by mail. %(every)s.")
        messages.success(request, said % {"name": view.name, "every": rhythm.label})
        return redirect("desk:views")
    return render(request, "desk/subscription.html", {"form": form, "page": page})
