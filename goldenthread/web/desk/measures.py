"""Measures: the list of them, and a page for each."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from goldenthread.record.access.queries import visible_units
from goldenthread.record.framework.queries import thread
from goldenthread.record.measures.queries import current_definition, find_measure, measures_serving
from goldenthread.record.orgs import queries as orgs
from goldenthread.record.sources import queries as sources
from goldenthread.render.csv import csv_bytes
from goldenthread.results.series import YEAR_TO_DATE, series, tiles_at, units_with_values
from goldenthread.results.standings import keeper_places, visible_measures
from goldenthread.results.values import Series
from goldenthread.web.access import rights, scope, signed_in, today
from goldenthread.web.desk.presenters.measure import Shown, measure_page, values_table
from goldenthread.web.desk.presenters.measures_in_line import measure_table

_GRAINS = ("day", "week", "month", "quarter", "year", YEAR_TO_DATE)


@signed_in
def measures(request: HttpRequest) -> HttpResponse:
    """Every measure whose values are open to the caller, each at the unit that keeps it."""
    seen = scope(request)
    places = keeper_places(visible_measures(seen).order_by("title"), top=rights(request).tree.top)
    found = tiles_at(places, seen, today=today())
    context = {
        "section": "measures",
        "count": len(found),
        "table": measure_table(found, caption="Measures", with_unit=True),
    }
    return render(request, "desk/measures.html", context)


@signed_in
def measure(request: HttpRequest, key: str) -> HttpResponse:
    """One measure of one unit: what its latest value says, and what stands behind it."""
    found, shown = _asked(request, key)
    record = find_measure(key)
    if record is None:
        raise Http404
    definition = current_definition(record)
    service = record.service.key if record.service else None
    siblings = measures_serving([service]).order_by("title") if service else []
    page = measure_page(
        found,
        definition,
        shown,
        record=record,
        siblings=[(one.key, one.title) for one in siblings],
        path=thread(service) if service else (),
        units=units_with_values(key, scope(request)),
        batch=_last_batch(definition.source),
        calendar=orgs.fiscal_calendar(),
        csv_size=len(csv_bytes(values_table(found))),
    )
    context = {"section": "measures", "page": page, "thread": page.steps, "as_of": found.as_of}
    return render(request, "desk/measure.html", context)


@signed_in
def measure_csv(request: HttpRequest, key: str) -> HttpResponse:
    """The values of the page as a file, with the same scope."""
    found, _shown = _asked(request, key)
    response = HttpResponse(csv_bytes(values_table(found)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{key}-{found.unit}.csv"'
    return response


def _asked(request: HttpRequest, key: str) -> tuple[Series, Shown]:
    """The series the address asks for; 404 when the caller may not see it or there is none."""
    unit, grain = request.GET.get("unit") or None, request.GET.get("by") or None
    if grain is not None and grain not in _GRAINS:
        raise Http404
    unit = unit or _first_unit(request, key)
    tree = "today" if request.GET.get("tree") == "today" else "event"
    found = series(key, unit, scope(request), today=today(), grain=grain, tree=tree)
    if found is None:
        raise Http404
    return found, Shown(found.unit, grain, tree, as_table=request.GET.get("view") == "table")


def _first_unit(request: HttpRequest, key: str) -> str | None:
    """The unit that keeps the measure when the caller sees it; else the widest one they see that has
    values."""
    seen = scope(request)
    record = find_measure(key)
    if record is None:
        raise Http404
    keeper = record.unit.key if record.unit else rights(request).tree.top
    if keeper is not None and seen.sees_unit(keeper):
        return keeper
    return next((unit.key for unit in visible_units(seen)), None)


def _last_batch(source: str | None) -> object | None:
    held = sources.find_source(source) if source else None
    return sources.batches(held).filter(state="loaded").first() if held else None
