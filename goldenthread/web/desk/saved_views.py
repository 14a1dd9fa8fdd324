"""Views that one has saved, and saving, renaming and removing one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from goldenthread.record.access.roles import Permission
from goldenthread.record.answers import NotAllowed
from goldenthread.record.orgs.queries import people_names
from goldenthread.record.reports.models import Report
from goldenthread.record.reports.queries import current_definition, in_use
from goldenthread.record.reports.uses import names_open_work
from goldenthread.record.saved_views import actions
from goldenthread.record.saved_views.models import SavedView
from goldenthread.record.saved_views.queries import views_of
from goldenthread.results.reports import is_for, is_open
from goldenthread.results.workers import own_reports, workers_of
from goldenthread.web.access import actor, around, rights, scope, signed_in, today, user
from goldenthread.web.desk.forms.saved_views import NameForm, SaveViewForm
from goldenthread.web.desk.presenters.saved_views import Names, address, remove_page, views_page


@signed_in
@require_safe
def views(request: HttpRequest) -> HttpResponse:
    """The caller's views, and whether each is still open to them. Nothing is looked at by that."""
    found = list(views_of(user(request)))
    doors = _Doors(request)
    shown = [(view, doors.opens(view)) for view in found]
    page = views_page(shown, _names(request, [view for view, is_open in shown if is_open]))
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


@dataclass(frozen=True)
class _Doors:
    """Which pages are open to the caller today, each as it decides itself, and without a look at anybody."""

    request: HttpRequest
    _asked: dict[str, Collection[str]] = field(default_factory=dict)

    def opens(self, view: SavedView) -> bool:
        """Whether the page of a view is open."""
        unit, key = view.arguments.get("key"), view.arguments.get("report", "")
        if view.route == "indicators":
            return unit in around(self.request).names and scope(self.request).sees_unit(unit or "")
        report = self._reports.get(key)
        if report is None or not _has_page(report, view):
            return False
        return key in self._own if unit is None else self._opens_at(unit, report, view)

    def _opens_at(self, unit: str, report: Report, view: SavedView) -> bool:
        known = around(self.request)
        if unit not in known.names or not is_for(current_definition(report), unit, known):
            return False
        if view.route == "unit_workers" and unit in self._defining:
            return True
        person = view.arguments.get("person")
        is_theirs = is_open(unit, scope(self.request))
        return is_theirs and (person is None or person in self._workers(unit))

    @cached_property
    def _reports(self) -> Mapping[str, Report]:
        return {one.key: one for one in in_use()}

    @cached_property
    def _own(self) -> Collection[str]:
        person = rights(self.request).person
        found = own_reports(person, around=around(self.request), today=today()) if person else ()
        return dict(found).keys()

    @cached_property
    def _defining(self) -> Collection[str]:
        return rights(self.request).units_with(Permission.DEFINE_MEASURES)

    def _workers(self, unit: str) -> Collection[str]:
        if unit not in self._asked:
            self._asked[unit] = workers_of(unit, scope(self.request), around=around(self.request)).keys()
        return self._asked[unit]


def _has_page(report: Report, view: SavedView) -> bool:
    """Whether a report has such a page at all."""
    definition = current_definition(report)
    if view.route == "report_categories":
        return definition.by is not None
    if view.route in ("worker_open_work", "my_open_work"):
        return names_open_work(report, today=today())
    return view.route != "unit_open_work" or definition.open_work is not None


def _names(request: HttpRequest, found: Iterable[SavedView]) -> Names:
    """What these views are of is called today."""
    people = {view.arguments["person"] for view in found if "person" in view.arguments}
    return Names(
        units=around(request).names,
        reports=dict(in_use().values_list("key", "title")),
        people=people_names(people) if people else {},
    )
