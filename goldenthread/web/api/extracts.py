"""Files that scripts send, and what came of them."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path

from django.core.files.uploadedfile import TemporaryUploadedFile
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from goldenthread.jobs import tasks
from goldenthread.jobs.extracts import importing
from goldenthread.jobs.extracts.batch_data import batch_data
from goldenthread.jobs.refused import Refused
from goldenthread.record.answers import NotAllowed
from goldenthread.record.sources import queries
from goldenthread.record.sources.models import Batch
from goldenthread.record.tokens.purposes import Purpose
from goldenthread.web.access import actor, for_tokens, opens_source
from goldenthread.web.desk.forms.sources import SentForm
from goldenthread.web.rate_limits import Costly, counts
from goldenthread.web.uploads import refused_upload, takes_files


@csrf_exempt
@takes_files
@counts(Costly.UPLOADS)
@for_tokens(Purpose.EXTRACTS)
@require_POST
def send(request: HttpRequest, key: str) -> HttpResponse:
    """Take a file, have it read, and loaded as one in the folder of its source would be; with ``look=yes`` it
    waits for somebody to look at it first. Answers at once, with the address that tells what came of it."""
    if queries.find_source(key) is None or not opens_source(request, key):
        raise Http404
    form = SentForm(request.POST, request.FILES, refused=refused_upload(request))
    if not form.is_valid():
        return _refused(" ".join(str(one) for errors in form.errors.values() for one in errors))
    file: TemporaryUploadedFile = form.cleaned_data["file"]
    try:
        received = importing.receive(
            key,
            Path(file.temporary_file_path()),
            by=actor(request),
            now=timezone.now(),
            file_name=file.name or "",
            go_on=True,
            load_when_read=not form.cleaned_data["look"],
        )
    except (Refused, NotAllowed) as no:
        return _refused(str(no))
    if not received.already_loaded and not tasks.is_asked_for(received.batch):
        tasks.queue_reading(received.batch)
    status = HTTPStatus.OK if received.already_loaded else HTTPStatus.ACCEPTED
    return _answer(request, received.batch, already_loaded=received.already_loaded, status=status)


@for_tokens(Purpose.EXTRACTS)
@require_safe
def batch(request: HttpRequest, number: int) -> HttpResponse:
    """What came of a file. It is over once ``under_way`` is false; ``state`` then says how it ended."""
    found = queries.batches().filter(pk=number).first()
    if found is None or not opens_source(request, found.source.key):
        raise Http404
    return _answer(request, found)


def _answer(
    request: HttpRequest,
    found: Batch,
    *,
    already_loaded: bool = False,
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    address = request.build_absolute_uri(reverse("api:batch", args=[found.pk]))
    refused = request.build_absolute_uri(reverse("desk:batch_rejects_csv", args=[found.pk]))
    data = batch_data(found, already_loaded=already_loaded) | {
        "under_way": tasks.is_under_way(found),
        "address": address,
        "refused_rows": refused if found.rejected else None,
    }
    return JsonResponse(data, status=status, headers={"Location": address})


def _refused(sentence: str) -> HttpResponse:
    return JsonResponse({"error": sentence}, status=HTTPStatus.UNPROCESSABLE_ENTITY)
