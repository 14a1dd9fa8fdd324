"""Files that a page hands out."""

from __future__ import annotations

from django.http import HttpResponse

from goldenthread.render.csv import csv_bytes
from goldenthread.render.tables import Table


def csv_response(table: Table, name: str) -> HttpResponse:
    """The table as a file to keep, called ``name``.csv."""
    response = HttpResponse(csv_bytes(table), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response
