"""Files that a page hands out. That one was taken along is in the audit log before it leaves."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.http import content_disposition_header

from goldenthread.record.audit.actions import record_look
from goldenthread.record.audit.enums import Action
from goldenthread.render.files import MEDIA_TYPES, FileKind, file_bytes
from goldenthread.render.tables import Table
from goldenthread.web.access import actor
from goldenthread.web.rate_limits import Costly, counts


def as_files(route: str, view: Callable[..., HttpResponseBase], name: str) -> list[URLPattern]:
    """An address for each kind of file, ``route``.csv and ``route``.xlsx; the view is told the ``kind``."""
    limited = counts(Costly.FILES)(view)
    return [path(f"{route}.{kind}", limited, {"kind": kind}, name=f"{name}_{kind}") for kind in FileKind]


def file_response(request: HttpRequest, table: Table, name: str, kind: FileKind) -> HttpResponse:
    """The table as a file to keep, called ``name`` with the ending of its kind."""
    note_export(request)
    return HttpResponse(
        file_bytes(table, kind), content_type=MEDIA_TYPES[kind], headers=attachment(f"{name}.{kind}")
    )


def note_export(request: HttpRequest) -> None:
    """Write down that what stands at this address was taken along."""
    record_look(
        by=actor(request),
        action=Action.EXPORTED,
        kind="address",
        object_id=request.path_info,
        now=timezone.now(),
    )


def attachment(name: str) -> dict[str, str]:
    """The header by which a browser keeps what it gets, under this name."""
    return {"Content-Disposition": content_disposition_header(as_attachment=True, filename=name) or ""}
