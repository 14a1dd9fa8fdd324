"""Measures: the list of them, and a page for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from goldenthread.calc.periods import YEAR_TO_DATE, FiscalCalendar
from goldenthread.record.access.roles import Permission
from goldenthread.record.framework.queries import people_called, thread
from goldenthread.record.measures.definition import MeasureDefinition
from goldenthread.record.measures.models import Measure
from goldenthread.record.measures.queries import current_definition
from goldenthread.record.tokens.purposes import Purpose
from goldenthread.render.files import FileKind
from goldenthread.results.assembling import TreeName
from goldenthread.results.breakdowns import breakdown
from goldenthread.results.chart_notes import rebases
from goldenthread.results.comparing import UnitComparison, compare_by_mix, compare_units
from goldenthread.results.places import open_places
from goldenthread.results.provenance import provenance
from goldenthread.results.series import Place, computed_at, series, tiles_at, units_with_values
from goldenthread.results.standings import readable_measure, visible_measures
from goldenthread.results.surroundings import Surroundings
from goldenthread.results.values import Series, Tile
from goldenthread.web.access import around, by_token, rights, scope, signed_in, today
from goldenthread.web.desk.presenters.funnel import compared_table
from goldenthread.web.desk.presenters.measure import Compared, Found, May, Shown, measure_page
from goldenthread.web.desk.presenters.measure_list import MEASURES_ON_A_PAGE, measure_list
from goldenthread.web.desk.presenters.measures_in_line import measures_as_file
from goldenthread.web.desk.presenters.moments import as_of_words
from goldenthread.web.desk.presenters.multiples import (
    Comparison,
    by_category,
    column_words,
    of_units,
    split_values_table,
)
from goldenthread.web.desk.presenters.parts import Link
from goldenthread.web.desk.presenters.series_chart import Signed, values_table
from goldenthread.web.downloads import file_response
from goldenthread.web.paging import page_asked

_GRAINS = ("day", "week", "month", "quarter", "year", YEAR_TO_DATE)


@signed_in
@require_safe
def measures(request: HttpRequest) -> HttpResponse:
    """Every measure that is open to the caller, each at the unit that keeps it if they see that."""
    held = rights(request)
    words, places = _listed(request)
    number = page_asked(request)
    here = places[(number - 1) * MEASURES_ON_A_PAGE : number * MEASURES_ON_A_PAGE]
    if number > 1 and not here:
        raise Http404
    found = tiles_at(here, scope(request), today=today(), around=around(request))
    page = measure_list(
        here,
        found,
        words=words,
        total=len(places),
        page=number,
        may_define=held.may(Permission.DEFINE_MEASURES),
        may_steward=held.may(Permission.STEWARD),
    )
    fresh = as_of_words(computed_at(found, around=around(request)))
    return render(request, "desk/measures.html", {"section": "measures", "page": page, "as_of": fresh})


@by_token(Purpose.RESULTS)
@signed_in
@require_safe
def measures_file(request: HttpRequest, kind: FileKind) -> HttpResponse:
    """Every measure of the list that has a value, as a file."""
    _words, places = _listed(request)
    tiles = tiles_at(places, scope(request), today=today(), around=around(request))
    return file_response(request, measures_as_file(tiles, _("Measures")), "measures", kind)


@signed_in
@require_safe
def measure(request: HttpRequest, key: str) -> HttpResponse:
    """One measure of one unit: what its latest value says, and what stands behind it."""
    surroundings = around(request)
    record, found, shown = _asked(request, key, surroundings)
    seen, held, calendar = scope(request), rights(request), surroundings.calendar
    service = record.service.key if record.service else None
    keeper = record.unit.key if record.unit else held.tree.top
    definition = current_definition(record)
    siblings = visible_measures(seen).filter(service=record.service).order_by("title") if service else ()
    page = measure_page(
        Found(
            series=found,
            definition=definition,
            record=record,
            siblings=[(one.key, one.title) for one in siblings],
            path=thread(service) if service else (),
            units=units_with_values(key, seen),
            names=_names(definition),
            comparisons=_comparisons(request, record, shown, surroundings),
            behind=provenance(record, found, seen),
            signed=_signed(request, record, shown.unit, calendar),
            tree_changed=surroundings.tree_changed,
            calendar=calendar,
        ),
        shown,
        May(
            define=held.may(Permission.DEFINE_MEASURES, keeper),
            lock=held.may(Permission.LOCK_VALUES, shown.unit),
            see_data=held.may(Permission.LOAD_DATA),
        ),
    )
    context = {"section": "measures", "page": page, "thread": page.steps, "as_of": page.as_of}
    return render(request, "desk/measure.html", context)


@by_token(Purpose.RESULTS)
@signed_in
@require_safe
def measure_file(request: HttpRequest, key: str, kind: FileKind) -> HttpResponse:
    """The values of the page as a file, with ``split`` those of every category of a column, or with ``units``
    the units below beside each other."""
    surroundings = around(request)
    record, found, shown = _asked(request, key, surroundings)
    as_of = _("Numbers as of %(moment)s") % {"moment": as_of_words(found.as_of)} if found.as_of else ""
    table, name = replace(values_table(found), note=as_of), f"{key}-{found.unit}"
    if shown.split:
        split = breakdown(
            key, shown.unit, shown.split, scope(request), today=today(), most=None, around=surroundings
        )
        if split is None:
            raise Http404
        table, name = split_values_table(split, record.title), f"{name}-by-{shown.split}"
    elif shown.units:
        tiles = _tiles_below(request, record, shown, surroundings)
        compared = _compared(request, record, shown.units, tiles, surroundings)
        if compared is None:
            raise Http404
        table, name = compared_table(compared, tiles), f"{name}-units-{shown.units}"
    return file_response(request, table, name, kind)


def _listed(request: HttpRequest) -> tuple[str, list[Place]]:
    """The words asked for, and the open measures with them in their names, each where it is seen first."""
    words, seen = request.GET.get("q", "").strip(), scope(request)
    rows = visible_measures(seen).order_by("title")
    if words:
        rows = rows.filter(title__icontains=words)
    return words, open_places(rows, seen, rights(request).tree)


def found_measure(request: HttpRequest, key: str) -> Measure:
    """The measure, if it is open to the caller; else it is not there. A retired one is found only here."""
    record = readable_measure(key, scope(request))
    if record is None:
        raise Http404
    return record


def _asked(request: HttpRequest, key: str, around: Surroundings) -> tuple[Measure, Series, Shown]:
    """The measure and the series the address asks for; 404 when there is none or it is not open."""
    record = found_measure(request, key)
    unit, grain = request.GET.get("unit") or unit_of(request, record), request.GET.get("by") or None
    if (grain is not None and grain not in _GRAINS) or grain == record.frequency:
        raise Http404
    tree: TreeName = "today" if request.GET.get("tree") == "today" else "event"
    found = series(key, unit, scope(request), today=today(), grain=grain, tree=tree, around=around)
    split = request.GET.get("split", "")
    if found is None or (split and split not in current_definition(record).breakdowns):
        raise Http404
    units = request.GET.get("units") or None
    if units is not None and units not in set(Compared):
        raise Http404
    shown = Shown(
        unit=found.unit,
        grain=grain,
        tree=tree,
        as_table=request.GET.get("view") == "table",
        split=split,
        units=Compared(units) if units else None,
    )
    return record, found, shown


def unit_of(request: HttpRequest, record: Measure) -> str:
    """The unit for which a reader sees the measure first; 404 without one."""
    places = open_places([record], scope(request), rights(request).tree)
    if not places:
        raise Http404
    return places[0][1]


def _comparisons(
    request: HttpRequest, record: Measure, shown: Shown, around: Surroundings
) -> list[Comparison]:
    """The measure by one of its columns, and for the units directly below."""
    seen, day = scope(request), today()
    definition = current_definition(record)
    columns = definition.breakdowns
    found: list[Comparison | None] = []
    if columns:
        chosen = shown.split or columns[0]
        split = breakdown(record.key, shown.unit, chosen, seen, today=day, around=around)
        if split is not None:
            found.append(by_category(split, links=_split_links(record, shown, chosen, columns)))
    found.append(_units_below(request, record, shown, around))
    return [one for one in found if one is not None]


def _units_below(
    request: HttpRequest, record: Measure, shown: Shown, around: Surroundings
) -> Comparison | None:
    """The units below, beside each other by their mix where the measure has strata and nobody asks
    otherwise."""
    tiles = _tiles_below(request, record, shown, around)
    strata = current_definition(record).strata
    asked = shown.units or (Compared.MIX if strata else Compared.COUNTED)
    compared = _compared(request, record, asked, tiles, around)
    if strata is None or (compared is None and asked is Compared.COUNTED):
        return of_units(tiles, compared, _compared_links(record, shown, asked), "")
    other = Compared.COUNTED if asked is Compared.MIX else Compared.MIX
    if compared is None:
        compared = _compared(request, record, Compared.COUNTED, tiles, around)
        note = _("Fewer than five of them have a mix of %(column)s that can be allowed for.")
        links = _compared_links(record, shown, Compared.COUNTED)
        return of_units(tiles, compared, links, note % {"column": column_words(strata)})
    words = {
        Compared.COUNTED: _("As counted"),
        Compared.MIX: _("Allowing for the mix of %(column)s") % {"column": column_words(strata)},
    }
    switch = Link(words[other], f"{shown.address(record.key, units=other)}#below")
    return of_units(tiles, compared, [switch, *_compared_links(record, shown, asked)], "")


def _tiles_below(
    request: HttpRequest, record: Measure, shown: Shown, around: Surroundings
) -> tuple[Tile, ...]:
    below = [(record, unit) for unit in rights(request).tree.children(shown.unit)]
    return tiles_at(below, scope(request), today=today(), around=around)


def _compared(
    request: HttpRequest,
    record: Measure,
    how: Compared,
    tiles: Sequence[Tile],
    around: Surroundings,
) -> UnitComparison | None:
    if how is Compared.MIX:
        return compare_by_mix(record, tiles, scope(request), around)
    return compare_units(current_definition(record), tiles, around)


def _compared_links(record: Measure, shown: Shown, how: Compared) -> list[Link]:
    return [
        Link(
            kind.upper(),
            shown.address(record.key, f"desk:measure_file_{kind}", view=None, split=None, units=how),
        )
        for kind in FileKind
    ]


def _split_links(record: Measure, shown: Shown, chosen: str, columns: Sequence[str]) -> list[Link]:
    links = [
        Link(
            _("By %(column)s") % {"column": column_words(column)},
            f"{shown.address(record.key, split=column)}#by-{column}",
        )
        for column in columns
        if column != chosen
    ]
    files = (
        Link(
            kind.upper(),
            shown.address(record.key, f"desk:measure_file_{kind}", view=None, split=chosen, units=None),
        )
        for kind in FileKind
    )
    return [*links, *files]


def _names(definition: MeasureDefinition) -> dict[str, str]:
    """What the people who wrote and checked the definition are called."""
    written = (definition.people.authored_by, definition.people.checked_by)
    return {key: person.name for key, person in people_called(written).items()}


def _signed(request: HttpRequest, record: Measure, unit: str, calendar: FiscalCalendar) -> Signed:
    """Who re-set the limits of the unit on which day."""
    found: dict[date, str] = {}
    for one in rebases(record, scope(request), calendar):
        if one.unit in (None, unit):
            found[one.day] = _("limits re-set by %(name)s, reason recorded") % {"name": one.by}
    return found
