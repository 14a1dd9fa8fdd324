"""Data: the extracts we expect, and each load from the file received to the measures updated."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from goldenthread.facts.intake.report import REJECTS
from goldenthread.jobs import importing, tasks
from goldenthread.record.access.roles import Permission
from goldenthread.record.sources import queries
from goldenthread.record.sources.models import Batch, BatchState, Source
from goldenthread.render.csv import csv_lines
from goldenthread.web.access import actor, needs, rights
from goldenthread.web.desk.forms.upload import UploadForm
from goldenthread.web.desk.presenters.data import batch_page, batch_table, sources_table

_FIRST_REFUSED = 8


@needs(Permission.LOAD_DATA)
def sources(request: HttpRequest) -> HttpResponse:
    """Every extract we expect, and what waits to be looked at."""
    held = list(Source.objects.filter(retired_on__isnull=True))
    waiting = list(queries.waiting())
    context = {
        "section": "data",
        "table": sources_table(held),
        "count": len(held),
        "waiting": batch_table(waiting, caption=_("Waiting to be loaded")) if waiting else None,
        "batches": batch_table(list(queries.batches()[:20]), caption=_("Latest batches")),
    }
    return render(request, "desk/sources.html", context)


@needs(Permission.LOAD_DATA)
def source(request: HttpRequest, key: str) -> HttpResponse:
    """One source: its batches, and a place to bring a file."""
    found = queries.find_source(key)
    if found is None:
        raise Http404
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        received = importing.receive(
            key, Path(file.temporary_file_path()), by=actor(request), now=timezone.now(), file_name=file.name
        )
        if received.already_loaded:
            messages.info(request, _("These bytes are already loaded as batch %s.") % received.batch.pk)
        else:
            tasks.read_batch.enqueue(received.batch.pk)
        return redirect("desk:batch", received.batch.pk)
    context = {
        "section": "data",
        "source": {
            "title": found.title,
            "key": found.key,
            "columns": len(found.definition.get("columns", {})),
        },
        "form": form,
        "batches": batch_table(list(queries.batches(found)[:30]), caption=_("Batches")),
    }
    return render(request, "desk/source.html", context, status=400 if form.errors else 200)


@needs(Permission.LOAD_DATA)
def batch(request: HttpRequest, number: int) -> HttpResponse:
    """One load: how far it is, what was refused and why, and what to do with it."""
    found = _found(number)
    page = batch_page(found, _refused(found, _FIRST_REFUSED, raw=_sees_raw(request)))
    template = "desk/batch_progress.html" if request.htmx and page.is_busy else "desk/batch.html"
    response = render(request, template, {"section": "data", "page": page})
    if request.htmx and not page.is_busy:
        # What waited for the work to end takes the whole page anew.
        response = HttpResponse()
        response["HX-Refresh"] = "true"
    return response


@needs(Permission.LOAD_DATA)
def refused(request: HttpRequest, number: int) -> StreamingHttpResponse:
    """Every refused cell with its reason, as a file without live formulas."""
    found = _found(number)
    rows = _refused(found, None, raw=_sees_raw(request))
    lines = csv_lines(("row", "column", "value", "wanted"), rows)
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="batch-{found.pk}-refused.csv"'
    return response


@needs(Permission.LOAD_DATA)
@require_POST
def decide(request: HttpRequest, number: int, step: str) -> HttpResponse:
    """Load, discard or undo."""
    found = _found(number)
    user = request.user.pk
    if step == "load" and found.state == BatchState.WAITING:
        tasks.load_batch.enqueue(found.pk, user)
        messages.info(request, _("Batch %s is being loaded.") % found.pk)
    elif step == "discard" and found.state == BatchState.WAITING:
        importing.discard(found, by=actor(request), now=timezone.now())
        messages.info(request, _("Batch %s is discarded. Nothing has changed.") % found.pk)
    elif step == "undo" and found.state == BatchState.LOADED:
        tasks.undo_batch.enqueue(found.pk, user)
        messages.info(request, _("Batch %s is being taken back.") % found.pk)
    else:
        raise Http404
    return redirect("desk:batch", found.pk)


def _found(number: int) -> Batch:
    found = queries.batches().filter(pk=number).first()
    if found is None:
        raise Http404
    return found


def _sees_raw(request: HttpRequest) -> bool:
    return rights(request).may(Permission.SEE_RAW_DATA)


def _refused(found: Batch, most: int | None, *, raw: bool) -> list[tuple[int | None, str, str, str]]:
    """(row, column, value, reason) of the first refused cells; values only for who may see raw data."""
    file = importing.folder_of(found) / "read" / REJECTS
    if not file.exists():
        return []
    rows = pq.read_table(file, columns=["row", "column", "value", "reason"])
    rows = rows if most is None else rows.slice(0, most)
    return [
        (one["row"], one["column"] or "", (one["value"] or "") if raw else _("hidden"), one["reason"])
        for one in rows.to_pylist()
    ]
