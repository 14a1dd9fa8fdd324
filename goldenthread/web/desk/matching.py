"""Saying who an unknown worker or unit of a file is."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from goldenthread.jobs import rejects
from goldenthread.jobs.extracts import matching
from goldenthread.jobs.extracts.matching import Unmatched
from goldenthread.jobs.looking_after import Somebody, people_of
from goldenthread.jobs.refused import Refused
from goldenthread.record.access.queries import visible_units
from goldenthread.record.access.roles import Permission
from goldenthread.record.answers import NotAllowed
from goldenthread.record.sources import queries
from goldenthread.web.access import actor, needs, rights, scope, today
from goldenthread.web.desk.forms.matching import UnitMatchForm, WorkerMatchForm
from goldenthread.web.desk.presenters.dataside import data_navigation
from goldenthread.web.desk.presenters.matching import match_page
from goldenthread.web.desk.purposes import why_raw


@needs(Permission.LOAD_DATA)
@require_http_methods(["GET", "HEAD", "POST"])
def match(request: HttpRequest, number: int, token: str) -> HttpResponse:
    """Say who an unknown id is, so that its rows count where they belong. Workers only by those who may see
    their ids."""
    batch = queries.batches().filter(pk=number).first()
    unmatched = matching.find_unmatched(batch, token) if batch else None
    if batch is None or unmatched is None or not _may_name(request, unmatched):
        raise Http404
    why = why_raw(request, batch)
    if why is None and unmatched.role == matching.WORKER:
        return redirect("desk:batch_workers", number)
    data = request.POST if request.method == "POST" else None
    people: tuple[Somebody, ...] = ()
    form: WorkerMatchForm | UnitMatchForm
    if unmatched.role == matching.WORKER:
        rejects.note_look(batch, why=why or "", by=actor(request), now=timezone.now())
        people = people_of(rights(request).units_with(Permission.LOAD_DATA), today=today())
        names = {one.key: one.name for one in people}
        form = WorkerMatchForm(people, data, like=unmatched.like)
    else:
        names = dict(visible_units(scope(request)).order_by("name").values_list("key", "name"))
        form = UnitMatchForm(names, data, like=unmatched.like)
    if form.is_valid() and _matched(request, unmatched, form, names):
        return redirect("desk:batch", number)
    page = match_page(batch, unmatched)
    context = {
        "section": "data",
        "side": data_navigation("batches"),
        "page": page,
        "form": form,
        "people": people,
    }
    return render(request, "desk/batch_match.html", context)


def _may_name(request: HttpRequest, unmatched: Unmatched) -> bool:
    """Who a worker's id is, is known only to those who may see it."""
    return unmatched.role == matching.UNIT or rights(request).may(Permission.SEE_RAW_DATA)


def _matched(
    request: HttpRequest,
    unmatched: Unmatched,
    form: WorkerMatchForm | UnitMatchForm,
    names: Mapping[str, str],
) -> bool:
    owner = form.cleaned_data["owner"]
    try:
        computed = matching.match(unmatched, owner, form.days, by=actor(request), now=timezone.now())
    except NotAllowed as no:
        form.add_error("owner", str(no))
        return False
    except Refused as no:
        # The match is kept; only the computing waits.
        messages.warning(request, str(no))
        return True
    words = {"value": unmatched.value, "owner": names.get(owner, owner)}
    if computed:
        messages.success(request, _("%(value)s is %(owner)s now, and every measure counts it so.") % words)
    else:
        messages.success(request, _("%(value)s is %(owner)s now. The measures are being computed.") % words)
    return True
