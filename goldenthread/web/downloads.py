"""Files that a page hands out."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path

from goldenthread.render.files import MEDIA_TYPES, FileKind, file_bytes
from goldenthread.render.tables import Table


def as_files(route: str, view: Callable[..., HttpResponseBase], name: str) -> list[URLPattern]:
    """An address for each kind of file, ``route``.csv and ``route``.xlsx; the view is told the ``kind``."""
    return [path(f"{route}.{kind}", view, {"kind": kind}, name=f"{name}_{kind}") for kind in FileKind]


def file_response(table: Table, name: str, kind: FileKind) -> HttpResponse:
    """The table as a file to keep, called ``name`` with the ending of its kind."""
    return HttpResponse(
        file_bytes(table, kind), content_type=MEDIA_TYPES[kind], headers=attachment(f"{name}.{kind}")
    )


def attachment(name: str) -> dict[str, str]:
    """The header by which a browser keeps what it gets, under this name."""
    return {"Content-Disposition": f'attachment; filename="{name}"'}
