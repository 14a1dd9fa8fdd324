"""Defining a measure: a form and a YAML text for the same definition, a preview on real facts, and saving."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from goldenthread.definitions import DefinitionError, Located, Problem, dump_yaml, read_yaml
from goldenthread.jobs.defining import define
from goldenthread.record.access.queries import visible_units
from goldenthread.record.access.roles import Permission
from goldenthread.record.answers import Denied, SaveResult
from goldenthread.record.framework.queries import Node, tree
from goldenthread.record.measures.actions import check_measures
from goldenthread.record.measures.checks import Written, read_measure
from goldenthread.record.measures.definition import KINDS, MeasureDefinition, as_data, same_formula
from goldenthread.record.measures.models import Measure
from goldenthread.record.measures.permissions import check_can_define
from goldenthread.record.measures.queries import current_definition, find_measure
from goldenthread.record.orgs.queries import fiscal_calendar
from goldenthread.record.sources import queries as sources
from goldenthread.record.sources.checks import column_types
from goldenthread.results.preview import preview as preview_of
from goldenthread.results.standings import visible_measures
from goldenthread.web.access import actor, needs, rights, scope, today
from goldenthread.web.desk.forms.definition_text import too_long
from goldenthread.web.desk.forms.measure_editor import Around, Editor
from goldenthread.web.desk.measures import found_measure
from goldenthread.web.desk.presenters.measure_editor import (
    TEXT_FIELD,
    Mistake,
    PreviewShown,
    mistakes_of,
    preview_shown,
)
from goldenthread.web.desk.presenters.thread import level_name
from goldenthread.web.rate_limits import Costly, counts

_MAY_DEFINE = needs(Permission.DEFINE_MEASURES)
_PAGE_METHODS = require_http_methods(["GET", "HEAD", "POST"])
_UNITS_OF_VALUES = (
    "percent",
    "count",
    "currency",
    "number",
    "days",
    "working_days",
    "hours",
    "minutes",
    "seconds",
)


@dataclass(frozen=True)
class _Draft:
    """What was sent: as a form or as YAML, what it says as a definition, and what is wrong with it."""

    as_yaml: bool
    text: str = ""
    editor: Editor | None = None
    written: Written | None = None
    remarks: tuple[str, ...] = ()
    mistakes: list[Mistake] = field(default_factory=list)


@_MAY_DEFINE
@_PAGE_METHODS
def new(request: HttpRequest) -> HttpResponse:
    """Define a measure."""
    return _page(request, None)


@_MAY_DEFINE
@_PAGE_METHODS
def edit(request: HttpRequest, key: str) -> HttpResponse:
    """Change a measure's definition."""
    return _page(request, _editable(request, key))


@counts(Costly.PREVIEWS)
@_MAY_DEFINE
@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """What the definition in the form would show, as a piece of the page."""
    key = request.POST.get("key", "")
    record = _editable(request, key) if key else None
    draft = _draft(request, record, _around(request, record))
    context = {"preview": _preview(request, draft), "mistakes": draft.mistakes}
    return render(request, "desk/measure_preview.html", context)


def _page(request: HttpRequest, record: Measure | None) -> HttpResponse:
    around = _around(request, record)
    if request.method != "POST":
        before = as_data(current_definition(record)) if record else _start(request)
        return _editor_page(request, record, _Draft(as_yaml=False, editor=Editor(before, around)))
    draft, wanted = _draft(request, record, around), request.POST.get("do", "save")
    if wanted == "yaml":
        return _editor_page(request, record, replace(draft, as_yaml=True, mistakes=[]))
    if wanted == "form" and draft.written is not None:
        shown = Editor(as_data(draft.written.definition), around)
        return _editor_page(request, record, replace(draft, as_yaml=False, editor=shown))
    if wanted == "rows":
        return _editor_page(request, record, replace(draft, mistakes=[]))
    if wanted == "preview":
        return _editor_page(request, record, draft, shown=_preview(request, draft))
    if draft.written is None or draft.mistakes:
        return _editor_page(request, record, draft)
    return _save(request, record, draft, draft.written)


def _save(request: HttpRequest, record: Measure | None, draft: _Draft, written: Written) -> HttpResponse:
    definition, mistake = written.definition, None
    asks = record is not None and _changes_formula(current_definition(record), definition)
    if asks:
        definition, mistake = _from_when(request, definition)
    if mistake is None:
        try:
            saved = define(
                replace(written, definition=definition),
                why=request.POST.get("why", "").strip(),
                by=actor(request),
                now=timezone.now(),
                today=today(),
            )
        except Denied as no:
            mistake = Mistake("id_m-unit" if not draft.as_yaml else TEXT_FIELD, str(no))
        except DefinitionError as error:
            draft.mistakes.extend(mistakes_of(error.problems, as_yaml=draft.as_yaml))
        else:
            _tell(request, saved.result, definition.title, saved.needs_computing, saved.remarks)
            return redirect("desk:measure", definition.measure)
    draft.mistakes.extend([mistake] if mistake else [])
    return _editor_page(request, record, draft, shown=_preview(request, draft) if asks else None, asks=asks)


def _tell(
    request: HttpRequest, result: SaveResult, title: str, computing: bool, remarks: tuple[str, ...]
) -> None:
    said = {
        SaveResult.CREATED: _("“%(title)s” is defined."),
        SaveResult.CHANGED: _("“%(title)s” is saved."),
        SaveResult.UNCHANGED: _("“%(title)s” is as it was; nothing was changed."),
    }[result]
    messages.success(request, said % {"title": title})
    if computing:
        messages.info(request, _("Its values are being computed; they appear here when that is done."))
    for remark in remarks:
        messages.warning(request, remark)


