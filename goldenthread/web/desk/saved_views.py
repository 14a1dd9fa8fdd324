"""Views that one has saved, and saving, renaming and removing one."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from goldenthread.record.answers import NotAllowed
from goldenthread.record.orgs.queries import people_names
from goldenthread.record.reports.queries import in_use
from goldenthread.record.saved_views import actions
from goldenthread.record.saved_views.models import SavedView
from goldenthread.record.saved_views.queries import views_of
from goldenthread.record.subscriptions.queries import subscriptions_of
from goldenthread.results.view_doors import ViewDoors
from goldenthread.web.access import actor, around, rights, scope, signed_in, user
from goldenthread.web.desk.forms.saved_views import NameForm, SaveViewForm
from goldenthread.web.desk.presenters.saved_views import Names, address, remove_page, views_page


@signed_in
@require_safe
def views(request: HttpRequest) -> HttpResponse:
    """The caller's views, and whether each is still open to them. Nothing is looked at by that."""
    found = list(views_of(user(request)))
    doors = ViewDoors(rights(request), scope(request), around(request))
    shown = [(view, doors.opens(view)) for view in found]
    mailed = {one.view_id: one for one in subscriptions_of(user(request))}
    page = views_page(shown, _names(request, [view for view, is_open in shown if is_open]), mailed)
    return render(request, "desk/saved_views.html", {"page": page})


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Save the page whose address is given, under a name."""
    form = SaveViewForm(request.POST or None, initial={"of": request.GET.get("of", "")})
    if request.method == "POST" and form.is_valid():
        kept = form.cleaned_data["of"]
        try:
            view = actions.save_view(
                owner=user(request),
                name=form.cleaned_data["name"],
                by=actor(request),
                now=timezone.now(),
                **kept._asdict(),
            )
        except NotAllowed as no:
            form.add_error("name", str(no))
        else:
            messages.success(request, _("Saved as “%(name)s”.") % {"name": view.name})
            return redirect(address(view))
    return render(request, "desk/saved_view.html", {"form": form, "view": None})


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, number: int) -> HttpResponse:
    """Call one's own view otherwise. Http404 for everybody else."""
    view = _own(request, number)
    form = NameForm(request.POST or None, initial={"name": view.name})
    if request.method == "POST" and form.is_valid():
        try:
            actions.rename_view(view=view, by=actor(request), now=timezone.now(), **form.cleaned_data)
        except NotAllowed as no:
            form.add_error("name", str(no))
        else:
            return redirect("desk:views")
    return render(request, "desk/saved_view.html", {"form": form, "view": view})


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, number: int) -> HttpResponse:
    """Keep one's own view no longer. Http404 for everybody else."""
    view = _own(request, number)
    if request.method == "POST":
        actions.remove_view(view=view, by=actor(request), now=timezone.now())
        messages.success(request, _("The view “%(name)s” is removed.") % {"name": view.name})
        return redirect(reverse("desk:views"))
    return render(request, "desk/question.html", {"page": remove_page(view)})


def _own(request: HttpRequest, number: int) -> SavedView:
    view = views_of(user(request)).filter(pk=number).first()
    if view is None:
        raise Http404
    return view


def _names(request: HttpRequest, found: Iterable[SavedView]) -> Names:
    """What these views are of is called today."""
    people = {view.arguments["person"] for view in found if "person" in view.arguments}
    return Names(
        units=around(request).names,
        reports=dict(in_use().values_list("key", "title")),
        people=people_names(people) if people else {},
    )
