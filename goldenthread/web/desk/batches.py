"""Batches: the files that came, each from received to in every measure it touches."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from goldenthread.jobs import outlook, rejects, tasks
from goldenthread.jobs.extracts import accepting, drifting, importing, supply
from goldenthread.jobs.refused import Refused
from goldenthread.record.access.roles import Permission
from goldenthread.record.answers import NotAllowed
from goldenthread.record.orgs import queries as orgs
from goldenthread.record.sources import queries
from goldenthread.record.sources.models import Batch, BatchState
from goldenthread.record.tokens.purposes import Purpose
from goldenthread.render.files import MEDIA_TYPES, FileKind
from goldenthread.web.access import actor, by_token, needs, opens_source, rights, scope, today
from goldenthread.web.desk.forms.batches import UndoForm
from goldenthread.web.desk.presenters.batch import (
    Looked,
    batch_page,
    days_of,
    fits_a_workbook,
)
from goldenthread.web.desk.presenters.batch_words import progress_words
from goldenthread.web.desk.presenters.batches import batches_page
from goldenthread.web.desk.presenters.dataside import REFUSED, WAITING, data_navigation
from goldenthread.web.desk.presenters.purposes import why_the_workers
from goldenthread.web.desk.presenters.refusals import refused_lines, refused_table
from goldenthread.web.desk.purposes import ask_why, named_batch, why_raw
from goldenthread.web.downloads import attachment, file_response
from goldenthread.web.paging import page_asked
from goldenthread.web.rate_limits import Costly, counts

PER_PAGE = 50
FIRST_REFUSED = 4
# A file of more refused rows is not written out only to say how large it would be.
_MOST_MEASURED = 2000
# States in which a file changes measures, or would.
_COUNTS = (BatchState.WAITING, BatchState.LOADING, BatchState.LOADED)


@needs(Permission.LOAD_DATA)
@require_safe
def batches(request: HttpRequest) -> HttpResponse:
    """Every file, newest first; ``?show=`` those that wait or have refused rows, ``?source=`` of one
    source."""
    show = request.GET.get("show", "")
    rows = _shown(show, request.GET.get("source", ""))
    page = page_asked(request)
    found = list(rows[(page - 1) * PER_PAGE : page * PER_PAGE])
    if page > 1 and not found:
        raise Http404
    shown = batches_page(
        found, supply.senders(found), show=show, count=rows.count(), page=page, per_page=PER_PAGE
    )
    side = data_navigation(show if show in (WAITING, REFUSED) else "batches")
    return render(request, "desk/batches.html", {"section": "data", "side": side, "page": shown})


@needs(Permission.LOAD_DATA)
@require_safe
def batch(request: HttpRequest, number: int) -> HttpResponse:
    """One file: how far it is, what was refused and why, what it would change, and what to do with it."""
    return _batch_page(request, _found(number))


@needs(Permission.LOAD_DATA)
@require_safe
def progress(request: HttpRequest, number: int) -> HttpResponse:
    """How far the work is, for the page that waits; once it is over, the page is asked for anew."""
    found = _found(number)
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect("desk:batch", number)
    if not tasks.is_under_way(found):
        return HttpResponse(headers={"HX-Refresh": "true"})
    context = {"number": number, "progress": progress_words(found)}
    return render(request, "desk/batch_progress.html", context)


@needs(Permission.LOAD_DATA)
@require_POST
def load(request: HttpRequest, number: int) -> HttpResponse:
    """Have a waiting file loaded."""
    found = _found(number)
    try:
        tasks.queue_loading(found, by=actor(request))
    except NotAllowed as no:
        messages.error(request, str(no))
    return redirect("desk:batch", number)


@needs(Permission.LOAD_DATA)
@require_POST
def read_again(request: HttpRequest, number: int) -> HttpResponse:
    """Have a file that waits, or was refused, read by the definition as it is now."""
    found = _found(number)
    try:
        accepting.read_again(found, by=actor(request), now=timezone.now())
    except (NotAllowed, Refused) as no:
        messages.error(request, str(no))
    return redirect("desk:batch", number)


@needs(Permission.LOAD_DATA)
@require_POST
def accept(request: HttpRequest, number: int) -> HttpResponse:
    """Change the definition as proposed, and have the file read and loaded by it."""
    found = _found(number)
    try:
        accepting.accept(found, by=actor(request), now=timezone.now())
    except (NotAllowed, Refused) as no:
        messages.error(request, str(no))
    else:
        words = _("The definition is changed. The file is read by it now, and then loaded.")
        messages.success(request, words)
    return redirect("desk:batch", number)


@needs(Permission.LOAD_DATA)
@require_POST
def discard(request: HttpRequest, number: int) -> HttpResponse:
    """Do not load a file after all."""
    found = _found(number)
    try:
        importing.discard(found, by=actor(request), now=timezone.now())
    except NotAllowed as no:
        messages.error(request, str(no))
    else:
        messages.success(request, _("Batch %(batch)s is discarded. Nothing was loaded.") % {"batch": number})
    return redirect("desk:batch", number)


@needs(Permission.LOAD_DATA)
@require_http_methods(["GET", "HEAD", "POST"])
def undo(request: HttpRequest, number: int) -> HttpResponse:
    """Say what undoing a batch changes, ask for the reason, and have it taken back."""
    found = _found(number)
    if found.state != BatchState.LOADED:
        raise Http404
    form = UndoForm(request.POST if request.method == "POST" else None, use_required_attribute=False)
    if form.is_valid():
        try:
            tasks.queue_undo(found, reason=form.cleaned_data["reason"], by=actor(request))
        except NotAllowed as no:
            messages.error(request, str(no))
        return redirect("desk:batch", number)
    looked = _looked(request, found)
    page = batch_page(found, looked, (), show_table=False, today=today())
    context = {"section": "data", "side": data_navigation("batches"), "page": page, "form": form}
    return render(request, "desk/batch_undo.html", context)


@by_token(Purpose.EXTRACTS)
@needs(Permission.LOAD_DATA)
@require_safe
def rejects_file(request: HttpRequest, number: int, kind: FileKind) -> HttpResponseBase:
    """Every refused cell with its reason; workers under pseudonyms for whoever may not see raw data."""
    found, name = _found(number), f"batch-{number}-refused"
    if not opens_source(request, found.source.key):
        raise Http404
    if kind is FileKind.XLSX and not fits_a_workbook(found):
        raise Http404
    why = why_raw(request, found)
    cells = rejects.export_refused(
        found, raw=why is not None, why=why or "", by=actor(request), now=timezone.now()
    )
    if kind is FileKind.XLSX:
        return file_response(
            request, refused_table(cells, _("Refused cells of batch %s") % number), name, kind
        )
    return StreamingHttpResponse(
        refused_lines(cells), content_type=MEDIA_TYPES[kind], headers=attachment(f"{name}.{kind}")
    )


@needs(Permission.LOAD_DATA)
@require_safe
def days_file(request: HttpRequest, number: int, kind: FileKind) -> HttpResponse:
    """The rows of each day that a file covers."""
    found = _found(number)
    days = days_of(found, _looked(request, found), show_table=True)
    if days is None:
        raise Http404
    return file_response(request, days.coverage.table, f"batch-{number}-days", kind)


@needs(Permission.SEE_RAW_DATA)
@require_http_methods(["GET", "HEAD", "POST"])
def workers(request: HttpRequest, number: int) -> HttpResponse:
    """Say why, and see who stands in a file from then on. Http404 for a file that names no workers."""
    found = _found(number)
    if queries.definition_of(found.source).worker is None:
        raise Http404
    loads = rights(request).may(Permission.LOAD_DATA)
    then = reverse("desk:batch" if loads else "desk:batch_original", args=[number])
    return ask_why(
        request, (named_batch(found),), why_the_workers(found, loads=loads), section="data", then=then
    )


@counts(Costly.FILES)
@needs(Permission.SEE_RAW_DATA)
@require_safe
def original(request: HttpRequest, number: int) -> HttpResponseBase:
    """The file as it was received. Each look is in the audit log."""
    found = _found(number)
    why = why_raw(request, found)
    if why is None:
        return redirect("desk:batch_workers", number)
    file = rejects.original_of(found, why=why, by=actor(request), now=timezone.now())
    if file is None:
        raise Http404
    return FileResponse(
        file.open("rb"),
        as_attachment=True,
        filename=found.file_name,
        content_type="application/octet-stream",
    )


def _found(number: int) -> Batch:
    found = queries.batches().select_related("source__steward").filter(pk=number).first()
    if found is None:
        raise Http404
    return found


def _shown(show: str, source: str) -> QuerySet[Batch]:
    rows = queries.batches()
    if source:
        rows = rows.filter(source__key=source)
    if show == WAITING:
        return rows.filter(state=BatchState.WAITING)
    return rows.filter(rejected__gt=0) if show == REFUSED else rows


def _batch_page(request: HttpRequest, found: Batch) -> HttpResponse:
    looked = _looked(request, found)
    locked = outlook.locked_by(found, looked.touched, scope(request), today=today(), calendar=looked.calendar)
    page = batch_page(found, looked, locked, show_table=request.GET.get("view") == "table", today=today())
    side = data_navigation(WAITING if found.state == BatchState.WAITING else "batches")
    return render(request, "desk/batch.html", {"section": "data", "side": side, "page": page})


def _looked(request: HttpRequest, found: Batch) -> Looked:
    why, calendar = why_raw(request, found), orgs.fiscal_calendar()
    raw = why is not None
    definition = queries.definition_of(found.source)
    few = 0 < (found.rejected or 0) <= _MOST_MEASURED
    lines = refused_lines(rejects.refused_cells(found, raw=raw)) if few else None
    if why is not None and definition.worker is not None:
        rejects.note_look(found, why=why, by=actor(request), now=timezone.now())
    return Looked(
        definition=definition,
        mask=rejects.mask_of(found, raw=raw),
        refused=rejects.first_refused(found, at_most=FIRST_REFUSED, raw=raw),
        refused_size=sum(len(line.encode()) for line in lines) if lines else None,
        placed=outlook.placed_ids(found, raw=raw),
        touched=outlook.touched_by(found, scope(request), calendar=calendar)
        if found.state in _COUNTS
        else (),
        last_before=outlook.covered_until(found),
        names=supply.senders([found]),
        calendar=calendar,
        working=orgs.working_calendar(),
        raw=raw,
        proposed=drifting.proposed(found),
        may_unmask=not raw and rights(request).may(Permission.SEE_RAW_DATA),
    )