def _changes_formula(before: MeasureDefinition, after: MeasureDefinition) -> bool:
    """Whether somebody must say for which days a new formula holds; a text that names another day did."""
    if after.formula_from != before.formula_from:
        return False
    return not same_formula(before, after)


def _from_when(
    request: HttpRequest, definition: MeasureDefinition
) -> tuple[MeasureDefinition, Mistake | None]:
    holds = request.POST.get("holds")
    if holds == "all":
        return definition.model_copy(update={"formula_from": None}), None
    if holds == "from":
        try:
            day = date.fromisoformat(request.POST.get("holds_from", ""))
        except ValueError:
            return definition, Mistake("id_holds_day", _("Name the first day of the new formula."))
        return definition.model_copy(update={"formula_from": day}), None
    return definition, Mistake(
        "id_holds_all", _("The formula changes. Say for which days the new one holds.")
    )


def _draft(request: HttpRequest, record: Measure | None, around: Around) -> _Draft:
    """What was sent, read and checked as a file would be."""
    before = as_data(current_definition(record)) if record else {}
    as_yaml = request.POST.get("as") == "yaml"
    editor = None if as_yaml else Editor(before, around, request.POST)
    text = request.POST.get("text", "") if editor is None else dump_yaml(editor.as_data())
    mistakes = [Mistake(*one) for one in editor.mistakes] if editor else []
    if sentence := too_long(text):
        mistakes.append(Mistake(TEXT_FIELD, sentence))
    draft = _Draft(as_yaml=as_yaml, text=text, editor=editor, mistakes=mistakes)
    if mistakes:
        return draft
    try:
        located = read_yaml(text)
        written = read_measure(located)
        _check_key(written, located, record)
        return replace(draft, written=written, remarks=check_measures([written]))
    except DefinitionError as error:
        return replace(draft, mistakes=mistakes_of(error.problems, as_yaml=as_yaml))


def _check_key(written: Written, located: Located, record: Measure | None) -> None:
    key = written.definition.measure
    if record is not None and key != record.key:
        found, wanted = f"“{key}”", f"“{record.key}”, because a key never changes"
    elif record is None and find_measure(key) is not None:
        found, wanted = f"“{key}”, which another measure has", "a key of its own"
    else:
        return
    raise DefinitionError([Problem("", located.line_of(("measure",)), "measure", found, wanted)])


def _preview(request: HttpRequest, draft: _Draft) -> PreviewShown | None:
    if draft.written is None:
        return None
    definition = draft.written.definition
    found = preview_of(definition, definition.unit, scope(request), today=today())
    return preview_shown(found, draft.remarks, fiscal_calendar())


def _editor_page(
    request: HttpRequest,
    record: Measure | None,
    draft: _Draft,
    *,
    shown: PreviewShown | None = None,
    asks: bool = False,
) -> HttpResponse:
    context: dict[str, Any] = {
        "section": "measures",
        "key": record.key if record else "",
        "title": record.title if record else "",
        "draft": draft,
        "editor": draft.editor,
        "mistakes": draft.mistakes,
        "preview": shown,
        "asks": asks,
        "posted": request.POST,
        "kinds": KINDS,
        "shown_units": _UNITS_OF_VALUES,
    }
    return render(request, "desk/measure_edit.html", context)


def _editable(request: HttpRequest, key: str) -> Measure:
    """The measure, for one who may define it; else it is not there."""
    record = found_measure(request, key)
    check_can_define(actor(request), [record.unit.key if record.unit else None], today=today())
    return record


def _start(request: HttpRequest) -> dict[str, Any]:
    """What a new measure starts from: what the address names, and one value each month."""
    known = {name: request.GET[name] for name in ("source", "serves", "unit") if request.GET.get(name)}
    return {**known, "frequency": "month", "show_as": {"unit": "count", "better": "none"}}


def _around(request: HttpRequest, record: Measure | None) -> Around:
    """What a measure may refer to, as far as the caller may choose it; what it has now stays a choice."""
    now = current_definition(record) if record else None
    defined = sources.definitions()
    units = [
        (unit.key, unit.name)
        for unit in visible_units(scope(request))
        if unit.key in rights(request).units_with(Permission.DEFINE_MEASURES)
    ]
    services = list(_named(tree()))
    if now is not None:
        units += [(now.unit, now.unit)] if now.unit and now.unit not in dict(units) else []
        services += [(now.serves, now.serves)] if now.serves and now.serves not in dict(services) else []
    return Around(
        sources=[(key, one.title or key) for key, one in defined.items()],
        columns={key: column_types(one) for key, one in defined.items()},
        services=services,
        units=units,
        measures=[(key, key) for key in _measures(request, now)],
    )


def _measures(request: HttpRequest, now: MeasureDefinition | None) -> list[str]:
    """The measures whose values a side can take: those that are open to the caller, and those it takes."""
    sides = (now.numerator, now.denominator) if now else ()
    taken = {side.value_of for side in sides if side is not None and side.value_of is not None}
    return sorted(taken.union(visible_measures(scope(request)).values_list("key", flat=True)))


def _named(nodes: Iterable[Node]) -> Iterator[tuple[str, str]]:
    """Every element of the framework with its level, in the order of the thread."""
    for node in nodes:
        yield node.fields.key, f"{node.fields.name} ({level_name(node).lower()})"
        yield from _named(node.below)
