"""Measures as JSON: those that are open to the caller, and one of them over time."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from goldenthread.calc.periods import YEAR_TO_DATE, Grain
from goldenthread.record.tokens.purposes import Purpose
from goldenthread.results.data import series_data, tile_data
from goldenthread.results.horizon import held_from_of
from goldenthread.results.places import open_places
from goldenthread.results.series import series, tiles_at
from goldenthread.results.standings import readable_measure, visible_measures
from goldenthread.web.access import around, by_token, rights, scope, signed_in, today
from goldenthread.web.downloads import note_export
from goldenthread.web.rate_limits import Costly, counts

_GRAINS = frozenset({*Grain, YEAR_TO_DATE})


@counts(Costly.FILES)
@by_token(Purpose.RESULTS)
@signed_in
@require_safe
def measures(request: HttpRequest) -> HttpResponse:
    """Every open measure that has a value, each with its latest one, at the unit where it is seen first."""
    seen = scope(request)
    places = open_places(visible_measures(seen).order_by("title"), seen, rights(request).tree)
    found = [tile_data(one) for one in tiles_at(places, seen, today=today(), around=around(request))]
    note_export(request)
    return JsonResponse({"measures": found})


@counts(Costly.FILES)
@by_token(Purpose.RESULTS)
@signed_in
@require_safe
def measure(request: HttpRequest, key: str) -> HttpResponse:
    """One measure, period by period; ``?unit=`` of another unit, ``?by=`` in longer periods."""
    seen = scope(request)
    record = readable_measure(key, seen)
    places = open_places([record], seen, rights(request).tree) if record else []
    grain = request.GET.get("by") or None
    if not places or (grain is not None and grain not in _GRAINS):
        raise Http404
    unit = request.GET.get("unit") or places[0][1]
    found = series(key, unit, seen, today=today(), grain=grain, around=around(request))
    if found is None:
        raise Http404
    note_export(request)
    return JsonResponse(series_data(found, held_from=held_from_of(key)))
