"""What is open, by when it falls due: of a unit, of one worker, and one's own."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from goldenthread.jobs.looking_at_people import record_look_at_numbers
from goldenthread.record.audit.enums import Action
from goldenthread.record.framework.queries import thread
from goldenthread.record.reports.queries import current_definition
from goldenthread.record.reports.uses import names_open_work
from goldenthread.render.files import FileKind
from goldenthread.results.open_work import MOST_ITEMS, OpenReport, unit_open_work, worker_open_work
from goldenthread.results.reports import is_for, is_open
from goldenthread.results.workers import own_reports, workers_of
from goldenthread.web.access import actor, around, rights, scope, signed_in, today, user
from goldenthread.web.desk.presenters.open_work import OpenPage, items_table, unit_open_page, worker_open_page
from goldenthread.web.desk.presenters.parts import Link, file_links
from goldenthread.web.desk.presenters.thread import thread_steps
from goldenthread.web.desk.reports import report_in_use
from goldenthread.web.downloads import file_response
from goldenthread.web.paging import page_asked

_MOST_IN_A_FILE = 50_000


@signed_in
@require_safe
def unit(request: HttpRequest, key: str, report: str) -> HttpResponse:
    """What a unit has open; who has it is said where staff were asked about that."""
    page = page_asked(request)
    found = _of_unit(request, key, report, first=(page - 1) * MOST_ITEMS, most=MOST_ITEMS)
    seen, known = scope(request), around(request)
    above = [
        (one, known.names[one])
        for one in known.at(key).line[1:]
        if is_open(one, seen) and is_for(found.definition, one, known)
    ]
    path = thread(found.definition.serves or "")
    steps = thread_steps(path, found.name) if path else ()
    shown = unit_open_page(found, key, known.calendar, page=page, above=above, steps=steps)
    return _page(request, shown)


@signed_in
@require_safe
def unit_file(request: HttpRequest, key: str, report: str, kind: FileKind) -> HttpResponse:
    """The whole list, as a file."""
    found = _of_unit(request, key, report, first=0, most=_MOST_IN_A_FILE)
    return file_response(request, items_table(found), f"{report}-{key}-open", kind)


@signed_in
@require_safe
def worker(request: HttpRequest, key: str, report: str, person: str) -> HttpResponse:
    """What one worker of a unit has open."""
    page = page_asked(request)
    found = _of_worker(request, key, report, person, first=(page - 1) * MOST_ITEMS, most=MOST_ITEMS)
    here = [key, report, person]
    links = (
        Link(_("The unit as a whole"), reverse("desk:unit_open_work", args=[key, report])),
        Link(_("All numbers of this worker"), reverse("desk:unit_worker", args=here)),
        Link(_("What it is used for"), reverse("desk:report_uses", args=[report])),
    )
    shown = worker_open_page(
        found,
        here=reverse("desk:worker_open_work", args=here),
        page=page,
        files=file_links("worker_open_work_file", *here),
        links=links,
        is_own=False,
    )
    return _page(request, shown)


@signed_in
@require_safe
def worker_file(request: HttpRequest, key: str, report: str, person: str, kind: FileKind) -> HttpResponse:
    """The whole list of one worker, as a file."""
    found = _of_worker(request, key, report, person, first=0, most=_MOST_IN_A_FILE)
    return file_response(request, items_table(found), f"{report}-{person}-open", kind)


@signed_in
@require_safe
def mine(request: HttpRequest, report: str) -> HttpResponse:
    """What the caller has open."""
    page = page_asked(request)
    found = _own(request, report, first=(page - 1) * MOST_ITEMS, most=MOST_ITEMS)
    links = (
        Link(_("All my numbers"), reverse("desk:my_report", args=[report])),
        Link(_("What it is used for"), reverse("desk:report_uses", args=[report])),
        Link(_("Who looked at it"), reverse("desk:who_looked")),
    )
    shown = worker_open_page(
        found,
        here=reverse("desk:my_open_work", args=[report]),
        page=page,
        files=file_links("my_open_work_file", report),
        links=links,
        is_own=True,
    )
    return _page(request, shown)


@signed_in
@require_safe
def my_file(request: HttpRequest, report: str, kind: FileKind) -> HttpResponse:
    """The caller's whole list, as a file."""
    found = _own(request, report, first=0, most=_MOST_IN_A_FILE)
    return file_response(request, items_table(found), f"{report}-my-open-work", kind)


def _of_unit(request: HttpRequest, key: str, report: str, *, first: int, most: int) -> OpenReport:
    record, seen, known = report_in_use(report), scope(request), around(request)
    definition = current_definition(record)
    people: Mapping[str, str] = {}
    if key in known.names and is_open(key, seen) and names_open_work(record, today=today()):
        people = workers_of(key, seen, around=known)
    found = unit_open_work(definition, key, people, seen, around=known, first=first, most=most)
    if found is None:
        raise Http404
    _record(request, people, Action.LISTED)
    return found


def _of_worker(
    request: HttpRequest, key: str, report: str, person: str, *, first: int, most: int
) -> OpenReport:
    record, seen, known = report_in_use(report), scope(request), around(request)
    definition = current_definition(record)
    if key not in known.names or not is_open(key, seen) or not is_for(definition, key, known):
        raise Http404
    people = workers_of(key, seen, around=known)
    if person not in people or not names_open_work(record, today=today()):
        raise Http404
    found = worker_open_work(definition, person, people[person], seen, around=known, first=first, most=most)
    if found is None:
        raise Http404
    _record(request, {person: people[person]}, Action.VIEWED)
    return found


def _own(request: HttpRequest, report: str, *, first: int, most: int) -> OpenReport:
    person, known = rights(request).person, around(request)
    if person is None or report not in dict(own_reports(person, around=known, today=today())):
        raise Http404
    record = report_in_use(report)
    definition = current_definition(record)
    if not names_open_work(record, today=today()):
        raise Http404
    found = worker_open_work(
        definition, person, user(request).name, scope(request), around=known, first=first, most=most
    )
    if found is None:
        raise Http404
    return found


def _record(request: HttpRequest, people: Mapping[str, str], action: Action) -> None:
    """One's own list is one's own."""
    others = [one for one in people if one != rights(request).person]
    if others:
        record_look_at_numbers(others, action=action, by=actor(request), now=timezone.now())


def _page(request: HttpRequest, page: OpenPage) -> HttpResponse:
    if page.items is None and page_asked(request) > 1:
        raise Http404
    context = {"section": "unit", "page": page, "thread": page.steps, "as_of": page.as_of}
    return render(request, "desk/open_work.html", context)
